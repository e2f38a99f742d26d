using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Http;

/// <summary>
/// Refuses, before an endpoint runs and in the order of the contract: who calls, for which site, whether the site is
/// there, whether the identifiers in the address are any, whether this node is as far as the caller asks.
/// </summary>
public sealed class Gate(
    RequestDelegate next,
    NpgsqlDataSource database,
    Positions positions,
    Tokens tokens,
    Trust trust,
    TimeProvider clock
)
{
    public const string PositionHeader = "ThreadStore-Position";
    public const string MinPositionHeader = "ThreadStore-Min-Position";

    // sites are never removed, but by a history that went back: what was there once needs no second look
    readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> sites = new();

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/v1"))
            return next(http);
        SetPosition(http, positions.Newest);
        if (AccessAttribute.Of(http, http.GetEndpoint()) is { DependsOnCaller: true })
            Caching.DependsOnCaller(http);
        var refusal = RefuseAsync(http);
        // most reads ask nothing of the database here
        return refusal.IsCompletedSuccessfully ? GoOnAsync(http, refusal.Result) : GoOnAsync(http, refusal);
    }

    async Task GoOnAsync(HttpContext http, Task<Problem?> refusal) => await GoOnAsync(http, await refusal);

    Task GoOnAsync(HttpContext http, Problem? refusal)
    {
        if (refusal is null)
        {
            http.Features.Set(this);
            return next(http);
        }
        SetPosition(http, positions.Newest);
        return refusal.ExecuteAsync(http);
    }

    /// <summary>For answers that have no end: whether their caller would still be let in. Changes nothing.</summary>
    public async Task<bool> StillAdmitsAsync(HttpContext http) =>
        AccessAttribute.Of(http, http.GetEndpoint()) is { } access
        // while nobody knows, whoever was let in stays: an end would say that all was sent
        && (await AdmitAsync(http, access, http.Request.RouteValues["site"] as string)).Refusal
            is null
                or { StatusCode: StatusCodes.Status503ServiceUnavailable };

    async Task<Problem?> RefuseAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
            return Problem.NotFound;
        if (AccessAttribute.Of(http, endpoint) is not { } access)
            return endpoint.DisplayName?.StartsWith("405", StringComparison.Ordinal) == true
                ? null
                : Problem.Forbidden("This endpoint does not say who may call it.");
        var isReadable = true;
        foreach (var (name, value) in http.Request.RouteValues.ToArray())
        {
            var decoded = PathSegments.Decode(http, value as string ?? "");
            isReadable &= decoded is not null;
            http.Request.RouteValues[name] = decoded ?? value;
        }

        var site = http.Request.RouteValues["site"] as string;
        var (caller, refusal) = await AdmitAsync(http, access, site);
        http.Features.Set(caller);
        if (refusal is not null)
            return refusal;
        if (site is not null && !Keys.IsSite(site))
            return endpoint.Metadata.GetMetadata<CreatesSiteAttribute>() is null
                ? Problem.SiteNotFound(site)
                : Problem.Validation(
                    "site",
                    Flaw.Length(
                        "A site's key has 1 to 63 of a-z, 0-9 and -, and does not start with -.",
                        1,
                        Keys.MaxSiteLength
                    )
                );
        if (positions.IsSilent)
            return Problem.Unavailable;
        if (
            site is not null
            && endpoint.Metadata.GetMetadata<CreatesSiteAttribute>() is null
            && !await IsSiteAsync(site, http)
        )
            return Problem.SiteNotFound(site);
        if (!isReadable)
            return Problem.BadRequest("The address is not UTF-8, percent-encoded.");
        return RefuseIdentifiers(http)
            ?? KnownQuery.Refuse(http, endpoint)
            ?? (
                SaysAllInItsAddress(http, endpoint)
                    ? (await RequestBody.ReadAsync<NoMembers>(http)).Problem
                    : null
            )
            ?? await WaitAsync(http);
    }

    /// <summary>A write that came with a body which its endpoint does not look at: that may have no members.</summary>
    static bool SaysAllInItsAddress(HttpContext http, Endpoint endpoint) =>
        !HttpMethods.IsGet(http.Request.Method)
        && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && endpoint.Metadata.GetMetadata<RequestBodyType>() is null
        && endpoint.Metadata.GetMetadata<TakesFileAttribute>() is null;

    async ValueTask<(Caller? Caller, Problem? Refusal)> AdmitAsync(
        HttpContext http,
        AccessAttribute access,
        string? site
    )
    {
        Caller? caller = null;
        if (http.Request.Headers.Authorization.Count > 0)
        {
            if (
                // while the database is silent, whatever is asked of it is refused
                !positions.IsSilent
                && !await trust.IsFreshAsync(http.RequestAborted)
                && access is not PublicAttribute
            )
                return (null, Problem.Unavailable);
            var (token, fault) = await tokens.ReadAsync(http.Request.Headers.Authorization.ToString());
            caller = token?.Caller;
            if (
                token is not null
                && site is not null
                && trust.IsSignedOut(site, token.Caller.Key, token.IssuedAt)
            )
            {
                if (access is not PublicAttribute)
                    return (null, Problem.TokenRevoked);
                caller = null;
            }
            // reading what is public needs no token, so a stale one does no harm there
            if (fault is not null && access is not PublicAttribute)
                return (null, Problem.Unauthorized(fault));
            if (token is { PretendsToBeImported: true })
                return (
                    null,
                    access is PublicAttribute
                        ? null
                        : Problem.Forbidden(
                            "A key that starts like an imported one needs the claim imported: true."
                        )
                );
        }
        if (caller is not null && access is PublicAttribute && site is not null && !caller.MayEnter(site))
            caller = null;
        if (caller is not null && site is not null && caller.Roles != Role.None && caller.MayEnter(site))
            caller = await WithoutLostRolesAsync(caller, site, http);
        return (caller, access.Refuse(caller, site));
    }

    /// <summary>
    /// Bans and suspensions take all roles with them. Looked up for each request of who has roles, who are few: from that
    /// moment on, on every node.
    /// </summary>
    async Task<Caller> WithoutLostRolesAsync(Caller caller, string site, HttpContext http)
    {
        // whatever is asked is refused: the database can't be reached
        if (positions.IsSilent || !Keys.IsSite(site))
            return caller;
        await using var command = database.CreateCommand(
            $"""
            select 1 from {ReaderTables.Schema}.commenter_rows
            where site = $1 and id = $2 and standing in ('banned', 'suspended')
              and (standing_until is null or standing_until > $3)
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = StreamId.Commenter(site, caller.Key) });
        command.Parameters.Add(new() { Value = clock.GetUtcNow() });
        return await command.ExecuteScalarAsync(http.RequestAborted) is null
            ? caller
            : caller with
            {
                Roles = Role.None,
                HasLostRoles = true,
            };
    }

    async ValueTask<bool> IsSiteAsync(string site, HttpContext http)
    {
        var epoch = positions.Epoch;
        if (sites.TryGetValue(site, out var seen) && seen == epoch)
            return true;
        await using var command = database.CreateCommand(
            $"select 1 from {ReaderTables.Schema}.site_rows where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        if (await command.ExecuteScalarAsync(http.RequestAborted) is null)
            return false;
        sites[site] = epoch;
        return true;
    }

    static Problem? RefuseIdentifiers(HttpContext http)
    {
        foreach (var (name, value) in http.Request.RouteValues)
        {
            var text = value as string ?? "";
            switch (name)
            {
                case "articleKey" or "commenterKey" or "kid" when Keys.Fault(text) is { } fault:
                    return Problem.Validation(name == "kid" ? name : "key", fault);
                case "commentId"
                or "appealId"
                or "importId"
                or "jobId"
                or "apiKeyId"
                or "erasureId"
                or "reportId"
                or "deliveryId" when !Guid.TryParseExact(text, "D", out _):
                    return Problem.BadRequest($"'{text}' is no UUID.");
                default:
                    break;
            }
        }
        return null;
    }

    async Task<Problem?> WaitAsync(HttpContext http)
    {
        if (Wanted(http) is null)
            return null;
        if (MinPosition(http) is not { } position)
            return Problem.BadRequest($"{MinPositionHeader} is a whole number.");
        if (!await positions.WaitForAsync(position, http.RequestAborted))
            return Problem.Behind(position);
        SetPosition(http, positions.Newest);
        return null;
    }

    /// <summary>
    /// Names the newest position anew where a write appended nothing: the header was set when the request came, and what
    /// it was refused for, or what it repeats, may have been written since. Reads keep the older one, which their answer
    /// holds for sure.
    /// </summary>
    public static void RenewPosition(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && http.Response.Headers.ContainsKey(PositionHeader))
            SetPosition(http, http.RequestServices.GetRequiredService<Positions>().Newest);
    }

    static string? Wanted(HttpContext http) =>
        http.Request.Headers[MinPositionHeader].FirstOrDefault()
        ?? http.Request.Query[KnownQuery.MinPosition].FirstOrDefault();

    /// <summary>The position up to which the caller wants everything; the Gate refuses what is no number.</summary>
    public static long? MinPosition(HttpContext http) =>
        long.TryParse(Wanted(http), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : null;

    /// <summary>Names the position that an answer stands for, where that is not simply the newest.</summary>
    public static void SetPosition(HttpContext http, long position) =>
        http.Response.Headers[PositionHeader] = position.ToString(CultureInfo.InvariantCulture);
}
