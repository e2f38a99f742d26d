using System.Globalization;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

/// <summary>Whatever happened, whatever is asked for: reports are what their formulas make of the events.</summary>
public class ReportLawTests(Store store)
{
    // whole hours, quarters of an hour, summer time that changes by an hour and by half of one, a midnight that is left out
    static readonly string[] Zones =
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Havana",
    ];

    [Fact]
    public async Task Reports_equal_a_direct_fold_of_the_events()
    {
        for (var seed = 1; seed <= 2; seed++)
        {
            var site = await store.ASiteAsync();
            var discussion = new RandomDiscussion(site, seed);
            await discussion.HappenAsync(160);
            foreach (var zone in Zones)
            foreach (
                var (from, to) in new[]
                {
                    ((string?)null, (string?)null),
                    ("2021-03-20", "2021-04-04"),
                    ("2021-03-28T00:40:00Z", null),
                }
            )
                await AssertEqualAsync(site, discussion, zone, from, to);
        }
    }

    static async Task AssertEqualAsync(
        TestSite site,
        RandomDiscussion discussion,
        string zone,
        string? from,
        string? to
    )
    {
        var tz = TimeZoneInfo.FindSystemTimeZoneById(zone);
        DateTimeOffset End(string text, int days) =>
            text.Contains('T', StringComparison.Ordinal)
                ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : DateTime.Parse(text, CultureInfo.InvariantCulture).AddDays(days) is var day
                ? new(day, tz.GetUtcOffset(day))
            : default;
        var expected = new DirectFold(
            discussion.Events,
            tz,
            from is null ? DateTimeOffset.MinValue : End(from, 0),
            to is null ? DateTimeOffset.MaxValue : End(to, 1)
        );
        var now = (await site.GetAsync("/articles")).Position;
        async Task CompareAsync(string report, List<object?[]> rows, string more = "")
        {
            var query =
                $"/analytics/{report}?tz={zone}&minPosition={now}{(from is null ? "" : $"&from={from}")}{(to is null ? "" : $"&to={to}")}{more}";
            var got = (await site.GetAsync(query, site.Token("ana", Role.Analyst))).Expect(200);
            Assert.True(
                rows.Select(Text).SequenceEqual(got["rows"].EnumerateArray().Select(Text)),
                $"{query}\nexpected\n{string.Join('\n', rows.Select(Text))}\ngot\n{string.Join('\n', got["rows"].EnumerateArray().Select(Text))}"
            );
        }
        foreach (var interval in (string[])["hour", "day", "week"])
            await CompareAsync("activity", expected.Activity(interval), $"&interval={interval}");
        await CompareAsync(
            "articles",
            expected.Articles(a =>
                new DateTimeOffset(2021, 3, 12, 0, 0, 0, TimeSpan.Zero).AddDays(-1 - int.Parse(a[1..], null))
            )
        );
        await CompareAsync("commenters", expected.Commenters());
        await CompareAsync("threads", expected.Threads());
        await CompareAsync("retention", expected.Retention());
        await CompareAsync("moderation", expected.Moderation());
    }

    static string Text(object?[] row) => Text(JsonSerializer.SerializeToElement(row, Json.Options));

    /// <summary>Seconds to the tenth: sums in another order differ in the last digits.</summary>
    static string Text(JsonElement row) =>
        string.Join(
            " | ",
            row.EnumerateArray()
                .Select(v =>
                    v.ValueKind == JsonValueKind.Number
                        ? Math.Round(v.GetDouble(), v.GetDouble() > 10 ? 1 : 6)
                            .ToString(CultureInfo.InvariantCulture)
                        : v.ToString()
                )
        );
}
