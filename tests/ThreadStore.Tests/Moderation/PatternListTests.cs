using ThreadStore.Moderation;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>Regular expressions, without regard to case as a site's language knows it.</summary>
public class PatternListTests
{
    [Theory]
    [InlineData("turkish", "s[ıi]k[ıi]c[ıi]", "ÇOK SIKICI!", "SIKICI")]
    [InlineData("turkish", "sıkıcı", "ÇOK SIKICI!", "SIKICI")]
    [InlineData("turkish", "SIKICI", "çok sıkıcı", "sıkıcı")]
    [InlineData("turkish", "içk[iı]", "İÇKİ", "İÇKİ")]
    [InlineData("turkish", "İÇK.", "bir içki", "içki")]
    // what is no Turkish is found as ever
    [InlineData("turkish", "cas[i1]no", "CASINO", "CASINO")]
    [InlineData("turkish", "sık", "sik", null)]
    [InlineData("english", "sıkıcı", "SIKICI", null)]
    [InlineData("simple", "b[a@]d", "B@D", "B@D")]
    public void Capitals_are_those_of_the_sites_language(
        string language,
        string pattern,
        string text,
        string? match
    )
    {
        Assert.Equal(match, new PatternList([pattern], language).Find([text]));
        // also as one of more than are tried at once
        Assert.Equal(
            match,
            new PatternList([.. Enumerable.Range(0, 60).Select(n => $"zz{n}y"), pattern], language).Find([
                "before",
                text,
            ])
        );
    }
}
