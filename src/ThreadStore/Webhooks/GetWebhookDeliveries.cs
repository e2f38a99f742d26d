using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Webhooks;

/// <summary>What became of a delivery.</summary>
public enum WebhookDeliveryState
{
    /// <summary>It is to be sent, for the first time or again.</summary>
    Pending,
    Delivered,

    /// <summary>Given up after 5 days.</summary>
    Failed,
}

/// <summary>A call that was made.</summary>
/// <param name="Status">Of the answer; null: there was none.</param>
/// <param name="Error">Why it counts as failed; null: it does not.</param>
public sealed record WebhookAttempt(DateTimeOffset At, int? Status, string? Error, int Milliseconds);

/// <summary>A message to a webhook, without what it says.</summary>
/// <param name="Id">Its <c>webhook-id</c>.</param>
/// <param name="Position">Of the event.</param>
/// <param name="Attempts">Oldest first; of very many, the last.</param>
/// <param name="NextAttemptAt">Null: there will be none.</param>
public sealed record WebhookDelivery(
    Guid Id,
    long Position,
    string Type,
    WebhookDeliveryState State,
    IReadOnlyList<WebhookAttempt> Attempts,
    DateTimeOffset? NextAttemptAt
);

/// <summary>A page of a webhook's deliveries, newest first.</summary>
public sealed record WebhookDeliveryPage(IReadOnlyList<WebhookDelivery> Items, string? NextCursor);

public static class GetWebhookDeliveriesEndpoint
{
    /// <summary>A page of what a webhook was told and will be, newest first.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor; 404 webhook-not-found.</returns>
    [Operation("listWebhookDeliveries"), Answers(typeof(WebhookDeliveryPage)), Paged]
    [Query("state", typeof(WebhookDeliveryState), "Only these.")]
    [WolverineGet("/v1/sites/{site}/webhooks/{webhook}/deliveries"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        string webhook,
        HttpContext http,
        WebhookStore store,
        WebhookQueue queue,
        CancellationToken ct
    )
    {
        WebhookDeliveryState? state = null;
        if (http.Request.Query["state"].FirstOrDefault() is { } word)
        {
            state = Words.TryParse<WebhookDeliveryState>(word);
            if (state is null)
                return Problem.Validation(
                    "state",
                    Flaw.NoneOf("is pending, delivered or failed.", Words.All<WebhookDeliveryState>())
                );
        }
        var scope = JsonSerializer.Serialize(new[] { "deliveries", site, webhook, state?.Word() });
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        if (await store.FindAsync(site, webhook, ct) is null)
            return Problem.WebhookNotFound(webhook);
        var found = await queue.ListAsync(site, webhook, state, page, ct);
        var (shown, next) = page.Cut(found, scope, f => f.At);
        return Answer.Of(new WebhookDeliveryPage([.. shown.Select(f => f.Delivery)], next)) with
        {
            IsPrivate = true,
        };
    }
}

public static class RetryWebhookDeliveryEndpoint
{
    /// <summary>Sends one message again at once, whatever became of it.</summary>
    /// <returns>202 it will be sent; 404 webhook-not-found, delivery-not-found.</returns>
    [Operation("retryWebhookDelivery"), Answers(typeof(QueuedDelivery))]
    [WolverinePost("/v1/sites/{site}/webhooks/{webhook}/deliveries/{deliveryId}/retry"), Roles(Role.Admin)]
    public static async Task<IResult> Post(
        string site,
        string webhook,
        Guid deliveryId,
        WebhookStore store,
        WebhookQueue queue,
        WebhookBell bell,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (await store.FindAsync(site, webhook, ct) is null)
            return Problem.WebhookNotFound(webhook);
        if (!await queue.RetryAsync(site, webhook, deliveryId, now.ToMicroseconds(), ct))
            return Problem.DeliveryNotFound(deliveryId);
        bell.Ring();
        return Answer.Of(new QueuedDelivery(deliveryId), StatusCodes.Status202Accepted) with
        {
            IsPrivate = true,
        };
    }
}
