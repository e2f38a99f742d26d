using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class ChangeCommentTests(Store store)
{
    static Task<Reply> PatchAsync(
        TestSite site,
        Guid id,
        string by,
        string body,
        params (string, string)[] headers
    ) => site.Store.SendAsync("PATCH", $"{site.Path}/comments/{id}", new { body }, site.Token(by), headers);

    static Task<Reply> DeleteAsync(TestSite site, Guid id, string token, params (string, string)[] headers) =>
        site.Store.SendAsync("DELETE", $"{site.Path}/comments/{id}", null, token, headers);

    [Fact]
    public async Task An_author_edits_their_text_and_the_version_rises()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Frist");

        var edited = (await PatchAsync(site, id, "ada", "First")).Expect(200);

        Assert.Equal(("First", 2), (edited["body"].GetString(), edited["version"].GetInt32()));
        Assert.Equal(JsonValueKind.String, edited["editedAt"].ValueKind);
        var events = await site.CountEventsAsync();
        (await PatchAsync(site, id, "ada", "First")).Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Only_the_author_edits_and_only_within_the_window()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Mine");

        (await PatchAsync(site, id, "ben", "Yours")).Expect(403, "forbidden");
        (await PatchAsync(site, Guid.NewGuid(), "ada", "x")).Expect(404, "comment-not-found");
        (await PatchAsync(site, id, "ada", " ")).Expect(400, "validation");
        (
            await store.SendAsync(
                "PUT",
                site.Path,
                new { editWindowMinutes = 0 },
                Store.Token("*", "root", Role.Admin)
            )
        ).Expect(200);
        (await PatchAsync(site, id, "ada", "Late")).Expect(409, "edit-window-over");
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"1.0123456789abcdef\"", 200)]
    [InlineData("W/\"1.0123456789abcdef\"", 200)]
    [InlineData("\"7\", \"1\"", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("\"11\"", 412)]
    [InlineData("\"x\"", 412)]
    public async Task If_Match_takes_any_tag_of_the_current_version(string header, int status)
    {
        var site = await store.ASiteAsync();
        var id = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Text");

        (await PatchAsync(site, id, "ada", "New", ("If-Match", header))).Expect(
            status,
            status == 412 ? "stale-version" : null
        );
    }

    [Fact]
    public async Task A_deleted_comment_with_replies_leaves_a_tombstone_and_goes_with_the_last_of_them()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "root");
        var middle = await site.ACommentAsync(article, "ben", "middle", root);
        var leaf = await site.ACommentAsync(article, "eve", "leaf", middle);

        (await DeleteAsync(site, root, site.Token("ada"))).Expect(204);
        (await DeleteAsync(site, middle, site.Token("mod", Role.Moderator))).Expect(204);
        var thread = await Walk.ThreadAsync(site, article);

        Assert.Equal([root, middle, leaf], thread.Select(c => c.GetProperty("id").GetGuid()));
        Assert.Equal(
            ["author", "moderator", null],
            thread.Select(c => c.GetProperty("removedBy").GetString())
        );
        Assert.All(thread.Take(2), c => Assert.Equal(JsonValueKind.Null, c.GetProperty("author").ValueKind));
        Assert.Equal([0, 1, 0], thread.Select(c => c.GetProperty("replyCount").GetInt32()));
        await Walk.AssertLawOfCountsAsync(site, article);

        (await DeleteAsync(site, leaf, site.Token("eve"))).Expect(204);
        Assert.Empty(await Walk.ThreadAsync(site, article));
        Assert.Equal(0, (await site.GetAsync($"/articles/{article}"))["commentCount"].GetInt32());
        Assert.Equal(
            JsonValueKind.Null,
            (await site.GetAsync($"/articles/{article}"))["lastCommentAt"].ValueKind
        );
        (await site.GetAsync($"/comments/{leaf}")).Expect(410, "comment-deleted");
    }

    [Fact]
    public async Task Deleting_again_does_nothing_and_strangers_may_not()
    {
        var site = await store.ASiteAsync();
        var id = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Text");

        (await DeleteAsync(site, id, site.Token("ben"))).Expect(403, "forbidden");
        (await DeleteAsync(site, id, site.Token("ada"), ("If-Match", "\"9\""))).Expect(412, "stale-version");
        (await DeleteAsync(site, id, site.Token("ada"))).Expect(204);
        var events = await site.CountEventsAsync();
        (await DeleteAsync(site, id, site.Token("ada"))).Expect(204);

        Assert.Equal(events, await site.CountEventsAsync());
        (await PatchAsync(site, id, "ada", "Back")).Expect(410, "comment-deleted");
    }

    [Fact]
    public async Task The_newest_comment_before_it_is_the_last_when_the_last_is_deleted()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var first = (await site.PostAsync(article, "ada", "1")).Expect(201);
        var last = await site.ACommentAsync(article, "ada", "2");

        (await DeleteAsync(site, last, site.Token("ada"))).Expect(204);

        Assert.Equal(
            first["createdAt"].GetString(),
            (await site.GetAsync($"/articles/{article}"))["lastCommentAt"].GetString()
        );
    }

    [Fact]
    public async Task A_history_tells_moderators_all_and_the_author_their_texts()
    {
        var site = await store.ASiteAsync();
        var id = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        (await PatchAsync(site, id, "ada", "Two")).Expect(200);
        (await DeleteAsync(site, id, site.Token("mod", Role.Moderator))).Expect(204);

        var all = (await site.GetAsync($"/comments/{id}/history", site.Token("m", Role.Moderator))).Expect(
            200
        )["items"];
        var own = (await site.GetAsync($"/comments/{id}/history", site.Token("ada"))).Expect(200)["items"];

        Assert.Equal(
            ["comment-posted", "comment-edited", "comment-deleted"],
            all.EnumerateArray().Select(i => i.GetProperty("type").GetString())
        );
        Assert.Equal(
            ["ada", "ada", "mod"],
            all.EnumerateArray().Select(i => i.GetProperty("by").GetString())
        );
        Assert.Equal(
            ["ada", "ada", "moderator"],
            own.EnumerateArray().Select(i => i.GetProperty("by").GetString())
        );
        Assert.Equal("Two", own[1].GetProperty("data").GetProperty("body").GetString());
        (await site.GetAsync($"/comments/{id}/history", site.Token("ben"))).Expect(403, "forbidden");
        (await site.GetAsync($"/comments/{id}/history")).Expect(401, "unauthorized");
    }
}

