using System.Buffers;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>What happened to a site's queues, and how they stand.</summary>
public sealed class QueueHistory(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Events that are told one by one; past it, a queue read anew is less to send.</summary>
    const int MaxEvents = 2_000;

    static readonly string StateTypes = EventTables.Types(LiveMessage.StateEvents);

    const string FlagsAlone = """'[{"rule":"flags","match":null}]'::jsonb""";

    // a decision says what it found; an author's deletion does not, and flags stay with what is deleted. By JSON paths,
    // since every open desk asks, whenever something happens (see EventTables)
    static readonly string Events = $$"""
        select e.seq_id, (e.data->>'commentId')::uuid, e.type, e.data->>'state', before.type, before.state,
          coalesce(e.data->>'rule' = 'flags' or e.data #> '{before,reasons}' = {{FlagsAlone}}
            or e.data #> '{restored,reasons}' = {{FlagsAlone}}, false),
          coalesce(e.type in ('notice-received', 'flag-recounted', 'comment-released') or e.type = 'comment-flagged' and coalesce(e.data->>'shadowed', 'false') = 'false'
            or (e.data #>> '{before,flags}')::int > 0 or (e.data #>> '{restored,flags}')::int > 0
            or (e.type = 'comment-deleted' and c.flags > 0), false)
        from {{EventTables.Events}} e
        left join {{ReaderTables.Schema}}.comment_rows c on c.site = e.tenant_id and c.id = (e.data->>'commentId')::uuid
        {{EventTables.StateBefore(StateTypes)}}
        where e.tenant_id = $1 and e.seq_id > $2 and e.seq_id <= $3
          and (e.type in ('comment-flagged', 'flag-recounted', 'notice-received') or e.type = any({{StateTypes}}))
        order by e.seq_id limit $4
        """;

    /// <summary>The queues that were touched, by comment, with the position of the last event that did; null: too many.</summary>
    public async Task<Dictionary<(Guid Comment, QueueState Queue), long>?> TouchedAsync(
        string site,
        long after,
        long upTo,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(Events, site, after, upTo, MaxEvents + 1L);
        var touched = new Dictionary<(Guid, QueueState), long>();
        var count = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (++count > MaxEvents)
                return null;
            var type = reader.GetString(2);
            var e = new QueueEvent(
                reader.GetGuid(1),
                reader.Text(4) is { } before ? LiveMessage.StateAfter(before, reader.Text(5)) : null,
                type is "comment-flagged" or "flag-recounted" or "notice-received"
                    ? null
                    : LiveMessage.StateAfter(type, reader.Text(3)),
                reader.GetBoolean(6),
                reader.GetBoolean(7)
            );
            foreach (var queue in e.Touched())
                touched[(e.Comment, queue)] = reader.GetInt64(0);
        }
        return touched;
    }

    /// <summary>Of comments, what moderators are shown, and in which queues they are now.</summary>
    public async Task<Dictionary<Guid, QueuedComment>> LoadAsync(
        string site,
        Guid[] comments,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        await using var command = database.CreateCommand(
            QueueQuery.Of("c.id = any($3)"),
            site,
            now,
            comments
        );
        var found = new Dictionary<Guid, QueuedComment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var comment = CommentView.Read(reader);
            var flags = reader.GetInt32(CommentView.ColumnCount);
            var reasons = reader.Text(CommentView.ColumnCount + 2);
            var item = new ArrayBufferWriter<byte>(1024);
            QueueQuery.WriteItem(item, comment, reader, now);
            found[comment.Id] = new(
                item.WrittenMemory,
                comment.State == CommentState.Pending && reasons != OnlyFlags,
                flags > 0 && comment.State != CommentState.Deleted
            );
        }
        return found;
    }

    const string OnlyFlags = """[{"rule":"flags","match":null}]""";

    public async Task<QueueCounts> CountAsync(string site, CancellationToken ct)
    {
        await using var command = database.CreateCommand(GetQueueCountsEndpoint.Sql, site);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>Who looks at what.</summary>
    public async Task<List<Claim>> ClaimsAsync(string site, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select comment_id, claimed_by, until from {ClaimTable.Name} where site = $1 and until > $2 order by until, comment_id",
            site,
            clock.GetUtcNow()
        );
        var claims = new List<Claim>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            claims.Add(new(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        return claims;
    }
}

/// <summary>A comment as the queues show it.</summary>
/// <param name="Item">As JSON.</param>
public sealed record QueuedComment(ReadOnlyMemory<byte> Item, bool IsPending, bool IsFlagged)
{
    public bool IsIn(QueueState queue) => queue == QueueState.Pending ? IsPending : IsFlagged;
}
