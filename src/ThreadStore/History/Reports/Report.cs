namespace ThreadStore.History.Reports;

/// <summary>
/// One report: its columns and the query that fills them. docs/reports.md says in a sentence and a formula what it means.
/// </summary>
/// <param name="Name">In addresses and on the command line.</param>
/// <param name="Sql">
/// Follows <see cref="ReportQuery.Prelude"/>, which gives it <c>asked</c> (site, zone, step, since, until) and
/// <c>span</c> (the comments posted between since and until), over the rows of <see cref="ReportTables"/>.
/// </param>
/// <param name="GoesByTime">It has a row for each interval, of which there may be too many.</param>
public sealed record Report(string Name, IReadOnlyList<string> Columns, string Sql, bool GoesByTime = false)
{
    /// <summary>All that there are. A new one is a file beside them and a line here; its past is there at once.</summary>
    public static readonly IReadOnlyList<Report> All =
    [
        ActivityReport.Report,
        ArticlesReport.Report,
        CommentersReport.Report,
        ModerationReport.Report,
        RetentionReport.Report,
        ThreadsReport.Report,
    ];

    public static Report? Find(string name) => All.FirstOrDefault(r => r.Name == name);
}
