using System.Net;
using Alba;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ThreadStore.Tests.Http;

namespace ThreadStore.Tests.Support;

/// <summary>A node that has rate limits; a header says whom it takes a request to come from.</summary>
public sealed class LimitedNode(IAlbaHost host) : IAsyncDisposable
{
    public const string AddressHeader = "X-Test-Address";
    int addresses;

    public HttpClient Client { get; } = host.Server.CreateClient();

    /// <param name="settings">Below <c>ThreadStore:RateLimits</c>.</param>
    public static async Task<LimitedNode> StartAsync(
        Store store,
        params (string Name, string Value)[] settings
    )
    {
        var builder = store.Builder();
        builder.Configuration["ThreadStore:RateLimits:Enabled"] = "true";
        foreach (var (name, value) in settings)
            builder.Configuration[$"ThreadStore:RateLimits:{name}"] = value;
        return new(
            await AlbaHost.For(
                builder,
                app =>
                {
                    app.Use(
                        (HttpContext http, RequestDelegate next) =>
                        {
                            if (IPAddress.TryParse(http.Request.Headers[AddressHeader], out var address))
                                http.Connection.RemoteIpAddress = address;
                            return next(http);
                        }
                    );
                    app.UseServer();
                }
            )
        );
    }

    /// <summary>The request, sent to this node from an address that has not sent any yet.</summary>
    public Sample Reach(Sample sample) =>
        sample with
        {
            Client = Client,
            Headers = [(AddressHeader, $"2001:db8:0:{++addresses:x}::1")],
        };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await host.DisposeAsync();
    }
}
