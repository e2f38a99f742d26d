using System.Text.Json;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Tests.Articles;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>A moderator ends the replies below a comment, and allows them again.</summary>
public class LockTests(Store store)
{
    static Task<Reply> ReplyAsync(TestSite site, Guid parent, string article = "a", string query = "") =>
        site.SendAsync(
            "POST",
            $"/articles/{article}/comments{query}",
            new { body = $"Reply {Guid.NewGuid()}", parentId = parent },
            site.Token("eve")
        );

    /// <summary>One below the other on the article <c>a</c>, the root first, and a comment beside them.</summary>
    async Task<(TestSite Site, Guid[] Branch, Guid Beside)> ABranchAsync(object? settings = null)
    {
        var site = await store.ASiteAsync(settings);
        (await site.PutArticleAsync("a")).Expect(201);
        var branch = new List<Guid>();
        foreach (var by in (string[])["ada", "ben", "cyd", "dan"])
            branch.Add(await site.ACommentAsync("a", by, $"By {by}", branch.Count > 0 ? branch[^1] : null));
        return (site, [.. branch], await site.ACommentAsync("a", "ada", "Beside"));
    }

    [Fact]
    public async Task Nobody_replies_below_it_at_any_depth_and_elsewhere_all_goes_on()
    {
        var (site, branch, beside) = await ABranchAsync();

        var locked = await site.DecideAsync(branch[1], "lock");

        Assert.True(locked["locked"].GetBoolean());
        Assert.Equal(2, locked["version"].GetInt32());
        var events = await site.CountEventsAsync();
        foreach (var comment in branch[1..])
        {
            (await ReplyAsync(site, comment)).ExpectProblem(409, "branch-locked");
            (await ReplyAsync(site, comment, query: "?dryRun=true")).ExpectProblem(409, "branch-locked");
        }
        // again, which is no event
        await site.DecideAsync(branch[1], "lock", by: "max");
        Assert.Equal(events, await site.CountEventsAsync());
        foreach (var free in (Guid[])[branch[0], beside])
            (await ReplyAsync(site, free)).Expect(201);
        (await site.PostAsync("a", "eve", "On the article")).Expect(201);

        Assert.False((await site.DecideAsync(branch[1], "unlock"))["locked"].GetBoolean());
        foreach (var comment in branch)
            (await ReplyAsync(site, comment)).Expect(201);
    }

    [Fact]
    public async Task Where_two_are_locked_one_above_the_other_both_must_be_unlocked()
    {
        var (site, branch, _) = await ABranchAsync();
        await site.DecideAsync(branch[0], "lock");
        await site.DecideAsync(branch[2], "lock");

        await site.DecideAsync(branch[2], "unlock");
        (await ReplyAsync(site, branch[3])).Expect(409, "branch-locked");
        await site.DecideAsync(branch[0], "unlock");

        (await ReplyAsync(site, branch[3])).Expect(201);
    }

    [Fact]
    public async Task Wherever_the_comment_is_shown_it_says_so()
    {
        var (site, branch, _) = await ABranchAsync();
        var reader = site.Token("eve");
        Assert.Empty(Locked(await site.GetAsync("/articles/a/me", reader)));
        var before = (await site.GetAsync($"/comments/{branch[1]}")).Expect(200).ETag;

        await site.DecideAsync(branch[1], "lock");

        Assert.Equal([branch[1]], Locked(await site.GetAsync("/articles/a/me", reader)));
        var single = (await site.GetAsync($"/comments/{branch[1]}", null, ("If-None-Match", before))).Expect(
            200
        );
        Assert.True(single["locked"].GetBoolean());
        var below = (await site.GetAsync($"/comments/{branch[2]}")).Expect(200);
        Assert.False(below["locked"].GetBoolean());
        Assert.Equal(
            [false, true],
            below["ancestors"].EnumerateArray().Select(c => c.GetProperty("locked").GetBoolean())
        );
        var replies = (await site.GetAsync($"/comments/{branch[0]}/replies")).Expect(200)["items"];
        Assert.True(replies[0].GetProperty("locked").GetBoolean());
        var history = (await site.GetAsync("/commenters/ben/comments")).Expect(200)["items"];
        Assert.True(history[0].GetProperty("locked").GetBoolean());
        (await site.FlagAsync(branch[1], "eve")).Expect(201);
        var queue = await site.LookAsync("/moderation/queue?state=flagged");
        Assert.True(queue.GetProperty("items")[0].GetProperty("comment").GetProperty("locked").GetBoolean());
        Assert.Equal(
            branch.Index().Select(c => (c.Item, c.Index == 1)).Order(),
            (await Walk.ThreadAsync(site, "a"))
                .Select(c => (c.GetProperty("id").GetGuid(), c.GetProperty("locked").GetBoolean()))
                .Where(c => branch.Contains(c.Item1))
                .Order()
        );
        // a tombstone says so too: there is something below it
        await site.DecideAsync(branch[1], "reject");
        var tombstone = (await site.GetAsync($"/comments/{branch[0]}/replies")).Expect(200)["items"][0];
        Assert.Equal(JsonValueKind.Null, tombstone.GetProperty("body").ValueKind);
        Assert.True(tombstone.GetProperty("locked").GetBoolean());
    }

