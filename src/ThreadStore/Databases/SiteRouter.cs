using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Mail;

namespace ThreadStore.Databases;

/// <summary>
/// Where there are several databases, hands each request to the server of the database that its site lives in, before
/// anything has looked at it. What is about no site, and about one that nobody knows, is the first database's server's.
/// </summary>
public sealed class SiteRouter(IServer server, DatabasePool pool, PathPrefix prefix, UnsubscribeLinks links)
    : IServer
{
    readonly DatabasePool pool = pool;

    const string Sites = "/v1/sites/";
    const string Unsubscribing = $"{UnsubscribeLinks.Path}/";

    public IFeatureCollection Features => server.Features;

    /// <summary>Before <see cref="HotServer.AddTo"/>, so that requests come to it first: both tell what they answer by a
    /// context that is not there.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var listening = services.Last(s => s.ServiceType == typeof(IServer));
        services.AddSingleton<IServer>(s => new SiteRouter(
            (IServer)(
                listening.ImplementationFactory?.Invoke(s)
                ?? ActivatorUtilities.CreateInstance(s, listening.ImplementationType!)
            ),
            s.GetRequiredService<DatabasePool>(),
            s.GetRequiredService<PathPrefix>(),
            s.GetRequiredService<UnsubscribeLinks>()
        ));
    }

    public Task StartAsync<TContext>(
        IHttpApplication<TContext> application,
        CancellationToken cancellationToken
    )
        where TContext : notnull =>
        server.StartAsync(new Application<TContext>(application, this), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    /// <returns>Null: it is about no site.</returns>
    string? SiteOf(IFeatureCollection request)
    {
        prefix.TryStrip(request.GetRequiredFeature<IHttpRequestFeature>().Path, out var path);
        if (path.StartsWith(Unsubscribing, StringComparison.Ordinal))
            return links.Read(path[Unsubscribing.Length..])?.Site;
        if (!path.StartsWith(Sites, StringComparison.OrdinalIgnoreCase))
            return null;
        var site = path.AsSpan(Sites.Length);
        var end = site.IndexOf('/');
        return (end < 0 ? site : site[..end]).ToString() is var key && Keys.IsSite(key) ? key : null;
    }

    sealed class Application<TContext>(IHttpApplication<TContext> host, SiteRouter router)
        : IHttpApplication<TContext>
        where TContext : notnull
    {
        // as in HotServer: a context is asked for and processed in one go, on one thread
        [ThreadStatic]
        static (IFeatureCollection Request, string Site) found;

        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            if (router.SiteOf(contextFeatures) is not { } site || router.pool.IsOfFirst(site))
                return host.CreateContext(contextFeatures);
            found = (contextFeatures, site);
            return default!;
        }

        public Task ProcessRequestAsync(TContext context)
        {
            // the host may have made no context either
            if (context is not null || found.Request is null)
                return host.ProcessRequestAsync(context!);
            var (request, site) = found;
            found = default;
            return AnswerAsync(request, site);
        }

        async Task AnswerAsync(IFeatureCollection request, string site)
        {
            var (home, isKnown) = await router.pool.HomeAsync(site);
            if (isKnown && home is null)
                await DatabaseServer.AnswerAsync(host, request);
            else if (home?.Answer is { } answer)
                await answer(request);
            else
                await RefuseAsync(new DefaultHttpContext(request));
        }

        /// <summary>Which origins may ask the site says, which is away: the refusal tells nothing, and any page may read it.</summary>
        static async Task RefuseAsync(HttpContext http)
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            http.Response.Headers.AccessControlExposeHeaders = Cors.ExposedHeaders;
            await Problem.Unavailable.ExecuteAsync(http);
        }

        public void DisposeContext(TContext context, Exception? exception)
        {
            if (context is not null)
                host.DisposeContext(context, exception);
        }
    }
}
