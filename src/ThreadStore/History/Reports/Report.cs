namespace ThreadStore.History.Reports;

/// <summary>
/// One report: its columns and the query that fills them. docs/reports.md says in a sentence and a formula what it means.
/// </summary>
/// <param name="Name">In addresses and on the command line.</param>
/// <param name="Sql">
/// Follows <see cref="ReportQuery.Prelude"/>, which gives it <c>asked</c> (site, zone, since, until), <c>span</c> (the
/// comments posted between since and until) and <c>intervals</c> (start, local, n), over the rows of
/// <see cref="ReportTables"/>.
/// </param>
/// <param name="Divided">Null where it does not go by time.</param>
public sealed record Report(
    string Name,
    IReadOnlyList<string> Columns,
    string Sql,
    DividedTime? Divided = null
)
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

/// <summary>How a report divides time. There may be too many intervals.</summary>
/// <param name="EndsSql">
/// The first moment that it looks at, and the last; by the parameters of <see cref="ReportQuery.Prelude"/>. Nulls where
/// there is nothing to look at.
/// </param>
public sealed record DividedTime(string EndsSql, Func<ReportQuery, ReportInterval> By);
