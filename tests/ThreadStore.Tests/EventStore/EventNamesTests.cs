using ThreadStore.EventStore;
using Xunit;

namespace ThreadStore.Tests.EventStore;

public class EventNamesTests
{
    sealed record Greeted(string Whom);

    sealed record GreetedBefore(string Name);

    [Fact]
    public void What_was_stored_in_a_shape_of_before_is_told_in_that_of_today()
    {
        var today = new EventNames.Entry(typeof(Greeted), "greeted@2", 2, "site", Audience.Readers);
        var before = new EventNames.Entry(
            typeof(GreetedBefore),
            "greeted",
            1,
            "site",
            Audience.Readers,
            e => new Greeted(((GreetedBefore)e).Name)
        );

        Assert.Equal("""{"whom":"Ada","more":1}""", $"{today.ReadJson("""{"whom":"Ada","more":1}"""u8)}");
        Assert.Equal("""{"whom":"Ada"}""", $"{before.ReadJson("""{"name":"Ada"}"""u8)}");
    }
}
