using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Search;

public class LagWatchTests
{
    static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    readonly ManualClock clock = new();

    [Fact]
    public void What_lags_and_gets_on_is_not_stuck()
    {
        var watch = new LagWatch(clock);
        for (var position = 10; position < 20; position++)
        {
            Assert.Null(watch.StuckFor("search", position, 5));
            clock.Advance(Long);
        }
    }

    [Fact]
    public void What_holds_everything_is_not_stuck_however_long_nobody_writes()
    {
        var watch = new LagWatch(clock);
        Assert.Null(watch.StuckFor("search", 10, 0));
        clock.Advance(Long);
        Assert.Null(watch.StuckFor("search", 10, 0));
        clock.Advance(Long);
        // the first event after a quiet day is not yet overdue
        Assert.Null(watch.StuckFor("search", 10, 1));
    }

    [Fact]
    public void What_stands_still_with_events_before_it_is_stuck_until_it_moves()
    {
        var watch = new LagWatch(clock);
        Assert.Null(watch.StuckFor("reports", 10, 1));
        Assert.Null(watch.StuckFor("search", 10, 1));
        clock.Advance(Long);
        Assert.Null(watch.StuckFor("reports", 11, 1));
        Assert.Equal(Long, watch.StuckFor("search", 10, 2));
        Assert.Null(watch.StuckFor("search", 11, 1));
    }
}
