using System.ComponentModel.DataAnnotations;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Webhooks;

/// <summary>A message that will be sent.</summary>
/// <param name="Id">Its <c>webhook-id</c>, by which the deliveries list it.</param>
public sealed record QueuedDelivery(Guid Id);

/// <summary>A new secret, shown this once.</summary>
public sealed record NewSecret(string Secret);

/// <summary>A stretch of the history that is to be sent again.</summary>
/// <param name="After">What comes after this position; 0: from the beginning.</param>
/// <param name="Until">Up to this one; null: to the newest.</param>
public sealed record ReplayWebhook(
    [property: Range(0, long.MaxValue)] long After,
    [property: Range(0, long.MaxValue)] long? Until = null
);

/// <summary>The stretch that is sent again.</summary>
public sealed record ReplayedStretch(long After, long Until);

public static class AskWebhookEndpoints
{
    /// <summary>Sends a message of the type <c>ping</c>, also where the webhook is paused or disabled.</summary>
    /// <returns>202 it will be sent; 404 webhook-not-found.</returns>
    [Operation("testWebhook"), Answers(typeof(QueuedDelivery))]
    [WolverinePost("/v1/sites/{site}/webhooks/{webhook}/test"), Roles(Role.Admin)]
    public static async Task<IResult> Test(
        string site,
        string webhook,
        WebhookQueue queue,
        WebhookBell bell,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var id = Guid.CreateVersion7(now);
        if (!await queue.AddPingAsync(site, webhook, id, now.ToMicroseconds(), ct))
            return Problem.WebhookNotFound(webhook);
        bell.Ring();
        return Accepted(new QueuedDelivery(id));
    }

    /// <summary>Makes a new secret. For a day the old one signs beside it, so that receivers can change over.</summary>
    /// <returns>200 the new secret; 404 webhook-not-found.</returns>
    [Operation("rotateWebhookSecret"), Answers(typeof(NewSecret))]
    [WolverinePost("/v1/sites/{site}/webhooks/{webhook}/secret"), Roles(Role.Admin)]
    public static async Task<IResult> Rotate(
        string site,
        string webhook,
        WebhookStore store,
        WebhookBell bell,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var secret = WebhookSecret.Make();
        if (!await store.RotateAsync(site, webhook, secret, now, ct))
            return Problem.WebhookNotFound(webhook);
        bell.Ring();
        return Answer.Of(new NewSecret(secret)) with { IsPrivate = true };
    }

    /// <summary>Sends a stretch of the history again, under the same ids.</summary>
    /// <remarks>Of comments as they stand now. What is written meanwhile is sent beside it.</remarks>
    /// <returns>202 it will be sent; 400 validation; 404 webhook-not-found.</returns>
    [Operation("replayWebhook"), Answers(typeof(ReplayedStretch))]
    [WolverinePost("/v1/sites/{site}/webhooks/{webhook}/replay"), Roles(Role.Admin)]
    public static async Task<IResult> Replay(
        string site,
        string webhook,
        [Body] ReplayWebhook command,
        WebhookStore store,
        Positions positions,
        WebhookBell bell,
        CancellationToken ct
    )
    {
        if (command.After < 0)
            return Problem.Validation("after", Flaw.Range("must not be negative.", 0, null));
        if (command.Until < command.After)
            return Problem.Validation("until", Flaw.Range("must not be before after.", command.After, null));
        await positions.AskAsync(ct);
        var until = Math.Min(command.Until ?? positions.Newest, positions.Newest);
        if (!await store.AgainAsync(site, webhook, command.After, until, ct))
            return Problem.WebhookNotFound(webhook);
        bell.Ring();
        return Accepted(new ReplayedStretch(command.After, until));
    }

    static Answer Accepted<T>(T value) =>
        Answer.Of(value, StatusCodes.Status202Accepted) with
        {
            IsPrivate = true,
        };
}
