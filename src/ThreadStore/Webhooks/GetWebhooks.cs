using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.Webhooks;

/// <summary>A page of a site's webhooks, in the order of their making.</summary>
public sealed record WebhookPage(IReadOnlyList<WebhookView> Items, string? NextCursor);

public static class GetWebhooksEndpoints
{
    /// <summary>A page of a site's webhooks, in the order of their making.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listWebhooks"), Answers(typeof(WebhookPage)), Paged]
    [WolverineGet("/v1/sites/{site}/webhooks"), Roles(Role.Admin)]
    public static async Task<IResult> List(
        string site,
        HttpContext http,
        WebhookStore store,
        CancellationToken ct
    )
    {
        var scope = $"webhooks/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        var found = await store.ListAsync(site, page, ct);
        var (shown, next) = page.Cut(found, scope, f => f.At);
        return Answer.Of(new WebhookPage([.. shown.Select(f => f.View)], next)) with { IsPrivate = true };
    }

    /// <summary>How a webhook is doing.</summary>
    /// <returns>200 the webhook; 304; 404 webhook-not-found.</returns>
    [Operation("getWebhook"), Answers(typeof(WebhookView))]
    [WolverineGet("/v1/sites/{site}/webhooks/{webhook}"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        string webhook,
        WebhookStore store,
        CancellationToken ct
    ) =>
        await store.FindAsync(site, webhook, ct) is { } view
            ? Answer.Of(view) with
            {
                IsPrivate = true,
            }
            : Problem.WebhookNotFound(webhook);

    /// <summary>Tells a webhook nothing more, and forgets what it was told.</summary>
    /// <returns>204 it is gone; 404 webhook-not-found.</returns>
    [Operation("deleteWebhook")]
    [WolverineDelete("/v1/sites/{site}/webhooks/{webhook}"), Roles(Role.Admin)]
    public static async Task<IResult> Delete(
        string site,
        string webhook,
        WebhookStore store,
        WebhookBell bell,
        CancellationToken ct
    )
    {
        if (!await store.RemoveAsync(site, webhook, ct))
            return Problem.WebhookNotFound(webhook);
        bell.Ring();
        return Results.NoContent();
    }
}
