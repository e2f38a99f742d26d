using System.Data;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History.Replays;

/// <param name="Site">Null: all sites.</param>
/// <param name="After">Only events after this position; null: all, and what the folder held is replaced.</param>
public sealed record ReplayRequest(string? Site, string Folder, long? After, ReplayFormat Format);

/// <summary>
/// Writes the history as files that DuckDB, Spark and pandas read as they are. All of it is of one moment; what was
/// committed later is for the next run.
/// </summary>
public sealed class Replay(NpgsqlDataSource database, ReplayRequest request)
{
    /// <summary>An event that says that earlier ones are not what they were.</summary>
    public const string Erasure = "commenter-erased";

    /// <summary>What a folder of Parquet holds; see <c>docs/parquet.md</c>.</summary>
    public static readonly IReadOnlyList<Table> Schema =
    [
        EventTable.Columns,
        DecisionTable.Columns,
        .. StateTables.Tables,
    ];

    // here whole tables are read and sorted, for as long as it takes
    const string Settings =
        "set local enable_seqscan = on; set local work_mem = '64MB'; set local idle_in_transaction_session_timeout = 0";

    /// <exception cref="StartupException">The folder, or what it holds, does not go with what was asked.</exception>
    public async Task<Manifest> RunAsync(Action<PassProgress> progress, CancellationToken ct)
    {
        // before anything of the folder is touched
        if (request.Site is { } site && !await ExistsAsync(site, ct))
            throw new StartupException($"There is no site '{site}': see GET /v1/sites for those that are.");
        using var folder = ReplayFolder.Open(request.Folder);
        var (after, kept) = Continue(folder.Manifest);

        // rows of the same moment by another connection: sorting them takes as long as reading the events does
        await using var rows = await database.OpenConnectionAsync(ct);
        await using var moment = await BeginAsync(rows, null, ct);
        var end = (long)(await ScalarAsync(rows, EventStore.Positions.NewestSql, ct))!;
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await BeginAsync(connection, await ExportAsync(rows, ct), ct);
        await RefuseOtherHistoryAsync(connection, after, folder.Manifest, ct);
        if (after > 0 && await ErasedSinceAsync(connection, after, ct))
            throw new StartupException(
                $"Something was erased since position {after}, and files written before still hold it: replay into a new folder, without --after, and delete this one."
            );
        await using var states = new PartWriter(folder, request.Format);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        IReadOnlyList<ReplayFile> held = request.After is null
            ? []
            : [.. folder.Manifest?.Files.Where(f => f.FirstPosition is null) ?? []];
        var writingStates = StateTables.WriteAsync(rows, request.Site, held, states, failing.Token);
        try
        {
            await using var history = new PartWriter(folder, request.Format);
            IFold[] tables = [new EventTable(history, request.Format), new DecisionTable(history)];
            await Pass.RunAsync(connection, new(request.Site), after, tables, progress, ct, end);
            List<ReplayFile> files =
            [
                .. kept,
                .. await writingStates,
                .. await history.FinishAsync(),
                .. await states.FinishAsync(),
            ];
            foreach (var table in Schema.Where(t => files.TrueForAll(f => f.Table != t.Name)))
                files.Add(
                    held.FirstOrDefault(f => f.Table == table.Name && f.Rows == 0)
                        ?? PartWriter.WriteEmpty(folder, request.Format, table)
                );
            var manifest = Manifest.Of(
                request.Format,
                request.Site,
                after,
                Schema.Select(t => t.Name),
                files
            );
            manifest = manifest with { LastEvent = await IdAtAsync(connection, manifest.LastPosition, ct) };
            ct.ThrowIfCancellationRequested();
            folder.Commit(manifest);
            return manifest;
        }
        catch
        {
            await failing.CancelAsync();
            await ((Task)writingStates).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Where to begin, and what of the folder stays.</summary>
    (long After, IEnumerable<ReplayFile> Kept) Continue(Manifest? held)
    {
        if (request.After is not { } after)
            return (0, []);
        if (held is null)
            return (after, []);
        if (
            (held.SchemaVersion, held.Format, held.Site)
            != (Manifest.CurrentSchema, request.Format, request.Site)
        )
            throw new StartupException(
                $"{request.Folder} was written for {held.Site ?? "all sites"} as {held.Format}, schema {held.SchemaVersion}; this would be {request.Site ?? "all sites"} as {request.Format}, schema {Manifest.CurrentSchema}: replay into a new folder."
            );
        // who names an earlier one has some of it already; a later one would leave a hole
        if (after > held.LastPosition)
            throw new StartupException(
                $"{request.Folder} holds the history up to position {held.LastPosition}: go on with --after {held.LastPosition}."
            );
        return (held.LastPosition, held.Files.Where(f => f.FirstPosition is not null));
    }

    /// <param name="snapshot">Of another transaction; null: of this moment.</param>
    static async Task<NpgsqlTransaction> BeginAsync(
        NpgsqlConnection connection,
        string? snapshot,
        CancellationToken ct
    )
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var share = snapshot is null ? "" : $"set transaction snapshot '{snapshot}'; ";
        await using var command = new NpgsqlCommand(share + Settings, connection);
        await command.ExecuteNonQueryAsync(ct);
        return transaction;
    }

    /// <returns>
    /// Null at a standby, which exports none. What is read there later sees all that was seen before, since positions rise
    /// in the order of commits; events beyond the rows' are left out.
    /// </returns>
    static async Task<string?> ExportAsync(NpgsqlConnection connection, CancellationToken ct) =>
        await ScalarAsync(
            connection,
            "select case when pg_is_in_recovery() then null else pg_export_snapshot() end",
            ct
        ) as string;

    /// <summary>A database that lost what came last, and may have gone on since, does not continue the folder's history.</summary>
    async Task RefuseOtherHistoryAsync(
        NpgsqlConnection connection,
        long after,
        Manifest? held,
        CancellationToken ct
    )
    {
        var newest = (long)(await ScalarAsync(connection, EventStore.Positions.NewestSql, ct))!;
        if (after > newest)
            throw new StartupException(
                $"The database's history ends at position {newest}, before {after}: after a failover or a restored backup it has lost what came last. Replay into a new folder, without --after."
            );
        if (request.After is null || held is not { FirstPosition: not null })
            return;
        var id = await IdAtAsync(connection, held.LastPosition, ct);
        if (id is null || (held.LastEvent ?? id) != id)
            throw new StartupException(
                $"{request.Folder} holds another history than the database from some position up to {held.LastPosition} on: after a failover or a restored backup the database has lost what came last, and gone on. Replay into a new folder, without --after, and delete this one."
            );
    }

    static async Task<Guid?> IdAtAsync(NpgsqlConnection connection, long position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select id from {EventTables.Events} where seq_id = $1",
            connection
        );
        command.Parameters.Add(new() { Value = position });
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }

    async Task<bool> ErasedSinceAsync(NpgsqlConnection connection, long after, CancellationToken ct)
    {
        await using var command = new EventFilter(request.Site, Erasure).Command(connection, after, limit: 1);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    async Task<bool> ExistsAsync(string site, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select 1 from {ReaderTables.Schema}.site_rows where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct);
    }
}
