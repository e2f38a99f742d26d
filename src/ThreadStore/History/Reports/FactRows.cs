using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>The rows of what happened, which are added and counted, and never read one by one.</summary>
static class FactRows
{
    public static readonly RowTable<Fact> Table = Described();

    static RowTable<Fact> Described()
    {
        var table = new RowTable<Fact>(ReportTables.FactsName, key: "site, event, n")
        {
            Indexes = [new("ix_report_facts_time", "site, at")],
        };
        table.Text("site", f => f.Site);
        table.Id("event", f => f.Event);
        // of an event with several reasons: 0 counts for all of them
        table.Number("n", f => f.N);
        table.Text("kind", f => f.Kind);
        table.Time("at", f => f.At);
        // the key of a moderator; nobody else is named
        table.TextOrNull("actor", f => f.Actor);
        table.TextOrNull("reason", f => f.Reason);
        table.TextOrNull("means", f => f.Means);
        // from when it began to wait to the decision
        table.Fraction("seconds", f => f.Seconds);
        table.Id("comment_id", f => (Guid?)f.Comment);
        // on which the comment was written
        table.Id("article_id", f => (Guid?)f.Article);
        // who reacted or flagged
        table.Id("person", f => f.Person);
        // of a reaction: 1, 0 or -1
        table.Number("weight", f => f.Weight);
        // of a decision its id; of what was undone, the decision's
        table.Id("decision", f => f.Decision);
        return table;
    }
}
