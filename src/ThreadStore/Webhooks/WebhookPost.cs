using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using StandardWebhooks;
using ThreadStore.Deliveries;
using ThreadStore.Kernel;

namespace ThreadStore.Webhooks;

/// <summary>A call that has ended.</summary>
/// <param name="RetryAfter">How long the receiver asked to be left in peace.</param>
public sealed record SentMessage(
    DueMessage Message,
    WebhookAttempt Attempt,
    DateTimeOffset EndedAt,
    TimeSpan RetryAfter
);

/// <summary>Sends a message, signed as Standard Webhooks has it, so that whoever gets it knows that it is from here, and recent.</summary>
/// <remarks>
/// The address comes from administrators, and is a public one: see <see cref="PublicAddresses"/>. Of what answers only the
/// status counts; the rest is not waited for.
/// </remarks>
public sealed class WebhookPost(IHttpClientFactory clients, TimeProvider clock)
{
    const string ClientName = "webhooks";

    /// <summary>Bytes of an answer that are read, and how long, so that its connection can be used again.</summary>
    const int MaxAnswer = 64 * 1024;
    static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    static readonly MediaTypeHeaderValue JsonType = new("application/json");

    public static void Add(IServiceCollection services)
    {
        services
            .AddHttpClient(
                ClientName,
                (provider, client) =>
                {
                    client.Timeout = provider.GetRequiredService<WebhookPace>().Timeout;
                    client.DefaultRequestHeaders.UserAgent.Add(
                        new ProductInfoHeaderValue("ThreadStore", "1")
                    );
                }
            )
            .ConfigurePrimaryHttpMessageHandler(provider =>
            {
                var handler = provider.GetRequiredService<PublicAddresses>().Handler();
                handler.MaxResponseDrainSize = MaxAnswer;
                handler.ResponseDrainTimeout = AnswerTime;
                return handler;
            })
            // addresses may hold keys
            .RemoveAllLoggers();
        services.AddSingleton<WebhookPost>();
    }

    public async Task<SentMessage> SendAsync(
        Webhook webhook,
        DueMessage message,
        ReadOnlyMemory<byte> body,
        CancellationToken ct
    )
    {
        var (at, started) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        var (status, error, wish) = await CallAsync(webhook, message, body, at, ct);
        var took = Stopwatch.GetElapsedTime(started);
        return new(message, new(at, status, error, (int)took.TotalMilliseconds), clock.GetUtcNow(), wish);
    }

    async Task<(int? Status, string? Error, TimeSpan Wish)> CallAsync(
        Webhook webhook,
        DueMessage message,
        ReadOnlyMemory<byte> body,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        if (webhook.Secret is null)
            return (null, "its secret can't be read: put it, or make a new one", default);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url);
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = JsonType;
            var id = message.Id.ToString();
            request.Headers.Add("webhook-id", id);
            request.Headers.Add(
                "webhook-timestamp",
                at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            );
            request.Headers.Add(
                "webhook-signature",
                Sign(webhook, id, at, Encoding.UTF8.GetString(body.Span))
            );
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                ct
            );
            var status = (int)response.StatusCode;
            return (
                status,
                response.IsSuccessStatusCode ? null : $"answered {status}",
                response.Wish(clock.GetUtcNow(), WebhookPace.LongestWish)
            );
        }
        catch (Exception e) when (NoAnswer.Reason(e, ct) is { } reason)
        {
            return (null, reason, default);
        }
    }

    /// <summary>One signature for each secret that is good: <c>v1,…</c>, parted by spaces.</summary>
    public static string Sign(Webhook webhook, string id, DateTimeOffset at, string body)
    {
        var signature = new StandardWebhook(webhook.Secret!).Sign(id, at, body);
        return webhook.OldSecret is { } old
            ? $"{signature} {new StandardWebhook(old).Sign(id, at, body)}"
            : signature;
    }
}
