using ThreadStore.EventStore;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

public sealed class WritingPaceTests
{
    readonly ManualClock clock = new();
    readonly WritingPace pace;

    public WritingPaceTests() => pace = new(clock);

    [Fact]
    public void An_Appender_with_little_to_do_takes_a_burst_and_no_more()
    {
        Assert.Equal(WritingPace.Burst, Enter());
        Assert.Equal(0, Enter());

        pace.Leave();

        Assert.Equal(1, Enter());
    }

    [Theory]
    // fast: 0.15 s of work
    [InlineData(100, 1_000)]
    [InlineData(20, 10_000)]
    // slow, up to a disk that stalls: what shares the next two transactions
    [InlineData(1_000, 200)]
    [InlineData(60_000, 1)]
    public void A_busy_one_takes_what_it_gets_to_in_good_time_and_always_two_transactions(
        int milliseconds,
        int perSecond
    )
    {
        Work(TimeSpan.FromMilliseconds(milliseconds), Math.Max(1, perSecond * milliseconds / 1_000), 100);

        Assert.True(pace.IsBusy);
        var taken = Enter();

        Assert.InRange(taken, WritingPace.AlwaysTaken, WritingPace.AlwaysTaken + perSecond * 15 / 100);
        Assert.True(taken >= perSecond * 15 / 100 - 1, $"{taken}");
    }

    [Fact]
    public void A_transaction_that_takes_long_after_a_pause_is_no_sign_of_too_much_to_do()
    {
        Work(TimeSpan.FromMilliseconds(10), 2, 200);
        clock.Advance(TimeSpan.FromSeconds(2));
        pace.Begin();
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.False(pace.IsBusy);
        Assert.Equal(WritingPace.Burst, Enter());
    }

    [Fact]
    public void One_that_takes_long_after_many_others_is()
    {
        Work(TimeSpan.FromMilliseconds(10), 2, 200);
        pace.Begin();
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True(pace.IsBusy);
        Assert.Equal(WritingPace.AlwaysTaken, Enter());
    }

    [Fact]
    public async Task What_may_lag_waits_for_busy_writers_until_it_is_too_old_or_somebody_waits_for_it()
    {
        Task Yield(TimeSpan age) =>
            pace.YieldAsync(clock.GetUtcNow() - age, TestContext.Current.CancellationToken);
        await Yield(TimeSpan.Zero);

        Work(TimeSpan.FromMilliseconds(10), 2, 200);
        await Yield(WritingPace.LongestLag);
        // as the database's clock has it, which is ahead
        var ahead = Yield(TimeSpan.FromHours(-1));
        var young = Yield(WritingPace.LongestLag / 2);
        Assert.False(ahead.IsCompleted);
        Assert.False(young.IsCompleted);

        pace.Hurry();
        await Yield(TimeSpan.Zero);
        Work(TimeSpan.FromMilliseconds(10), 2, 10);
        await Task.WhenAll(ahead, young);

        Work(TimeSpan.FromMilliseconds(10), 2, 300);
        Assert.False(Yield(TimeSpan.Zero).IsCompleted);
    }

    void Work(TimeSpan each, int commands, int times)
    {
        for (var i = 0; i < times; i++)
        {
            pace.Begin();
            clock.Advance(each);
            pace.End(commands);
        }
    }

    /// <summary>As many as are taken.</summary>
    int Enter()
    {
        var taken = 0;
        while (pace.TryEnter())
            taken++;
        return taken;
    }
}
