using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class LearnedDriftTests(Store store)
{
    static readonly ThresholdFigures[] Thresholds =
    [
        new(0.5, 0.6, 0.9, 0.2, 9),
        new(0.6, 0.5, 0.8, 0.1, 5),
        new(0.7, 0.9, 0.5, 0.05, 2),
        new(0.8, null, 0, 0, 0),
    ];

    [Theory]
    [InlineData(0.2, 0.6)]
    [InlineData(0.5, 0.6)]
    [InlineData(0.69, 0.5)]
    [InlineData(0.7, 0.9)]
    [InlineData(0.95, 0.9)]
    public void The_report_promises_what_it_says_of_the_threshold_in_use(double holdAbove, double promised) =>
        Assert.Equal(promised, LearnedDrift.Promise(Thresholds, holdAbove));

    [Theory]
    [InlineData(0.50, 0.40, true)]
    [InlineData(0.50, 0.41, false)]
    [InlineData(0.50, 0.90, false)]
    [InlineData(null, 0.01, false)]
    public void It_has_fallen_where_it_is_a_fifth_below(double? promised, double precision, bool hasFallen) =>
        Assert.Equal(
            hasFallen,
            new LearnedDrift("a", "b", DateTimeOffset.UnixEpoch, 20, precision, null, promised).HasFallen
        );

    [Fact]
    public async Task What_a_model_is_worth_at_work_is_told_by_week_and_as_gauges()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var hash = await Teaching.AModelAsync(store.Database, site.Key, Thresholds);
        // before it is adopted nothing is the model's
        var before = await site.ACommentAsync(article, "zoe", Teaching.Text(0));
        (await site.ModerateAsync($"/comments/{before}/reject", new { reason = "offensive" })).Expect(200);

        var now = await site.DriftAsync(article, hash, site.AsAdmin());

        var report = (
            await site.GetAsync(
                $"/analytics/learned?by=section&minPosition={now}",
                site.Token("ana", Role.Analyst)
            )
        ).Expect(200);
        var rows = report["rows"].EnumerateArray().Select(r => r.EnumerateArray().Skip(3)).ToList();
        Assert.Equal(
            [hash, "24", "8", "16", "2", $"{1 / 3.0}", "0.8"],
            Assert.Single(rows.SkipLast(1)).Select(c => c.ToString())
        );
        Assert.Equal(["", "24", "8", "16", "2", $"{1 / 3.0}", "0.8"], rows[^1].Select(c => c.ToString()));

        await store.Services.GetRequiredService<DriftWatch>().LookAsync(CancellationToken.None);
        await Until.TrueAsync(
            async () =>
            {
                var lines = (await store.SendAsync("GET", "/metrics")).Text.Split('\n');
                string? Value(string gauge) =>
                    lines
                        .FirstOrDefault(l =>
                            l.StartsWith($"threadstore_learned_{gauge}{{", StringComparison.Ordinal)
                            && l.Contains($"site=\"{site.Key}\"", StringComparison.Ordinal)
                        )
                        ?.Split("} ")[1];
                return Value("precision")?.StartsWith("0.333", StringComparison.Ordinal) == true
                    && Value("recall")?.StartsWith("0.8", StringComparison.Ordinal) == true;
            },
            "gauges of the site"
        );
    }
}