public class ReactionAndFlagTests(Store store)
{
    static Task<Reply> ReactAsync(TestSite site, string method, Guid id, string kind, string by) =>
        site.Store.SendAsync(method, $"{site.Path}/comments/{id}/reactions/{kind}", null, site.Token(by));

    static Task<Reply> FlagAsync(TestSite site, Guid id, string by, object body) =>
        site.Store.SendAsync("POST", $"{site.Path}/comments/{id}/flags", body, site.Token(by));

    [Fact]
    public async Task One_reaction_a_reader_and_a_new_kind_replaces_the_old()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Text");

        Assert.Equal(
            """{"reactions":{"like":1}}""",
            (await ReactAsync(site, "PUT", id, "like", "ben")).Expect(200).Text
        );
        var events = await site.CountEventsAsync();
        Assert.Equal(
            """{"reactions":{"like":1}}""",
            (await ReactAsync(site, "PUT", id, "like", "ben")).Expect(200).Text
        );
        Assert.Equal(events, await site.CountEventsAsync());
        Assert.Equal(
            """{"reactions":{"like":2}}""",
            (await ReactAsync(site, "PUT", id, "like", "eve")).Expect(200).Text
        );
        Assert.Equal(
            """{"reactions":{"dislike":1,"like":1}}""",
            (await ReactAsync(site, "PUT", id, "dislike", "ben")).Expect(200).Text
        );
        Assert.Equal(2, (await site.GetAsync("/commenters/ada"))["reactionsReceived"].GetInt32());
        Assert.Equal(
            """{"reactions":{"dislike":1,"like":1}}""",
            (await ReactAsync(site, "DELETE", id, "like", "ben")).Expect(200).Text
        );
        Assert.Equal(
            """{"reactions":{"like":1}}""",
            (await ReactAsync(site, "DELETE", id, "dislike", "ben")).Expect(200).Text
        );
        Assert.Equal(1, (await site.GetAsync($"/comments/{id}"))["version"].GetInt32());
    }

    [Fact]
    public async Task Refused_reactions_and_flags_leave_no_event()
    {
        var site = await store.ASiteAsync();
        var id = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Text");
        var events = await site.CountEventsAsync();

        (await ReactAsync(site, "PUT", id, "love", "ben")).Expect(400, "validation");
        (await ReactAsync(site, "PUT", id, "like", "ada")).Expect(409, "own-comment");
        (await ReactAsync(site, "PUT", Guid.NewGuid(), "like", "ben")).Expect(404, "comment-not-found");
        (await FlagAsync(site, id, "ada", new { reason = "spam" })).Expect(409, "own-comment");
        (await FlagAsync(site, id, "ben", new { reason = "boring" })).Expect(400);
        (await FlagAsync(site, id, "ben", new { reason = "spam", note = new string('x', 1001) })).Expect(
            400,
            "validation"
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Enough_flags_hold_a_comment_in_the_same_transaction()
    {
        var site = await store.ASiteAsync(new { flagsHeldForReview = 2 });
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Text");

        (await FlagAsync(site, id, "ben", new { reason = "spam", note = "look" })).Expect(201);
        (await FlagAsync(site, id, "ben", new { reason = "spam" })).Expect(200);
        Assert.Single(await Walk.ThreadAsync(site, article));
        (await FlagAsync(site, id, "eve", new { reason = "offTopic" })).Expect(201);

        Assert.Empty(await Walk.ThreadAsync(site, article));
        (await site.GetAsync($"/comments/{id}")).Expect(404, "comment-not-found");
        Assert.Equal(
            "pending",
            (await site.GetAsync($"/comments/{id}", site.Token("ada"))).Expect(200)["state"].GetString()
        );
        await Walk.AssertLawOfCountsAsync(site, article);
    }

    [Fact]
    public async Task Ranks_follow_the_contracts_formulas()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var ids = new List<Guid>();
        // likes and dislikes of each comment
        var votes = new (int Likes, int Dislikes)[] { (0, 0), (3, 0), (1, 0), (2, 2), (4, 1), (0, 2) };
        foreach (var (likes, dislikes) in votes)
        {
            var id = await site.ACommentAsync(article, "ada", $"{ids.Count}");
            ids.Add(id);
            for (var i = 0; i < likes + dislikes; i++)
                (await ReactAsync(site, "PUT", id, i < likes ? "like" : "dislike", $"r{i}")).Expect(200);
        }
        double Best(int i)
        {
            var (p, n) = ((double)votes[i].Likes, (double)votes[i].Likes + votes[i].Dislikes);
            const double z = 1.96;
            return n == 0
                ? 0
                : (p / n + z * z / (2 * n) - z * Math.Sqrt((p / n * (1 - p / n) + z * z / (4 * n)) / n))
                    / (1 + z * z / n);
        }
        double Controversial(int i)
        {
            var (p, n) = votes[i];
            return p > 0 && n > 0 ? Math.Pow(p + n, (double)Math.Min(p, n) / Math.Max(p, n)) : 0;
        }

        async Task AssertOrderAsync(string sort, Func<int, double> rank)
        {
            // ties newest first
            var expected = Enumerable
                .Range(0, ids.Count)
                .OrderByDescending(i => Math.Round(rank(i), 9))
                .ThenByDescending(i => i);
            var walked = await Walk.ThreadAsync(site, article, sort, limit: 2);
            Assert.Equal(expected.Select(i => ids[i]), walked.Select(c => c.GetProperty("id").GetGuid()));
        }
        await AssertOrderAsync("best", Best);
        await AssertOrderAsync("controversial", Controversial);
        await AssertOrderAsync(
            "hot",
            i =>
            {
                var s = votes[i].Likes - votes[i].Dislikes;
                return Math.Sign(s) * Math.Log10(Math.Max(1, Math.Abs(s)));
            }
        );
    }

    [Fact]
    public async Task Ones_own_view_tells_what_one_did_and_may_do()
    {
        var site = await store.ASiteAsync(new { flagsHeldForReview = 1 });
        var article = await site.AnArticleAsync();
        var mine = await site.ACommentAsync(article, "ada", "Mine");
        var theirs = await site.ACommentAsync(article, "ben", "Theirs");
        (await ReactAsync(site, "PUT", theirs, "like", "ada")).Expect(200);
        (await FlagAsync(site, mine, "ben", new { reason = "other" })).Expect(201);

        var view = (await site.GetAsync($"/articles/{article}/me", site.Token("ada"))).Expect(200);

        Assert.Equal("like", view["reactions"].GetProperty($"{theirs}").GetString());
        Assert.Equal(mine, Assert.Single(view["own"].EnumerateArray()).GetProperty("id").GetGuid());
        Assert.True(view["can"].GetProperty("comment").GetProperty("allowed").GetBoolean());
        Assert.True(view["can"].GetProperty("edit").TryGetProperty($"{mine}", out _));
        var flagger = (await site.GetAsync($"/articles/{article}/me", site.Token("ben"))).Expect(200);
        Assert.Equal(mine, Assert.Single(flagger["flags"].EnumerateArray()).GetGuid());
        var stranger = (await site.GetAsync($"/articles/{article}/me", site.Token("new"))).Expect(200);
        Assert.Equal("good", stranger["commenter"].GetProperty("standing").GetString());
        Assert.Contains("private", view.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_become_of_a_comment_and_stores_nothing()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var events = await site.CountEventsAsync();

        var tried = await store.SendAsync(
            "POST",
            $"{site.Path}/articles/{article}/comments?dryRun=true",
            new { body = "Hm" },
            site.Token("ada")
        );

        Assert.Equal(
            """{"state":"published","reasons":[],"html":"<p dir=\"auto\">Hm</p>","learned":null}""",
            tried.Expect(200).Text
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }
}
