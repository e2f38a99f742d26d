using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Search;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Search;

/// <summary>What may lag is made anew beside servers that read and write, and gets on afterwards.</summary>
public sealed class RebuildBesideTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_and_reports_are_made_anew_beside_a_server_and_hold_what_is_written_after()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var n = 0; n < 5; n++)
            await site.ACommentAsync(article, "ada", $"needle {n}");
        await AssertCaughtUpAsync(site, 5);
        await node.ScalarAsync("update threadstore.search_rows set body = '', words = ''");
        await node.ScalarAsync(
            "insert into threadstore.search_rows select site, gen_random_uuid(), article_id, author_id, posted_at, language, 'needle', to_tsvector('needle') from threadstore.search_rows limit 1"
        );
        await node.ScalarAsync("update threadstore.report_comments set reactions = 7");
        await node.ScalarAsync("delete from threadstore.report_facts");

        using var end = new CancellationTokenSource();
        var writing = WriteAsync(site, article, end.Token);
        var differences = await RepairReports.RunAsync(node.Database, _ => { }, Ct);
        // as another process would
        await using (var command = store.Builder(node.ConnectionString).Build())
            await RepairSearch.RunAsync(
                node.Database,
                command.Services.GetRequiredService<Indexer>(),
                node.Services.GetRequiredService<ProjectionProgress>(),
                _ => { },
                Ct
            );
        await end.CancelAsync();
        var written = await writing;

        Assert.Equal(ReportTables.CommentsName, Assert.Single(differences).Table);
        await AssertCaughtUpAsync(site, 5 + written);
        Assert.Empty(await ReportCheck.CompareAsync(node.Database, null, Ct));
        Assert.Equal(
            5L + written,
            await node.ScalarAsync("select count(*) from threadstore.search_rows where words <> ''")
        );
        Assert.Equal(5L + written, await node.ScalarAsync("select count(*) from threadstore.search_rows"));
    }

    /// <summary>Marten's own, by another daemon: the server's would never get on by itself.</summary>
    [Fact]
    public async Task A_server_notices_that_another_process_rebuilt_what_it_indexes()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var n = 0; n < 5; n++)
            await site.ACommentAsync(article, "ada", $"needle {n}");
        await AssertCaughtUpAsync(site, 5);
        using var end = new CancellationTokenSource();
        var writing = WriteAsync(site, article, end.Token);
        using (var daemon = await node.Documents.BuildProjectionDaemonAsync())
            foreach (var name in Indexer.Lagging)
                await daemon.RebuildProjectionAsync(name, Ct);
        await end.CancelAsync();
        var written = await writing;

        await site.ACommentAsync(article, "ada", "needle after all");

        await Until.TrueAsync(
            async () =>
            {
                var now = (await site.GetAsync("/articles")).Position;
                return (await SearchAsync(site, now)).Status == 200
                    && (await ReportAsync(site, now)).Status == 200;
            },
            "search and reports get on",
            TimeSpan.FromMinutes(2)
        );
        await AssertCaughtUpAsync(site, 6 + written);
    }

    /// <summary>As long as it takes, but not so much that it is the writer who takes most of it.</summary>
    static async Task<int> WriteAsync(TestSite site, string article, CancellationToken end)
    {
        var written = 0;
        while (written < 3 || written < 300 && !end.IsCancellationRequested)
            await site.ACommentAsync(article, "ben", $"needle of ben {written++}");
        return written;
    }

    static Task<Reply> SearchAsync(TestSite site, long position) =>
        site.GetAsync($"/search?q=needle&limit=100&minPosition={position}");

    static Task<Reply> ReportAsync(TestSite site, long position) =>
        site.GetAsync($"/analytics/activity?minPosition={position}", site.Token("ana", Role.Analyst));

    static async Task AssertCaughtUpAsync(TestSite site, int comments)
    {
        var now = (await site.GetAsync("/articles")).Position;
        var found = (await SearchAsync(site, now)).Expect(200);
        if (comments <= 100)
            Assert.Equal(comments, found["items"].GetArrayLength());
        (await ReportAsync(site, now)).Expect(200);
    }
}