    static IEnumerable<Guid> Locked(Reply me) =>
        me.Expect(200)["locked"].EnumerateArray().Select(id => id.GetGuid());

    [Fact]
    public async Task The_past_is_as_locked_as_it_was_then()
    {
        var (site, branch, _) = await ABranchAsync();
        var locked = await site.DecideAsync(branch[1], "lock");
        var unlocked = await site.DecideAsync(branch[1], "unlock");

        foreach (
            var (position, was) in (IEnumerable<(long?, bool)>)
                [(locked.Position - 1, false), (locked.Position, true), (unlocked.Position, false)]
        )
        {
            var then = await site.GetAsync(
                $"/comments/{branch[1]}?atPosition={position}",
                site.Token("ana", Role.Analyst)
            );
            Assert.Equal(was, then.Expect(200)["locked"].GetBoolean());
            var page = await site.GetAsync(
                $"/articles/a/comments?sort=oldest&atPosition={position}",
                site.Token("ana", Role.Analyst)
            );
            Assert.Equal(
                was,
                page.Expect(200)["items"][0]
                    .GetProperty("replies")
                    .GetProperty("items")[0]
                    .GetProperty("locked")
                    .GetBoolean()
            );
        }
    }

    [Theory]
    [InlineData("ben")]
    [InlineData("max")]
    [InlineData("reject")]
    public async Task What_happens_to_the_comment_leaves_its_branch_locked(string how)
    {
        var (site, branch, _) = await ABranchAsync();
        await site.DecideAsync(branch[1], "lock");

        if (how == "reject")
            await site.DecideAsync(branch[1], how);
        else
            (
                await site.SendAsync(
                    "DELETE",
                    $"/comments/{branch[1]}",
                    token: site.Token(how, how == "max" ? Role.Moderator : Role.None)
                )
            ).Expect(204);

        (await ReplyAsync(site, branch[3])).Expect(409, "branch-locked");
        // it can be unlocked there, and locked
        await site.DecideAsync(branch[1], "unlock");
        (await ReplyAsync(site, branch[3])).Expect(201);
        Assert.True((await site.DecideAsync(branch[1], "lock"))["locked"].GetBoolean());
        (await ReplyAsync(site, branch[3])).Expect(409, "branch-locked");
    }

