using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Notices;

/// <summary>The yearly figures, and the statements of reasons.</summary>
public partial class TransparencyTests(Store store)
{
    static readonly Gen<RandomHistoryTests.Move[]> Histories = Gen.Frequency(
        (3, RandomHistoryTests.Any),
        (4, ModeratorMoves.Any)
    ).Array[150, 200];

    [Fact]
    public async Task Figures_are_those_of_a_direct_fold_of_the_events_and_the_same_after_a_rebuild()
    {
        await using var node = await Node.StartAsync(store);
        await Histories.SampleAsync(
            async moves =>
            {
                var run = await RandomHistoryTests.Run.StartAsync(node);
                foreach (var move in moves)
                    await run.MakeAsync(move);
                var before = new List<string>();
                foreach (var site in run.Sites)
                {
                    await AssertEqualAsync(site);
                    before.Add((await FiguresAsync(site)).GetProperty("rows").GetRawText());
                }
                await RepairRows.RunAsync(node.Database, _ => { }, TestContext.Current.CancellationToken);
                foreach (var (site, rows) in run.Sites.Zip(before))
                    Assert.Equal(rows, (await FiguresAsync(site)).GetProperty("rows").GetRawText());
            },
            iter: Endurance.Histories(2),
            threads: 1,
            print: moves => string.Join("; ", moves.AsEnumerable())
        );
    }

