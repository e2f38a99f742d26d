using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

public class EventFeedTests(Store store)
{
    static async Task<List<JsonElement>> FeedAsync(TestSite site, string query = "")
    {
        var feed = (await site.GetAsync($"/events{query}", site.Token("a", Role.Analyst))).Expect(200);
        Assert.Equal("application/x-ndjson", feed.Headers["Content-Type"]);
        Assert.True(feed.Text.Length == 0 || feed.Text.EndsWith('\n'));
        return
        [
            .. feed
                .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize<JsonElement>(l)),
        ];
    }

    static long Position(JsonElement e) => e.GetProperty("position").GetInt64();

    static IEnumerable<string?> Types(IEnumerable<JsonElement> events) =>
        events.Select(e => e.GetProperty("type").GetString());

    /// <summary>Two articles, two commenters, a closing: nine events.</summary>
    async Task<TestSite> ASiteWithHistoryAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        var parent = await site.ACommentAsync("a", "ada", "One");
        await site.ACommentAsync("a", "ben", "Two", parent);
        await site.ACommentAsync("b", "ada", "Three");
        (
            await store.SendAsync(
                "POST",
                $"{site.Path}/articles/b/discussion/close",
                token: site.Token("ben", Role.Moderator)
            )
        ).Expect(200);
        return site;
    }

    [Fact]
    public async Task The_history_of_a_site_comes_in_the_order_in_which_it_happened()
    {
        var site = await ASiteWithHistoryAsync();

        var events = await FeedAsync(site);

        Assert.Equal(
            [
                "site-configured",
                "article-registered",
                "article-registered",
                "commenter-joined",
                "comment-posted",
                "commenter-joined",
                "comment-posted",
                "comment-posted",
                "discussion-closed",
            ],
            Types(events)
        );
        var positions = events.ConvertAll(Position);
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(positions.Count, positions.Distinct().Count());
        Assert.All(events, e => Assert.Equal(site.Key, e.GetProperty("site").GetString()));
    }

    [Fact]
    public async Task A_line_has_exactly_the_members_of_the_contract()
    {
        var site = await store.ASiteAsync();
        var put = (
            await site.PutArticleAsync("a 1", new { title = "T", publishedAt = "2021-04-02T10:00:00Z" })
        ).Expect(201);

        var feed = (
            await site.GetAsync("/events?type=article-registered", site.Token("x", Role.Analyst))
        ).Expect(200);

        var line = feed.Text.TrimEnd('\n');
        Assert.DoesNotContain('\n', line);
        var e = JsonSerializer.Deserialize<JsonElement>(line);
        var (id, at) = (e.GetProperty("id").GetGuid(), e.GetProperty("at").GetString());
        var stream = StreamId.Article(site.Key, "a 1");
        Assert.StartsWith(
            $$"""{"position":{{put.Position}},"id":"{{id}}","stream":{"type":"article","id":"{{stream}}"},"version":1,"type":"article-registered","schema":1,"at":"{{at}}","by":"cms","site":"{{site.Key}}","data":{""",
            line,
            StringComparison.Ordinal
        );
        Assert.Matches("""},"metadata":\{"correlationId":("[0-9a-f]{32}"|null)\}\}$""", line);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$", at);
        var data = e.GetProperty("data");
        var expected = new ArticleRegistered(
            "a 1",
            new("T", null, null, null, null, Past.Day, null),
            "cms",
            data.GetProperty("at").GetDateTimeOffset(),
            Source: null
        );
        Assert.True(
            JsonElement.DeepEquals(JsonSerializer.SerializeToElement(expected, Json.Options), data),
            data.GetRawText()
        );
        Assert.Equal("private, no-store", feed.Headers["Cache-Control"]);
        Assert.True(feed.Position >= put.Position);
    }

    [Fact]
    public async Task A_write_tells_the_position_of_its_last_event()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var posted = (await site.PostAsync(article, "ada", "Hello")).Expect(201);

        Assert.Equal(posted.Position, Position((await FeedAsync(site))[^1]));
    }

    [Fact]
    public async Task Text_of_any_kind_stays_on_one_line()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        const string text = "one\ntwo\r\n\"three\" \\ \u2028 \u2029 \u0085 é 😀 <b>";
        await site.ACommentAsync(article, "ada", text);

        var posted = (await FeedAsync(site, "?type=comment-posted")).Single();

        Assert.Equal(text, posted.GetProperty("data").GetProperty("body").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(10_000)]
    public async Task A_stretch_goes_on_where_the_one_before_it_ended(int limit)
    {
        var site = await ASiteWithHistoryAsync();
        var all = (await FeedAsync(site)).ConvertAll(Position);
        var met = new List<long>();

        while (true)
        {
            var stretch = await FeedAsync(site, $"?limit={limit}&after={met.LastOrDefault()}");
            Assert.InRange(stretch.Count, 0, limit);
            if (stretch.Count == 0)
                break;
            met.AddRange(stretch.Select(Position));
        }

        Assert.Equal(all, met);
    }

    [Fact]
    public async Task Events_are_filtered_by_type_article_and_commenter()
    {
        var site = await ASiteWithHistoryAsync();
        async Task<IEnumerable<string?>> Filtered(string query) => Types(await FeedAsync(site, query));

        Assert.Equal(
            ["comment-posted", "comment-posted", "comment-posted"],
            await Filtered("?type=comment-posted")
        );
        Assert.Equal(
            ["article-registered", "comment-posted", "comment-posted"],
            await Filtered("?article=a")
        );
        Assert.Equal(
            ["article-registered", "comment-posted", "discussion-closed"],
            await Filtered("?article=b")
        );
        Assert.Equal(
            ["commenter-joined", "comment-posted", "comment-posted"],
            await Filtered("?commenter=ada")
        );
        // also what somebody did as a moderator
        Assert.Equal(
            ["commenter-joined", "comment-posted", "discussion-closed"],
            await Filtered("?commenter=ben")
        );
        Assert.Equal(["comment-posted"], await Filtered("?type=comment-posted&article=a&commenter=ada"));
        Assert.Empty(await Filtered("?article=missing"));
        Assert.Empty(await Filtered("?type=article-withdrawn"));
    }

    [Fact]
    public async Task A_filter_is_compared_as_it_is()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("o'brien\"%_😀")).Expect(201);

        var events = await FeedAsync(site, $"?article={Uri.EscapeDataString("o'brien\"%_😀")}");

        Assert.Single(events);
        Assert.Empty(await FeedAsync(site, "?article=%25"));
    }

    [Fact]
    public async Task What_happened_on_another_site_is_not_in_it()
    {
        var (site, other) = (await ASiteWithHistoryAsync(), await ASiteWithHistoryAsync());

        Assert.Empty(
            (await FeedAsync(site))
                .ConvertAll(Position)
                .Intersect((await FeedAsync(other)).ConvertAll(Position))
        );
        Assert.Equal(9, (await FeedAsync(site, "?after=0")).Count);
    }

    [Fact]
    public async Task Who_resumes_from_the_last_position_misses_nothing_while_others_write()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var writing = Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async w =>
                {
                    for (var n = 0; n < 25; n++)
                        (await site.PostAsync(article, $"writer{w}", $"{n}")).Expect(201);
                })
        );

        var met = new List<long>();
        bool done;
        do
        {
            // asked before the stretch: what was written by then must be in it
            done = writing.IsCompleted;
            var stretch = await FeedAsync(site, $"?limit=7&after={met.LastOrDefault()}");
            met.AddRange(stretch.Select(Position));
            done &= stretch.Count == 0;
        } while (!done);
        await writing;

        Assert.Equal((await FeedAsync(site, "?limit=10000")).ConvertAll(Position), met);
        Assert.Equal(await site.CountEventsAsync(), met.Count);
    }
}
