using Npgsql;
using NpgsqlTypes;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Privacy;

/// <summary>Rows after their events were emptied: those of the person and of what they wrote are folded anew, all others
/// are changed where they stand.</summary>
static class ErasedFold
{
    const string Schema = ReaderTables.Schema;
    const int Stretch = 2_000;

    public static async Task WriteAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        FoundEvents found,
        CancellationToken ct
    )
    {
        var own = await OwnAsync(connection, order, ct);
        foreach (var statement in ErasedRows.Statements)
            await Eraser.ExecuteAsync(connection, statement, ct, order.Parameters);
        foreach (var table in (string[])[ReaderTables.Reactions, ReaderTables.Flags])
        foreach (var chunk in found.Moved.Chunk(Stretch))
            await Eraser.ExecuteAsync(
                connection,
                $"""
                update {Schema}.{table} r set id = u.new, commenter_id = $4
                from unnest($2, $3) as u(old, new) where r.site = $1 and r.id = u.old
                """,
                ct,
                order.Site,
                chunk.Select(m => m.Key).ToArray(),
                chunk.Select(m => m.Value).ToArray(),
                order.RandomId
            );
        await CommenterAsync(connection, order, found, ct);
        var facts = found.Facts("comment");
        foreach (var chunk in own.Chunk(Stretch))
            await CommentsAsync(
                connection,
                order,
                [.. chunk.Select(id => Fold<Comment>(order.Site, facts[id])!)],
                ct
            );
    }

    static T? Fold<T>(string site, IEnumerable<object> facts)
        where T : class, IAggregate<T> => facts.Aggregate((T?)null, (state, e) => T.After(state, site, e));

    static async Task<List<Guid>> OwnAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select id from {Schema}.comment_rows where site = $1 and author_id = $2",
            connection
        );
        command.Parameters.AddValues(order.Site, order.Person.Id);
        var ids = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    static async Task CommenterAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        FoundEvents found,
        CancellationToken ct
    )
    {
        if (Fold<Commenter>(order.Site, found.Facts("commenter")[order.RandomId]) is not { } commenter)
            return;
        await using var command = new NpgsqlCommand(
            $"""
            update {Schema}.commenter_rows set id = $3, key = $4, name = $5, picture = $6, standing_reason = $7, warning = $8
            where site = $1 and id = $2
            """,
            connection
        );
        command.Parameters.AddValues(
            order.Site,
            order.Person.Id,
            commenter.Id,
            commenter.Key,
            commenter.Name
        );
        foreach (var text in (string?[])[commenter.Picture, commenter.StandingReason, commenter.Warning])
            command.Parameters.Add(
                new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
            );
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task CommentsAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        List<Comment> comments,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        new RowStatement(
            $$"""
            update {{Schema}}.comment_rows r set author_id = u.author_id, author = u.author, content = u.content,
              renderer = u.renderer, text_hash = u.text_hash, request_hash = u.request_hash, reasons = u.reasons,
              decided_by = u.decided_by
            from unnest({0}) as u(site, id, author_id, author, content, renderer, text_hash, request_hash, reasons, decided_by)
            where r.site = u.site and r.id = u.id
            """,
            Column(NpgsqlDbType.Text, comments, c => c.Site),
            Column(NpgsqlDbType.Uuid, comments, c => c.Id),
            Column(NpgsqlDbType.Uuid, comments, c => c.AuthorId),
            Column(NpgsqlDbType.Text, comments, c => c.AuthorJson),
            Column(NpgsqlDbType.Text, comments, c => c.ContentJson),
            Column(NpgsqlDbType.Integer, comments, _ => Markup.Version),
            Column(NpgsqlDbType.Bigint, comments, c => c.TextHash),
            Column(NpgsqlDbType.Text, comments, c => c.RequestHash),
            Column(NpgsqlDbType.Text, comments, c => c.ReasonsJson),
            Column(NpgsqlDbType.Text, comments, c => c.DecidedBy)
        ).AddTo(batch);
        await batch.ExecuteNonQueryAsync(ct);
    }
}
