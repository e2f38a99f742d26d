using ThreadStore.Http;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Webhooks;

namespace ThreadStore.Tests.Http;

/// <summary>Requests by which others are told of what happens.</summary>
public sealed class TellingSamples(TestSite site)
{
    /// <summary>Nobody listens there.</summary>
    const string Nowhere = "http://127.0.0.1:9/";

    /// <returns>Null where it is none of these operations.</returns>
    public async Task<Sample?> MakeAsync(string operationId) =>
        operationId switch
        {
            "putWebhook" => OnSite(new { url = Nowhere }).With("webhook", Name()),
            "listWebhooks" => OnSite(),
            "getWebhook"
            or "deleteWebhook"
            or "testWebhook"
            or "rotateWebhookSecret"
            or "listWebhookDeliveries" => await OnAWebhookAsync(),
            "replayWebhook" => await OnAWebhookAsync(new { after = 0 }),
            "retryWebhookDelivery" => await OnADeliveryAsync(),
            "watchQueue" => OnSite() with { Roles = Role.Moderator },
            "getNotifications" or "watchNotifications" => OnSite() with { Roles = Role.None },
            "getPreferences" => OnSite() with { Roles = Role.None },
            "putPreferences" => OnSite(new { email = new { replies = "daily" } }) with { Roles = Role.None },
            "readNotifications" => OnSite(new { upTo = 1 }) with { Roles = Role.None },
            _ => null,
        };

    Sample OnSite(object? body = null) =>
        new(new Dictionary<string, string> { ["site"] = site.Key }, body) { Roles = Role.Admin };

    static string Name() => $"w{Guid.NewGuid():N}";

    async Task<Sample> OnAWebhookAsync(object? body = null)
    {
        var name = Name();
        (await site.HookAsync("PUT", $"/{name}", new { url = Nowhere, paused = true })).Expect(201);
        return OnSite(body).With("webhook", name);
    }

    async Task<Sample> OnADeliveryAsync()
    {
        var sample = await OnAWebhookAsync();
        var delivery = await site.HookAsync("POST", $"/{sample.Values["webhook"]}/test");
        return sample.With("deliveryId", delivery.Expect(202)["id"].GetString()!);
    }
}
