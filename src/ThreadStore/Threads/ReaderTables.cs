using Weasel.Postgresql.Tables;

namespace ThreadStore.Threads;

/// <summary>
/// The tables that readers are served from. Each row follows from the events alone: nothing in it depends on when, in
/// what batch or how often they were applied.
/// </summary>
public static class ReaderTables
{
    public const string Schema = "threadstore";
    public const string Sites = "site_rows";
    public const string Articles = "article_rows";
    public const string Commenters = "commenter_rows";
    public const string Comments = "comment_rows";
    public const string Reactions = "reaction_rows";
    public const string Flags = "flag_rows";

    /// <summary>In the order in which they may be emptied and filled.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Sites,
        Articles,
        Commenters,
        Comments,
        Reactions,
        Flags,
    ];

    public static Table[] Definitions =>
        [SiteRows(), ArticleRows(), CommenterRows(), CommentRows(), ReactionRows(), FlagRows()];

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
        table.AddColumn("moderation", "text");
        table.AddColumn("comment_count", "integer").NotNull();
        table.AddColumn("last_comment_at", "timestamptz");
        table.AddColumn("version", "integer").NotNull();
        // counters change with every comment: room on the page for the next version of the row
        table.WithFillFactor(70);
        Index(table, "ix_article_rows_newest", "site", "dated", "id");
        Index(table, "ix_article_rows_urls", "urls").Method = IndexMethod.gin;
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
        Index(table, "ix_comment_rows_time", "under", "posted_at", "id").Predicate = "is_shown";
        Index(table, "ix_comment_rows_replies", "under", "reply_count", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_best", "under", "best", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_hot", "under", "hot", "posted_at").Predicate = "is_shown";
        Index(table, "ix_comment_rows_controversial", "under", "controversial", "posted_at").Predicate =
            "is_shown";
        Index(table, "ix_comment_rows_article", "article_id", "posted_at");
        Index(table, "ix_comment_rows_author", "author_id", "posted_at", "id");
        Index(table, "ix_comment_rows_text", "text_hash");
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
        Index(table, "ix_reaction_rows_commenter", "commenter_id", "article_id");
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
        table.AddColumn("is_settled", "boolean").NotNull();
        Index(table, "ix_flag_rows_commenter", "commenter_id", "article_id");
        Index(table, "ix_flag_rows_comment", "comment_id");
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
