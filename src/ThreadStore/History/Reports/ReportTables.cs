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

    public static Table[] Definitions => [CommentsTable(), FactsTable(), VersionTable()];

    static Table CommentsTable()
    {
        var table = new Table(Comments);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("article_id", "uuid").NotNull();
        table.AddColumn("parent_id", "uuid");
        table.AddColumn("author_id", "uuid").NotNull();
        table.AddColumn("depth", "integer").NotNull();
        table.AddColumn("posted_at", "timestamptz").NotNull();
        table.AddColumn("state", "text").NotNull();
        // that stand on it now
        table.AddColumn("reactions", "integer").NotNull();
        // since when it waits for a moderator
        table.AddColumn("waiting_since", "timestamptz");
        table.AddColumn("appealed_at", "timestamptz");
        // of the reactions, those that weigh for it and against it
        table.AddColumn("positive", "integer").NotNull().DefaultValue(0);
        table.AddColumn("negative", "integer").NotNull().DefaultValue(0);
        // that were ever raised on it
        table.AddColumn("flags", "integer").NotNull().DefaultValue(0);
        table.AddColumn("is_featured", "boolean").NotNull().DefaultValueByExpression("false");
        // by somebody who bore a badge of those who work for the site
        table.AddColumn("by_staff", "boolean").NotNull().DefaultValueByExpression("false");
        // what people last decided about it, where nothing happened to it since
        table.AddColumn("outcome", "text");
        // the highest that an outside classifier gave
        table.AddColumn("score", "double precision");
        table.WithFillFactor(80);
        table.Indexes.Add(new IndexDefinition("ix_report_comments_time").AgainstColumns("site", "posted_at"));
        return table;
    }

    static Table FactsTable()
    {
        var table = new Table(Facts);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("event", "uuid").AsPrimaryKey();
        // of an event with several reasons: 0 counts for all of them
        table.AddColumn("n", "integer").AsPrimaryKey();
        table.AddColumn("kind", "text").NotNull();
        table.AddColumn("at", "timestamptz").NotNull();
        // the key of a moderator; nobody else is named
        table.AddColumn("actor", "text");
        table.AddColumn("reason", "text");
        table.AddColumn("means", "text");
        // from when it began to wait to the decision
        table.AddColumn("seconds", "double precision");
        table.AddColumn("comment_id", "uuid");
        // on which the comment was written
        table.AddColumn("article_id", "uuid");
        // who reacted or flagged
        table.AddColumn("person", "uuid");
        // of a reaction: 1, 0 or -1
        table.AddColumn("weight", "integer");
        // of a decision its id; of what was undone, the decision's
        table.AddColumn("decision", "uuid");
        table.Indexes.Add(new IndexDefinition("ix_report_facts_time").AgainstColumns("site", "at"));
        return table;
    }

    static Table VersionTable()
    {
        var table = new Table(Version);
        table.AddColumn("version", "integer").AsPrimaryKey();
        return table;
    }
}
