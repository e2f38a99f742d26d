using System.Globalization;
using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
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

    /// <summary>An erasure happens now, years after the rest: every span has an end.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Reports_equal_a_direct_fold_after_merges_and_an_erasure(int seed)
    {
        var site = await store.ASiteAsync();
        var discussion = new RandomDiscussion(site, seed);
        await discussion.HappenAsync(220, moves: true);
        Assert.DoesNotContain(discussion.Events, e => ((dynamic)e).ArticleKey == "a2");
        Assert.Contains(
            discussion.Events.OfType<CommentPosted>(),
            e => e.Author is { Name: "", Key.Length: > 2 }
        );
        Assert.Contains(discussion.Events, e => e is CommentDecisionUndone);

        await AssertEqualAsync(site, discussion, "Europe/Berlin", "2021-03-12", "2021-04-21");
        await AssertEqualAsync(site, discussion, "Australia/Lord_Howe", "2021-03-28T00:40:00Z", "2021-04-04");
    }

    [Fact]
    public async Task Divided_reports_are_those_of_each_group_alone_and_the_totals_count_once()
    {
        var site = await store.ASiteAsync();
        var discussion = new RandomDiscussion(site, 3);
        await discussion.HappenAsync(160);
        var now = (await site.GetAsync("/articles")).Position;
        foreach (
            var (by, from, to) in new[]
            {
                ("section", "2021-03-20", "2021-04-04"),
                ("author", null, null),
                ("tag", null, (string?)null),
                ("article", "2021-03-28T00:40:00Z", null),
                ("language", null, "2021-04-04"),
            }
        )
        {
            var asked = new Asked("Australia/Lord_Howe", from, to);
            var all = asked.Fold(discussion.Events);
            var groups = RandomDiscussion
                .Groups(by)
                .Select(g =>
                    (g.Name, Parts: Parts(asked.Fold(discussion.Events.Where(OnAny(g.Articles)), all)))
                )
                .ToList();
            var whole = Parts(all);
            foreach (var (name, _, totals) in whole)
            {
                var report = name.Split('?', '&')[0];
                var reply = await GetAsync(site, $"{name}{asked.Query(now)}&by={by}");
                if (report == "articles" && by == "article")
                {
                    reply.Expect(400, "validation");
                    continue;
                }
                var expected = groups
                    .SelectMany(g =>
                        g.Parts.Single(p => p.Name == name)
                            .Rows.Where(r => IsBusy(report, r))
                            .Select(r => (object?[])[g.Name, .. r])
                    )
                    .Append(["total", null, .. totals[1..]]);
                AssertRows($"{name} by {by} from {from}", expected, reply);
                Assert.Equal(by, reply["columns"][0].GetString());
            }
        }
    }

    [Fact]
    public async Task A_comparison_is_the_same_report_of_the_period_before()
    {
        var site = await store.ASiteAsync();
        await new RandomDiscussion(site, 4).HappenAsync(120);
        var now = (await site.GetAsync("/articles")).Position;
        foreach (
            var (report, keys) in new[]
            {
                ("commenters?", "commenter"),
                ("articles?", "article"),
                ("threads?", "measure value"),
                ("hours?by=tag&", "tag weekday hour"),
                ("moderation?by=section&", "section by action reason means moderator"),
            }
        )
        {
            var (here, before, both) = (
                await TableAsync($"{report}from=2021-03-27&to=2021-04-04"),
                await TableAsync($"{report}from=2021-03-18&to=2021-03-26"),
                await TableAsync($"{report}from=2021-03-27&to=2021-04-04&compare=previous")
            );
            string Key(Dictionary<string, JsonElement> row) =>
                string.Join('|', keys.Split(' ').Select(k => row[k].ToString()));
            var (after, earlier) = (here.ToDictionary(Key), before.ToDictionary(Key));
            Assert.Equal(after.Keys.Union(earlier.Keys).Order(), both.Select(Key).Order());
            Assert.Equal("total", both[^1].First().Value.GetString());
            foreach (var row in both)
            foreach (var (name, value) in row)
            {
                var (rows, column) = name.EndsWith("Previous", StringComparison.Ordinal)
                    ? (earlier, name[..^"Previous".Length])
                    : (after, name);
                double? Number(JsonElement cell) =>
                    cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : null;
                if (name.EndsWith("Difference", StringComparison.Ordinal))
                {
                    column = name[..^"Difference".Length];
                    Assert.Equal(Number(row[column]) - Number(row[$"{column}Previous"]), Number(value));
                }
                else if (rows.TryGetValue(Key(row), out var alone))
                    Assert.Equal(alone[column].ToString(), value.ToString());
                else if (rows == earlier || row.ContainsKey($"{name}Previous"))
                    // nothing was there: counts are 0, measures unknown
                    Assert.Contains(value.ToString(), (string[])["0", ""]);
            }
        }

        async Task<List<Dictionary<string, JsonElement>>> TableAsync(string query)
        {
            var reply = (await GetAsync(site, $"{query}&minPosition={now}")).Expect(200);
            var columns = reply["columns"].EnumerateArray().Select(c => c.GetString()!).ToList();
            return
            [
                .. reply["rows"]
                    .EnumerateArray()
                    .Select(r => columns.Zip(r.EnumerateArray()).ToDictionary(p => p.First, p => p.Second)),
            ];
        }
    }

    /// <summary>A zone and a span, as a report is asked for.</summary>
    sealed record Asked(string Zone, string? From, string? To)
    {
        readonly TimeZoneInfo tz = TimeZoneInfo.FindSystemTimeZoneById(Zone);

        public DirectFold Fold(IEnumerable<object> events, DirectFold? whole = null) =>
            new(
                events,
                tz,
                From is null ? DateTimeOffset.MinValue : End(From, 0),
                To is null ? DateTimeOffset.MaxValue : End(To, 1)
            )
            {
                Whole = whole!,
            };

        DateTimeOffset End(string text, int days) =>
            text.Contains('T', StringComparison.Ordinal)
                ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : DateTime.Parse(text, CultureInfo.InvariantCulture).AddDays(days) is var day
                ? new(day, tz.GetUtcOffset(day))
            : default;

        public string Query(long position) =>
            $"tz={Zone}&minPosition={position}{(From is null ? "" : $"&from={From}")}{(To is null ? "" : $"&to={To}")}";
    }

    /// <summary>All reports by their formulas.</summary>
    static List<(string Name, List<object?[]> Rows, object?[] Totals)> Parts(DirectFold fold)
    {
        static DateTimeOffset Published(string article) =>
            new DateTimeOffset(2021, 3, 12, 0, 0, 0, TimeSpan.Zero).AddDays(
                -1 - int.Parse(article[1..], null)
            );
        return
        [
            .. ((string[])["hour", "day", "week", "month"]).Select(i =>
                ($"activity?interval={i}&", fold.Activity(i), fold.ActivityTotals())
            ),
            ("articles?", fold.Articles(Published), fold.ArticlesTotals(Published)),
            ("commenters?", fold.Commenters(), fold.CommentersTotals()),
            ("threads?", fold.Threads(), fold.ThreadsTotals()),
            ("retention?", fold.Retention(), fold.RetentionTotals()),
            ("moderation?", fold.Moderation(), fold.ModerationTotals()),
            ("hours?", fold.Hours(), fold.HoursTotals()),
            ("top?limit=4&", fold.Top(4), fold.TopTotals()),
            .. ((string[])["hour", "week"]).Select(i =>
                ($"workload?interval={i}&", fold.Workload(i), fold.WorkloadTotals())
            ),
            ("rules?", fold.Rules("month"), fold.RulesTotals()),
            ("rules?interval=day&", fold.Rules("day"), fold.RulesTotals()),
            ("returning?interval=day&", fold.Returning("day"), fold.ReturningTotals()),
            ("returning?", fold.Returning("month"), fold.ReturningTotals()),
            ("conversation?interval=week&", fold.Conversation("week"), fold.ConversationTotals()),
            ("civility?", fold.Civility(), fold.CivilityTotals()),
            ("paths?", fold.Paths(), fold.PathsTotals()),
        ];
    }

    static async Task AssertEqualAsync(
        TestSite site,
        RandomDiscussion discussion,
        string zone,
        string? from,
        string? to
    )
    {
        var asked = new Asked(zone, from, to);
        var now = (await site.GetAsync("/articles")).Position;
        foreach (var (name, rows, totals) in Parts(asked.Fold(discussion.Events)))
            if (zone == "UTC" || !IsTimeless(name) || from?.Length == 10)
                AssertRows(
                    $"{name}{asked.Query(now)}",
                    rows.Append(totals),
                    await GetAsync(site, $"{name}{asked.Query(now)}")
                );
    }

    /// <summary>Divided by more than time, only what happened has a row.</summary>
    static bool IsBusy(string report, object?[] row) =>
        report switch
        {
            "activity" or "hours" => row.Skip(2).Any(v => v is not 0),
            "workload" => row[2] is not null || row[3] is not 0 || row[6] is not 0,
            "returning" => row[2] is not 0 || row[5] is not (null or 0),
            "conversation" => row[2] is not 0,
            _ => true,
        };

    /// <summary>Where no zone makes a difference.</summary>
    static bool IsTimeless(string name) =>
        name.Split('?')[0]
            is "articles"
                or "commenters"
                or "threads"
                or "moderation"
                or "top"
                or "civility"
                or "paths";

    static Func<object, bool> OnAny(string[] articles) =>
        e => articles.Contains((string)((dynamic)e).ArticleKey);

    static Task<Reply> GetAsync(TestSite site, string query) =>
        site.GetAsync($"/analytics/{query}", site.Token("ana", Role.Analyst));

    static void AssertRows(string what, IEnumerable<object?[]> rows, Reply reply)
    {
        var expected = rows.Select(Text).ToList();
        var got = reply.Expect(200)["rows"].EnumerateArray().Select(Text).ToList();
        Assert.True(
            expected.SequenceEqual(got),
            $"{what}\nexpected\n{string.Join('\n', expected)}\ngot\n{string.Join('\n', got)}"
        );
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