    static async Task AssertEqualAsync(TestSite site)
    {
        var events = await EventsAsync(site);
        var direct = new DirectFigures(events);
        var middle = events[events.Count / 2].GetProperty("at").GetDateTimeOffset();
        foreach (
            var (from, to) in new[]
            {
                (DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
                (middle, DateTimeOffset.MaxValue),
                (DateTimeOffset.MinValue, middle),
            }
        )
        {
            var query =
                (from > DateTimeOffset.MinValue ? $"&from={Uri.EscapeDataString(from.ToString("o"))}" : "")
                + (to < DateTimeOffset.MaxValue ? $"&to={Uri.EscapeDataString(to.ToString("o"))}" : "");
            var got = (await FiguresAsync(site, query))
                .GetProperty("rows")
                .EnumerateArray()
                .Select(r =>
                    $"{JsonSerializer.Serialize(r.EnumerateArray().Take(5).Select(v => v.GetString()).ToArray())} {r[5]} {Shown(r[6].ValueKind == JsonValueKind.Null ? null : r[6].GetDouble())}"
                )
                .Order(StringComparer.Ordinal);
            var expected = direct
                .Rows(from, to)
                .Select(r => $"{r.Key} {r.Value.Count} {Shown(r.Value.Median)}")
                .Order(StringComparer.Ordinal);
            Assert.Equal(string.Join('\n', expected), string.Join('\n', got));
        }
    }

    static string Shown(double? seconds) => seconds is { } s ? $"{Math.Round(s, 4)}" : "-";

    [Fact]
    public async Task A_year_can_be_read_as_a_table()
    {
        var site = await AYearAsync();

        var csv = await site.GetAsync(
            "/transparency?from=2020-01-01",
            site.Token("root", Role.Admin),
            ("Accept", "text/csv")
        );

        csv.Expect(200);
        string[] lines = csv.Text.Split("\r\n");
        Assert.Equal("section,what,ground,means,source,count,secondsP50", lines[0]);
        Assert.Contains(lines, l => l.StartsWith("notices,upheld,defamation,,,1,", StringComparison.Ordinal));
        Assert.Contains("restrictions,rejected,illegal,person,notice,1,", lines);
        Assert.Contains("restrictions,rejected,bannedWord,rule,own,1,", lines);
        Assert.Contains("restrictions,suspended,conduct,person,own,1,", lines);
        Assert.Contains("reversals,approved,,rule,,1,", lines);
        (await site.GetAsync("/transparency?from=nope", site.Token("root", Role.Admin))).Expect(
            400,
            "validation"
        );
        var later = await FiguresAsync(site, "&from=2999-01-01");
        Assert.Empty(later.GetProperty("rows").EnumerateArray());
    }

    [Fact]
    public async Task Statements_are_such_as_the_database_takes_and_name_nobody()
    {
        var site = await AYearAsync();

        var (all, position) = await StatementsAsync(site, 0);

        Assert.Equal(5, all.Count);
        Assert.All(all, AssertTaken);
        Assert.DoesNotMatch(
            "(?i)ada|thief|mona|nell|stole",
            string.Join('\n', all.Select(s => s.GetRawText()))
        );
        Assert.Equal(
            [
                "AUTOMATED_DECISION_FULLY SOURCE_VOLUNTARY STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                "AUTOMATED_DECISION_NOT_AUTOMATED SOURCE_ARTICLE_16 STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
                "AUTOMATED_DECISION_NOT_AUTOMATED SOURCE_TYPE_OTHER_NOTIFICATION STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                "AUTOMATED_DECISION_NOT_AUTOMATED SOURCE_VOLUNTARY STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
                "AUTOMATED_DECISION_NOT_AUTOMATED SOURCE_VOLUNTARY STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
            ],
            all.Select(s =>
                $"{s.GetProperty("automated_decision")} {s.GetProperty("source_type")} {s.GetProperty("category")}"
            )
        );
        Assert.Equal("KEYWORD_DEFAMATION", all[1].GetProperty("category_specification")[0].GetString());
        Assert.Equal("DE", all[1].GetProperty("content_language").GetString());
        Assert.Equal("2037-05-01", all[3].GetProperty("end_date_account_restriction").GetString());
        Assert.Equal(5, all.Select(s => s.GetProperty("puid").GetString()).Distinct().Count());

        // where an answer was cut off, or all was read
        var third = all[2].GetProperty("puid").GetString()!;
        var (rest, _) = await StatementsAsync(site, long.Parse(third.Split('-')[0], null));
        Assert.Equal(all.Skip(3).Select(s => s.GetRawText()), rest.Select(s => s.GetRawText()));
        Assert.Empty((await StatementsAsync(site, position)).Lines);
        await site.DecideAsync(await site.ACommentAsync("a", "ben", "Once more"), "reject");
        Assert.Single((await StatementsAsync(site, position)).Lines);
        (await site.GetAsync("/transparency/statements?after=x", site.Token("root", Role.Admin))).Expect(400);
    }

    [Fact]
    public async Task A_statement_stays_as_it_was_whoever_is_erased()
    {
        var site = await AYearAsync();
        var (before, position) = await StatementsAsync(site, 0);

        (await site.SendAsync("DELETE", "/commenters/ada/data", null, site.Token("ada"))).Expect(200);

        var (after, _) = await StatementsAsync(site, 0);
        Assert.Equal(before.Select(s => s.GetRawText()), after.Select(s => s.GetRawText()));
        Assert.Empty((await StatementsAsync(site, position)).Lines);
    }

    /// <summary>One restriction of each sort, and one that was a mistake.</summary>
    async Task<TestSite> AYearAsync()
    {
        var site = await store.ASiteAsync(new { language = "german", bannedWords = (string[])["damn"] });
        await site.PutArticleAsync("a");
        var banned = await site.ACommentAsync("a", "ada", "Damn");
        await site.DecideAsync(banned, "approve");
        var reported = await site.ACommentAsync("a", "ada", "Nell is a thief");
        await site.ReportAsync(reported, by: "nell");
        (
            await site.ModerateAsync(
                $"/comments/{reported}/reject",
                new { reason = "illegal", note = "Nell stole nothing" }
            )
        ).Expect(200);
        var flagged = await site.ACommentAsync("a", "ada", "Buy this");
        (await site.FlagAsync(flagged, "ben")).Expect(201);
        await site.DecideAsync(flagged, "reject");
        // again: nothing more
        await site.DecideAsync(flagged, "reject");
        (
            await site.ModerateAsync(
                "/commenters/ada/suspend",
                new { until = "2037-05-01T00:00:00Z", reason = "Ada, enough" }
            )
        ).Expect(200);
        var locked = await site.ACommentAsync("a", "ben", "Where it began");
        await site.DecideAsync(locked, "lock");
        return site;
    }

    static async Task<JsonElement> FiguresAsync(TestSite site, string query = "") =>
        (await site.GetAsync($"/transparency?minPosition=0{query}", site.Token("root", Role.Admin)))
            .Expect(200)
            .Json;

    static async Task<(List<JsonElement> Lines, long Position)> StatementsAsync(TestSite site, long after)
    {
        var reply = (
            await site.GetAsync($"/transparency/statements?after={after}", site.Token("root", Role.Admin))
        ).Expect(200);
        Assert.Equal("application/x-ndjson", reply.Headers["Content-Type"]);
        return (Lines(reply), reply.Position);
    }

    static List<JsonElement> Lines(Reply reply) =>
        [
            .. reply
                .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize<JsonElement>(l)),
        ];

