using Microsoft.AspNetCore.HttpOverrides;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// Makes a request look as it did to its sender, before there were proxies: who asks, for which host, by which scheme,
/// below which path. That path is the request's <c>PathBase</c> from here on, and is put before all links.
/// </summary>
public sealed class BehindProxies(
    RequestDelegate next,
    TrustedProxies proxies,
    PathPrefix prefix,
    ILogger<BehindProxies> log
)
{
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton(s => TrustedProxies.Of(s.GetRequiredService<ServerOptions>()));
        services.AddSingleton(s => PathPrefix.Of(s.GetRequiredService<ServerOptions>()));
        // ASPNETCORE_FORWARDEDHEADERS_ENABLED puts a middleware before all others that believes everybody
        services.PostConfigure<ForwardedHeadersOptions>(o => o.ForwardedHeaders = ForwardedHeaders.None);
    }

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        BodilessWrites.Restore(request);
        var wasThere = prefix.TryStrip(request.Path.Value ?? "", out var path);
        if (wasThere)
            request.Path = new PathString(path.Length == 0 ? "/" : path);
        string? forwarded = null;
        var sender = http.Connection.RemoteIpAddress;
        if (proxies.Trusts(sender))
        {
            var said = proxies.Read(sender, request.Headers);
            forwarded = said.Prefix;
            if (!ReferenceEquals(said.Address, sender))
                http.Connection.RemoteIpAddress = said.Address;
            if (said.Scheme is not null)
                request.Scheme = said.Scheme;
            if (said.Host is not null)
                request.Host = new HostString(said.Host);
        }
        else if (proxies.WarnOnce(sender, request.Headers) is { } header)
            log.LogWarning(
                "{Header} came from {Sender}, which ThreadStore__TrustedProxies does not name: it is not believed, and all readers behind one proxy share one address's limits",
                header,
                sender
            );
        request.PathBase = new PathString(prefix.Seen(forwarded, wasThere));
        return next(http);
    }
}
