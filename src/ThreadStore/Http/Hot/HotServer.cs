using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ThreadStore.Telemetry;

namespace ThreadStore.Http.Hot;

/// <summary>
/// Answers with hot pages where the server below hands a request over, before the host makes a context for it, with its
/// activity and its measurements.
/// </summary>
/// <remarks>
/// What is answered here, no trace and no log of requests shows; <see cref="IsMissedBy"/> says where somebody looks at
/// those. The metric <c>threadstore.pages.hot</c> counts it.
/// </remarks>
public sealed class HotServer(IServer server, ServeHotPages pages) : IServer
{
    public IFeatureCollection Features => server.Features;

    public static void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        if (services.LastOrDefault(s => s.ServiceType == typeof(IServer)) is not { } registered)
            return;
        services.AddSingleton<IServer>(s =>
        {
            var server = (IServer)(
                registered.ImplementationInstance
                ?? registered.ImplementationFactory?.Invoke(s)
                ?? ActivatorUtilities.CreateInstance(s, registered.ImplementationType!)
            );
            return IsMissedBy(configuration, s.GetRequiredService<ILoggerFactory>()) || ChecksHosts(s)
                ? server
                : new HotServer(server, s.GetRequiredService<ServeHotPages>());
        });
    }

    /// <summary>Whether something needs the host's context of every request: traces, a log of requests.</summary>
    static bool IsMissedBy(IConfiguration configuration, ILoggerFactory logs) =>
        MetricsAndTraces.SendsOut(configuration)
        || logs.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Information);

    /// <summary>Whether requests by other names than the server's own are refused.</summary>
    static bool ChecksHosts(IServiceProvider services) =>
        services.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts
            is { Count: > 0 } hosts
        && !hosts.Contains("*");

    public Task StartAsync<TContext>(
        IHttpApplication<TContext> application,
        CancellationToken cancellationToken
    )
        where TContext : notnull =>
        server.StartAsync(
            // a context that is not there tells what is answered here
            typeof(TContext).IsValueType
                ? application
                : new Application<TContext>(application, pages),
            cancellationToken
        );

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    sealed class Application<TContext>(IHttpApplication<TContext> host, ServeHotPages pages)
        : IHttpApplication<TContext>
        where TContext : notnull
    {
        // The server asks for a context and has it processed in one go, on one thread. Its own type of context must
        // stay: the server keeps one with each connection for the host to use again.
        [ThreadStatic]
        static (IFeatureCollection Request, HotPage Page) found;

        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            if (pages.Find(contextFeatures) is not { } page)
                return host.CreateContext(contextFeatures);
            found = (contextFeatures, page);
            return default!;
        }

        public Task ProcessRequestAsync(TContext context)
        {
            if (context is not null)
                return host.ProcessRequestAsync(context);
            var (request, page) = found;
            found = default;
            return pages.SendAsync(request, page);
        }

        public void DisposeContext(TContext context, Exception? exception)
        {
            if (context is not null)
                host.DisposeContext(context, exception);
        }
    }
}
