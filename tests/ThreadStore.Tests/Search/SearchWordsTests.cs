using CsCheck;
using ThreadStore.Search;
using Xunit;

namespace ThreadStore.Tests.Search;

public class SearchWordsTests
{
    static string Show(string text) =>
        SearchWords.Read(text, out var fault) is { } words
            ? string.Join(
                " or ",
                words.Alternatives.Select(terms =>
                    string.Join(
                        ", ",
                        terms.Select(t =>
                            (t.IsNegated ? "not " : "") + string.Join(" & ", t.Phrases.Select(p => p.Words))
                        )
                    )
                )
            )
            : fault!.Message;

    [Theory]
    [InlineData("Red red RED", "'red'")]
    [InlineData(
        "red \"green blue\" -\"dark grey\" --black",
        "'red', 'green' <1> 'blue', not 'dark' <1> 'grey', not 'black'"
    )]
    [InlineData("sky or red green OR -blue", "'sky' or 'red', 'green' or not 'blue'")]
    [InlineData("or or a or", "'a'")]
    [InlineData("“smart quotes", "'smart' <1> 'quotes'")]
    [InlineData(
        "Trump/Vance covid-19 true.Brexit",
        "'trump' <1> 'vance', 'covid' <1> '19', 'true' <1> 'brexit'"
    )]
    [InlineData("cafe\u0301 CAFÉ cafe", "'cafe'")]
    [InlineData("straße ŁÓDŹ Øre", "'strasse', 'lodz', 'ore'")]
    [InlineData("ёж мой が", "'еж', 'мой', 'が':*")]
    [InlineData("https://www.a.example/b?c=d", "'www' <1> 'a' <1> 'example' <1> 'b' <1> 'c' <1> 'd'")]
    // every second pair of letters says all
    [InlineData("北京", "'北京'")]
    [InlineData("天安门", "'天安' <1> '安门'")]
    [InlineData("北京天安门", "'北京' <2> '天安' <1> '安门'")]
    [InlineData("猫", "'猫':*")]
    [InlineData("iPhone手机2", "'iphone' <1> '手机' <2> '2'")]
    [InlineData("ภาษา", "'ภา' <2> 'ษา'")]
    [InlineData("👍", "'👍'")]
    [InlineData("\" - -- '!&|()<->:* \"\" \u200B", "")]
    public void What_is_typed_is_taken_apart_as_the_comments_are(string text, string words) =>
        Assert.Equal(words, Show(text));

    static string Numbers(int count) => string.Join(' ', Enumerable.Range(1, count));

    [Fact]
    public void Words_and_phrases_are_bounded()
    {
        Assert.DoesNotContain("more than", Show(Numbers(24)), StringComparison.Ordinal);
        Assert.Equal("has more than 24 words.", Show(Numbers(25)));
        Assert.DoesNotContain("more than", Show($"\"{Numbers(12)}\""), StringComparison.Ordinal);
        Assert.Equal("has a phrase of more than 12 words.", Show($"\"{Numbers(13)}\""));
        // equal ones are one
        Assert.Equal("'a', 'b'", Show(string.Concat(Enumerable.Repeat("a b ", 100))));
        // of an address as many as say which it is; a long word by its parts
        Assert.Equal(12, Show($"https://a.example/{Numbers(30).Replace(' ', '-')}").Split("<1>").Length);
        Assert.Equal(1, Show(Numbers(20).Replace(' ', '-')).Count(c => c == '&'));
        Assert.Equal("has more than 24 words.", Show(Numbers(25).Replace(' ', '-')));
    }

    // whatever is found in a text is found by what was copied from it
    [Fact]
    public void A_text_is_taken_apart_alike_wherever_it_was_cut() =>
        Gen.String[Gen.Char["aé-'./ 漢字かなไทยА1\u0301\u200B한국"], 0, 40]
            .Sample(
                text =>
                {
                    var tokens = SearchTokens.Read(text);
                    Assert.Equal(Enumerable.Range(1, tokens.Count), tokens.Select(t => t.Position));
                    Assert.All(tokens, t => Assert.Matches("^[\\p{L}\\p{N}\\p{M}]+$", t.Folded));
                    Assert.Equal(
                        SearchTokens.Read(text.Normalize(System.Text.NormalizationForm.FormD)),
                        SearchTokens.Read(text.Normalize(System.Text.NormalizationForm.FormC))
                    );
                },
                iter: 5_000
            );
}
