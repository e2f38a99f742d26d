using System.Text.Json;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>All comments of an article are moved to another one, and back where that is undone.</summary>
public class MergeArticleTests(Store store)
{
    [Fact]
    public async Task It_takes_as_long_as_it_takes()
    {
        await using var node = await Node.StartAsync(
            store,
            $"{await store.CreateDatabaseAsync()};Command Timeout=1"
        );
        var site = await node.ASiteAsync();
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key, new { title = key })).Expect(201);
        var id = await site.ACommentAsync("a", "ada", "Root");
        var ct = TestContext.Current.CancellationToken;
        await using var holder = await node.Database.OpenConnectionAsync(ct);
        await using var transaction = await holder.BeginTransactionAsync(ct);
        await using (
            var hold = new NpgsqlCommand(
                $"select 1 from threadstore.comment_rows where id = '{id}' for update",
                holder
            )
        )
            await hold.ExecuteNonQueryAsync(ct);

        var merging = site.MergeAsync("a", "c");
        await Until.TrueAsync(
            async () =>
                merging.IsCompleted
                || await node.ScalarAsync(
                    """
                    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                      and clock_timestamp() - query_start > interval '1.5 seconds'
                    """
                )
                    is not null,
            "the merge to wait for longer than statements may"
        );

        Assert.False(merging.IsCompleted);
        await transaction.RollbackAsync(ct);
        Assert.Equal(1, (await merging).Expect(200)["moved"].GetInt32());
    }

    [Fact]
    public async Task Every_comment_is_in_the_others_thread_as_it_was()
    {
        var site = await store.ASiteAsync(new { maxDepth = 3 });
        foreach (var key in (string[])["a", "c"])
            (
                await site.PutArticleAsync(key, new { title = key, url = $"https://news.example/{key}" })
            ).Expect(201);
        var root = await site.ACommentAsync("a", "ada", "Root");
        var reply = await site.ACommentAsync("a", "ben", "Reply", root);
        var deepest = await site.ACommentAsync(
            "a",
            "ada",
            "Below",
            await site.ACommentAsync("a", "cyd", "Three", reply)
        );
        var deleted = await site.ACommentAsync("a", "cyd", "Never mind");
        (await site.SendAsync("DELETE", $"/comments/{deleted}", token: site.Token("cyd"))).Expect(204);
        var rejected = await site.ACommentAsync("a", "dan", "Spam");
        await site.DecideAsync(rejected, "reject");
        (await site.SendAsync("PUT", $"/comments/{root}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        (await site.FlagAsync(reply, "ada")).Expect(201);
        await site.ACommentAsync("c", "eve", "Here all along");
        var (before, others) = (await site.TextsAsync("a"), await site.TextsAsync("c"));

        var merged = (await site.MergeAsync("a", "c")).Expect(200);

        Assert.Equal(6, merged["moved"].GetInt32());
        var after = await site.TextsAsync("c");
        Assert.Equal(
            before.Select(c => c.Replace("\"article\":\"a\"", "\"article\":\"c\"")).Concat(others).Order(),
            after.Order()
        );
        await Walk.AssertLawOfCountsAsync(site, "c");
        Assert.Equal(5, (await site.GetAsync("/articles/c")).Expect(200)["commentCount"].GetInt32());
        Assert.Equal(
            $"{site.Path}/articles/c",
            (await site.GetAsync("/articles/a")).Expect(308).Headers["Location"]
        );
        // and lives on there
        var own = (await site.GetAsync("/articles/c/me", site.Token("ben"))).Expect(200);
        Assert.Equal("like", own["reactions"].GetProperty($"{root}").GetString());
        Assert.Equal(
            "c",
            (await site.LookAsync("/moderation/queue?state=flagged"))
                .GetProperty("items")[0]
                .GetProperty("comment")
                .GetProperty("article")
                .GetString()
        );
        (await site.PostAsync("c", "ben", "Too deep", deepest)).Expect(409, "too-deep");
        await site.ACommentAsync("c", "ben", "More", reply);
        await site.DecideAsync(rejected, "approve");
        (
            await site.SendAsync("PATCH", $"/comments/{root}", new { body = "Edited" }, site.Token("ada"))
        ).Expect(200);
        await Walk.AssertLawOfCountsAsync(site, "c");
        Assert.Equal(7, (await site.GetAsync("/articles/c")).Expect(200)["commentCount"].GetInt32());
        var byUrl = (await site.GetAsync("/articles?url=https://news.example/a")).Expect(200)["items"];
        Assert.Equal("c", Assert.Single(byUrl.EnumerateArray()).GetProperty("key").GetString());
        var history = (await site.GetAsync("/commenters/ada/comments")).Expect(200)["items"];
        Assert.All(
            history.EnumerateArray(),
            i => Assert.Equal("c", i.GetProperty("article").GetProperty("key").GetString())
        );
    }

    [Fact]
    public async Task What_can_not_be_merged_changes_nothing()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c", "gone", "shut"])
            (await site.PutArticleAsync(key)).Expect(201);
        await site.ACommentAsync("a", "ada", "First");
        var service = site.Token("cms", Role.Service);
        (await site.SendAsync("POST", "/articles/gone/withdraw", token: service)).Expect(200);
        (await site.SendAsync("POST", "/articles/shut/discussion/close", token: service)).Expect(200);
        (await site.RenameAsync("c", "c2")).Expect(200);
        var events = await site.CountEventsAsync();

        (await site.MergeAsync("a", "a")).Expect(400, "validation");
        (await site.MergeAsync("a", "")).Expect(400, "validation");
        (await site.MergeAsync("a", "unknown")).Expect(404, "article-not-found");
        (await site.MergeAsync("unknown", "a")).Expect(404, "article-not-found");
        (await site.MergeAsync("a", "gone")).Expect(409, "article-withdrawn");
        (await site.MergeAsync("gone", "a")).Expect(409, "article-withdrawn");
        (
            await site.SendAsync(
                "POST",
                "/articles/a/merge",
                new { into = "c2" },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(403, "forbidden");
        (await site.SendAsync("POST", "/articles/a/merge", new { inot = "c2" }, service)).Expect(400);
        Assert.Equal(events, await site.CountEventsAsync());

        // an old key names the article as well, and one that is closed stays so
        Assert.Equal(0, (await site.MergeAsync("shut", "c")).Expect(200)["moved"].GetInt32());
        Assert.Equal("open", (await site.GetAsync("/articles/c2")).Expect(200)["discussion"].GetString());
        (await site.MergeAsync("c2", "shut")).Expect(400, "validation");
        (await site.MergeAsync("c2", "c")).Expect(400, "validation");
        Assert.Equal(1, (await site.MergeAsync("a", "c")).Expect(200)["moved"].GetInt32());
        // again, with nothing to do
        Assert.Equal(1, (await site.MergeAsync("a", "c2")).Expect(200)["moved"].GetInt32());
        Assert.Equal(events + 2, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Chains_of_renaming_and_merging_lead_to_where_the_comments_are()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c", "x"])
            (await site.PutArticleAsync(key)).Expect(201);
        var comment = await site.ACommentAsync("a", "ada", "On a");
        await site.ACommentAsync("x", "ada", "On x");
        (await site.MergeAsync("x", "a")).Expect(200);
        (await site.RenameAsync("a", "b")).Expect(200);
        await site.ACommentAsync("b", "ben", "On b", comment);
        Assert.Equal(3, (await site.MergeAsync("b", "c")).Expect(200)["moved"].GetInt32());
        (await site.RenameAsync("c", "a")).Expect(200);
        await site.ACommentAsync("a", "cyd", "On a again", comment);

        foreach (var key in (string[])["b", "c", "x"])
            Assert.Equal(
                $"{site.Path}/articles/a/comments",
                (await site.GetAsync($"/articles/{key}/comments")).Expect(308).Headers["Location"]
            );
        Assert.Equal(
            """{"a":4,"b":4,"c":4,"x":4}""",
            (await site.GetAsync("/counts?article=a&article=b&article=c&article=x")).Expect(200).Text
        );
        await Walk.AssertLawOfCountsAsync(site, "a");
    }

    [Fact]
    public async Task The_same_request_again_merges_once()
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "c", "d"])
            (await site.PutArticleAsync(key)).Expect(201);
        await site.ACommentAsync("a", "ada", "First");
        (string, string) once = ("Idempotency-Key", "k1");
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => site.MergeAsync("a", "c", once)));
        Assert.All(all, r => Assert.Equal(1, r.Expect(200)["moved"].GetInt32()));
        (await site.MergeAsync("a", "d", once)).Expect(422, "idempotency-conflict");
        (await site.RenameAsync("c", "c2")).Expect(200);

        Assert.Equal(1, (await site.MergeAsync("a", "c", once)).Expect(200)["moved"].GetInt32());

        Assert.Equal(
            1,
            (await site.LookAsync("/moderation/log"))
                .GetProperty("items")
                .EnumerateArray()
                .Count(l => l.GetProperty("action").GetString() == "merge")
        );
    }

    [Fact]
    public async Task It_is_taken_back_as_a_whole_while_nothing_was_written_since()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "hotel" } });
        foreach (var key in (string[])["a", "b", "c"])
            (
                await site.PutArticleAsync(key, new { title = key, url = $"https://news.example/{key}" })
            ).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "On a");
        await site.ACommentAsync("b", "ada", "On b, hotel");
        await site.ACommentAsync("c", "ben", "On c");
        (await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        (await site.FlagAsync(first, "ben")).Expect(201);
        await site.DecideAsync(await site.ACommentAsync("b", "cyd", "Decided"), "feature");
        var zero = await site.RowsAsync();
        var inner = (await site.MergeAsync("b", "a")).Expect(200).Position;
        var one = await site.RowsAsync();
        var outer = (await site.MergeAsync("a", "c")).Expect(200).Position;
        (await site.ModerateAsync($"/moderation/log/{inner}/undo")).Expect(409, "not-undoable");

        // what is no new text stays with its comment
        (
            await site.SendAsync("DELETE", $"/comments/{first}/reactions/like", token: site.Token("ben"))
        ).Expect(200);
        (await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        Assert.Equal(
            "a",
            (await site.ModerateAsync($"/moderation/log/{outer}/undo")).Expect(200)["article"].GetString()
        );
        AssertSame(one, await site.RowsAsync());
        (await site.ModerateAsync($"/moderation/log/{inner}/undo")).Expect(200);
        AssertSame(zero, await site.RowsAsync());
        (await site.ModerateAsync($"/moderation/log/{inner}/undo")).Expect(409, "not-undoable");
        foreach (var key in (string[])["a", "b", "c"])
            await Walk.AssertLawOfCountsAsync(site, key);
    }

    [Theory]
    [InlineData("post")]
    [InlineData("edit")]
    [InlineData("revise")]
    [InlineData("rename")]
    [InlineData("merge")]
    public async Task What_was_written_since_stands_on_it(string what)
    {
        var site = await store.ASiteAsync();
        foreach (var key in (string[])["a", "b", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "On a");
        var merged = (await site.MergeAsync("a", "c")).Expect(200).Position;
        var written = what switch
        {
            "post" => await site.PostAsync("c", "eve", "A new one"),
            "edit" => await site.SendAsync(
                "PATCH",
                $"/comments/{first}",
                new { body = "Edited" },
                site.Token("ada")
            ),
            "revise" => await site.PutArticleAsync("c", new { title = "Another title" }),
            "rename" => await site.RenameAsync("c", "c2"),
            _ => await site.MergeAsync("b", "c"),
        };
        Assert.InRange(written.Status, 200, 201);
        var events = await site.CountEventsAsync();

        (await site.ModerateAsync($"/moderation/log/{merged}/undo")).Expect(409, "not-undoable");

        var line = (await site.LookAsync("/moderation/log")).GetProperty("items").EnumerateArray().Last();
        Assert.False(line.GetProperty("undoable").GetBoolean());
        Assert.Equal(events, await site.CountEventsAsync());
    }

    /// <summary>But for times at which a reaction was placed.</summary>
    static void AssertSame(string before, string after) => Assert.Equal(Without(before), Without(after));

    static string Without(string rows) =>
        System.Text.RegularExpressions.Regex.Replace(rows, "\"placed_at\": \"[^\"]*\"", "");

    [Fact]
    public async Task On_another_node_pages_counts_and_writes_follow_at_once()
    {
        await using var other = await store.StartKestrelAsync();
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new(other.Urls.First()),
        };
        var site = await store.ASiteAsync();
        var there = site with { Client = client };
        foreach (var key in (string[])["a", "c"])
            (await site.PutArticleAsync(key)).Expect(201);
        var comment = await there.ACommentAsync("a", "ada", "First");
        // hot there
        for (var i = 0; i < 3; i++)
            foreach (var key in (string[])["a", "c"])
                (await there.GetAsync($"/articles/{key}/comments")).Expect(200);

        var position = (await site.MergeAsync("a", "c")).Expect(200).Position;

        (await there.GetAsync($"/articles/a/comments?minPosition={position}")).Expect(308);
        var page = (await there.GetAsync($"/articles/c/comments?minPosition={position}")).Expect(200);
        Assert.Equal(1, page["commentCount"].GetInt32());
        await there.ACommentAsync("c", "ben", "Reply", comment);
        (await there.PostAsync("a", "ben", "By the old key")).Expect(308);
        await Walk.AssertLawOfCountsAsync(site, "c");
    }
}

static class Threads
{
    /// <summary>All comments of a thread, each as JSON but for its replies.</summary>
    public static async Task<List<string>> TextsAsync(this TestSite site, string article) =>
        (await Walk.ThreadAsync(site, article)).ConvertAll(c =>
            JsonSerializer.Serialize(
                c.EnumerateObject().Where(m => m.Name != "replies").ToDictionary(m => m.Name, m => m.Value),
                ThreadStore.Kernel.Json.Options
            )
        );
}
