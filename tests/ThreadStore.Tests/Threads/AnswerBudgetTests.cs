using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Threads;

/// <summary>Pages of very long comments end sooner, and go on where they ended.</summary>
public class AnswerBudgetTests(Store store)
{
    /// <summary>A page's own overhead, and the one item that may stand over the edge.</summary>
    const int Tolerance = 250_000;

    static string Long(int n, int length = 90_000)
    {
        var word = new string((char)('a' + n % 20), 9);
        return $"budget {n} {string.Join(' ', Enumerable.Repeat(word, length / 10))}";
    }

    static void AssertBounded(Reply reply)
    {
        reply.Expect(200);
        Assert.InRange(Encoding.UTF8.GetByteCount(reply.Text), 1, AnswerBudget.Bytes + Tolerance);
    }

    async Task<TestSite> SiteAsync() => await store.ASiteAsync(new { maxCommentLength = 200_000 });

    static IEnumerable<string?> Ids(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("id").GetString());

    [Fact]
    public async Task A_thread_is_walked_whole_in_answers_that_are_bounded()
    {
        var site = await SiteAsync();
        var article = await site.AnArticleAsync();
        var parents = new List<Guid>();
        for (var i = 0; i < 9; i++)
            parents.Add(await site.ACommentAsync(article, $"c{i}", Long(i)));
        for (var i = 0; i < 12; i++)
            await site.ACommentAsync(article, $"r{i}", Long(20 + i), parents[i % 2]);

        foreach (var sort in (string[])["newest", "oldest", "best"])
        // large pages, and those that are read by the statement for ordinary ones first
        foreach (var (limit, replies) in ((int, int)[])[(100, 10), (20, 3)])
        {
            AssertBounded(
                await site.GetAsync(
                    $"/articles/{article}/comments?sort={sort}&limit={limit}&replies={replies}"
                )
            );
            var met = await Walk.ThreadAsync(site, article, sort, limit, replies);
            Assert.Equal(21, met.Select(c => c.GetProperty("id").GetString()).Distinct().Count());
            Assert.Equal(21, met.Count);
        }
        var at = (await site.GetAsync($"/articles/{article}")).Position;
        var analyst = site.Token("ana", Role.Analyst);
        AssertBounded(
            await site.GetAsync($"/articles/{article}/comments?limit=100&replies=10&atPosition={at}", analyst)
        );
        var past = await Walk.ThreadAsync(site, article, "newest", 100, 10, analyst, $"&atPosition={at}");
        Assert.Equal(21, past.Count);
    }

    [Fact]
    public async Task Replies_are_left_to_their_own_page_where_the_items_fill_the_answer()
    {
        var site = await SiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "Short");
        for (var i = 0; i < 8; i++)
            await site.ACommentAsync(article, $"r{i}", Long(i), parent);
        await site.ACommentAsync(article, "ben", "Short too");

        var page = (await site.GetAsync($"/articles/{article}/comments?replies=10")).Expect(200);
        var replies = page["items"][1].GetProperty("replies");
        var own = await site.GetAsync($"/comments/{parent}/replies?limit=100");

        Assert.Equal(2, page["items"].GetArrayLength());
        Assert.Equal(0, replies.GetProperty("items").GetArrayLength());
        var next = await site.GetAsync(
            $"/comments/{parent}/replies?limit=100&cursor={replies.GetProperty("nextCursor").GetString()}"
        );
        AssertBounded(own);
        Assert.Equal(Ids(own.Json), Ids(next.Json));
        Assert.Equal(8, (await Walk.PagesAsync(site, $"/comments/{parent}/replies", limit: 100)).Count);
    }

    [Fact]
    public async Task Other_lists_are_bounded_and_walked_whole_too()
    {
        var site = await store.ASiteAsync(
            new { maxCommentLength = 200_000, suspectWords = (string[])["suspect"] }
        );
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 8; i++)
            await site.ACommentAsync(article, "ada", Long(i, 120_000));
        for (var i = 0; i < 8; i++)
            await site.ACommentAsync(article, "ben", $"suspect {Long(i, 120_000)}");
        var moderator = site.Token("mod", Role.Moderator);
        var at = (await site.GetAsync($"/articles/{article}")).Position;

        foreach (
            var (path, token) in ((string, string?)[])
                [
                    ("/commenters/ada/comments", null),
                    ($"/search?q=budget&minPosition={at}", null),
                    ("/moderation/queue", moderator),
                    ($"/commenters/ada/comments?atPosition={at}", site.Token("ana", Role.Analyst)),
                ]
        )
        {
            var first = await site.GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit=100", token);
            AssertBounded(first);
            Assert.True(first["nextCursor"].GetString() is not null, $"{path}: {first.Text.Length}");
            Assert.Equal(8, (await Walk.PagesAsync(site, path, token, limit: 100)).Count);
        }
        AssertBounded(await site.GetAsync($"/articles/{article}/me", site.Token("ben")));
    }

    [Fact]
    public async Task Lists_of_articles_and_sites_are_bounded_too()
    {
        // its own database, for it lists all sites
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        for (var i = 0; i < 4; i++)
            (await site.PutArticleAsync($"a{i}", new { title = Long(i, 400_000) })).Expect(201);
        for (var i = 0; i < 3; i++)
            await node.ASiteAsync(
                new { bannedWords = Enumerable.Range(0, 800).Select(n => $"{n} {new string('w', 900)}") }
            );

        var first = (await site.GetAsync("/articles?limit=100")).Expect(200);
        Assert.InRange(first.Text.Length, 1, AnswerBudget.Bytes + 400_000);
        Assert.Equal(4, (await Walk.PagesAsync(site, "/articles", limit: 100)).Count);
        var root = Store.Token("*", "root", Role.Admin);
        var sites = 0;
        string? cursor = null;
        do
        {
            var page = (
                await Store.SendAsync(
                    node.Client,
                    "GET",
                    $"/v1/sites?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}",
                    token: root
                )
            ).Expect(200);
            Assert.InRange(page.Text.Length, 1, AnswerBudget.Bytes + 800_000);
            sites += page["items"].GetArrayLength();
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);
        Assert.Equal(4, sites);
    }

    /// <summary>Who has no picture may write all the same; each comment would carry the long one.</summary>
    [Theory]
    [InlineData(2_048, true)]
    [InlineData(2_049, false)]
    public async Task A_picture_may_have_so_many_characters_and_longer_ones_are_left_out(
        int length,
        bool isKept
    )
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var picture = "https://pictures.example/".PadRight(length, 'p');
        var token = Jwt.Of(
            new
            {
                sub = "ada",
                name = "Ada",
                site = site.Key,
                roles = Array.Empty<string>(),
                picture,
                exp = Jwt.In(TimeSpan.FromMinutes(5)),
            }
        );

        var posted = (
            await site.SendAsync("POST", $"/articles/{article}/comments", new { body = "Hello" }, token)
        ).Expect(201);

        Assert.Equal(isKept ? picture : null, posted["author"].GetProperty("picture").GetString());
    }
}
