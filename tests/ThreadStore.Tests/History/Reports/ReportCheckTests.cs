using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Search;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

public sealed class ReportCheckTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Until reports hold all that has happened.</summary>
    static async Task CatchUpAsync(TestSite site)
    {
        var now = (await site.GetAsync("/articles")).Position;
        (
            await site.GetAsync($"/analytics/activity?minPosition={now}", site.Token("ana", Role.Analyst))
        ).Expect(200);
    }

    [Fact]
    public async Task Reports_equal_a_rebuild_after_any_history_and_what_differs_is_found()
    {
        await using var node = await Node.StartAsync(store);
        await RandomHistoryTests
            .Any.Array[4, 16]
            .Array[5, 8]
            .SampleAsync(
                async groups =>
                {
                    var run = await RandomHistoryTests.Run.StartAsync(node);
                    foreach (var group in groups)
                        await Task.WhenAll(group.Select(run.MakeAsync));
                    // it may lag, and is compared with the events that it holds
                    Assert.Empty(await ReportCheck.CompareAsync(node.Database, null, Ct));
                    await CatchUpAsync(run.Sites[0]);
                    Assert.Empty(await ReportCheck.CompareAsync(node.Database, null, Ct));
                    Assert.Empty(await ReportCheck.CompareAsync(node.Database, 2, Ct));
                },
                iter: 2,
                threads: 1
            );

        var site = await node.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        (await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        await CatchUpAsync(site);
        await node.ScalarAsync(
            $"update threadstore.report_comments set reactions = 7 where id = '{comment}'"
        );
        await node.ScalarAsync($"delete from threadstore.report_facts where site = '{site.Key}'");

        foreach (var sample in (int?[])[null, 1_000])
            Assert.Equal(
                [(ReportTables.CommentsName, 1L), (ReportTables.FactsName, 1L)],
                (await ReportCheck.CompareAsync(node.Database, sample, Ct)).Select(d => (d.Table, d.Rows))
            );
    }

    [Fact]
    public async Task What_a_version_before_had_counted_is_counted_anew()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        (await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        await CatchUpAsync(site);
        var indexer = node.Services.GetRequiredService<Indexer>();
        await indexer.StopAsync(Ct);
        // as the version before left it
        await node.ScalarAsync("update threadstore.report_comments set positive = 0");
        await node.ScalarAsync("update threadstore.report_facts set comment_id = null, person = null");
        await node.ScalarAsync("update threadstore.report_version set version = 1");

        await indexer.StartAsync(Ct);

        await Until.TrueAsync(
            async () =>
                await node.ScalarAsync(
                    $"select positive from threadstore.report_comments where id = '{comment}'"
                )
                    is 1,
            "the comment counted anew"
        );
        await CatchUpAsync(site);
        Assert.Empty(await ReportCheck.CompareAsync(node.Database, null, Ct));
        Assert.Equal(
            (long)ReportRows.Version,
            Convert.ToInt64(
                await node.ScalarAsync("select sum(version) from threadstore.report_version"),
                null
            )
        );
    }

    [Fact]
    public async Task The_past_of_reports_is_filled_while_servers_run_and_take_writes()
    {
        var database = await store.CreateDatabaseAsync();
        // as a version without these reports would have left it
        await using var before = await Node.StartAsync(
            store,
            database,
            ("ThreadStore:Search:Index", "false")
        );
        var site = await before.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var n = 0; n < 50; n++)
            await site.ACommentAsync(article, $"p{n % 7}", $"Comment {n}");
        Assert.Equal(0L, await before.ScalarAsync("select count(*) from threadstore.report_comments"));

        await using var after = await Node.StartAsync(store, database);
        for (var n = 50; n < 80; n++)
            await site.ACommentAsync(article, $"p{n % 7}", $"Comment {n}");
        await CatchUpAsync(after.Site(site.Key));

        Assert.Equal(80L, await before.ScalarAsync("select count(*) from threadstore.report_comments"));
        Assert.Empty(await ReportCheck.CompareAsync(after.Database, null, Ct));
    }
}
