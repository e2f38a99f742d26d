using CsCheck;
using ThreadStore.Comments;
using ThreadStore.Moderation;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public sealed class WordListTests
{
    static string? Find(string text, params string[] entries) =>
        new WordList(entries).Find([new FoldedText(text)]);

    [Theory]
    // whole words, whatever stands around them
    [InlineData("spam", "buy spam now", "spam")]
    [InlineData("spam", "SPAM!", "SPAM")]
    [InlineData("spam", "(spam)", "spam")]
    [InlineData("spam", "_spam_ and *spam*", "spam")]
    [InlineData("spam", "spammer antispam", null)]
    [InlineData("spam", "spam2", null)]
    [InlineData("", "", null)]
    // phrases, however they are spaced
    [InlineData("buy now", "Buy \n  NOW, please", "Buy \n  NOW")]
    [InlineData("buy now", "buy it now", null)]
    [InlineData("buy now", "buynow", null)]
    [InlineData("a b c", "a b a b c", "a b c")]
    // with signs
    [InlineData("c++", "I like C++.", "C++")]
    [InlineData("f*ck", "what the F*CK is", "F*CK")]
    [InlineData("f*ck", "f*cking", null)]
    [InlineData("$$$", "earn $$$$", "$$$")]
    [InlineData("don't", "Don’t", "Don’t")]
    // Unicode case folding, and writings of the same
    [InlineData("straße", "STRASSE", "STRASSE")]
    [InlineData("STRASSE", "straße", "straße")]
    [InlineData("ΜΆΙΟΣ", "μάιος", "μάιος")]
    [InlineData("привет", "ПРИВЕТ", "ПРИВЕТ")]
    [InlineData("caf\u00e9", "CAFE\u0301", "CAF\u00c9")]
    [InlineData("cafe", "café", null)]
    [InlineData("spam", "ｓｐａｍ", "spam")]
    [InlineData("spam", "𝓼𝓹𝓪𝓶", "spam")]
    [InlineData("spam", "s\u00adp\u200ba\u2060m", "s\u00adp\u200ba\u2060m")]
    [InlineData("\u200b", "anything", null)]
    // scripts that do not part their words
    [InlineData("笨蛋", "你是笨蛋吗", "笨蛋")]
    [InlineData("🖕", "you🖕", "🖕")]
    public void Whole_words_and_phrases_are_found_without_regard_to_case(
        string entry,
        string text,
        string? match
    ) => Assert.Equal(match, Find(text, entry));

    static string? FindIn(string language, string text, params string[] entries) =>
        new WordList(entries, language).Find([.. FoldedText.Of(text, language)]);

    [Theory]
    [InlineData("sıkıcı", "ÇOK SIKICI!", "SIKICI")]
    [InlineData("SIKICI", "çok sıkıcı", "sıkıcı")]
    [InlineData("içki", "İÇKİ", "İÇKİ")]
    [InlineData("İÇKİ", "içki", "içki")]
    [InlineData("içki", "I\u0307çki", "İçki")]
    // what is no Turkish is found as ever
    [InlineData("casino", "CASINO", "CASINO")]
    [InlineData("CASINO", "casino", "casino")]
    [InlineData("casino", "casıno", null)]
    [InlineData("sık", "sik", null)]
    public void Turkish_capitals_are_folded_on_a_Turkish_site(string entry, string text, string? match) =>
        Assert.Equal(match, FindIn("turkish", text, entry));

    [Fact]
    public void A_site_folds_by_its_language() =>
        Assert.Equal(
            [CommentState.Rejected, CommentState.Pending],
            Screening
                .OfText(
                    new()
                    {
                        Language = "turkish",
                        BannedWords = ["sıkıcı"],
                        SuspectWords = ["içki"],
                    },
                    new("SIKICI İÇKİ", BodyFormat.Markdown)
                )
                .Verdicts.Select(v => v.State!.Value)
        );

    [Fact]
    public void Elsewhere_a_dotless_i_is_no_I() => Assert.Null(FindIn("english", "SIKICI", "sıkıcı"));

    [Fact]
    public void What_comes_first_in_the_text_is_what_is_found() =>
        Assert.Equal("one two", Find("zero one two three", "three", "one two", "two three"));

    [Fact]
    public void A_phrase_that_breaks_off_may_be_the_beginning_of_another() =>
        Assert.Equal("b c d", Find("a b c d", "a b c x", "b c d"));

    [Fact]
    public void An_entry_within_another_is_found_though_the_other_is_not() =>
        Assert.Equal("b", Find("a b x", "a b c", "b"));

    static readonly Gen<string> Word = Gen.OneOf("a", "b", "c", "ab", "!");

    [Fact]
    public void What_is_found_is_what_a_plain_search_finds() =>
        Gen.Select(Word.Array[1, 4].Array[1, 6], Word.Array[0, 12])
            .Sample((entries, text) => Expected(entries, text) == Found(entries, text));

    static bool Found(string[][] entries, string[] text) =>
        new WordList(entries.Select(e => string.Join(' ', e))).Find([new FoldedText(string.Join(' ', text))])
            is not null;

    static bool Expected(string[][] entries, string[] text) =>
        entries.Any(e =>
            Enumerable.Range(0, text.Length + 1).Any(i => text.Skip(i).Take(e.Length).SequenceEqual(e))
        );
}
