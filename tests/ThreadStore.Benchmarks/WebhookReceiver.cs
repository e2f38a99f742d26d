using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ThreadStore.Benchmarks;

/// <summary>A message that a webhook's receiver took.</summary>
/// <param name="Id">Its <c>webhook-id</c>.</param>
/// <param name="Comment">What it is about; null: another thing.</param>
/// <param name="At">In ticks of the stopwatch.</param>
sealed record Told(string Id, string Type, long Position, Guid? Comment, long At);

/// <summary>Somebody outside who is told of a site's events: an HTTP server on a port of its own.</summary>
sealed class WebhookReceiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Func<HttpContext, Task<bool>> takes;
    readonly List<Told> told = [];
    readonly Action<JsonElement>? look;

    WebhookReceiver(WebApplication app, Func<HttpContext, Task<bool>> takes, Action<JsonElement>? look) =>
        (this.app, this.takes, this.look) = (app, takes, look);

    public string Url => app.Urls.Single();

    /// <summary>An address where nobody listens.</summary>
    public static string NobodyThere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    public int Count
    {
        get
        {
            lock (told)
                return told.Count;
        }
    }

    /// <summary>What it took, in the order of coming.</summary>
    public IReadOnlyList<Told> Told
    {
        get
        {
            lock (told)
                return [.. told];
        }
    }

    /// <param name="ct">Ends the start.</param>
    /// <param name="takes">Whether it takes a message; null: every one.</param>
    /// <param name="look">Sees each message that it takes, one after the other.</param>
    public static async Task<WebhookReceiver> StartAsync(
        CancellationToken ct,
        Func<HttpContext, Task<bool>>? takes = null,
        Action<JsonElement>? look = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build(), takes ?? (_ => Task.FromResult(true)), look);
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync(ct);
        return receiver;
    }

    async Task TakeAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        if (!await takes(http))
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        var data = body.RootElement.GetProperty("data");
        var comment = data.GetProperty("comment");
        var message = new Told(
            http.Request.Headers["webhook-id"].ToString(),
            body.RootElement.GetProperty("type").GetString()!,
            data.GetProperty("position").GetInt64(),
            comment.ValueKind == JsonValueKind.Object ? comment.GetProperty("id").GetGuid() : null,
            Stopwatch.GetTimestamp()
        );
        lock (told)
        {
            told.Add(message);
            look?.Invoke(body.RootElement);
        }
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
