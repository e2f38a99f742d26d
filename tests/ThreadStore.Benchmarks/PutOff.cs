using System.Diagnostics;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Search;

namespace ThreadStore.Benchmarks;

/// <summary>
/// What a server put off while it was under load: search and reports. It is to be done before another side is measured,
/// lest that side pay for it, and told, since it does not show in the server's own figures.
/// </summary>
sealed class PutOff(ThreadStoreServer server, int? postmaster)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly string LagSql = $"""
        select ({Positions.NewestSql}) - coalesce((
          select min(last_seq_id) from {EventTables.Progression} where name = any($1)), 0)
        """;

    long events;
    long furthest;
    TimeSpan longest;
    TimeSpan used;

    /// <summary>Waits until nothing is put off any more.</summary>
    /// <exception cref="BenchmarkException">It does not come to an end.</exception>
    public async Task CatchUpAsync(CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(server.Database);
        var (started, before) = (Stopwatch.GetTimestamp(), Cpu());
        var lag = await LagAsync(database, ct);
        events += lag;
        furthest = Math.Max(furthest, lag);
        while (lag > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new BenchmarkException($"Search and reports are still {lag} events behind.");
            await Task.Delay(Interval, ct);
            lag = await LagAsync(database, ct);
        }
        used += Cpu() - before;
        var took = Stopwatch.GetElapsedTime(started);
        longest = took > longest ? took : longest;
    }

    /// <summary>A line for whoever reads the figures.</summary>
    public override string ToString() =>
        FormattableString.Invariant(
            $"search and reports, put off while writers were busy, were up to {furthest:N0} events behind; they caught up before the next side was measured, within {longest.TotalSeconds:N1} s, for {used.TotalMicroseconds / Math.Max(1, events):N0} µs of CPU an event"
        );

    TimeSpan Cpu() => CpuTimes.Of(server.Process.Process) + (CpuTimes.OfFamily(postmaster) ?? TimeSpan.Zero);

    static async Task<long> LagAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(LagSql);
        command.Parameters.Add(new() { Value = Indexer.Lagging.Select(p => $"{p}:All").ToArray() });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
