using System.Diagnostics;

namespace ThreadStore.Storage;

/// <summary>How busy the Appender of this node is, for work that can be put off until it has less to do.</summary>
public sealed class WritingPace
{
    /// <summary>What was long ago says nothing about now.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromMilliseconds(500);

    /// <summary>Above this share of its time, what else the database does makes writers wait.</summary>
    const double Much = 0.6;

    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    double share;
    long lastEnd = Stopwatch.GetTimestamp();
    int awaited;

    /// <summary>The Appender worked without a pause until now.</summary>
    public void Worked(long since)
    {
        var now = Stopwatch.GetTimestamp();
        var (worked, passed) = (
            Stopwatch.GetElapsedTime(since, now),
            Stopwatch.GetElapsedTime(Volatile.Read(ref lastEnd), now)
        );
        var kept = Math.Exp(-passed / Memory);
        Volatile.Write(ref share, share * kept + (1 - kept) * Math.Min(1, worked / passed));
        Volatile.Write(ref lastEnd, now);
    }

    public bool IsBusy =>
        Volatile.Read(ref share) > Much && Stopwatch.GetElapsedTime(Volatile.Read(ref lastEnd)) < Memory;

    /// <summary>Waits while writers are busy, and nobody waits for what is put off.</summary>
    /// <param name="longest">It must get on sometimes.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task YieldAsync(TimeSpan longest, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (IsBusy && Volatile.Read(ref awaited) == 0 && Stopwatch.GetElapsedTime(started) < longest)
            await Task.Delay(Step, ct);
    }

    /// <summary>Until disposed, nothing is put off: somebody waits for it.</summary>
    public IDisposable Hurry()
    {
        Interlocked.Increment(ref awaited);
        return new Haste(this);
    }

    sealed class Haste(WritingPace pace) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref pace.awaited);
    }
}
