using System.Buffers;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Inbox;

public static class GetNotificationsEndpoint
{
    /// <summary>A page of what one was told of, newest first, and how much of it one has not read.</summary>
    /// <remarks>Replies to one's comments, mentions by <c>@key</c> or <c>@"display name"</c> on articles where one wrote,
    /// and what moderators decided. What is no longer seen is not in it.</remarks>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("getNotifications"), Answers(typeof(NotificationPageShape)), Paged]
    [WolverineGet("/v1/sites/{site}/me/notifications"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        Caller caller,
        Notifications notifications,
        InboxService inbox,
        CancellationToken ct
    )
    {
        var scope = $"inbox/{site}/{caller.Key}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        // the Gate has seen to it that it is a number
        if (Gate.MinPosition(http) is { } wanted && !await inbox.WaitForAsync(wanted, ct))
            return Problem.Behind(wanted);
        // before them: they hold at least as much
        var position = await inbox.ReadProgressAsync(ct);
        var (items, unread) = await notifications.ListAsync(
            site,
            StreamId.Commenter(site, caller.Key),
            page.After?.Key,
            page.Limit + 1,
            ct
        );
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var count = 0;
        foreach (var item in items.Take(page.Limit))
        {
            if (!AnswerBudget.HasRoom(count, json.WrittenCount))
                break;
            if (count++ > 0)
                json.Write(","u8);
            json.Write(item.Json.Span);
        }
        var next = items.Count > count ? new Cursor(items[count - 1].Id, 0, Guid.Empty).Encode(scope) : null;
        json.Append($"],\"unread\":{unread},\"nextCursor\":{(next is null ? "null" : $"\"{next}\"")}}}");
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: true);
    }
}
