using ThreadStore.EventStore;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Rows;

/// <summary>
/// The tables that readers are served from. Each row follows from the events alone: nothing in it depends on when, in
/// what batch or how often they were applied.
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
    public static readonly IReadOnlyList<string> All =
    [
        Sites,
        Articles,
        Commenters,
        Comments,
        Reactions,
        Flags,
        Notices,
        Appeals,
        Decisions,
        Requests,
    ];

    public static Table[] Definitions =>
        [
            SiteRows(),
            ArticleRows(),
            CommenterRows(),
            CommentRows(),
            ReactionRows(),
            FlagRows(),
            NoticeRows(),
            AppealRows(),
            DecisionRows(),
            RequestRows(),
        ];

    static Table SiteRows()
    {
        var table = New(Sites);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("settings", "text").NotNull();
        table.AddColumn("settings_hash", "text").NotNull().DefaultValueByString("");
        table.AddColumn("created_at", "timestamptz").NotNull();
        table.AddColumn("version", "integer").NotNull();
        return table;
    }

    static Table ArticleRows()
    {
        var table = New(Articles);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("key", "text").NotNull();
        table.AddColumn("title", "text").NotNull();
        table.AddColumn("url", "text");
        table.AddColumn("section", "text");
        table.AddColumn("author", "text");
        table.AddColumn("tags", "text[]");
        table.AddColumn("body", "text");
        table.AddColumn("content_hash", "text").NotNull();
        table.AddColumn("urls", "text[]").NotNull();
        table.AddColumn("published_at", "timestamptz");
        table.AddColumn("registered_at", "timestamptz").NotNull();
        // when it was published, as far as we know: what lists are sorted by
        table.AddColumn("dated", "timestamptz").NotNull();
        table.AddColumn("is_withdrawn", "boolean").NotNull();
        table.AddColumn("is_closed", "boolean").NotNull();
        table.AddColumn("opened_at", "timestamptz");
        table.AddColumn("moderation", "text");
        table.AddColumn("comment_count", "integer").NotNull();
        table.AddColumn("last_comment_at", "timestamptz");
        table.AddColumn("version", "integer").NotNull();
        // where its key leads since it was renamed or merged; its own id: nowhere; null: it is an article
        table.AddColumn("moved_to", "uuid");
        table.AddColumn("slow_mode_seconds", "integer");
        // comments below which nobody may reply: most articles have none, and pay nothing for it
        table.AddColumn("locked_branches", "integer").NotNull().DefaultValue(0);
        // counters change with every comment: room on the page for the next version of the row
        table.WithFillFactor(70);
        Index(table, "ix_article_rows_newest", "site", "dated", "id");
        Index(table, "ix_article_rows_urls", "urls").Method = IndexMethod.gin;
        Index(table, "ix_article_rows_moved", "moved_to").Predicate = "moved_to is not null";
        return table;
    }

    static Table CommenterRows()
    {
        var table = New(Commenters);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("key", "text").NotNull();
        table.AddColumn("name", "text").NotNull();
        table.AddColumn("picture", "text");
        table.AddColumn("joined_at", "timestamptz").NotNull();
        table.AddColumn("comment_count", "integer").NotNull();
        table.AddColumn("reactions_received", "integer").NotNull();
        table.AddColumn("standing", "text").NotNull();
        table.AddColumn("standing_until", "timestamptz");
        table.AddColumn("standing_reason", "text");
        table.AddColumn("warning", "text");
        table.AddColumn("decision", "uuid");
        table.AddColumn("rejected_count", "integer").NotNull().DefaultValue(0);
        table.AddColumn("shadowed_count", "integer").NotNull().DefaultValue(0);
        table.WithFillFactor(70);
        return table;
    }

    static Table CommentRows()
    {
        var table = New(Comments);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("article_id", "uuid").NotNull();
        table.AddColumn("parent_id", "uuid");
        // what it stands directly under: its parent, or for a comment on the article, the article. One index then
        // serves threads and replies alike
        table.AddColumn("under", "uuid").NotNull();
        table.AddColumn("depth", "integer").NotNull();
        table.AddColumn("author_id", "uuid").NotNull();
        table.AddColumn("author", "text").NotNull();
        table.AddColumn("content", "text").NotNull();
        table.AddColumn("renderer", "integer").NotNull();
        table.AddColumn("state", "text").NotNull();
        table.AddColumn("removed_by", "text");
        table.AddColumn("is_shown", "boolean").NotNull();
        table.AddColumn("posted_at", "timestamptz").NotNull();
        table.AddColumn("edited_at", "timestamptz");
        table.AddColumn("version", "integer").NotNull();
        table.AddColumn("is_featured", "boolean").NotNull();
        table.AddColumn("reactions", "text").NotNull();
        table.AddColumn("positive", "integer").NotNull();
        table.AddColumn("negative", "integer").NotNull();
        table.AddColumn("best", "double precision").NotNull();
        table.AddColumn("hot", "double precision").NotNull();
        table.AddColumn("controversial", "double precision").NotNull();
        table.AddColumn("flags", "integer").NotNull();
        table.AddColumn("reply_count", "integer").NotNull();
        table.AddColumn("shown_replies", "integer").NotNull();
        table.AddColumn("text_hash", "bigint").NotNull();
        table.AddColumn("request_hash", "text");
        // null for most comments
        table.AddColumn("reasons", "text");
        table.AddColumn("decision", "uuid");
        table.AddColumn("decided_by", "text");
        table.AddColumn("appeal", "uuid");
        // the article that it was written on, where that was renamed or merged since
        table.AddColumn("posted_on", "uuid");
        // nobody may reply below it, and the last decision about that
        table.AddColumn("is_locked", "boolean").NotNull().DefaultValueByExpression("false");
        table.AddColumn("lock_decision", "uuid");
        // those that are open; counted in flags as well
        table.AddColumn("notices", "integer").NotNull().DefaultValue(0);
        Index(table, "ix_comment_rows_time", "under", "posted_at", "id").Predicate = "is_shown";
        Index(table, "ix_comment_rows_replies", "under", "reply_count", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_best", "under", "best", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_hot", "under", "hot", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_controversial", "under", "controversial", "posted_at").Predicate =
            "is_shown";
        Index(table, "ix_comment_rows_article", "article_id", "posted_at");
        Index(table, "ix_comment_rows_locked", "article_id").Predicate = "is_locked";
        Index(table, "ix_comment_rows_author", "author_id", "posted_at", "id");
        Index(table, "ix_comment_rows_text", "text_hash");
        // the moderators' queues: a comment that nobody objects to is in none of them
        Index(table, "ix_comment_rows_pending", "site", "posted_at", "id").Predicate = Pending;
        Index(table, "ix_comment_rows_flagged", "site", "flags", "posted_at", "id").Predicate = Flagged;
        Index(table, "ix_comment_rows_rejected", "site", "posted_at", "id").Predicate = Rejected;
        return table;
    }

    static Table ReactionRows()
    {
        var table = New(Reactions);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("comment_id", "uuid").NotNull();
        table.AddColumn("article_id", "uuid").NotNull();
        table.AddColumn("commenter_id", "uuid").NotNull();
        table.AddColumn("kind", "text");
        table.AddColumn("weight", "integer");
        table.AddColumn("placed_at", "timestamptz");
        // counted for nobody but whoever set it
        table.AddColumn("is_shadowed", "boolean").NotNull().DefaultValueByExpression("false");
        Index(table, "ix_reaction_rows_commenter", "commenter_id", "article_id");
        // time travel
        Index(table, "ix_reaction_rows_article", "article_id");
        return table;
    }

    static Table FlagRows()
    {
        var table = New(Flags);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("comment_id", "uuid").NotNull();
        table.AddColumn("article_id", "uuid").NotNull();
        table.AddColumn("commenter_id", "uuid").NotNull();
        table.AddColumn("reason", "text").NotNull();
        table.AddColumn("note", "text");
        table.AddColumn("flagged_at", "timestamptz").NotNull();
        table.AddColumn("settled_by", "uuid");
        table.AddColumn("is_shadowed", "boolean").NotNull().DefaultValueByExpression("false");
        Index(table, "ix_flag_rows_commenter", "commenter_id", "article_id");
        Index(table, "ix_flag_rows_comment", "comment_id");
        return table;
    }

    static Table NoticeRows()
    {
        var table = New(Notices);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("comment_id", "uuid").NotNull();
        table.AddColumn("article_id", "uuid").NotNull();
        // null: who gave it came without a token
        table.AddColumn("commenter_id", "uuid");
        table.AddColumn("reason", "text").NotNull();
        table.AddColumn("explanation", "text").NotNull();
        table.AddColumn("received_at", "timestamptz").NotNull();
        // null while it is open
        table.AddColumn("ended_by", "uuid");
        table.AddColumn("outcome", "text");
        table.AddColumn("ground", "text");
        table.AddColumn("ended_at", "timestamptz");
        // null: what was decided stands
        table.AddColumn("reversed_by", "uuid");
        table.AddColumn("reversed_at", "timestamptz");
        Index(table, "ix_notice_rows_comment", "comment_id");
        Index(table, "ix_notice_rows_commenter", "commenter_id").Predicate = "commenter_id is not null";
        return table;
    }

    static Table AppealRows()
    {
        var table = New(Appeals);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("comment_id", "uuid").NotNull();
        table.AddColumn("author_id", "uuid").NotNull();
        table.AddColumn("decision", "uuid");
        table.AddColumn("decided_by", "text");
        table.AddColumn("text", "text").NotNull();
        table.AddColumn("appealed_at", "timestamptz").NotNull();
        table.AddColumn("outcome", "text");
        table.AddColumn("answered_by", "text");
        table.AddColumn("reason", "text");
        table.AddColumn("answered_at", "timestamptz");
        Index(table, "ix_appeal_rows_time", "site", "appealed_at", "id");
        return table;
    }

    /// <summary>The moderators' log: who decided on what, in the order in which it happened.</summary>
    static Table DecisionRows()
    {
        var table = New(Decisions);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("number", "bigint").AsPrimaryKey();
        // the comment or commenter, whose event with this id has all the rest
        table.AddColumn("stream", "uuid").NotNull();
        table.AddColumn("decision", "uuid").NotNull();
        table.AddColumn("article_id", "uuid");
        table.AddColumn("commenter_id", "uuid").NotNull();
        table.AddColumn("by_id", "uuid").NotNull();
        Index(table, "ix_decision_rows_by", "site", "by_id", "number");
        Index(table, "ix_decision_rows_article", "site", "article_id", "number");
        Index(table, "ix_decision_rows_commenter", "site", "commenter_id", "number");
        Index(table, "ix_decision_rows_decision", "decision");
        return table;
    }

    /// <summary>Requests with an Idempotency-Key that were done; those that posted comments are in the comments' rows.</summary>
    static Table RequestRows()
    {
        var table = New(Requests);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("body_hash", "text").NotNull();
        table.AddColumn("comments", "uuid[]").NotNull();
        return table;
    }

    static Table New(string name) => new($"{Schema}.{name}");

    static IndexDefinition Index(Table table, string name, params string[] columns)
    {
        var index = new IndexDefinition(name).AgainstColumns(columns);
        table.Indexes.Add(index);
        return index;
    }
}
