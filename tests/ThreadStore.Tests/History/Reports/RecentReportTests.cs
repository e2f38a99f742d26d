using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

/// <summary>Reports that take long are shown as they were counted a while ago, and counted again meanwhile.</summary>
public sealed class RecentReportTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_takes_long_is_shown_as_it_was_and_counted_again()
    {
        await using var node = await Node.StartAsync(store);
        var site = await ACountedSiteAsync(node);
        using var answers = new ReportAnswers(TimeSpan.Zero, large: 0);
        var query = Activity(site);
        Assert.Null(await RecentAsync(node, query, answers));
        var first = await CountAsync(node, query, answers);
        Assert.Equal(1L, Comments(first));

        // nothing more has happened
        Assert.Equal((1L, true), Told(await RecentAsync(node, query, answers), first.Position));

        var posted = await site.PostAsync("a", "ben", "Second");
        await WaitForAsync(site, posted.Position);

        // by its own position, and by another one soon after
        var recent = await RecentAsync(node, query, answers);
        Assert.Equal((1L, first.Position), (Comments(recent!), recent!.Position));
        await Until.TrueAsync(
            async () => (await RecentAsync(node, query, answers))!.Position >= posted.Position,
            "a report that was counted again"
        );
        Assert.Equal(2L, Comments((await RecentAsync(node, query, answers))!));
    }

    [Fact]
    public async Task Who_asks_for_a_position_is_not_shown_less()
    {
        await using var node = await Node.StartAsync(store);
        var site = await ACountedSiteAsync(node);
        using var answers = new ReportAnswers(TimeSpan.Zero, large: 0);
        var query = Activity(site);
        var first = await CountAsync(node, query, answers);

        Assert.NotNull(await RecentAsync(node, query, answers, first.Position));
        Assert.Null(await RecentAsync(node, query, answers, first.Position + 1));
    }

    [Fact]
    public async Task Nothing_that_was_counted_before_an_erasure_is_shown_after_it()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "First");
        using var answers = new ReportAnswers(TimeSpan.Zero, large: 0);
        var query = Query(site, CommentersReport.Report);
        Assert.NotNull(await ReportRun.RunAsync(query, node.Database, answers, Ct));
        Task<ReportTable?> AskAsync() =>
            ReportRun.RecentAsync(query, () => ValueTask.FromResult(node.Database), answers, null, Ct);
        Assert.NotNull(await AskAsync());

        (await site.SendAsync("DELETE", "/commenters/ada/data", null, site.Token("root", Role.Admin))).Expect(
            200
        );

        Assert.Null(await AskAsync());
    }

    [Theory]
    [InlineData(0.6, 300_000_000, true)]
    [InlineData(0.6, 1_000_000, false)]
    [InlineData(0.04, 300_000_000, false)]
    public void Small_stores_and_quick_reports_are_counted_anew(double seconds, long bytes, bool isDear)
    {
        using var answers = new ReportAnswers();

        Assert.Equal(isDear, answers.IsDear(TimeSpan.FromSeconds(seconds), bytes));
    }

    /// <param name="node">On a database of its own, in which nobody else is erased meanwhile.</param>
    static async Task<TestSite> ACountedSiteAsync(Node node)
    {
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await WaitForAsync(site, (await site.PostAsync("a", "ada", "First")).Position);
        return site;
    }

    static async Task WaitForAsync(TestSite site, long position) =>
        (
            await site.GetAsync(
                $"/analytics/activity?minPosition={position}",
                site.Token("ana", Role.Analyst)
            )
        ).Expect(200);

    static ReportQuery Activity(TestSite site) => Query(site, ActivityReport.Report);

    static ReportQuery Query(TestSite site, Report report)
    {
        Assert.Null(ReportQuery.Read(report, [site.Key], false, _ => null, out var query));
        return query!;
    }

    static async Task<ReportTable> CountAsync(Node node, ReportQuery query, ReportAnswers answers) =>
        (await ReportRun.RunAsync(query, node.Database, answers, Ct))!;

    static Task<ReportTable?> RecentAsync(
        Node node,
        ReportQuery query,
        ReportAnswers answers,
        long? wanted = null
    ) => ReportRun.RecentAsync(query, () => ValueTask.FromResult(node.Database), answers, wanted, Ct);

    static object? Comments(ReportTable table) => table.Rows[^1][2];

    static (object?, bool) Told(ReportTable? table, long position) =>
        (Comments(table!), table!.Position >= position);
}
