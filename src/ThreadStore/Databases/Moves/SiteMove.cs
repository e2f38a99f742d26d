using System.Diagnostics;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Sites;

namespace ThreadStore.Databases.Moves;

/// <summary>One of the two databases that a site is moved between.</summary>
/// <param name="Services">Of a server on it, which is not started.</param>
public sealed record MovePlace(string Name, NpgsqlDataSource Database, IServiceProvider Services);

/// <summary>What a move tells of itself.</summary>
/// <param name="Waited">How long writers of the site were kept waiting.</param>
public sealed record Moved(long Events, TimeSpan Waited);

/// <summary>
/// Moves a site while it lives; see docs/decisions/0041. Its events are copied beside its readers and writers; then a fence
/// keeps writers out of the old database while the last of them and the rows that no event tells of follow, and the first
/// database says that it lives in the new one, which is what counts for all.
/// </summary>
/// <param name="control">Of the first database: it holds <see cref="Lock"/>, and it alone says where the site lives.</param>
public sealed class SiteMove(
    NpgsqlConnection control,
    SiteHomes homes,
    MovePlace from,
    MovePlace to,
    string site,
    Action<long, long> progress
)
{
    /// <summary>Of the session that moves, in the first database: who gets it knows that nobody does.</summary>
    public const long Lock = 0x6d6f_7665_64;

    /// <summary>What may be left to copy when writers are made to wait: a fraction of a second's work.</summary>
    const int Rest = 500;

    /// <summary>For how long writers may be kept waiting before it is left for another time.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Until every node has asked where moving sites live, and what was under way is answered.</summary>
    static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Positions that are left out at the end. While nodes learn of the move, others write on in the old database, and a
    /// reader of the site may be told how far that is.
    /// </summary>
    const long Margin = 100_000;

    /// <exception cref="StartupException">It can't be moved now; it lives where it lived.</exception>
    public async Task<Moved> RunAsync(CancellationToken ct)
    {
        await using var reading = await from.Database.OpenConnectionAsync(ct);
        await using var fencing = await from.Database.OpenConnectionAsync(ct);
        await using var writing = await to.Database.OpenConnectionAsync(ct);
        await using var holding = await to.Database.OpenConnectionAsync(ct);
        await homes.BeginMoveAsync(site, from.Name, to.Name, ct);
        try
        {
            await SiteFence.LowerAsync(fencing, site, ct);
            await SiteFence.PrepareAsync(fencing, site, ct);
            await ArriveAsync(holding, ct);
            // what events say changes by retention and erasures alone, which wait on both sides for as long as the sessions last
            await using var here = await SessionLock.TakeAsync(fencing, Retention.Lock, ct);
            await using var there = await SessionLock.TakeAsync(holding, Retention.Lock, ct);
            var announced = Stopwatch.GetTimestamp();
            await using var copy = new SiteCopy(reading, writing, site);
            await CopyAsync(copy, ct);
            await using var rowsHere = await from.Database.OpenConnectionAsync(ct);
            await using var rowsThere = await to.Database.OpenConnectionAsync(ct);
            var rows = new RowCopy(rowsHere, rowsThere, site);
            await rows.AheadAsync(copy.Position, ct);
            // by then each node asks anew for every request where it lives
            if (UntilKnown - Stopwatch.GetElapsedTime(announced) is { Ticks: > 0 } early)
                await Task.Delay(early, ct);
            // so that little is left of it while writers wait
            await OldWorkers.CatchUpAsync(from, await NewestAsync(ct), ct);
            while (await copy.RunAsync(_ => { }, ct) > Rest) { }
            return await SwitchAsync(copy, rows, fencing, rowsThere, ct);
        }
        catch (Exception e)
        {
            await UndoAsync(e);
            throw;
        }
    }

    async Task ArriveAsync(NpgsqlConnection holding, CancellationToken ct)
    {
        await SiteFence.ExecuteAsync(
            holding,
            $"""
            insert into {DatabaseTables.Moved} (site, is_gone, is_closed, up_to) values ($1, false, false, null)
            on conflict (site) do update set is_gone = false, is_closed = false, up_to = null
            """,
            ct,
            site
        );
        // of a move that was cut off, or of when it lived there before
        await SiteRemoval.RunAsync(holding, site, ct);
    }

    async Task CopyAsync(SiteCopy copy, CancellationToken ct)
    {
        var all = await CountAsync(ct);
        // so that no position of a copied event was ever told here for something else
        await copy.LiftAsync(await NewestAsync(ct), ct);
        var done = 0L;
        while (await copy.RunAsync(n => progress(done += n, Math.Max(done, all)), ct) > Rest) { }
    }

    async Task<long> CountAsync(CancellationToken ct)
    {
        await using var command = from.Database.CreateCommand(
            $"select count(*) from {EventTables.Events} where tenant_id = $1",
            site
        );
        command.CommandTimeout = 0;
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    async Task<long> NewestAsync(CancellationToken ct)
    {
        await using var command = from.Database.CreateCommand(Positions.NewestSql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    async Task<Moved> SwitchAsync(
        SiteCopy copy,
        RowCopy rows,
        NpgsqlConnection fencing,
        NpgsqlConnection finishing,
        CancellationToken ct
    )
    {
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            await using (var transaction = await fencing.BeginTransactionAsync(patience.Token))
            {
                await SiteFence.ExecuteAsync(fencing, AppendLock.Sql, patience.Token);
                // events first: what follows from them, workers still write
                await SiteFence.CloseAsync(fencing, site, patience.Token);
                await transaction.CommitAsync(patience.Token);
            }
            var promised = await NewestAsync(patience.Token);
            await copy.RunAsync(_ => { }, patience.Token);
            await OldWorkers.CatchUpAsync(from, promised, patience.Token);
            await SiteFence.RaiseAsync(fencing, site, patience.Token);
            await SiteFence.PassAsync(fencing, patience.Token);
            await FinishThereAsync(finishing, rows, promised, patience.Token);
            await homes.SwitchAsync(control, site, from.Name, to.Name, patience.Token);
        }
        catch (Exception e)
            when (!ct.IsCancellationRequested
                && (
                    patience.IsCancellationRequested
                    || e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }
                )
            )
        {
            throw new StartupException(
                $"The last of the site could not be copied within {Patience.TotalSeconds:0} s, and writers were to wait no longer ({e.Message}): try again when less is written."
            );
        }
        // whoever is killed before this leaves it to the servers
        await using (var connection = await to.Database.OpenConnectionAsync(ct))
            await SiteFence.LowerAsync(connection, site, ct);
        return new(copy.Count, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>
    /// The rest of the site in one transaction of the new database, which tells its nodes. Its workers pass it by until it lives
    /// there.
    /// </summary>
    async Task FinishThereAsync(
        NpgsqlConnection connection,
        RowCopy rows,
        long promised,
        CancellationToken ct
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await rows.FinishAsync(ct);
        var last = await SiteCopy.LiftAsync(connection, promised + Margin, ct);
        await SiteFence.ExecuteAsync(
            connection,
            $"update {DatabaseTables.Moved} set is_gone = true, up_to = $2 where site = $1",
            ct,
            site,
            last
        );
        await Tombstone.AppendAsync(connection, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>After the site was moved: takes away what is left of it where it lived.</summary>
    public async Task ClearAsync(CancellationToken ct)
    {
        await Task.Delay(UntilKnown, ct);
        await using var connection = await from.Database.OpenConnectionAsync(ct);
        await SiteRemoval.RunAsync(connection, site, ct);
    }

    /// <summary>It lives where it lived, unless the first database says otherwise, or can't be asked: then the nodes see to it.</summary>
    async Task UndoAsync(Exception why)
    {
        try
        {
            // a switch that was given up may be under way still
            if (await homes.FindSettledAsync(site, CancellationToken.None) != from.Name)
                return;
            await using (var connection = await from.Database.OpenConnectionAsync(CancellationToken.None))
                await SiteFence.LowerAsync(connection, site, CancellationToken.None);
            await using (var connection = await to.Database.OpenConnectionAsync(CancellationToken.None))
                await SiteRemoval.RunAsync(connection, site, CancellationToken.None);
            await homes.EndMoveAsync(site, CancellationToken.None);
        }
        catch (Exception e) when (Outage.Is(e) && Outage.Is(why))
        {
            // whatever it could not reach before, it can't reach now
        }
    }
}
