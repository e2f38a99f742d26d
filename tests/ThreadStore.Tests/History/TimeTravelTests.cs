using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

public sealed partial class TimeTravelTests(Store store)
{
    const int Moments = 50;

    long Newest => store.Services.GetRequiredService<Positions>().Newest;

    static readonly string[] Sorts = ["newest", "oldest", "best", "hot", "controversial", "replies"];

    /// <summary>What readers and analysts were told at a position.</summary>
    sealed record Told(TestSite Site, long Position, string Path, string Answer);

    [Fact]
    public async Task At_any_position_the_past_is_what_was_told_then()
    {
        await using var node = await Node.StartAsync(store);
        await RandomHistoryTests
            .Any.Array[120, 160]
            .SampleAsync(
                async moves =>
                {
                    var run = await RandomHistoryTests.Run.StartAsync(node);
                    // of all moments, as many as are to be looked back at
                    var looks = new Random(moves.Length);
                    var told = new List<Told>();
                    for (var m = 0; m < moves.Length; m++)
                    {
                        await run.MakeAsync(moves[m]);
                        if (looks.Next(moves.Length - m) < Moments - told.Count / 4)
                            told.AddRange(await LookAsync(run, looks));
                    }
                    Assert.Equal(4 * Moments, told.Count);
                    // of a history that withdraws its articles early there is little to see
                    Assert.Contains(told, t => t.Answer.Contains("<em>", StringComparison.Ordinal));
                    await Parallel.ForEachAsync(
                        told,
                        new ParallelOptions { MaxDegreeOfParallelism = 2 },
                        async (then, _) =>
                        {
                            var now = await AnswerAsync(then.Site, then.Path, $"&atPosition={then.Position}");
                            // what was not there yet is shown as it was called
                            if (now != then.Answer && then.Answer.StartsWith("404", StringComparison.Ordinal))
                                now = await BeforeItsRenamingAsync(then, now);
                            Assert.True(
                                then.Answer == now,
                                $"{then.Path} at {then.Position}:\n{then.Answer}\n{now}"
                            );
                        }
                    );
                },
                iter: 1,
                threads: 1,
                print: moves => string.Join('\n', moves.AsEnumerable())
            );
    }

    /// <summary>A page, a walk to its end, a comment of it and a commenter's history.</summary>
    static async Task<Told[]> LookAsync(RandomHistoryTests.Run run, Random random)
    {
        var site = run.Sites[random.Next(run.Sites.Count)];
        var article = RandomHistoryTests.Run.Path(
            random.Next(4) == 0 ? random.Next(RandomHistoryTests.Articles) : 0
        );
        var sort = Sorts[random.Next(Sorts.Length)];
        var thread = $"{article}/comments?sort={sort}&limit={random.Next(1, 30)}&replies={random.Next(5)}";
        var page = await site.GetAsync(thread, Analyst(site));
        var id = page.Status == 200 ? Ids(page.Json).ElementAtOrDefault(random.Next(5)) : null;
        string[] paths =
        [
            thread,
            $"walk {article[1..]} {sort}",
            $"/comments/{id ?? $"{Guid.NewGuid()}"}?",
            $"/commenters/p{random.Next(RandomHistoryTests.People)}/comments?limit={random.Next(1, 30)}",
        ];
        var told = new List<Told>();
        foreach (var path in paths)
            told.Add(new(site, page.Position, path, await AnswerAsync(site, path, "")));
        return [.. told];
    }

    /// <summary>A thread under a key that it got later is the one that it was; then what was told is right.</summary>
    static async Task<string> BeforeItsRenamingAsync(Told then, string now)
    {
        if (!then.Path.Contains("articles/", StringComparison.Ordinal))
            return now;
        var article =
            then.Path.StartsWith("walk", StringComparison.Ordinal) ? then.Path.Split(' ')[1]
            : then.Path.Split('/')[2] is var key ? $"articles/{key}"
            : "";
        var reply = await then.Site.GetAsync(
            $"/{article}/comments?atPosition={then.Position}",
            Analyst(then.Site)
        );
        // it was renamed again, or merged
        while (reply.Status == 308)
            reply = await then.Site.GetAsync(
                reply.Headers["Location"][then.Site.Path.Length..],
                Analyst(then.Site)
            );
        var shown = reply.Expect(200)["article"].GetString()!;
        var itself = (
            await then.Site.GetAsync(
                $"/articles/{Uri.EscapeDataString(shown)}/comments?atPosition={then.Position}",
                Analyst(then.Site)
            )
        ).Expect(200);
        return Uri.EscapeDataString(shown) == article["articles/".Length..] || itself.Status != 200
            ? now
            : then.Answer;
    }

    static IEnumerable<string> Ids(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!);

