namespace ThreadStore.Rows;

/// <summary>The moderators' log: who decided on what, in the order in which it happened.</summary>
static class DecisionRows
{
    public static readonly RowTable<LoggedDecision> Table = new(ReaderTables.Decisions, key: "site, number")
    {
        IsNumbered = true,
        Indexes =
        [
            new("ix_decision_rows_by", "site, by_id, number"),
            new("ix_decision_rows_article", "site, article_id, number"),
            new("ix_decision_rows_commenter", "site, commenter_id, number"),
            new("ix_decision_rows_decision", "decision"),
        ],
    };

    static readonly Column Site = Table.Text("site", r => r.Site).Unread();

    // within the site: positions are not known yet, and change on import
    static readonly Column Number = Table.Computed(
        "number",
        "bigint",
        schema =>
            $"""
                coalesce((select max(d.number) from {schema}.decision_rows d where d.site = u.site), 0)
                  + row_number() over (partition by u.site order by u.n)
                """
    );

    // the comment or commenter, whose event with this id has all the rest
    static readonly Column Stream = Table.Id("stream", r => r.Stream).Unread();
    static readonly Column Decision = Table.Id("decision", r => r.DecisionId).Unread();
    static readonly Column ArticleId = Table.Id("article_id", r => r.ArticleId).Unread();
    static readonly Column CommenterId = Table.Id("commenter_id", r => r.CommenterId).Unread();
    static readonly Column ById = Table.Id("by_id", r => r.ById).Unread();
}
