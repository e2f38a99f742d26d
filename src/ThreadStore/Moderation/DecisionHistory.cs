using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>Finds what was decided, in the events of one site. They never change, so no lock is needed.</summary>
public sealed class DecisionHistory(NpgsqlDataSource database, string site)
{
    /// <summary>The decision at a position; null where nobody decided anything.</summary>
    public async Task<PastDecision?> FindAsync(long position, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select e.type, e.stream_id, e.data::text, e.version from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id = $2
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = position });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var found = new PastDecision(
            reader.GetString(0),
            reader.GetGuid(1),
            JsonSerializer.Deserialize<JsonElement>(reader.GetString(2)),
            reader.GetInt64(3)
        );
        // an author's deletion is a decision too, though nobody else's to take back
        return found.Data.TryGetProperty("decisionId", out _) ? found : null;
    }

    /// <summary>All comments that were decided on together.</summary>
    public Task<List<UndoneComment>> BulkAsync(Guid decision, CancellationToken ct) =>
        ReadAsync(
            $"""
            select e.stream_id, e.data->>'before'
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
            select e.stream_id, e.data->>'before'
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

    async Task<List<UndoneComment>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql, [site, .. values]);
        var comments = new List<UndoneComment>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            comments.Add(
                new(
                    reader.GetGuid(0),
                    JsonSerializer.Deserialize<CommentStatus>(reader.GetString(1), Json.Options)
                        ?? throw new InvalidOperationException("A decision that found nothing.")
                )
            );
        return comments;
    }
}
