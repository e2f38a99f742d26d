using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Rows;
using ThreadStore.Search;

namespace ThreadStore.Privacy;

/// <summary>Texts of comments that readers no longer see, and that the site keeps no longer; see docs/decisions/0021.</summary>
public sealed class PurgedTexts(Appender appender)
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Comments whose texts are purged in one go.</summary>
    const int Stretch = 200;

    /// <summary>Whether somebody still has to decide about a comment, and so may have to read what is to be purged: an appeal
    /// or a notice of illegal content is open. As SQL.</summary>
    public static string IsUnderReview(string site, string comment) =>
        $"""
            exists (
              select 1 from {Schema}.comment_rows u left join {Schema}.{ReaderTables.Appeals} a
                on a.site = u.site and a.id = u.appeal and a.outcome is null
              where u.site = {site} and u.id = {comment} and (a.id is not null or u.{Notice.IsOpenOnComment}))
            """;

    /// <summary>Whoever is shadowed takes such a comment for published.</summary>
    const string IsShadowed = """coalesce(strpos(c.reasons, '"rule":"shadow"'), 0) > 0""";

    static readonly string Old = $"""
        select c.id from {Schema}.comment_rows c join {EventTables.Streams} s on s.tenant_id = c.site and s.id = c.id
        where c.site = $1 and c.state = $2 and s.timestamp < $3 and not starts_with(c.content, '"body":"",')
          and not ({IsShadowed}) and not {IsUnderReview("c.site", "c.id")}
        limit $4
        """;

    /// <param name="connection">With the lock of <see cref="Sites.Retention"/>.</param>
    /// <param name="state">Of the comments.</param>
    /// <param name="before">The last thing that happened to them.</param>
    public async Task PurgeAsync(
        NpgsqlConnection connection,
        string site,
        CommentState state,
        DateTimeOffset before,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        while (await FindAsync(connection, site, state, before, ct) is { Count: > 0 } comments)
        {
            if (!await EmptyAsync(connection, site, comments, ct))
                return;
            foreach (var comment in comments)
            {
                var receipt = await appender.AppendAsync(new PurgeText(site, comment, state, now), ct);
                if (receipt.Refusal is { } refusal)
                    throw new InvalidOperationException(refusal.Detail);
            }
        }
    }

    static async Task<List<Guid>> FindAsync(
        NpgsqlConnection connection,
        string site,
        CommentState state,
        DateTimeOffset before,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Old, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(site, state.Word(), before, Stretch);
        var found = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(reader.GetGuid(0));
        return found;
    }

    /// <summary>Takes texts out of events and of search.</summary>
    /// <returns>False: somebody indexes, or erases, and it is for another time.</returns>
    static async Task<bool> EmptyAsync(
        NpgsqlConnection connection,
        string site,
        List<Guid> comments,
        CancellationToken ct
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // to wait for it, holding the other, would be a deadlock with who erases
        await using (
            var alone = new NpgsqlCommand(
                $"select pg_try_advisory_xact_lock({IndexedAsErased.Lock})",
                connection
            )
        )
            if (await alone.ExecuteScalarAsync(ct) is not true)
                return false;
        var emptied = new List<(long, Guid, byte[])>();
        await using (
            var command = new NpgsqlCommand(
                $"select seq_id, stream_id, type, data::text from {EventTables.Events} where tenant_id = $1 and stream_id = any($2)",
                connection
            )
        )
        {
            command.Parameters.AddValues(site, comments.ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                if (MaskedEvent.WithoutText(reader.GetString(2), reader.GetFieldValue<byte[]>(3)) is { } left)
                    emptied.Add((reader.GetInt64(0), reader.GetGuid(1), left));
        }
        await FoundEvents.WriteAsync(connection, site, emptied, ct);
        await Eraser.ExecuteAsync(
            connection,
            $"update {SearchTables.Rows} set body = '', words = '' where site = $1 and id = any($2)",
            ct,
            site,
            comments.ToArray()
        );
        await transaction.CommitAsync(ct);
        return true;
    }
}
