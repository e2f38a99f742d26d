using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;

namespace ThreadStore.Inbox;

/// <summary>Something that one is told of.</summary>
/// <param name="Id">Rises from one to the next: the position of the event.</param>
/// <param name="Comment">The reply, the comment that mentions one, or one's own.</param>
/// <param name="By">The key of who wrote it; <c>moderator</c> for what moderators did.</param>
public sealed record NotificationShape(
    long Id,
    NotificationType Type,
    DateTimeOffset At,
    bool Read,
    ArticleLinkShape? Article,
    CommentShape? Comment,
    string? By
);

/// <summary>A page of one's notifications, newest first.</summary>
/// <param name="Unread">How many one has not read, on all pages.</param>
public sealed record NotificationPageShape(
    IReadOnlyList<NotificationShape> Items,
    long Unread,
    string? NextCursor
);

/// <summary>A notification on its way to whom it is for.</summary>
public sealed record NotificationView(long Id, NotificationType Type, ReadOnlyMemory<byte> Json);

/// <summary>Inboxes, as their owners see them: nothing of what became unseen, and nothing from people whom they ignore.</summary>
public sealed class Notifications(NpgsqlDataSource database)
{
    const string Moderator = "moderator";

    /// <summary>Whether whom a notification <c>n</c> is for ignores who wrote it.</summary>
    const string IsIgnored = $"""
        exists (select 1 from {IgnoredTable.Name} i
          where i.site = n.site and i.commenter_id = n.commenter_id and i.ignored_id = n.by_id)
        """;

    internal const string Seen = $"""
        from {InboxTables.Notifications} n
        left join {InboxTables.Reads} u on u.site = n.site and u.commenter_id = n.commenter_id
        left join {ReaderTables.Schema}.comment_rows c on c.site = n.site and c.id = n.comment_id
        left join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
        where n.site = $1 and n.commenter_id = $2 and case
          when n.type in ('reply', 'mention') then c.state = 'published' and not a.is_withdrawn and not ({IsIgnored})
          when n.type = 'featured' then c.state = 'published' and c.is_featured and not a.is_withdrawn
          when n.comment_id is not null then c.removed_by is distinct from 'author'
          else true end
        """;

    const string Unread = $"select count(*) {Seen} and n.position > coalesce(u.up_to, 0)";

    // what a comment that is gone was is no longer in its row: the select of its columns may not stumble over it
    const string Items = $"""
        select n.position, n.type, n.at, n.position <= coalesce(u.up_to, 0),
          (select r.key from {ReaderTables.Schema}.commenter_rows r where r.site = n.site and r.id = n.by_id),
          a.key, a.title, a.url, {CommentView.Columns}
        {Seen}
        """;

    /// <summary>Newest first; one more than asked for, where there is one. And how many are unread.</summary>
    public async Task<(List<NotificationView> Items, long Unread)> ListAsync(
        string site,
        Guid commenter,
        long? before,
        int limit,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        batch.Add(Unread, site, commenter);
        batch.Add(
            $"{Items} and n.position < $3 order by n.position desc limit $4",
            site,
            commenter,
            before ?? long.MaxValue,
            (long)limit
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var unread = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        return (await ReadAsync(reader, ct), unread);
    }

    /// <summary>Those of a stretch, oldest first (null: too many), and how many are unread at its end.</summary>
    public async Task<(List<NotificationView>? Items, long Unread)> SinceAsync(
        string site,
        Guid commenter,
        long after,
        long upTo,
        int most,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        batch.Add($"{Unread} and n.position <= $3", site, commenter, upTo);
        batch.Add(
            $"{Items} and n.position > $3 and n.position <= $4 order by n.position limit $5",
            site,
            commenter,
            after,
            upTo,
            most + 1L
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var unread = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var items = await ReadAsync(reader, ct);
        return (items.Count > most ? null : items, unread);
    }

    /// <returns>How many are unread then.</returns>
    public async Task<long> ReadUpToAsync(string site, Guid commenter, long upTo, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            $"""
            insert into {InboxTables.Reads} as u (site, commenter_id, up_to) values ($1, $2, $3)
            on conflict (site, commenter_id) do update set up_to = greatest(u.up_to, excluded.up_to)
            """,
            site,
            commenter,
            upTo
        );
        batch.Add(Unread, site, commenter);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0);
    }

    static async Task<List<NotificationView>> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var items = new List<NotificationView>();
        while (await reader.ReadAsync(ct))
            items.Add(Read(reader));
        return items;
    }

    static NotificationView Read(NpgsqlDataReader r)
    {
        const int comment = 8;
        var (id, type) = (r.GetInt64(0), Words.Parse<NotificationType>(r.GetString(1)));
        var json = new ArrayBufferWriter<byte>(1024);
        json.Append($"{{\"id\":{id},\"type\":\"{type.Word()}\",\"at\":\"");
        json.Append(r.GetFieldValue<DateTimeOffset>(2));
        json.Append($"\",\"read\":{(r.GetBoolean(3) ? "true" : "false")},\"article\":");
        var key = r.Text(5);
        json.Write(
            JsonSerializer.SerializeToUtf8Bytes(
                key is null ? null : new ArticleLinkShape(key, r.GetString(6), r.Text(7)),
                Json.Options
            )
        );
        json.Write(",\"comment\":"u8);
        if (key is null)
            json.Write("null"u8);
        else
        {
            var isOwn = type is not (NotificationType.Reply or NotificationType.Mention);
            var view = CommentView.Read(r, comment);
            (isOwn ? view.AsItsAuthorSees() : view).Write(json, ThreadQuery.Quote(key), maySeeHidden: isOwn);
        }
        json.Write(",\"by\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(r.Text(4) ?? Moderator, Json.Options));
        json.Write("}"u8);
        return new(id, type, json.WrittenMemory);
    }
}
