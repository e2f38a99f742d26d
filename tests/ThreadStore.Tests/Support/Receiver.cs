using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A call that somebody outside got.</summary>
public sealed record ReceivedCall(int Number, string Body, IHeaderDictionary Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
    public Guid Comment => Json.GetProperty("id").GetGuid();
    public int Version => Json.GetProperty("version").GetInt32();
    public string Text => Json.GetProperty("body").GetString()!;

    /// <summary>As the guide tells receivers to do it.</summary>
    public bool IsSignedWith(string secret)
    {
        var parts = Headers["ThreadStore-Signature"]
            .ToString()
            .Split(',')
            .Select(p => p.Split('='))
            .ToArray();
        var (time, signature) = (parts[0][1], parts[1][1]);
        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes($"{time}.{Body}")
        );
        var age =
            DateTimeOffset.UtcNow
            - DateTimeOffset.FromUnixTimeSeconds(long.Parse(time, CultureInfo.InvariantCulture));
        return (parts[0][0], parts[1][0]) == ("t", "v1")
            && signature == Convert.ToHexStringLower(expected)
            && age.Duration() < TimeSpan.FromMinutes(1);
    }
}

/// <summary>Somebody outside whom a server calls: an HTTP server on a port of its own that answers as a test likes.</summary>
public sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Func<ReceivedCall, Task<IResult>> answer;
    readonly List<ReceivedCall> calls = [];

    Receiver(WebApplication app, Func<ReceivedCall, Task<IResult>> answer) =>
        (this.app, this.answer) = (app, answer);

    public string Url => $"{app.Urls.Single()}/judge";

    public IReadOnlyList<ReceivedCall> Calls
    {
        get
        {
            lock (calls)
                return [.. calls];
        }
    }

    public static Task<Receiver> StartAsync(Func<ReceivedCall, IResult> answer) =>
        StartAsync(call => Task.FromResult(answer(call)));

    public static async Task<Receiver> StartAsync(Func<ReceivedCall, Task<IResult>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build(), answer);
        receiver.app.MapPost("/judge", (Delegate)receiver.TakeAsync);
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    async Task<IResult> TakeAsync(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body);
        var text = await body.ReadToEndAsync();
        ReceivedCall call;
        lock (calls)
        {
            call = new(calls.Count + 1, text, new HeaderDictionary(http.Request.Headers.ToDictionary()));
            calls.Add(call);
        }
        return await answer(call);
    }

    /// <summary>The verdict on what was asked about.</summary>
    public static IResult Verdict(ReceivedCall call, string? action = "hold", int? version = null) =>
        Results.Json(
            new
            {
                classifier = "tox",
                version = version ?? call.Version,
                score = 0.9,
                action,
                labels = (string[])["insult"],
            }
        );

    /// <summary>Waits for so many calls.</summary>
    public async Task<IReadOnlyList<ReceivedCall>> CalledAsync(int times)
    {
        await Until.TrueAsync(() => Task.FromResult(Calls.Count >= times), $"{times} calls");
        return Calls;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
