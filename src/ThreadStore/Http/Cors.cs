using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Net.Http.Headers;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Http;

/// <summary>
/// Lets pages of other origins use the API: what is public, every page; all else, pages of the site's
/// <c>allowedOrigins</c>.
/// </summary>
/// <remarks>
/// ASP.NET Core's own CORS middleware says nothing where a request has no <c>Origin</c>. Public answers are cached by
/// others, though, and one that a cache got without <c>Origin</c> must be good for a browser too.
/// </remarks>
public sealed class Cors(
    RequestDelegate next,
    EndpointDataSource endpoints,
    Origins origins,
    Positions positions,
    ServeHotPages pages
)
{
    public const string AllowedHeaders =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, ThreadStore-Min-Position";
    public const string ExposedHeaders = "ThreadStore-Position, ETag, Location, Retry-After";

    /// <summary>Seconds for which a browser need not ask again. Chromium takes no more.</summary>
    public const int MaxAge = 7200;

    readonly Lazy<IReadOnlyList<Route>> routes = new(() => [.. Route.All(endpoints)]);

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/v1"))
            return next(http);
        if (HttpMethods.IsOptions(http.Request.Method))
            return AskedBeforehandAsync(http);
        var endpoint = http.GetEndpoint();
        if (!IsForAll(http, endpoint))
            return AllowAndGoOnAsync(http, endpoint);
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlExposeHeaders = ExposedHeaders;
        return next(http);
    }

    async Task AskedBeforehandAsync(HttpContext http)
    {
        if (pages.Reads?.Refuse(RateLimits.AddressOf(http.Connection.RemoteIpAddress)) is { } refusal)
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            await refusal.ExecuteAsync(http);
        }
        else if (!await AnswerPreflightAsync(http))
            await AllowAndGoOnAsync(http, http.GetEndpoint());
    }

    async Task AllowAndGoOnAsync(HttpContext http, Endpoint? endpoint)
    {
        await AllowAsync(http, endpoint, http.Request.RouteValues["site"] as string);
        http.Response.Headers.AccessControlExposeHeaders = ExposedHeaders;
        await next(http);
    }

    /// <summary>Tells what may be sent to an address. Asks for no token and looks for nothing but the site's settings.</summary>
    /// <returns>False where no route has that address.</returns>
    async Task<bool> AnswerPreflightAsync(HttpContext http)
    {
        var found = routes.Value.Select(r => r.Match(http.Request.Path)).OfType<Match>().ToList();
        if (found.Count == 0)
            return false;
        var methods = string.Join(", ", found.SelectMany(m => m.Methods).Append("OPTIONS").Distinct());
        var wanted = http.Request.Headers.AccessControlRequestMethod.ToString();
        var match = found.Find(m => m.Methods.Contains(wanted, StringComparer.OrdinalIgnoreCase));
        await AllowAsync(http, match?.Endpoint, match?.Site);
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = methods;
        headers.AccessControlAllowHeaders = AllowedHeaders;
        headers.AccessControlExposeHeaders = ExposedHeaders;
        headers.AccessControlMaxAge = MaxAge.ToString(CultureInfo.InvariantCulture);
        headers.Allow = methods;
        Gate.SetPosition(http, positions.Newest);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    async Task AllowAsync(HttpContext http, Endpoint? endpoint, string? site)
    {
        if (IsForAll(http, endpoint))
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            return;
        }
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        // a header's text may be any; what is answered is ASCII
        var origin = WebAddress.Origin(http.Request.Headers.Origin.ToString());
        if (
            origin is not null
            && site is not null
            && PathSegments.Decode(http, site) is { } key
            && await origins.AllowAsync(key, origin, http.RequestAborted)
        )
            http.Response.Headers.AccessControlAllowOrigin = origin;
    }

    /// <summary>What no endpoint answers (404, 405) says nothing about any site.</summary>
    static bool IsForAll(HttpContext http, Endpoint? endpoint) =>
        AccessAttribute.Of(http, endpoint) is null or PublicAttribute;

    sealed record Match(Endpoint Endpoint, IReadOnlyList<string> Methods, string? Site);

    sealed record Route(Endpoint Endpoint, TemplateMatcher Matcher, IReadOnlyList<string> Methods)
    {
        public static IEnumerable<Route> All(EndpointDataSource endpoints) =>
            from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
            let methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
            where methods is { Count: > 0 } && endpoint.RoutePattern.RawText is not null
            select new Route(
                endpoint,
                new TemplateMatcher(TemplateParser.Parse(endpoint.RoutePattern.RawText!.TrimStart('/')), []),
                methods
            );

        public Match? Match(PathString path)
        {
            var values = new RouteValueDictionary();
            return Matcher.TryMatch(path, values)
                ? new(Endpoint, Methods, values.GetValueOrDefault("site") as string)
                : null;
        }
    }
}

/// <summary>Which origins a site allows, as its settings say.</summary>
/// <remarks>
/// What is remembered is a second old at most, whether or not this node hears of the others' commits; a busy site costs
/// one look a second. The node that changes settings forgets them at once, so whoever changed them sees it.
/// </remarks>
public sealed class Origins(NpgsqlDataSource database, TimeProvider clock)
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    // only sites that exist, so that nobody can fill it with names
    readonly ConcurrentDictionary<string, (IReadOnlyList<string> Origins, long ReadAt)> known = new();

    public void Forget(string site) => known.TryRemove(site, out _);

    /// <param name="origin">As <see cref="WebAddress.Origin"/> has it.</param>
    public async Task<bool> AllowAsync(string site, string origin, CancellationToken ct) =>
        (await OfAsync(site, ct)).Contains(origin);

    /// <returns>As browsers send them; none of a site that there is not.</returns>
    public async Task<IReadOnlyList<string>> OfAsync(string site, CancellationToken ct)
    {
        if (!Keys.IsSite(site))
            return [];
        if (known.TryGetValue(site, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Freshness)
            return entry.Origins;
        try
        {
            var now = clock.GetTimestamp();
            var met = KnownSettings.Of([site]);
            await using var command = database.CreateCommand(
                $"""
                select settings_hash, case when settings_hash <> all($2) then settings end
                from {ReaderTables.Schema}.site_rows where site = $1
                """
            );
            command.Parameters.Add(new() { Value = site });
            command.Parameters.Add(new() { Value = met.Select(m => m.Hash).ToArray() });
            await using var reader = await command.ExecuteReaderAsync(ct);
            if (!await reader.ReadAsync(ct))
                return [];
            var settings = KnownSettings.Read(site, reader.GetString(0), reader.Text(1), met);
            // as browsers send them, however they were written
            string[] origins = [.. settings.AllowedOrigins.Select(WebAddress.Origin).OfType<string>()];
            known[site] = (origins, now);
            return origins;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // the request will hear of it in its own words; the page must be able to read them
            return entry.Origins ?? [];
        }
    }
}
