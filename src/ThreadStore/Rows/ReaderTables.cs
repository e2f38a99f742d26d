using ThreadStore.EventStore;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Rows;

/// <summary>
/// The tables that readers are served from. Each row follows from the events alone: nothing in it depends on when, in
/// what batch or how often they were applied. What their columns are, each describes itself, as <see cref="CommentRows"/> does.
/// </summary>
public static class ReaderTables
{
    public const string Schema = EventTables.Schema;
    public const string Sites = "site_rows";
    public const string Articles = "article_rows";
    public const string Commenters = "commenter_rows";
    public const string Comments = "comment_rows";
    public const string Reactions = "reaction_rows";
    public const string Flags = "flag_rows";
    public const string Notices = "notice_rows";
    public const string Appeals = "appeal_rows";
    public const string Decisions = "decision_rows";
    public const string Requests = "request_rows";

    /// <summary>Which comments wait in which queue, as SQL over their rows.</summary>
    public const string Pending =
        """state = 'pending' and (reasons is null or reasons <> '[{"rule":"flags","match":null}]')""";
    public const string Flagged = "flags > 0 and state <> 'deleted'";
    public const string Rejected = "state = 'rejected'";

    /// <summary>In the order in which they may be emptied and filled.</summary>
    static readonly RowTable[] Described =
    [
        SiteRows.Table,
        ArticleRows.Table,
        CommenterRows.Table,
        CommentRows.Table,
        ReactionRows.Table,
        FlagRows.Table,
        NoticeRows.Table,
        AppealRows.Table,
        DecisionRows.Table,
        RequestRows.Table,
    ];

    /// <inheritdoc cref="Described"/>
    public static readonly IReadOnlyList<string> All = [.. Described.Select(t => t.Name)];

    public static Table[] Definitions => [.. Described.Select(t => t.Definition())];
}
