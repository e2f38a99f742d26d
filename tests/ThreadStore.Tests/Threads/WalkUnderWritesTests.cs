using System.Text.Json;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Threads;

public class WalkUnderWritesTests(Store store)
{
    const int Writers = 8;
    const int Comments = 25;

    /// <summary>Writes beside the reader until all is written; half of it as replies to what was there.</summary>
    static Task WriteAsync(TestSite site, string article, Guid[] there) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async w =>
                {
                    for (var n = 0; n < Comments; n++)
                    {
                        var parent = n % 2 == 0 ? (Guid?)null : there[(w * Comments + n) % there.Length];
                        (await site.PostAsync(article, $"writer{w}", $"{w}/{n}", parent)).Expect(201);
                    }
                })
        );

    [Theory]
    [InlineData("newest", 1)]
    [InlineData("newest", 3)]
    [InlineData("oldest", 1)]
    [InlineData("oldest", 3)]
    public async Task A_walk_meets_all_that_was_there_from_its_start_and_nothing_twice(string sort, int limit)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var posts = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(n => site.PostAsync(article, $"early{n}", $"early {n}"))
        );
        Guid[] there = [.. posts.Select(p => p.Expect(201)["id"].GetGuid())];
        var path = $"/articles/{article}/comments?sort={sort}&replies=0";

        var writing = WriteAsync(site, article, there);
        var walks = new List<Guid[]>();
        do walks.Add((await Walk.PagesAsync(site, path, limit: limit)).Ids());
        while (!writing.IsCompleted);
        await writing;

        foreach (var met in walks)
        {
            Assert.Equal(met.Length, met.Distinct().Count());
            Assert.Empty(there.Except(met));
        }
        Assert.Equal(there.Length + Writers * (Comments / 2 + 1), (await Walk.PagesAsync(site, path)).Count);
        await Walk.AssertLawOfCountsAsync(site, article);
    }

    [Fact]
    public async Task A_walk_through_the_replies_of_one_comment_holds_the_same()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "Root");
        var posts = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(n => site.PostAsync(article, $"early{n}", $"early {n}", root))
        );
        Guid[] there = [.. posts.Select(p => p.Expect(201)["id"].GetGuid())];

        var writing = WriteAsync(site, article, [root]);
        var walks = new List<List<JsonElement>>();
        do walks.Add(await Walk.ThreadAsync(site, article, "oldest", limit: 3));
        while (!writing.IsCompleted);
        await writing;

        foreach (var met in walks.Select(w => w.Ids()))
        {
            Assert.Equal(met.Length, met.Distinct().Count());
            Assert.Empty(there.Except(met));
        }
    }

    [Fact]
    public async Task Who_wrote_reads_what_they_wrote()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async w =>
                {
                    for (var n = 0; n < Comments; n++)
                    {
                        var posted = (await site.PostAsync(article, $"w{w}", $"{n}")).Expect(201);
                        var read = await site.GetAsync(
                            $"/articles/{article}/comments?limit=100",
                            headers: ("ThreadStore-Min-Position", $"{posted.Position}")
                        );
                        Assert.Contains(
                            posted["id"].GetGuid(),
                            read.Expect(200)["items"].EnumerateArray().Ids()
                        );
                        Assert.True(read.Position >= posted.Position);
                    }
                })
        );
    }
}
