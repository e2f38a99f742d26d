using System.Diagnostics;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Search;

namespace ThreadStore.Commands;

/// <summary>Brings what may lag to where the history is, for commands that look at it.</summary>
static class Projections
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the position at which we came, reached by a running server or, where none runs, by ourselves.</summary>
    /// <exception cref="StartupException">It was not reached.</exception>
    public static async Task<long> CatchUpAsync(Host host, IReadOnlyList<string> names, CancellationToken ct)
    {
        var services = host.App.Services;
        var progress = services.GetRequiredService<ProjectionProgress>();
        var positions = services.GetRequiredService<Positions>();
        await positions.AskAsync(ct);
        var position = positions.Newest;
        var indexer = services.GetRequiredService<Indexer>();
        await indexer.StartAsync(ct);
        try
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var name in names)
                if (
                    !await progress.WaitForAsync(
                        name,
                        position,
                        Patience - Stopwatch.GetElapsedTime(started),
                        ct
                    )
                )
                    throw new StartupException(
                        $"{name} is at position {await progress.ReadAsync(name, ct)} of {position}, and does not get on; see the server's log."
                    );
        }
        finally
        {
            await indexer.StopAsync(ct);
        }
        return position;
    }
}
