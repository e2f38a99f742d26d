using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using Wolverine.Http;

namespace ThreadStore.History.Reports;

/// <summary>A report: rows of texts, numbers, times or nulls, in the order of the columns.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">Each an array of its cells: texts, numbers, times or nulls. The last are the totals.</param>
/// <param name="Position">What the report holds: everything up to this position.</param>
public sealed record ReportShape(
    IReadOnlyList<string> Columns,
    // not arrays of arrays, of which Kiota makes code that does not compile
    IReadOnlyList<JsonElement> Rows,
    long Position
);

public static class GetReportEndpoint
{
    internal const string CsvType = "text/csv";

    /// <summary>How long what was written just now is waited for where nobody asks for a position.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <summary>One of the reports, with a row of totals at its end, which counts each comment and each person once; as CSV
    /// by Accept: text/csv.</summary>
    /// <returns>200 the report; 304; 400 validation; 404 not-found; 503 behind.</returns>
    [Operation("getReport"), Answers(typeof(ReportShape), OrText = CsvType)]
    [Query(
        "from",
        typeof(string),
        "Only what happened from this day, in the zone, or time on, such as 2021-04-02."
    )]
    [Query("to", typeof(string), "Only what happened before this time, or up to the end of this day.")]
    [Query(
        "interval",
        typeof(ReportInterval),
        "How activity and other reports that go by time are divided.",
        Default = ReportInterval.Day
    )]
    [Query(
        "by",
        typeof(ReportBy),
        "What to divide it by: a column for it comes first. An article with several tags counts under each."
    )]
    [Query(
        "compare",
        typeof(ReportCompare),
        "Put the period before, which is as long, beside it: each figure then has a column …Previous and one …Difference."
    )]
    [Query(
        "limit",
        typeof(int),
        "How many rows beside the totals; left out, all.",
        Min = 1,
        Max = ReportQuery.MaxLimit
    )]
    [Query(
        "sort",
        typeof(string),
        "A column: of numbers the greatest first, of all else in order; comments:asc and comments:desc say which. The totals stay last."
    )]
    [Query("tz", typeof(string), "The time zone, such as Europe/Berlin; left out: the site's.")]
    [Query(
        "bom",
        typeof(bool),
        "Whether CSV begins with a byte-order mark, by which spreadsheets know UTF-8.",
        Default = false
    )]
    [WolverineGet("/v1/sites/{site}/analytics/{report}"), Roles(Role.Analyst)]
    public static async Task<IResult> Get(
        string site,
        string report,
        HttpContext http,
        ReadReplicas replicas,
        Positions positions,
        ProjectionProgress progress,
        ReportAnswers answers,
        CancellationToken ct
    )
    {
        if (Report.Find(report) is not { } known)
            return Problem.NotFound;
        if (PageQuery.ReadFlag(http, "bom", out var withMark) is { } noFlag)
            return noFlag;
        if (
            ReportQuery.Read(
                known,
                [site],
                false,
                name => http.Request.Query[name].FirstOrDefault(),
                out var query
            ) is
            { } problem
        )
            return problem;
        ValueTask<NpgsqlDataSource> ChooseAsync() => replicas.ForLaggingAsync(http);
        var wanted = Gate.MinPosition(http);
        if (await ReportRun.RecentAsync(query!, ChooseAsync, answers, wanted, ct) is { } recent)
            return Show(http, recent, $"{site}-{report}", withMark);
        if (wanted is { } position)
        {
            if (!await progress.WaitForAsync(ReportRows.Name, position, Positions.Patience, ct))
                return Problem.Behind(position);
        }
        else
            await progress.WaitForAsync(ReportRows.Name, positions.Newest, Moment, ct);

        if (await ReportRun.RunAsync(query!, await ChooseAsync(), answers, ct) is not { } table)
            return ReportQuery.TooFine;
        return Show(http, table, $"{site}-{report}", withMark);
    }

    /// <summary>A report as its reader wants it: JSON, or a file of CSV.</summary>
    /// <param name="name">Of the file, without its ending.</param>
    internal static Answer Show(HttpContext http, ReportTable table, string name, bool withMark = false)
    {
        var isCsv = WantsCsv(http);
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (isCsv)
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        return new(
            isCsv ? ReportFormats.Csv(table, withMark) : ReportFormats.Json(table),
            Position: table.Position,
            IsPrivate: true
        )
        {
            ContentType = isCsv ? $"{CsvType}; charset=utf-8" : "application/json",
        };
    }

    /// <summary>CSV is named, and not less liked than JSON where that is named too.</summary>
    static bool WantsCsv(HttpContext http)
    {
        var accepted = http.Request.GetTypedHeaders().Accept;
        double Quality(string type) =>
            accepted
                .Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
                .Select(a => a.Quality ?? 1)
                .DefaultIfEmpty(0)
                .Max();
        var csv = Quality(CsvType);
        return csv > 0 && csv >= Quality("application/json");
    }
}
