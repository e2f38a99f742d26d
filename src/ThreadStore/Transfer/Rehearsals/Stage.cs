using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>What is there before a rehearsal begins.</summary>
/// <param name="Origin">When the first event of the stretch was recorded.</param>
/// <param name="HasTarget">The target is a site already, with settings of its own.</param>
sealed record Stage(DateTimeOffset Origin, bool HasTarget)
{
    const string Schema = ReaderTables.Schema;

    /// <exception cref="StartupException">Says why it can't be played.</exception>
    public static async Task<Stage> LookAsync(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        RehearsalRequest request,
        CancellationToken ct
    )
    {
        if (
            !await HasAsync(
                source,
                $"select exists (select from {Schema}.{ReaderTables.Sites} where site = $1)",
                ct,
                request.Site
            )
        )
            throw new StartupException($"There is no site '{request.Site}'.");
        await using (var newest = source.CreateCommand(Positions.NewestSql))
            if (await newest.ExecuteScalarAsync(ct) is long end && request.To > end)
                throw new StartupException(
                    $"The history ends at position {end}, before {request.To}: give that, or less, with --to."
                );
        var (origin, id) = await FirstAsync(source, request, ct);
        if (
            request.Site == request.Into
            && await HasAsync(
                target,
                $"select exists (select from {EventTables.Events} where tenant_id = $1 and id = $2)",
                ct,
                request.Site,
                id
            )
        )
            throw new StartupException(
                $"'{request.Into}' is the source itself, or a copy of it: name another site with --into."
            );
        if (
            !request.BesideOthers
            && await HasAsync(
                target,
                $"select exists (select from {Schema}.comment_rows where site = $1)",
                ct,
                request.Into
            )
        )
            throw new StartupException(
                $"The site '{request.Into}' has comments: name a new one, or give --beside to play among them."
            );
        return new(
            origin,
            await HasAsync(
                target,
                $"select exists (select from {Schema}.{ReaderTables.Sites} where site = $1)",
                ct,
                request.Into
            )
        );
    }

    static async Task<(DateTimeOffset, Guid)> FirstAsync(
        NpgsqlDataSource source,
        RehearsalRequest request,
        CancellationToken ct
    )
    {
        await using var command = source.CreateCommand(
            $"""
            select timestamp, id from {EventTables.Events}
            where tenant_id = $1 and seq_id between $2 and $3 and type <> 'tombstone' order by seq_id limit 1
            """,
            request.Site,
            request.From,
            request.To
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1))
            : throw new StartupException(
                $"Nothing happened on '{request.Site}' from position {request.From} to {request.To}."
            );
    }

    static async Task<bool> HasAsync(
        NpgsqlDataSource database,
        string sql,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = database.CreateCommand(sql, values);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
