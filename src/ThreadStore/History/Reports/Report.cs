namespace ThreadStore.History.Reports;

/// <summary>What a column is, which decides what becomes of it where two periods are compared.</summary>
public enum ColumnKind
{
    /// <summary>Tells a row from others.</summary>
    Key,

    /// <summary>Tells it, too, by when its interval begins.</summary>
    Start,

    /// <summary>Says more of what the keys name.</summary>
    Label,

    /// <summary>How many: 0 where there is no row.</summary>
    Count,

    /// <summary>What is measured: nothing is known of it where there is no row.</summary>
    Measure,
}

public sealed record ReportColumn(string Name, ColumnKind Kind)
{
    public static ReportColumn Key(string name) => new(name, ColumnKind.Key);

    public static ReportColumn Label(string name) => new(name, ColumnKind.Label);

    public static ReportColumn Count(string name) => new(name, ColumnKind.Count);

    public static ReportColumn Measure(string name) => new(name, ColumnKind.Measure);

    /// <summary>When an interval begins.</summary>
    public static ReportColumn Start(string name) => new(name, ColumnKind.Start);
}

/// <summary>What a query is for: rows by the report's own keys, the same in groups, or the row of totals.</summary>
public enum ReportPart
{
    Rows,
    Groups,
    Totals,
}

/// <summary>
/// One report: its columns and the query that fills them. docs/reports.md says in a sentence and a formula what it means.
/// </summary>
/// <param name="Name">In addresses and on the command line.</param>
/// <param name="Sql">
/// The query for a part of it. It follows <see cref="ReportPrelude"/>, and gives <c>grp</c> and then the columns.
/// </param>
/// <param name="Divided">Null where it does not go by time.</param>
public sealed record Report(
    string Name,
    IReadOnlyList<ReportColumn> Layout,
    Func<ReportPart, string> Sql,
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
        HoursReport.Report,
        TopReport.Report,
        WorkloadReport.Report,
        RulesReport.Report,
        LearnedReport.Report,
        ReturningReport.Report,
        ConversationReport.Report,
        CivilityReport.Report,
        PathsReport.Report,
        VotesReport.Report,
    ];

    /// <summary>What it can be divided by.</summary>
    public IReadOnlyList<ReportBy> Takes { get; init; } = Enum.GetValues<ReportBy>();

    /// <summary>It has lists of the best, each as long as <c>limit</c> says.</summary>
    public bool IsOfBest { get; init; }

    public IReadOnlyList<string> Columns { get; } = [.. Layout.Select(c => c.Name)];

    public static Report? Find(string name) => All.FirstOrDefault(r => r.Name == name);
}

/// <summary>How a report divides time. There may be too many intervals.</summary>
/// <param name="EndsSql">
/// The first moment that it looks at, and the last; by the parameters of <see cref="ReportPrelude"/>. Nulls where there is
/// nothing to look at.
/// </param>
public sealed record DividedTime(string EndsSql, Func<ReportQuery, ReportInterval> By);
