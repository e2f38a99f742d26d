using System.Text.RegularExpressions;
using ThreadStore.Client;
using ThreadStore.Http;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>docs/front-end.md promises that each of its requests was sent and answered as it says.</summary>
public partial class FrontEndGuideTests(Store store)
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "front-end.md"));

    static IEnumerable<string> Blocks(string language) =>
        Block().Matches(Guide).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    [Fact]
    public async Task Every_request_of_the_guide_is_answered_as_it_says()
    {
        // a site of its own, under the guide's name for it
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");
        var run = new GuideRun(store);
        run.Know("ADA", site.Token("ada", name: "Ada"));
        run.Know("BEN", site.Token("ben", name: "Ben"));
        run.Know("CMS", site.Token("cms", Role.Service));
        run.Know("ROOT", Store.Token("*", "root", Role.Admin));
        var blocks = Blocks("http")
            .Select(b => b.Replace("/sites/gazette", site.Path[3..], StringComparison.Ordinal))
            .ToArray();

        Assert.True(blocks.Length > 30);
        foreach (var pair in blocks.Chunk(2))
        {
            Assert.DoesNotMatch("^HTTP/", pair[0]);
            Assert.StartsWith("HTTP/1.1 ", pair[^1]);
            await run.ExchangeAsync(pair[0], pair[1]);
        }
    }

    [Fact]
    public void Its_TypeScript_is_compiled_with_the_client() =>
        Assert.Equal(
            File.ReadAllText(Path.Combine(Sources.Root, "src", "client-ts", "test", "guide.ts")),
            Assert.Single(Blocks("ts"))
        );

    [Fact]
    public void Its_CSharp_is_that_of_this_file()
    {
        var here = File.ReadAllLines(
                Path.Combine(Sources.Root, "tests", "ThreadStore.Tests", "Docs", "FrontEndGuideTests.cs")
            )
            .Select(l => l.Trim())
            .ToHashSet();

        Assert.All(
            Assert.Single(Blocks("csharp")).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            l => Assert.Contains(l.Trim(), here)
        );
    }

    /// <summary>Only to be compiled: it has no end.</summary>
    static async Task SnippetAsync(string baseUrl, string token)
    {
        var api = new ThreadStoreClient(new HttpClient { BaseAddress = new Uri(baseUrl) }, token);
        await api.PostCommentAsync("gazette", "bridge", new() { Body = "Hello" });
        await foreach (var comment in api.GetThreadItemsAsync("gazette", "bridge", sort: ThreadSort.Best))
            Console.WriteLine(comment.Html ?? "deleted");
        await foreach (var message in api.WatchThreadAsync("gazette", "bridge"))
            Console.WriteLine(message);
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
