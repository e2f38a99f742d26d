using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>A decision, or what came of one, as its event tells it.</summary>
/// <param name="Version">Of the event in its stream.</param>
public sealed record PastDecision(object Event, Guid Stream, long Version);

/// <summary>Finds what was decided, in the events of one site. They never change, so no lock is needed.</summary>
public sealed class DecisionHistory(NpgsqlDataSource database, string site)
{
    /// <summary>The decision at a position; null where nobody decided anything.</summary>
    public async Task<PastDecision?> FindAsync(long position, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select e.type, e.data::text, e.stream_id, e.version from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id = $2
            """,
            site,
            position
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        // an author's deletion is a decision too, though nobody else's to take back
        return
            await reader.ReadAsync(ct)
            && EventNames.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1)) is { } e
            && EventNames.Of(e).IsDecision
            ? new(e, reader.GetGuid(2), reader.GetInt64(3))
            : null;
    }

    /// <summary>All comments that were decided on together.</summary>
    public Task<List<UndoneComment>> BulkAsync(Guid decision, CancellationToken ct) =>
        ReadAsync(
            $"""
            select e.type, e.data::text, e.stream_id
            from {ReaderTables.Schema}.decision_rows d
            join {EventTables.Events} e on e.tenant_id = d.site and e.stream_id = d.stream
              and e.data->>'decisionId' = d.decision::text
            where d.site = $1 and d.decision = $2 and d.article_id is not null
            order by d.number
            """,
            ct,
            decision
        );

    /// <summary>The comments that a ban took away.</summary>
    public Task<List<UndoneComment>> TakenWithBanAsync(Guid decision, Guid author, CancellationToken ct) =>
        ReadAsync(
            $"""
            select e.type, e.data::text, e.stream_id
            from {ReaderTables.Schema}.comment_rows c
            join {EventTables.Events} e on e.tenant_id = c.site and e.stream_id = c.id
              and e.data->>'decisionId' = $2::text
            where c.site = $1 and c.author_id = $3
            order by e.seq_id
            """,
            ct,
            decision,
            author
        );

    /// <summary>What a decision found of its comment; null: it is about something else, or is the author's own doing.</summary>
    public static (Guid Decision, CommentStatus Before)? FoundBy(object @event) =>
        @event switch
        {
            ICommentDecision e => (e.DecisionId, e.Before),
            CommentDeleted { DecisionId: { } id, Before: { } before } => (id, before),
            _ => null,
        };

    async Task<List<UndoneComment>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql, [site, .. values]);
        var comments = new List<UndoneComment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            comments.Add(
                EventNames.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1)) is { } e
                && FoundBy(e) is var (_, before)
                    ? new(reader.GetGuid(2), before)
                    : throw new InvalidOperationException("A decision that found nothing.")
            );
        return comments;
    }
}
