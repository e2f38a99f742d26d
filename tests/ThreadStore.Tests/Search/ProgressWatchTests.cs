using ThreadStore.Search;
using Xunit;

namespace ThreadStore.Tests.Search;

public class ProgressWatchTests
{
    [Fact]
    public void An_agent_that_gets_on_is_left_alone()
    {
        var watch = new ProgressWatch();

        for (var n = 0; n < 10; n++)
            Assert.False(watch.WasMoved("a", n, n + 5));
        for (var n = 0; n < 10; n++)
            Assert.False(watch.WasMoved("a", 20, 20));
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(10, 15)]
    public void Progress_that_was_moved_by_others_is_seen_when_it_stays_so(long reached, long stored)
    {
        var watch = new ProgressWatch();

        Assert.Equal(
            [false, false, true],
            Enumerable.Range(0, 3).Select(_ => watch.WasMoved("a", reached, stored))
        );
    }
}
