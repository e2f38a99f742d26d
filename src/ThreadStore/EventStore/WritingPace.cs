namespace ThreadStore.EventStore;

/// <summary>
/// How busy the Appender of this node is: for work that can be put off until it has less to do, and for requests that it
/// would not get to in good time.
/// </summary>
public sealed class WritingPace(TimeProvider clock)
{
    /// <summary>Commands that share a transaction: beyond this, sharing gains little and the first waits long.</summary>
    public const int BatchLength = 256;

    /// <summary>Requests that an Appender which had little to do takes at once, however slow it turns out to be.</summary>
    public const int Burst = 1024;

    /// <summary>
    /// Requests that it always takes: they are in the transaction under way or in the next, so that none could wait less,
    /// and a disk that stalls for a moment costs nobody an answer.
    /// </summary>
    public const int AlwaysTaken = 2 * BatchLength;

    /// <summary>How long a request may come to wait where more are taken.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// While comments are written as fast as can be, what may lag takes no time from them until it is so far behind. From
    /// then on it keeps that distance.
    /// </summary>
    public static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(30);

    /// <summary>How long a word to hurry holds; who goes on waiting says it again.</summary>
    static readonly TimeSpan HurryTime = TimeSpan.FromSeconds(2);

    /// <summary>What was long ago says nothing about now.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromMilliseconds(500);

    /// <summary>Above this share of its time, what else the database does makes writers wait.</summary>
    const double Much = 0.6;

    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    const long Idle = long.MinValue;

    double share;
    double perSecond;
    long began = Idle;
    long lastEnd = clock.GetTimestamp();
    long hurried = Idle;
    int underWay;

    /// <summary>The Appender takes up commands.</summary>
    public void Begin() => Volatile.Write(ref began, clock.GetTimestamp());

    /// <summary>It has answered them.</summary>
    public void End(int commands)
    {
        var now = clock.GetTimestamp();
        var (worked, passed) = (clock.GetElapsedTime(began, now), clock.GetElapsedTime(lastEnd, now));
        // what a transaction of few takes says little of what one of many does
        var weight = (double)commands / BatchLength;
        if (worked > TimeSpan.Zero)
            Volatile.Write(ref perSecond, perSecond * (1 - weight) + weight * commands / worked.TotalSeconds);
        var kept = Math.Exp(-passed / Memory);
        if (passed > TimeSpan.Zero)
            Volatile.Write(ref share, share * kept + (1 - kept) * Math.Min(1, worked / passed));
        Volatile.Write(ref lastEnd, now);
        Volatile.Write(ref began, Idle);
    }

    /// <summary>It has hardly paused of late.</summary>
    public bool IsBusy
    {
        get
        {
            var idleSince = Volatile.Read(ref lastEnd);
            var idleUntil = Volatile.Read(ref began) is var start and not Idle ? start : clock.GetTimestamp();
            return Volatile.Read(ref share) > Much && clock.GetElapsedTime(idleSince, idleUntil) < Memory;
        }
    }

    /// <summary>Counts a request that is on its way to the Appender, until it is answered.</summary>
    /// <returns>False where too many are.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref underWay) <= AlwaysTaken || underWay <= Most)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref underWay);

    double Most => IsBusy ? Volatile.Read(ref perSecond) * LongestWait.TotalSeconds : Burst;

    /// <summary>Puts off what may lag, while writers are busy, nobody waits for it, and it is not too old.</summary>
    /// <param name="oldest">When what is to be taken in was recorded.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task YieldAsync(DateTimeOffset oldest, CancellationToken ct)
    {
        var left = LongestLag - (clock.GetUtcNow() - oldest);
        // the database's clock may be ahead of this one
        return YieldAsync(left < LongestLag ? left : LongestLag, ct);
    }

    /// <summary>Waits while writers are busy, and nobody waits for what is put off.</summary>
    /// <param name="longest">It must get on sometimes.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task YieldAsync(TimeSpan longest, CancellationToken ct)
    {
        var started = clock.GetTimestamp();
        while (IsBusy && !IsHurried && clock.GetElapsedTime(started) < longest)
            await Task.Delay(Step, clock, ct);
    }

    /// <summary>For a while nothing is put off: somebody waits for it.</summary>
    public void Hurry() => Volatile.Write(ref hurried, clock.GetTimestamp());

    bool IsHurried =>
        Volatile.Read(ref hurried) is var since and not Idle && clock.GetElapsedTime(since) < HurryTime;
}
