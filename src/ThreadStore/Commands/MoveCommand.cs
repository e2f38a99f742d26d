using System.CommandLine;
using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Databases.Moves;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Commands;

/// <summary>Moves a site from one of several databases to another, while servers run.</summary>
static class MoveCommand
{
    public static Command Command(Func<Func<First, Task>, CancellationToken, Task<int>> onFirst)
    {
        var site = new Option<string>("--site") { Description = "Which site", Required = true };
        var to = new Option<string>("--to") { Description = "The database's name", Required = true };
        var move = new Command("move", "Move a site to another database while its readers read") { site, to };
        move.SetAction(
            (parsed, ct) =>
                onFirst(
                    first =>
                        RunAsync(
                            first,
                            parsed.GetRequiredValue(site),
                            parsed.GetRequiredValue(to).ToLowerInvariant(),
                            ct
                        ),
                    ct
                )
        );
        return move;
    }

    static async Task RunAsync(First first, string site, string to, CancellationToken ct)
    {
        await using var control = await first.Homes.First.OpenConnectionAsync(ct);
        await using var alone =
            await SessionLock.TryTakeAsync(control, SiteMove.Lock, ct)
            ?? throw new StartupException("A site is being moved already: wait until that is done.");
        await MoveAsync(first, control, site, to, ct);
    }

    static async Task MoveAsync(
        First first,
        NpgsqlConnection control,
        string site,
        string to,
        CancellationToken ct
    )
    {
        var home =
            await first.Homes.FindAsync(site, ct)
            ?? throw new StartupException($"There is no site '{site}'.");
        var pool = await first.Homes.PoolAsync(ct);
        var target =
            pool.FirstOrDefault(p => p.Name == to)
            ?? throw new StartupException($"There is no database '{to}'.");
        if (home == to)
        {
            await ClearOthersAsync(first, pool, site, to, ct);
            return;
        }
        if (target.IsFull)
            throw new StartupException(
                $"The database '{to}' is full: threadstore databases full {to} --open lets sites in again."
            );
        await using var here = await OpenAsync(first, home, ct);
        await using var there = await OpenAsync(first, to, ct);
        await RefuseImportsAsync(here.Place.Database, site, ct);
        // of a move to elsewhere that was cut off
        if (
            (await first.Homes.MovingAsync(ct)).FirstOrDefault(m => m.Site == site)?.MovingTo is { } before
            && before != to
            && before != home
        )
            await using (var other = await OpenAsync(first, before, ct))
            await using (var connection = await other.Place.Database.OpenConnectionAsync(ct))
                await SiteRemoval.RunAsync(connection, site, ct);
        SiteMove? move = null;
        Moved? moved = null;
        await EventBar.RunAsync(async told =>
        {
            move = new(
                control,
                first.Homes,
                here.Place,
                there.Place,
                site,
                (done, all) => told(done, done, all)
            );
            moved = await move.RunAsync(ct);
        });
        Console.WriteLine(
            FormattableString.Invariant(
                $"{site}: {moved!.Events} events moved from {home} to {to}; writers waited {moved.Waited.TotalSeconds:0.0} s"
            )
        );
        await move!.ClearAsync(ct);
    }

    /// <summary>It lives there already; what a move that was cut off after that left elsewhere is taken away.</summary>
    static async Task ClearOthersAsync(
        First first,
        IReadOnlyList<PooledDatabase> pool,
        string site,
        string home,
        CancellationToken ct
    )
    {
        var removed = 0L;
        foreach (var other in pool.Where(p => p.Name != home))
        {
            await using var opened = await OpenAsync(first, other.Name, ct);
            await using var connection = await opened.Place.Database.OpenConnectionAsync(ct);
            removed += await SiteRemoval.RunAsync(connection, site, ct);
        }
        await using (var opened = await OpenAsync(first, home, ct))
        await using (var connection = await opened.Place.Database.OpenConnectionAsync(ct))
            await SiteFence.LowerAsync(connection, site, ct);
        await first.Homes.EndMoveAsync(site, ct);
        Console.WriteLine(
            removed == 0
                ? $"{site}: lives in {home} already"
                : $"{site}: lives in {home}; what was left of it elsewhere is gone"
        );
    }

    /// <summary>Their files may be large, and writers would wait for them.</summary>
    static async Task RefuseImportsAsync(NpgsqlDataSource database, string site, CancellationToken ct)
    {
        await using var running = database.CreateCommand(
            $"select exists (select 1 from {Transfer.ImportTables.Parts} where site = $1)",
            site
        );
        if (await running.ExecuteScalarAsync(ct) is true)
            throw new StartupException(
                $"An import into '{site}' is under way, or its file is being sent: move the site after that."
            );
    }

    sealed record Opened(MovePlace Place, OpenedDatabase Whole) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Whole.DisposeAsync();
    }

    /// <exception cref="StartupException">It is of another version, or can't be used.</exception>
    static async Task<Opened> OpenAsync(First first, string name, CancellationToken ct)
    {
        var named = await ChosenDatabase.OfNameAsync(name, first.Options, first.Homes, ct);
        try
        {
            var opened = await OpenedDatabase.OpenAsync(named, first.Options, isNew: false, ct);
            try
            {
                await first.Homes.RecogniseAsync(name, opened.Database, ct);
                return new(new(name, opened.Database, opened.Services), opened);
            }
            catch
            {
                await opened.DisposeAsync();
                throw;
            }
        }
        catch (StartupException e)
        {
            throw new StartupException($"The database '{name}' can't be used: {e.Message}");
        }
        catch (Exception e) when (Outage.Is(e))
        {
            throw new StartupException(
                $"The database '{name}' can't be reached ({e.GetBaseException().Message}): start it first."
            );
        }
    }
}
