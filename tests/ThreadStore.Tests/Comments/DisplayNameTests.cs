using ThreadStore.Comments;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class DisplayNameTests(Store store)
{
    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("  Ada\r\n", "Ada")]
    [InlineData("Ada\nLovelace", "Ada Lovelace")]
    [InlineData("\u202Eada\u202C\u2066!\u2069", "ada!")]
    [InlineData("A\0d\u0007a\u007F\u200B\uFEFF\u00AD", "Ada")]
    [InlineData("علی\u200Cرضا 👩\u200D🚀", "علی\u200Cرضا 👩\u200D🚀")]
    [InlineData(null, "the-key")]
    [InlineData("", "the-key")]
    [InlineData(" \t\u00A0\u3000", "the-key")]
    [InlineData("\u200B\u200D\u2060\u202E\u3164\uFE0F", "the-key")]
    public void A_name_is_one_line_of_what_can_be_seen(string? name, string shown) =>
        Assert.Equal(shown, DisplayName.Of(name, "the-key"));

    [Fact]
    public void A_long_name_is_cut_after_what_is_dropped() =>
        Assert.Equal(
            new string('a', 200),
            DisplayName.Of(new string('\u202E', 300) + new string('a', 300), "k")
        );

    [Theory]
    [InlineData("\u202E\u200B\n", "ada")]
    [InlineData("\u202EmodA\nmin", "modA min")]
    public async Task A_comment_bears_the_name_as_it_is_shown(string name, string shown)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var posted = (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/comments",
                new { body = "Hello" },
                site.Token("ada", name: name)
            )
        ).Expect(201);

        Assert.Equal(shown, posted["author"].GetProperty("name").GetString());
        Assert.Equal(shown, (await site.GetAsync("/commenters/ada")).Expect(200)["name"].GetString());
    }
}
