using ThreadStore.Rows;
using Xunit;

namespace ThreadStore.Tests.Rows;

public sealed class RememberedRowsTests
{
    readonly RememberedRows remembered = new();

    public RememberedRowsTests() => remembered.Keep(new(), 10);

    [Fact]
    public void A_position_heard_or_found_that_it_did_not_write_makes_it_forget()
    {
        remembered.Hear(10);
        Assert.Equal(10, remembered.Position);
        Assert.True(remembered.IsTrueAt(10));

        Assert.False(remembered.IsTrueAt(11));
        Assert.Null(remembered.Position);

        remembered.Keep(new(), 11);
        remembered.Hear(12);
        Assert.Null(remembered.Position);
    }

    [Fact]
    public void Once_outdated_it_is_not_relied_on_until_nobody_else_wrote_between_two_transactions()
    {
        remembered.WasOutdated();
        Assert.True(remembered.IsShared);

        foreach (var newest in (long[])[12, 15, 19])
        {
            // all is loaded at once, rather than in vain first
            remembered.Hear(newest);
            Assert.Null(remembered.Position);
            Assert.True(remembered.IsTrueAt(newest));
            Assert.True(remembered.IsShared);
            remembered.Keep(new(), newest + 1);
        }

        remembered.Hear(20);
        Assert.True(remembered.IsTrueAt(20));
        Assert.False(remembered.IsShared);
    }
}
