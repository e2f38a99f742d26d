using System.ComponentModel.DataAnnotations;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Live;
using Wolverine.Http;

namespace ThreadStore.Inbox;

/// <summary>One Server-Sent Event to one person. What <c>event</c> says decides what <c>data</c> holds.</summary>
[OneOf(nameof(NotifiedShape.Event), typeof(NotifiedShape), typeof(UnreadShape), typeof(InboxResyncShape))]
public abstract record InboxMessageShape
{
    /// <summary>The position, in digits. Send it back as <c>Last-Event-ID</c>, to go on from here.</summary>
    public required string Id { get; init; }
}

/// <summary>One is told of something.</summary>
public sealed record NotifiedShape : InboxMessageShape
{
    [AllowedValues(WatchNotificationsEndpoint.Notification)]
    public required string Event { get; init; }
    public required NotificationShape Data { get; init; }
}

/// <summary>How much one has not read; first of all, and when it changes.</summary>
public sealed record UnreadShape : InboxMessageShape
{
    [AllowedValues(WatchNotificationsEndpoint.Unread)]
    public required string Event { get; init; }
    public required UnreadCount Data { get; init; }
}

/// <summary>Too much was missed to tell it: read the inbox anew and go on from this message's id.</summary>
public sealed record InboxResyncShape : InboxMessageShape
{
    [AllowedValues(LiveMessage.Resync)]
    public required string Event { get; init; }
    public required ResyncShape Data { get; init; }
}

public static class WatchNotificationsEndpoint
{
    public const string Notification = "notification";
    public const string Unread = "unread";

    /// <summary>
    /// What one is told of, as Server-Sent Events, from now on or from the position that <c>Last-Event-ID</c> or
    /// <c>?after=</c> names. Whoever gets <c>resync</c> reads the inbox anew, and goes on from there.
    /// </summary>
    /// <returns>200 the stream; 400 bad-request, validation; 503 busy.</returns>
    [Operation("watchNotifications"), Answers(typeof(InboxMessageShape), ContentType = "text/event-stream")]
    [Query("after", typeof(long), "The position that one has; all after it comes.", Min = 0)]
    [ReadsHeader(
        "Last-Event-ID",
        typeof(string),
        "The id of the last message that one has; comes before `after`. Browsers send it by themselves."
    )]
    [WolverineGet("/v1/sites/{site}/me/notifications/live"), SignedIn]
    public static IResult Get(
        string site,
        HttpContext http,
        Caller caller,
        Notifications notifications,
        InboxService inbox,
        Positions positions,
        Limits limits,
        IHostApplicationLifetime lifetime,
        Departures departures,
        CancellationToken ct
    ) =>
        EventStream.ReadAfter(http, out var after) is { } problem
            ? problem
            : new EventStream(
                new InboxSource(site, StreamId.Commenter(site, caller.Key), notifications, inbox),
                after,
                positions,
                limits,
                lifetime,
                departures.Of(site)
            );
}

/// <summary>What one person is told, at the moment that it is in their inbox.</summary>
sealed class InboxSource(string site, Guid commenter, Notifications notifications, InboxService inbox)
    : IStreamSource
{
    /// <summary>Beyond these a page of the inbox is less to send.</summary>
    const int Most = 200;

    /// <summary>What was read on another node is noticed so soon.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    long? unread;

    public Task<long> NewestAsync(CancellationToken ct) => inbox.ReadProgressAsync(ct);

    public Task NextAsync(long read, CancellationToken ct) =>
        Task.WhenAny(inbox.NewsAsync(site, commenter), Task.Delay(Interval, ct));

    public async Task<IReadOnlyList<StreamMessage>?> ReadAsync(
        long after,
        long upTo,
        bool isResumed,
        CancellationToken ct
    )
    {
        var (items, count) = await notifications.SinceAsync(site, commenter, after, upTo, Most, ct);
        if (items is null)
            return null;
        List<StreamMessage> messages =
        [
            .. items.Select(i => new StreamMessage(WatchNotificationsEndpoint.Notification, i.Id, i.Json)),
        ];
        if (count != unread)
            messages.Add(StreamMessage.Of(WatchNotificationsEndpoint.Unread, upTo, new UnreadCount(count)));
        unread = count;
        return messages;
    }
}
