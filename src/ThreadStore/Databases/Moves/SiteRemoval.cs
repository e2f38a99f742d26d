using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Privacy;

namespace ThreadStore.Databases.Moves;

/// <summary>Takes what there is of a site out of a database that it does not live in, in stretches, beside others.</summary>
static class SiteRemoval
{
    const int Stretch = 5_000;

    /// <summary>Until every node has looked what the newest event is: each does several times a second.</summary>
    static readonly TimeSpan UntilLooked = TimeSpan.FromSeconds(3);

    /// <returns>How many rows were there.</returns>
    public static async Task<long> RunAsync(NpgsqlConnection connection, string site, CancellationToken ct)
    {
        var removed = 0L;
        if (await HasEventsAsync(connection, site, ct))
        {
            if (await IsLastAsync(connection, site, ct))
                await MoveOnAsync(connection, ct);
            // it may have been the newest a moment ago
            await Task.Delay(UntilLooked, ct);
        }
        await SiteFence.ExecuteAsync(connection, "set threadstore.clearing = 'on'", ct);
        try
        {
            foreach (var table in SiteTables.Moved)
                removed += await EmptyAsync(connection, table.Name, "site", site, ct);
            // events first: whoever makes rows of them finds none any more
            foreach (var table in SiteTables.Events)
                removed += await EmptyAsync(connection, table, "tenant_id", site, ct);
            await PassAsync(connection, ct);
            foreach (var table in SiteTables.OfEvents)
                removed += await EmptyAsync(connection, table, "site", site, ct);
        }
        finally
        {
            // the pool keeps the connection as it is
            await SiteFence.ExecuteAsync(connection, "reset threadstore.clearing", CancellationToken.None);
        }
        return removed;
    }

    static Task<bool> HasEventsAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        SiteFence.IsTrueAsync(
            connection,
            $"select exists (select 1 from {EventTables.Events} where tenant_id = $1)",
            ct,
            site
        );

    /// <summary>Whether the newest event of all is the site's: without it, the history would seem to have gone back.</summary>
    static Task<bool> IsLastAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        SiteFence.IsTrueAsync(
            connection,
            $"select tenant_id = $1 from {EventTables.Events} order by seq_id desc limit 1",
            ct,
            site
        );

    static async Task MoveOnAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await SiteFence.ExecuteAsync(connection, AppendLock.Sql, ct);
        await Tombstone.AppendAsync(connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Waits for those who make rows of events that they read while these were there.</summary>
    static async Task PassAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await SiteFence.ExecuteAsync(
            connection,
            $"select pg_advisory_xact_lock({IndexedAsErased.Lock}); select 1 from {InboxTables.Progress} for update",
            ct
        );
        await transaction.CommitAsync(ct);
    }

    static async Task<long> EmptyAsync(
        NpgsqlConnection connection,
        string table,
        string column,
        string site,
        CancellationToken ct
    )
    {
        var removed = 0L;
        while (true)
        {
            await using var command = new NpgsqlCommand(
                $"delete from {table} where ctid = any(array(select ctid from {table} where {column} = $1 limit {Stretch}))",
                connection
            );
            command.CommandTimeout = 0;
            command.Parameters.AddValues(site);
            var rows = await command.ExecuteNonQueryAsync(ct);
            removed += rows;
            if (rows == 0)
                return removed;
        }
    }
}
