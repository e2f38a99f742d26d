using System.Text;
using System.Text.Json;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

public class GetReportTests(Store store)
{
    static Task<Reply> GetAsync(TestSite site, string report, params (string Name, string Value)[] headers) =>
        site.GetAsync($"/analytics/{report}", site.Token("ana", Role.Analyst), headers);

    static List<JsonElement> Rows(Reply reply) => [.. reply.Expect(200)["rows"].EnumerateArray()];

    [Fact]
    public async Task What_was_just_written_is_counted_and_the_position_says_so()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "First");
        var last = await site.PostAsync(article, "ben", "Second");

        var report = await GetAsync(site, $"activity?minPosition={last.Position}");
        var again = await GetAsync(
            site,
            $"activity?minPosition={last.Position}",
            ("If-None-Match", report.ETag)
        );

        Assert.Equal(
            ["start", "local", "comments", "commenters", "newCommenters", "reactions", "flags"],
            report["columns"].EnumerateArray().Select(c => c.GetString()!)
        );
        Assert.Equal([2, 2, 2, 0, 0], Rows(report)[0].EnumerateArray().Skip(2).Select(v => v.GetInt32()));
        Assert.True(report["position"].GetInt64() >= last.Position);
        Assert.Equal(report["position"].GetInt64(), report.Position);
        Assert.StartsWith("private", report.Headers["Cache-Control"], StringComparison.Ordinal);
        // another test may have moved the position meanwhile
        Assert.Contains(again.Status, (int[])[200, 304]);
    }

    [Theory]
    [InlineData("2021-03-28", 23)]
    [InlineData("2021-03-29", 24)]
    [InlineData("2021-10-31", 25)]
    public async Task A_day_has_as_many_hours_as_the_zone_of_the_site_gives_it(string day, int hours)
    {
        var site = await store.ASiteAsync(new { timeZone = "Europe/Berlin" });

        var rows = Rows(await GetAsync(site, $"activity?interval=hour&from={day}&to={day}"));

        Assert.Equal(hours + 1, rows.Count);
        Assert.Equal($"{day}T00:00:00", rows[0][1].GetString());
        Assert.Equal($"{day}T23:00:00", rows[^2][1].GetString());
    }

    [Fact]
    public async Task A_site_on_which_nothing_happened_has_empty_reports()
    {
        var site = await store.ASiteAsync();
        foreach (var report in Report.All)
        {
            var reply = await GetAsync(site, report.Name);
            var counts = report
                .Layout.Select((c, i) => c.Kind == ColumnKind.Count ? i : -1)
                .Where(i => i >= 0);
            Assert.All(Rows(reply), r => Assert.All(counts, i => Assert.Equal(0, r[i].GetInt32())));
            Assert.Equal("total", Rows(reply)[^1][0].GetString());
            Assert.Equal(report.Columns, reply["columns"].EnumerateArray().Select(c => c.GetString()!));
        }
    }

    [Theory]
    [InlineData("from=2200-01-01")]
    [InlineData("from=9999-12-31T23%3A59%3A59.9999999Z")]
    [InlineData("to=1900-01-01")]
    public async Task Where_nothing_happened_and_an_end_is_open_nothing_is_counted(string query)
    {
        var site = await store.ASiteAsync();
        var posted = await site.PostAsync(await site.AnArticleAsync(), "ada", "First");

        var totals = Assert.Single(
            Rows(await GetAsync(site, $"activity?minPosition={posted.Position}&{query}"))
        );
        Assert.Equal(
            ["total", "", "0", "0", "0", "0", "0"],
            totals.EnumerateArray().Select(v => v.ToString())
        );
    }

    [Theory]
    [InlineData("text/csv", true)]
    [InlineData("text/csv;q=0.9, */*;q=0.1", true)]
    [InlineData("application/json, text/csv;q=0.5", false)]
    [InlineData("*/*", false)]
    [InlineData("text/csv;q=0", false)]
    public async Task It_is_CSV_for_who_asks_for_it(string accept, bool isCsv)
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a,1", new { title = "\"So\",\nhe said" })).Expect(201);
        var posted = await site.PostAsync(Uri.EscapeDataString("a,1"), "ada", "First");

        var report = (
            await GetAsync(site, $"articles?minPosition={posted.Position}", ("Accept", accept))
        ).Expect(200);

        Assert.Contains("Accept", report.Headers["Vary"], StringComparison.Ordinal);
        if (!isCsv)
        {
            Assert.Equal("a,1", Rows(report)[0][0].GetString());
            return;
        }
        Assert.StartsWith("text/csv", report.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.StartsWith(
            "article,title,comments,commenters,depth,firstCommentAfterSeconds,halfLifeSeconds\r\n"
                + "\"a,1\",\"\"\"So\"\",\nhe said\",1,1,0,",
            report.Text,
            StringComparison.Ordinal
        );
        Assert.Matches(",0\r\ntotal,,1,1,0,[0-9.]+,0\r\n$", report.Text);
    }

    [Fact]
    public async Task CSV_for_a_spreadsheet_has_a_mark_and_a_name()
    {
        var site = await store.ASiteAsync();

        async Task<(string? Name, byte[] Body)> CsvAsync(string query)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                $"{site.Path}/analytics/activity{query}"
            );
            request.Headers.Accept.Add(new("text/csv"));
            request.Headers.Authorization = new("Bearer", site.Token("ana", Role.Analyst));
            using var answer = await store
                .Host.Server.CreateClient()
                .SendAsync(request, TestContext.Current.CancellationToken);
            // not as text, from which the mark is taken away
            return (
                answer.Content.Headers.ContentDisposition?.ToString(),
                await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)
            );
        }

        var (marked, plain) = (await CsvAsync("?bom=true"), await CsvAsync(""));

        Assert.Equal($"attachment; filename=\"{site.Key}-activity.csv\"", marked.Name);
        Assert.Equal((byte[])[0xEF, 0xBB, 0xBF, .. plain.Body], marked.Body);
        Assert.Equal((byte)'s', plain.Body[0]);
        (await GetAsync(site, "activity?bom=1")).Expect(400, "validation");
    }

    [Fact]
    public async Task CSV_has_no_cell_that_a_spreadsheet_runs()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("=1", new { title = "@SUM(A1)" })).Expect(201);
        var posted = await site.PostAsync(Uri.EscapeDataString("=1"), "ada", "First");

        var report = await GetAsync(site, $"articles?minPosition={posted.Position}", ("Accept", "text/csv"));

        Assert.Contains("\r\n'=1,'@SUM(A1),1,", report.Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@A1", "'@A1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("=HYPERLINK(\"a\",1)", "\"'=HYPERLINK(\"\"a\"\",1)\"")]
    [InlineData("-1", "-1")]
    [InlineData("+1.5", "+1.5")]
    [InlineData(-1, "-1")]
    [InlineData(-0.5, "-0.5")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_cell_is_text_where_a_spreadsheet_would_run_it(object? value, string cell) =>
        Assert.Equal(
            $"c\r\n{cell}\r\n",
            Encoding.UTF8.GetString(
                ReportFormats
                    .Csv(
                        new(
                            ["c"],
                            [
                                [value],
                            ],
                            1
                        )
                    )
                    .Span
            )
        );

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2021-02-30", "from")]
    [InlineData("to=2021-13-01", "to")]
    [InlineData("to=", "to")]
    [InlineData("from=2021-04-02&to=2021-04-01", "to")]
    [InlineData("interval=year", "interval")]
    [InlineData("interval=hour&from=2011-01-01&to=2021-01-01", "interval")]
    [InlineData("by=weather", "by")]
    [InlineData("by=Section", "by")]
    [InlineData("compare=next", "compare")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=10001", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("sort=weather", "sort")]
    [InlineData("sort=comments:up", "sort")]
    [InlineData("sort=section", "sort")]
    [InlineData("interval=Day", "interval")]
    [InlineData("interval=hour&from=1900-01-01&to=2021-01-01", "interval")]
    [InlineData("interval=hour&from=0001-01-02", "interval")]
    [InlineData("to=9999-12-31T23%3A59%3A59.9999999Z", "interval")]
    [InlineData("tz=Middle-earth/Shire", "tz")]
    [InlineData("tz=W. Europe Standard Time", "tz")]
    [InlineData("tz=", "tz")]
    [InlineData("tz=Europe/Berlin'", "tz")]
    public async Task What_cannot_be_meant_is_refused(string query, string member)
    {
        var site = await store.ASiteAsync();
        var posted = await site.PostAsync(await site.AnArticleAsync(), "ada", "First");

        var reply = (await GetAsync(site, $"activity?minPosition={posted.Position}&{query}")).Expect(
            400,
            "validation"
        );

        Assert.True(reply["errors"].TryGetProperty(member, out _), reply.Text);
    }

    [Theory]
    [InlineData("", "b a c")]
    [InlineData("sort=article", "a b c")]
    [InlineData("sort=article:desc", "c b a")]
    [InlineData("sort=-comments&limit=1", "b")]
    [InlineData("sort=commenters", "b a c")]
    [InlineData("sort=comments:asc&limit=2", "c a")]
    [InlineData("sort=commentsDifference:asc&compare=previous&from=2000-01-01&to=2100-01-01&limit=2", "c a")]
    [InlineData("by=section&sort=section&limit=2", "a b")]
    [InlineData("by=section&sort=section:desc&limit=10", "b a c")]
    public async Task Rows_come_in_the_order_and_number_asked_for_and_the_totals_count_all(
        string query,
        string expected
    )
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "A", section = "City" })).Expect(201);
        (await site.PutArticleAsync("b", new { title = "B", section = "Sport" })).Expect(201);
        (await site.PutArticleAsync("c", new { title = "C" })).Expect(201);
        foreach (var (article, by) in new[] { ("a", "ada"), ("a", "ben"), ("b", "ada"), ("b", "ben") })
            await site.ACommentAsync(article, by, $"{article} by {by}");
        await site.ACommentAsync("b", "ada", "Once more");
        var last = await site.PostAsync("c", "ada", "On c");

        var rows = Rows(await GetAsync(site, $"articles?minPosition={last.Position}&{query}"));

        var column = query.Contains("by=", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(expected, string.Join(' ', rows.SkipLast(1).Select(r => r[column].GetString())));
        Assert.Equal("total", rows[^1][0].GetString());
        Assert.Equal((6, 2), (rows[^1][column + 2].GetInt32(), rows[^1][column + 3].GetInt32()));
    }

    /// <summary>What was counted is kept, so it must be known by all that it depends on.</summary>
    [Fact]
    public async Task Whatever_happens_is_in_the_next_answer()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "Before", section = "City" })).Expect(201);
        (await site.PutArticleAsync("b", new { title = "Other", section = "Sport" })).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "First");
        async Task<string> ToldAsync(long position, string query = "")
        {
            var rows = Rows(await GetAsync(site, $"articles?by=section&minPosition={position}&{query}"));
            Assert.Equal(
                rows.Select(r => r.ToString()),
                Rows(await GetAsync(site, $"articles?by=section&minPosition={position}&{query}"))
                    .Select(r => r.ToString())
            );
            return string.Join("; ", rows.Select(r => $"{r[0]} {r[2]} {r[3]}"));
        }
        var now = (await site.GetAsync("/articles")).Position;
        Assert.Equal("City Before 1; total  1", await ToldAsync(now));
        Assert.Equal("total  0", await ToldAsync(now, "to=2001-01-01"));

        (await site.PutArticleAsync("a", new { title = "After", section = "Culture" })).Expect(200);
        Assert.Equal(
            "Culture After 1; total  1",
            await ToldAsync((await site.GetAsync("/articles")).Position)
        );
        now = (await site.PostAsync("b", "ben", "Second")).Position;
        Assert.Equal("Culture After 1; Sport Other 1; total  2", await ToldAsync(now));
        (
            await site.SendAsync(
                "POST",
                $"/comments/{first}/reject",
                new { reason = "spam" },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        Assert.Equal("Sport Other 1; total  1", await ToldAsync((await site.GetAsync("/articles")).Position));
    }

    [Fact]
    public async Task Several_sites_are_told_apart_and_counted_together()
    {
        var (one, other) = (await store.ASiteAsync(), await store.ASiteAsync());
        (await one.PutArticleAsync("a")).Expect(201);
        (await other.PutArticleAsync("a")).Expect(201);
        await one.ACommentAsync("a", "ada", "On one");
        await one.ACommentAsync("a", "ben", "On one");
        var last = await other.PostAsync("a", "ada", "On the other");
        Rows(await GetAsync(other, $"articles?minPosition={last.Position}"));
        Assert.Null(
            ReportQuery.Read(ArticlesReport.Report, [one.Key, other.Key], true, _ => null, out var query)
        );

        var table = await ReportRun.RunAsync(
            query!,
            store.Database,
            answers: null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal("site article title", string.Join(' ', table!.Columns.Take(3)));
        Assert.Equal(
            new[] { $"{one.Key} a 2 2", $"{other.Key} a 1 1" }
                .Order(StringComparer.Ordinal)
                .Append("total  3 3"),
            table.Rows.Select(r => $"{r[0]} {r[1]} {r[3]} {r[4]}")
        );
    }

    [Fact]
    public async Task Unknown_reports_are_not_found_and_others_have_no_access()
    {
        var site = await store.ASiteAsync();

        (await GetAsync(site, "weather")).Expect(404, "not-found");
        (await site.GetAsync("/analytics/activity")).Expect(401, "unauthorized");
        (await site.GetAsync("/analytics/activity", site.Token("mod", Role.Moderator))).Expect(
            403,
            "forbidden"
        );
        (await GetAsync(site, $"activity?minPosition={long.MaxValue}")).Expect(503, "behind");
    }

    [Fact]
    public void Each_event_is_counted_or_said_not_to_be()
    {
        var uncounted = EventCatalogue
            .All.Where(e =>
                ReportFold.About(
                    System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(e.Type)
                )
                    is null
            )
            .Select(e => e.Name);

        Assert.Equal(
            uncounted.Order(),
            EventCatalogue.All.Where(e => !e.IsAboutComment).Select(e => e.Name).Order()
        );
    }

    [Fact]
    public void Each_report_and_column_is_explained()
    {
        var text = File.ReadAllText(Path.Combine(Sources.Root, "docs/reports.md"));
        foreach (var report in Report.All)
        {
            var start = text.IndexOf($"\n## {report.Name}\n", StringComparison.Ordinal);
            Assert.True(start > 0, report.Name);
            var section = text[start..text.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];
            Assert.All(report.Columns, c => Assert.Contains($"`{c}`", section, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_editors_ten_questions_have_answers()
    {
        var site = await store.ASiteAsync();
        var posted = await site.PostAsync(await site.AnArticleAsync(), "ada", "First");
        var text = File.ReadAllText(Path.Combine(Sources.Root, "docs/analytics.md"));
        var lines = text[text.IndexOf("## An editor's ten questions", StringComparison.Ordinal)..]
            .Split('\n')
            .Where(l => l.StartsWith('|') && l.Contains('?', StringComparison.Ordinal))
            .Select(l => l.Split('`')[1].Split(' ', 2))
            .ToList();

        Assert.Equal(10, lines.Count);
        foreach (var line in lines)
        {
            // --by section is by=section
            var query = string.Join(
                '&',
                line[1]
                    .Split("--", StringSplitOptions.RemoveEmptyEntries)
                    .Select(o => o.Trim().Replace(' ', '='))
            );
            var rows = Rows(await GetAsync(site, $"{line[0]}?{query}&minPosition={posted.Position}"));
            Assert.Equal("total", rows[^1][0].GetString());
        }
    }
}
