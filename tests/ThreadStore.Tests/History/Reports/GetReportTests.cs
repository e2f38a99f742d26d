using System.Text;
using System.Text.Json;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Storage;
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
        Assert.Equal(
            [2, 2, 2, 0, 0],
            Assert.Single(Rows(report)).EnumerateArray().Skip(2).Select(v => v.GetInt32())
        );
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

        Assert.Equal(hours, rows.Count);
        Assert.Equal($"{day}T00:00:00", rows[0][1].GetString());
        Assert.Equal($"{day}T23:00:00", rows[^1][1].GetString());
    }

    [Fact]
    public async Task A_site_on_which_nothing_happened_has_empty_reports()
    {
        var site = await store.ASiteAsync();
        foreach (var report in Report.All)
        {
            var reply = await GetAsync(site, report.Name);
            Assert.Empty(Rows(reply));
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

        Assert.Empty(Rows(await GetAsync(site, $"activity?minPosition={posted.Position}&{query}")));
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
        Assert.EndsWith(",0\r\n", report.Text, StringComparison.Ordinal);
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
    [InlineData("interval=month", "interval")]
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
}
