using System.Text.RegularExpressions;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>docs/privacy.md says which request answers each duty: each was sent, and answered as it says.</summary>
public partial class PrivacyGuideTests(Store store)
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "privacy.md"));

    [Fact]
    public async Task Every_request_of_the_guide_is_answered_as_it_says()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("bridge");
        var run = new GuideRun(store);
        run.Know("COMMENT", $"{await site.ACommentAsync("bridge", "ada", "Ben is a thief.")}");
        run.Know("ADA", site.Token("ada"));
        run.Know("MOD", site.Token("mona", Role.Moderator));
        run.Know("ROOT", site.Token("root", Role.Admin));
        var blocks = Block()
            .Matches(Guide)
            .Select(m =>
                m.Groups[1].Value.Replace("/sites/gazette", site.Path[3..], StringComparison.Ordinal)
            )
            .ToArray();

        Assert.Equal(18, blocks.Length);
        foreach (var pair in blocks.Chunk(2))
        {
            Assert.StartsWith("HTTP/1.1 ", pair[1], StringComparison.Ordinal);
            await run.ExchangeAsync(pair[0], pair[1]);
        }
    }

    [Fact]
    public void Every_reason_of_a_notice_is_told() =>
        Assert.All(
            Words.All<NoticeReason>(),
            r => Assert.Contains($"`{r}`", Guide, StringComparison.Ordinal)
        );

    [GeneratedRegex("^```http\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