    static async Task<string> AnswerAsync(TestSite site, string path, string when)
    {
        if (path.Split(' ') is ["walk", var article, var sort])
            return
                (await site.GetAsync($"/{article}/comments?limit=1{when}", Analyst(site))).Status
                    is (404 or 308)
                        and var status
                ? $"{status}"
                : string.Join(
                    '\n',
                    (
                        await Walk.ThreadAsync(
                            site,
                            article["articles/".Length..],
                            sort,
                            token: Analyst(site),
                            and: when
                        )
                    ).Select(c => Cursors().Replace(c.GetRawText(), "\"nextCursor\":\"…\""))
                );
        var reply = await site.GetAsync(path + when, Analyst(site));
        return reply.Status == 308 ? $"308 {reply.Headers["Location"].Split("&atPosition")[0]}"
            : reply.Status == 200
                ? $"200 {(path.StartsWith("/comments", StringComparison.Ordinal) ? reply.ETag : "")} {Cursors().Replace(reply.Text, "\"nextCursor\":\"…\"")}"
            : $"{reply.Status} {reply.Code}";
    }

    /// <summary>Those of the past name their position.</summary>
    [GeneratedRegex("\"nextCursor\":\"[^\"]+\"")]
    private static partial Regex Cursors();

    static string Analyst(TestSite site) => site.Token("ana", Role.Analyst);

    [Fact]
    public async Task A_time_means_the_last_position_recorded_by_then()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 12; i++)
            await Task.WhenAll(
                Enumerable.Range(0, 3).Select(n => site.PostAsync(article, $"p{n}", $"Text {i}"))
            );
        var events = (await site.GetAsync("/events", Analyst(site)))
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<JsonElement>(l))
            .Select(e =>
                (Position: e.GetProperty("position").GetInt64(), At: e.GetProperty("at").GetDateTimeOffset())
            )
            .ToList();

        foreach (var (_, at) in events)
        foreach (var time in (DateTimeOffset[])[at, at.AddMicroseconds(-1)])
        {
            var last = events.Where(e => e.At <= time).Select(e => e.Position).DefaultIfEmpty(0).Max();
            var asOf = await site.GetAsync(
                $"/articles/{article}/comments?limit=100&asOf={Json.Format(time)}",
                Analyst(site)
            );
            var atPosition = await site.GetAsync(
                $"/articles/{article}/comments?limit=100&atPosition={last}",
                Analyst(site)
            );
            Assert.Equal(atPosition.Status, asOf.Status);
            if (asOf.Status == 200)
                Assert.Equal(atPosition.Text, asOf.Text);
        }
    }

    [Fact]
    public async Task A_walk_of_the_past_goes_on_where_it_was_whatever_is_written_meanwhile()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var first = await site.ACommentAsync(article, "ada", "First");
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync(article, "ben", $"Reply {i}", first);
        var second = await site.ACommentAsync(article, "ada", "Second");
        // a time that has not come yet: the first page settles what it means
        var when = $"asOf={Json.Format(DateTimeOffset.UtcNow.AddMinutes(1))}";
        var path = $"/articles/{article}/comments?sort=oldest&limit=1&replies=2&{when}";

        var page = (await site.GetAsync(path, Analyst(site))).Expect(200);
        await site.ACommentAsync(article, "ada", "Third");
        await site.ACommentAsync(article, "ben", "Reply 5", first);
        (await site.SendAsync("DELETE", $"/comments/{second}", token: site.Token("ada"))).Expect(204);
        var next = (await site.GetAsync($"{path}&cursor={page["nextCursor"]}", Analyst(site))).Expect(200);
        var below = page["items"][0].GetProperty("replies").GetProperty("nextCursor").GetString();
        var replies = (
            await site.GetAsync($"/comments/{first}/replies?limit=10&{when}&cursor={below}", Analyst(site))
        ).Expect(200);

        Assert.Equal("Second", next["items"][0].GetProperty("body").GetString());
        Assert.Equal(JsonValueKind.Null, next["nextCursor"].ValueKind);
        Assert.Equal(
            ["Reply 2", "Reply 3", "Reply 4"],
            replies["items"].EnumerateArray().Select(r => r.GetProperty("body").GetString()!)
        );
        // good for the question that it came from, and for no other
        foreach (var other in (string[])["", $"&atPosition={page.Position}", "&asOf=2100-01-01T00:00:00Z"])
            (
                await site.GetAsync(
                    $"/articles/{article}/comments?sort=oldest&limit=1{other}&cursor={page["nextCursor"]}",
                    Analyst(site)
                )
            ).Expect(400, "bad-cursor");
    }

    [Fact]
    public async Task The_past_is_for_analysts_though_the_present_is_for_everybody()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "First");
        string[] paths =
        [
            $"/articles/{article}/comments",
            $"/comments/{id}",
            $"/comments/{id}/replies",
            "/commenters/ada/comments",
        ];
        foreach (var path in paths)
        foreach (
            var when in (string[])
                [$"atPosition={Newest}", $"asOf={Json.Format(DateTimeOffset.UtcNow)}", "asOf=never"]
        )
        {
            var asked = $"{path}?{when}";
            (await site.GetAsync(path)).Expect(200);
            (await site.GetAsync(asked)).Expect(401, "unauthorized");
            (await site.GetAsync(asked, "no.token.at-all")).Expect(401, "unauthorized");
            (await site.GetAsync(asked, site.Token("ada"))).Expect(403, "forbidden");
            (await site.GetAsync(asked, site.Token("mod", Role.Moderator))).Expect(403, "forbidden");
            (await site.GetAsync(asked, Store.Token("elsewhere", "ana", Role.Analyst))).Expect(
                403,
                "forbidden"
            );
            if (when == "asOf=never")
                continue;
            var past = (await site.GetAsync(asked, Analyst(site))).Expect(200);
            Assert.StartsWith("private", past.Headers["Cache-Control"], StringComparison.Ordinal);
            (await site.GetAsync(asked, Analyst(site), ("If-None-Match", past.ETag))).Expect(304);
        }
    }

    [Theory]
    [InlineData("atPosition=soon", "bad-request")]
    [InlineData("atPosition=-1", "bad-request")]
    [InlineData("atPosition=99999999999999999999", "bad-request")]
    [InlineData("atPosition=", "bad-request")]
    [InlineData("asOf=yesterday", "validation")]
    [InlineData("asOf=", "validation")]
    [InlineData("asOf=2021-04-02", "validation")]
    [InlineData("asOf=2021-04-02T10:00:00Z&atPosition=1", "validation")]
    [InlineData("atPosition=1&cursor=1.x", "bad-cursor")]
    [InlineData("asOf=2021-04-02T10:00:00Z&cursor=-1.x", "bad-cursor")]
    public async Task What_is_no_moment_is_refused(string query, string code)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var reply = await site.GetAsync($"/articles/{article}/comments?{query}", Analyst(site));

        reply.Expect(400, code);
        if (code == "validation")
            Assert.True(reply["errors"].TryGetProperty("asOf", out _));
    }

    [Fact]
    public async Task What_was_not_there_yet_is_not_found_and_what_is_to_come_not_known()
    {
        var site = await store.ASiteAsync();
        var before = Newest;
        var article = await site.AnArticleAsync();
        var posted = await site.PostAsync(article, "ada", "First");
        var id = posted["id"].GetGuid();
        Task<Reply> At(string path, long position) =>
            site.GetAsync($"{path}?atPosition={position}", Analyst(site));

        (await At($"/articles/{article}/comments", 0)).Expect(404, "article-not-found");
        (await At($"/articles/{article}/comments", before)).Expect(404, "article-not-found");
        (await At($"/comments/{id}", posted.Position - 1)).Expect(404, "comment-not-found");
        (await At($"/comments/{id}/replies", posted.Position - 1)).Expect(404, "comment-not-found");
        (await At("/commenters/ada/comments", before)).Expect(404, "commenter-not-found");
        (await At("/commenters/nobody/comments", posted.Position)).Expect(404, "commenter-not-found");
        (await At($"/comments/{id}", posted.Position)).Expect(200);
        (await At($"/comments/{id}", long.MaxValue)).Expect(503, "behind");
    }

    [Fact]
    public async Task A_comment_shows_what_it_said_before_it_was_edited_and_deleted()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var posted = await site.PostAsync(article, "ada", "First *draft*");
        var id = posted["id"].GetGuid();
        var edited = await site.SendAsync(
            "PATCH",
            $"/comments/{id}",
            new { body = "Second" },
            site.Token("ada")
        );
        var gone = await site.SendAsync("DELETE", $"/comments/{id}", token: site.Token("ada"));
        Task<Reply> At(Reply then) =>
            site.GetAsync($"/comments/{id}?atPosition={then.Position}", Analyst(site));

        var (first, second) = ((await At(posted)).Expect(200), (await At(edited)).Expect(200));
        (await At(gone)).Expect(410, "comment-deleted");

        Assert.Equal("First *draft*", first["body"].GetString());
        Assert.Contains("<em>draft</em>", first["html"].GetString(), StringComparison.Ordinal);
        Assert.StartsWith("\"1.", first.ETag, StringComparison.Ordinal);
        Assert.Equal("Second", second["body"].GetString());
        Assert.Equal(2, second["version"].GetInt32());
    }
}
