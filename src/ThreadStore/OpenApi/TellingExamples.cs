using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Moderation;
using ThreadStore.Webhooks;

namespace ThreadStore.OpenApi;

/// <summary>Examples of how others are told of what happens.</summary>
static class TellingExamples
{
    const string Address = "https://crm.example/comments";

    static readonly Guid Delivery = new("0198c0de-0000-7000-8000-000000000016");
    static readonly string[] Types = [WebhookTypes.Published, WebhookTypes.Edited, WebhookTypes.Deleted];
    static readonly WebhookView Webhook = new(
        "crm",
        Address,
        Types,
        WebhookState.Active,
        Position: 42,
        Lag: 0,
        OpenApiExamples.Written.AddSeconds(1),
        LastError: null
    );

    static readonly NotificationShape Reply = new(
        42,
        NotificationType.Reply,
        OpenApiExamples.Written,
        Read: false,
        new(OpenApiExamples.Article, "Good news", null),
        OpenApiExamples.Comment,
        OpenApiExamples.Commenter
    );

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        // bodies
        [typeof(PutWebhook)] = new PutWebhook(Address, Types, After: 0),
        [typeof(ReplayWebhook)] = new ReplayWebhook(0, 41),
        [typeof(ReadNotifications)] = new ReadNotifications(42),
        [typeof(PutPreferences)] = new PutPreferences(
            new(MailFrequency.Instant, Mentions: MailFrequency.Daily)
        ),
        // answers
        [typeof(OwnPreferences)] = new OwnPreferences(
            new(MailFrequency.Instant, MailFrequency.Never, MailFrequency.Daily)
        ),
        [typeof(UnreadCount)] = new UnreadCount(3),
        [typeof(NotificationPageShape)] = new NotificationPageShape([Reply], 1, OpenApiExamples.Cursor),
        [typeof(InboxMessageShape)] = new NotifiedShape
        {
            Id = "42",
            Event = WatchNotificationsEndpoint.Notification,
            Data = Reply,
        },
        [typeof(QueueMessageShape)] = new CountedShape
        {
            Id = "42",
            Event = WatchQueueEndpoint.Counts,
            Data = new(2, 1),
        },
        [typeof(ConfiguredWebhook)] = ConfiguredWebhook.Of(Webhook, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        [typeof(WebhookView)] = Webhook,
        [typeof(WebhookPage)] = new WebhookPage([Webhook], null),
        [typeof(QueuedDelivery)] = new QueuedDelivery(Delivery),
        [typeof(NewSecret)] = new NewSecret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
        [typeof(ReplayedStretch)] = new ReplayedStretch(0, 41),
        [typeof(WebhookDeliveryPage)] = new WebhookDeliveryPage(
            [
                new(
                    Delivery,
                    42,
                    WebhookTypes.Published,
                    WebhookDeliveryState.Delivered,
                    [
                        new(OpenApiExamples.Written, 503, "answered 503", 112),
                        new(OpenApiExamples.Written.AddSeconds(1), 204, null, 31),
                    ],
                    NextAttemptAt: null
                ),
            ],
            OpenApiExamples.Cursor
        ),
    };
}