    static async Task<List<JsonElement>> EventsAsync(TestSite site)
    {
        var events = new List<JsonElement>();
        while (true)
        {
            var after = events.Count == 0 ? 0 : events[^1].GetProperty("position").GetInt64();
            var page = Lines(
                (
                    await site.GetAsync($"/events?limit=10000&after={after}", site.Token("root", Role.Admin))
                ).Expect(200)
            );
            if (page.Count == 0)
                return events;
            events.AddRange(page);
        }
    }

    static readonly Dictionary<string, string[]> Words = new()
    {
        ["decision_ground"] = ["DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"],
        ["source_type"] =
        [
            "SOURCE_ARTICLE_16",
            "SOURCE_TRUSTED_FLAGGER",
            "SOURCE_TYPE_OTHER_NOTIFICATION",
            "SOURCE_VOLUNTARY",
        ],
        ["automated_detection"] = ["Yes", "No"],
        ["automated_decision"] =
        [
            "AUTOMATED_DECISION_FULLY",
            "AUTOMATED_DECISION_PARTIALLY",
            "AUTOMATED_DECISION_NOT_AUTOMATED",
        ],
        ["category"] =
        [
            "STATEMENT_CATEGORY_ANIMAL_WELFARE",
            "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
            "STATEMENT_CATEGORY_CYBER_VIOLENCE",
            "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
            "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
            "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
            "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
            "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
            "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
            "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
            "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
            "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
            "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
            "STATEMENT_CATEGORY_SELF_HARM",
            "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
            "STATEMENT_CATEGORY_VIOLENCE",
        ],
    };

    /// <summary>The rules by which the database takes a statement: what must be there, and what it may be.</summary>
    static void AssertTaken(JsonElement statement)
    {
        string? Of(string name) =>
            statement.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String
                ? v.GetString()
                : null;
        foreach (var (name, words) in Words)
            Assert.Contains(Of(name), words);
        Assert.True(
            statement.GetProperty("decision_visibility").ValueKind == JsonValueKind.Array
                || Of("decision_provision") is not null
                || Of("decision_account") is not null
        );
        var isIllegal = Of("decision_ground") == "DECISION_GROUND_ILLEGAL_CONTENT";
        foreach (var name in (string[])["illegal_content_legal_ground", "illegal_content_explanation"])
            Assert.Equal(isIllegal, Of(name) is { Length: > 0 and <= 500 });
        foreach (var name in (string[])["incompatible_content_ground", "incompatible_content_explanation"])
            Assert.Equal(!isIllegal, Of(name) is { Length: > 0 and <= 500 });
        var isOther = statement.GetProperty("content_type")[0].GetString() == "CONTENT_TYPE_OTHER";
        Assert.Equal(isOther, Of("content_type_other") is not null);
        Assert.Matches("^20[0-3][0-9]-[01][0-9]-[0-3][0-9]$", Of("content_date"));
        Assert.Matches("^20[23][0-9]-[01][0-9]-[0-3][0-9]$", Of("application_date"));
        Assert.InRange(Of("decision_facts")!.Length, 1, 5_000);
        Assert.Matches(Puid(), Of("puid"));
    }

    [GeneratedRegex("^[a-zA-Z0-9-_]{1,500}$")]
    private static partial Regex Puid();
}
