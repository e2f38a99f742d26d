namespace ThreadStore.Tests.Support;

/// <summary>It is always the same time.</summary>
sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