    [Fact]
    public async Task It_settles_no_flags_and_ends_no_appeal()
    {
        var (site, branch, beside) = await ABranchAsync();
        (await site.FlagAsync(branch[0], "eve")).Expect(201);
        await site.DecideAsync(beside, "reject");
        var appeal = await site.SendAsync(
            "POST",
            $"/comments/{beside}/appeal",
            new { text = "No!" },
            site.Token("ada")
        );

        await site.DecideAsync(branch[0], "lock");
        await site.DecideAsync(beside, "lock");

        Assert.Equal(1, (await site.LookAsync("/moderation/counts")).GetProperty("flagged").GetInt32());
        var open = (await site.LookAsync("/moderation/appeals")).GetProperty("items");
        Assert.Equal(appeal.Expect(201)["id"].GetGuid(), open[0].GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task It_is_in_the_log_and_taken_back_alone()
    {
        var (site, branch, _) = await ABranchAsync();
        (await site.FlagAsync(branch[1], "eve")).Expect(201);
        var zero = await site.RowsAsync();
        var locking = (
            await site.ModerateAsync($"/comments/{branch[1]}/lock", new { note = "Enough" })
        ).Expect(200);
        var one = await site.RowsAsync();
        var line = (await site.LookAsync("/moderation/log")).GetProperty("items")[0];
        Assert.Equal("lock", line.GetProperty("action").GetString());
        Assert.Equal("Enough", line.GetProperty("note").GetString());
        Assert.True(line.GetProperty("undoable").GetBoolean());
        var unlocking = await site.DecideAsync(branch[1], "unlock");
        (await UndoAsync(locking)).Expect(409, "not-undoable");

        (await UndoAsync(unlocking)).Expect(200);

        Assert.Equal(one, await site.RowsAsync());
        (await ReplyAsync(site, branch[2])).Expect(409, "branch-locked");
        // what was decided about the comment does not stand on its lock, nor the other way round
        var rejecting = await site.DecideAsync(branch[1], "reject");
        (await UndoAsync(rejecting)).Expect(200);
        Assert.Equal(one, await site.RowsAsync());
        rejecting = await site.DecideAsync(branch[1], "reject");
        Assert.Equal(
            "rejected",
            (await UndoAsync(locking)).Expect(200)["comments"][0].GetProperty("state").GetString()
        );
        (await UndoAsync(rejecting)).Expect(200);
        Assert.Equal(zero, await site.RowsAsync());
        (await ReplyAsync(site, branch[2])).Expect(201);

        Task<Reply> UndoAsync(Reply decided) =>
            site.ModerateAsync($"/moderation/log/{decided.Position}/undo", by: "max");
    }

    [Fact]
    public async Task In_bulk_and_by_version_as_other_decisions()
    {
        var (site, branch, beside) = await ABranchAsync();
        var bulk = await site.ModerateAsync(
            "/moderation/decisions",
            new
            {
                decisions = new[]
                {
                    new
                    {
                        id = branch[0],
                        action = "lock",
                        version = 1,
                    },
                    new
                    {
                        id = beside,
                        action = "lock",
                        version = 7,
                    },
                },
            }
        );

        Assert.Equal(
            [200, 412],
            bulk.Expect(200)["outcomes"].EnumerateArray().Select(o => o.GetProperty("status").GetInt32())
        );
        (await site.ModerateAsync($"/comments/{branch[0]}/unlock", headers: ("If-Match", "\"1\""))).Expect(
            412,
            "stale-version"
        );
        (await ReplyAsync(site, branch[3])).Expect(409, "branch-locked");
        (await ReplyAsync(site, beside)).Expect(201);
        (await site.SendAsync("POST", $"/comments/{beside}/lock", token: site.Token("eve"))).Expect(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task A_merged_article_keeps_it_and_one_that_is_unmerged_too()
    {
        var (site, branch, _) = await ABranchAsync();
        (await site.PutArticleAsync("b")).Expect(201);
        await site.DecideAsync(branch[1], "lock");
        var before = await site.RowsAsync();

        var merging = (await site.MergeAsync("a", "b")).Expect(200);

        (await ReplyAsync(site, branch[3], "b")).Expect(409, "branch-locked");
        (await ReplyAsync(site, branch[0], "b", "?dryRun=true")).Expect(200);
        (await site.ModerateAsync($"/moderation/log/{merging.Position}/undo")).Expect(200);
        Assert.Equal(before, await site.RowsAsync());
        (await ReplyAsync(site, branch[3])).Expect(409, "branch-locked");
        (await site.RenameAsync("a", "c")).Expect(200);
        (await ReplyAsync(site, branch[3], "c")).Expect(409, "branch-locked");
        await site.DecideAsync(branch[1], "unlock");
        (await ReplyAsync(site, branch[3], "c")).Expect(201);
    }

    [Fact]
    public async Task A_node_that_remembers_nothing_and_one_that_decides_both_at_once_refuse_as_well()
    {
        await using var one = await Node.StartAsync(store);
        await using var two = await one.AnotherAsync();
        var site = await one.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var branch = new List<Guid>();
        for (var depth = 0; depth < 5; depth++)
            branch.Add(
                await site.ACommentAsync("a", "ada", $"At {depth}", branch.Count > 0 ? branch[^1] : null)
            );
        var moderator = new Caller("mona", "Mona", null, site.Key, Role.Moderator);
        DecideOnComments Decide(DecisionAction action) =>
            new(site.Key, Guid.CreateVersion7(), [new(branch[0], action)], moderator, DateTimeOffset.UtcNow);
        Posting Reply() =>
            new(
                site.Key,
                "a",
                Guid.CreateVersion7(),
                new PostComment($"{Guid.NewGuid()}", branch[^1]),
                new Caller("eve", "Eve", null, site.Key, Role.None),
                DateTimeOffset.UtcNow,
                RequestHash: null
            );

        // nothing is locked yet when the second node looks what the reply must know
        var batch = await HeldBatch.StartAsync(two, Decide(DecisionAction.Unlock));
        Task<Receipt<IReadOnlyList<DecisionOutcome>>> DecideAsync(DecisionAction action) =>
            batch.AddAsync(Decide(action));
        var locking = DecideAsync(DecisionAction.Lock);
        var refused = batch.AddAsync(Reply());
        var unlocking = DecideAsync(DecisionAction.Unlock);
        var taken = batch.AddAsync(Reply());
        var lockingAgain = DecideAsync(DecisionAction.Lock);
        await batch.ReleaseAsync();

        Assert.Equal("branch-locked", (await refused).Refusal?.Code);
        Assert.Null((await taken).Refusal);
        await Task.WhenAll(locking, unlocking, lockingAgain);
        await using var three = await one.AnotherAsync();
        (await ReplyAsync(three.Site(site.Key), branch[^1])).Expect(409, "branch-locked");
        await one.AssertRowsFollowFromEventsAsync(500);
    }
}
