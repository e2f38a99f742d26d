using System.Text.Json;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Tests.History.Discounts;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Discounts;

public sealed class DiscountCastsTests(Store store)
{
    static Task<Reply> DiscountAsync(TestSite site, object body) =>
        site.SendAsync("POST", "/moderation/discount", body, site.Token("mona", Role.Moderator));

    static Task<Reply> UndoAsync(TestSite site, long position) =>
        site.SendAsync("POST", $"/moderation/log/{position}/undo", null, site.Token("mona", Role.Moderator));

    static Task<Reply> ReactAsync(
        TestSite site,
        Guid comment,
        string by,
        string kind,
        string method = "PUT"
    ) => site.SendAsync(method, $"/comments/{comment}/reactions/{kind}", null, site.Token(by));

    /// <summary>All that readers, moderators and reports count, in an order that is always the same.</summary>
    static async Task<string> CountedAsync(Node node, TestSite site)
    {
        var position = (await site.GetAsync("/articles")).Position;
        (
            await site.GetAsync(
                $"/analytics/activity?minPosition={position}",
                site.Token("ana", Role.Analyst)
            )
        ).Expect(200);
        await using var command = node.Database.CreateCommand(
            """
            select (select string_agg(concat_ws('|', id, state, removed_by, is_shown, is_featured, reactions, positive, negative, flags,
                notices, reply_count, shown_replies, best, hot, controversial, reasons, decision, appeal), e'\n' order by id)
              from threadstore.comment_rows where site = $1)
            || (select string_agg(concat_ws('|', id, comment_count, last_comment_at), e'\n' order by id)
              from threadstore.article_rows where site = $1)
            || (select string_agg(concat_ws('|', id, comment_count, reactions_received, standing, decision, rejected_count), e'\n' order by id)
              from threadstore.commenter_rows where site = $1 and key <> 'mona')
            || (select string_agg(concat_ws('|', id, kind, weight, placed_at, is_shadowed), e'\n' order by id)
              from threadstore.reaction_rows where site = $1)
            || (select string_agg(concat_ws('|', id, flagged_at, settled_by, is_shadowed), e'\n' order by id)
              from threadstore.flag_rows where site = $1)
            || (select string_agg(concat_ws('|', id, state, reactions, positive, negative, flags, is_featured, outcome), e'\n' order by id)
              from threadstore.report_comments where site = $1)
            || (select string_agg(concat_ws('|', event, n, kind, at, reason, weight, person), e'\n' order by event, n)
              from threadstore.report_facts where site = $1 and kind in ('reaction', 'flagged', 'discounted'))
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static async Task<long> LineAsync(TestSite site, string action)
    {
        var log = (
            await site.GetAsync("/moderation/log?limit=100", site.Token("mona", Role.Moderator))
        ).Expect(200);
        return log["items"]
            .EnumerateArray()
            .First(i => i.GetProperty("action").GetString() == action)
            .GetProperty("position")
            .GetInt64();
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(21, true)]
    [InlineData(22, false)]
    public async Task What_was_foretold_becomes_so_and_is_undone_to_the_last_digit(int seed, bool onlyLater)
    {
        await using var node = await Node.StartAsync(store);
        var twins = new Twins(
            await node.ASiteAsync(new { flagsHeldForReview = 3 }),
            await node.ASiteAsync(new { flagsHeldForReview = 3 }),
            seed
        );
        var site = twins.Real;
        await twins.PlayAsync(40, ringCasts: onlyLater);
        var from = onlyLater ? $"{DateTimeOffset.UtcNow:O}" : null;
        await twins.PlayAsync(60, ringCasts: false);
        var before = await CountedAsync(node, site);
        var asked = new { commenters = Twins.Ring, from };
        var foretold = (
            await site.SendAsync("POST", "/analytics/discount", asked, site.Token("ana", Role.Analyst))
        ).Expect(200);

        var done = (
            await DiscountAsync(
                site,
                new
                {
                    commenters = Twins.Ring,
                    from,
                    reason = "A ring",
                }
            )
        ).Expect(200);

        Assert.True(done["reactions"].GetInt32() > 0 && done["flags"].GetInt32() > 0, done.Text);
        foreach (var comment in foretold["comments"].EnumerateArray())
            await IsAsync(node, site, comment);
        var now = (
            await site.SendAsync("POST", "/analytics/discount", asked, site.Token("ana", Role.Analyst))
        ).Expect(200);
        Assert.Equal(0, now["totals"].GetProperty("reactions").GetInt32());
        Assert.Equal(Places(foretold["top"]), Places(now["top"]));
        // again: nothing is left to discount
        var events = await site.CountEventsAsync();
        var again = (
            await DiscountAsync(
                site,
                new
                {
                    commenters = Twins.Ring,
                    from,
                    reason = "A ring",
                }
            )
        ).Expect(200);
        Assert.Equal((0, 0), (again["reactions"].GetInt32(), again["flags"].GetInt32()));
        Assert.Equal(events, await site.CountEventsAsync());
        await ConsistentAsync(node);

        var undone = (await UndoAsync(site, await LineAsync(site, "discount"))).Expect(200);

        Assert.Equal("[]", undone["left"].GetRawText());
        Assert.Equal(before, await CountedAsync(node, site));
        await ConsistentAsync(node);
        (await UndoAsync(site, await LineAsync(site, "discount"))).Expect(409, "not-undoable");
    }

    static string Places(JsonElement top) =>
        string.Join(
            '\n',
            top.EnumerateObject()
                .SelectMany(l =>
                    l.Value.EnumerateArray()
                        .Select(p => $"{l.Name} {p.GetProperty("id")} {p.GetProperty("rank")}")
                )
        );

    static async Task IsAsync(Node node, TestSite site, JsonElement foretold)
    {
        await using var command = node.Database.CreateCommand(
            """
            select json_build_object('state', state, 'flags', flags, 'replyCount', reply_count, 'best', best, 'hot', hot,
              'controversial', controversial)::text || reactions from threadstore.comment_rows where site = $1 and id = $2
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        command.Parameters.Add(new() { Value = foretold.GetProperty("id").GetGuid() });
        var row = (string)(await command.ExecuteScalarAsync())!;
        var split = row.IndexOf('}', StringComparison.Ordinal) + 1;
        using var figures = JsonDocument.Parse(row[..split]);
        foreach (var figure in figures.RootElement.EnumerateObject())
        {
            var told = foretold.GetProperty(figure.Name);
            if (figure.Value.ValueKind == JsonValueKind.Number)
                Assert.Equal(told.GetDouble(), figure.Value.GetDouble(), 9);
            else
                Assert.Equal(told.GetString(), figure.Value.GetString());
        }
        Assert.Equal(
            foretold.GetProperty("reactions").Deserialize<SortedDictionary<string, int>>()!,
            JsonSerializer.Deserialize<SortedDictionary<string, int>>(row[split..])!
        );
    }

    static async Task ConsistentAsync(Node node)
    {
        await node.AssertRowsFollowFromEventsAsync(500);
        Assert.Empty(
            await ReportCheck.CompareAsync(node.Database, null, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Whoever_casts_anew_counts_anew_and_what_is_taken_back_stays_so_when_it_is_undone()
    {
        var site = await store.ASiteAsync(new { });
        var article = await site.AnArticleAsync();
        var (first, second, third) = (
            await site.ACommentAsync(article, "ada", "First"),
            await site.ACommentAsync(article, "ada", "Second"),
            await site.ACommentAsync(article, "ada", "Third")
        );
        foreach (var comment in (Guid[])[first, second, third])
            (await ReactAsync(site, comment, "rex", "like")).Expect(200);
        (await DiscountAsync(site, new { commenters = (string[])["rex"], reason = "A ring" })).Expect(200);
        async Task<string> CountsAsync() =>
            string.Join(
                ' ',
                await Task.WhenAll(
                    ((Guid[])[first, second, third]).Select(async c =>
                        (await site.GetAsync($"/comments/{c}")).Expect(200)["reactions"].GetRawText()
                    )
                )
            );
        Assert.Equal("{} {} {}", await CountsAsync());
        (await ReactAsync(site, second, "rex", "like")).Expect(200);
        (await ReactAsync(site, third, "rex", "like", "DELETE")).Expect(200);
        Assert.Equal("""{} {"like":1} {}""", await CountsAsync());
        var undone = (await UndoAsync(site, await LineAsync(site, "discount"))).Expect(200);

        Assert.Equal("""{"like":1} {"like":1} {}""", await CountsAsync());
        Assert.Equal($"[\"{third}\"]", undone["left"].GetRawText());
    }
}
