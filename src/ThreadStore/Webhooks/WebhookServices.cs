using ThreadStore.Setup;

namespace ThreadStore.Webhooks;

/// <summary>What webhooks consist of.</summary>
public static class WebhookServices
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton(s => WebhookPace.Of(s.GetRequiredService<WebhookOptions>()));
        services.AddSingleton<WebhookBell>();
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<WebhookQueue>();
        services.AddSingleton<WebhookReader>();
        services.AddSingleton<WebhookMessages>();
        WebhookPost.Add(services);
        services.AddHostedService<WebhookCourier>();
    }
}
