using CsCheck;
using ThreadStore.Comments;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class TextHashTests
{
    static readonly DateTimeOffset Time = new(2026, 11, 26, 23, 58, 0, TimeSpan.Zero);

    static readonly Gen<long> Text = Gen.String.Select(body => TextHash.Of("daily", "ada", "a1", null, body));

    [Fact]
    public void A_text_posted_within_a_time_is_looked_for_whatever_the_hour() =>
        Gen.Select(Text, Gen.Double[-5, 5])
            .Sample(
                (text, minutes) =>
                    Assert.Contains(
                        TextHash.At(Time.AddMinutes(minutes), text),
                        TextHash.Between(Time.AddMinutes(-5), Time.AddMinutes(5), [text])
                    )
            );

    [Fact]
    public void What_is_stored_tells_the_text_at_any_time() =>
        Gen.Select(Text, Gen.DateTimeOffset)
            .Sample((text, time) => Assert.Equal(text, TextHash.TextOf(TextHash.At(time, text))));

    [Fact]
    public void What_is_stored_lies_in_the_order_of_hours() =>
        Gen.Select(Text, Text, Gen.Int[-1_000_000, 1_000_000])
            .Sample(
                (a, b, hours) =>
                    TextHash.At(Time.AddHours(hours), a) < TextHash.At(Time.AddHours(hours + 1), b)
            );

    [Fact]
    public void Author_place_and_text_all_count()
    {
        var parent = Guid.NewGuid();
        long[] all =
        [
            TextHash.Of("daily", "ada", "a1", null, "yes"),
            TextHash.Of("weekly", "ada", "a1", null, "yes"),
            TextHash.Of("daily", "bob", "a1", null, "yes"),
            TextHash.Of("daily", "ada", "a2", null, "yes"),
            TextHash.Of("daily", "ada", "a1", parent, "yes"),
            TextHash.Of("daily", "ada", "a1", null, "no"),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
