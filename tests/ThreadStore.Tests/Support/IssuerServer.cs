using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThreadStore.Tests.Support;

/// <summary>A real OpenID Connect issuer, as far as others see one: what it says of itself, and its keys.</summary>
public sealed class IssuerServer : IAsyncDisposable
{
    public const string Audience = "comments";

    readonly WebApplication app;
    int looks;

    public string Address { get; private set; } = "";

    /// <summary>What it calls itself.</summary>
    public string Name { get; set; } = "";

    /// <summary>As they are published: JSON, also such as is no key.</summary>
    public List<object> Keys { get; } = [];

    /// <summary>How it answers for its keys, where not as it should.</summary>
    public Func<HttpContext, Task>? Otherwise { get; set; }

    /// <summary>How often its keys were asked for.</summary>
    public int Looks => looks;

    IssuerServer(WebApplication app)
    {
        this.app = app;
        app.MapGet(
            "/.well-known/openid-configuration",
            () => Results.Json(new { issuer = Name, jwks_uri = $"{Address}/keys" })
        );
        app.MapGet("/keys", AnswerAsync);
    }

    Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref looks);
        return Otherwise is { } otherwise
            ? otherwise(http)
            : http.Response.WriteAsync(JsonSerializer.Serialize(new { keys = Keys }));
    }

    public static async Task<IssuerServer> StartAsync(params SigningPair[] pairs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new IssuerServer(app);
        await app.StartAsync();
        server.Name = server.Address = app.Urls.First();
        server.Keys.AddRange(pairs.Select(p => p.Jwk()));
        return server;
    }

    public Task StopAsync() => app.StopAsync();

    /// <summary>A server's settings.</summary>
    public (string, string)[] Settings(params (string, string)[] more) =>
        [("ThreadStore:Authority", Address), ("ThreadStore:Audience", Audience), .. more];

    /// <summary>Claims of a token of its own.</summary>
    public Dictionary<string, object?> Claims(string site, string sub = "ada", object? roles = null) =>
        new()
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = sub,
            ["site"] = site,
            ["roles"] = roles ?? Array.Empty<string>(),
            ["exp"] = Jwt.In(TimeSpan.FromMinutes(10)),
            ["iat"] = Jwt.In(TimeSpan.FromSeconds(-1)),
        };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
