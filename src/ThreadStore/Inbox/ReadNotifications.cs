using System.ComponentModel.DataAnnotations;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Inbox;

/// <summary>Marks notifications as read.</summary>
/// <param name="UpTo">The id of the newest that one has read: it, and all before it.</param>
public sealed record ReadNotifications([property: Range(0, long.MaxValue)] long UpTo);

/// <summary>How much of one's inbox is left to read.</summary>
public sealed record UnreadCount(long Unread);

public static class ReadNotificationsEndpoint
{
    /// <summary>Marks notifications as read, up to one of them. What was read stays read.</summary>
    /// <returns>200 how many are left; 400 validation.</returns>
    [Operation("readNotifications"), Answers(typeof(UnreadCount))]
    [WolverinePost("/v1/sites/{site}/me/notifications/read"), SignedIn]
    public static async Task<IResult> Post(
        string site,
        [Body] ReadNotifications command,
        Caller caller,
        Notifications notifications,
        InboxService inbox,
        CancellationToken ct
    )
    {
        if (command.UpTo < 0)
            return Problem.Validation("upTo", Flaw.Range("must not be negative.", 0, null));
        var commenter = StreamId.Commenter(site, caller.Key);
        // what is yet to come is not read
        var upTo = Math.Min(command.UpTo, await inbox.ReadProgressAsync(ct));
        var unread = await notifications.ReadUpToAsync(site, commenter, upTo, ct);
        inbox.Ring(site, commenter);
        return Answer.Of(new UnreadCount(unread)) with { IsPrivate = true };
    }
}
