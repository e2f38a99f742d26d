using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.History.Reports;

/// <summary>What reports are counted from. Times are exact, so that any zone and interval can be had.</summary>
public static class ReportTables
{
    /// <summary>A comment each, as it stands at the position that the reports have come to.</summary>
    public const string Comments = $"{ReaderTables.Schema}.{CommentsName}";
    public const string CommentsName = "report_comments";

    /// <summary>What happened, one each: reactions, flags, decisions and waits.</summary>
    public const string Facts = $"{ReaderTables.Schema}.{FactsName}";
    public const string FactsName = "report_facts";

    /// <summary>Which <see cref="ReportRows.Version"/> of the projection filled them.</summary>
    public const string Version = $"{ReaderTables.Schema}.report_version";

    public static Table[] Definitions =>
        [CountedCommentRows.Table.Definition(), FactRows.Table.Definition(), VersionTable()];

    static Table VersionTable()
    {
        var table = new Table(Version);
        table.AddColumn("version", "integer").AsPrimaryKey();
        return table;
    }
}
