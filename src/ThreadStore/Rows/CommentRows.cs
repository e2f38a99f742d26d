using Npgsql;
using ThreadStore.Comments;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of comments.</summary>
static class CommentRows
{
    public static readonly RowTable<Comment> Table = new(ReaderTables.Comments)
    {
        Indexes =
        [
            new("ix_comment_rows_time", "under, posted_at, id", "is_shown"),
            new("ix_comment_rows_replies", "under, reply_count, posted_at", "is_shown"),
            new("ix_comment_rows_best", "under, best, posted_at", "is_shown"),
            new("ix_comment_rows_hot", "under, hot, posted_at", "is_shown"),
            new("ix_comment_rows_controversial", "under, controversial, posted_at", "is_shown"),
            new("ix_comment_rows_article", "article_id, posted_at"),
            new("ix_comment_rows_locked", "article_id", "is_locked"),
            new("ix_comment_rows_author", "author_id, posted_at, id"),
            new("ix_comment_rows_text", "text_hash"),
            // the moderators' queues: a comment that nobody objects to is in none of them
            new("ix_comment_rows_pending", "site, posted_at, id", ReaderTables.Pending),
            new("ix_comment_rows_flagged", "site, flags, posted_at, id", ReaderTables.Flagged),
            new("ix_comment_rows_rejected", "site, posted_at, id", ReaderTables.Rejected),
        ],
    };

    const RowChange Text = Added | Whole;
    const RowChange Often = Added | State;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<Guid> ArticleId = Table.Id("article_id", r => r.ArticleId);
    static readonly Column<Guid?> ParentId = Table.Id("parent_id", r => r.ParentId);

    // what it stands directly under: its parent, or for a comment on the article, the article. One index then
    // serves threads and replies alike
    static readonly Column Under = Table.Id("under", r => r.ParentId ?? r.ArticleId).Unread();
    static readonly Column<int> Depth = Table.Number("depth", r => r.Depth);
    static readonly Column<Guid> AuthorId = Table.Id("author_id", r => r.AuthorId);
    static readonly Column<string> Author = Table.Text("author", r => r.AuthorJson, Text);
    static readonly Column<string> Content = Table.Text("content", r => r.ContentJson, Text);
    static readonly Column Renderer = Table.Number("renderer", _ => Markup.Version, Text).Unread();
    static readonly Column<CommentState> Status = Table.Word("state", r => r.State, Often);
    static readonly Column<RemovedBy?> RemovedBy = Table.WordOrNull("removed_by", r => r.RemovedBy, Often);
    static readonly Column IsShown = Table.Flag("is_shown", r => r.IsShown, Often).Unread();
    static readonly Column<DateTimeOffset> PostedAt = Table.Time("posted_at", r => r.PostedAt);
    static readonly Column<DateTimeOffset?> EditedAt = Table.Time("edited_at", r => r.EditedAt, Text);
    static readonly Column<int> Version = Table.Number("version", r => r.Version, Often);
    static readonly Column<bool> IsFeatured = Table.Flag("is_featured", r => r.IsFeatured, Often);
    static readonly Column<string> Reactions = Table.Text("reactions", r => r.ReactionsJson, Often);
    static readonly Column<int> Positive = Table.Number("positive", r => r.Positive, Often);
    static readonly Column<int> Negative = Table.Number("negative", r => r.Negative, Often);
    static readonly Column Best = Rank("best", Ranks.Best("u"));
    static readonly Column Hot = Rank("hot", Ranks.Hot("u"));
    static readonly Column Controversial = Rank("controversial", Ranks.Controversial("u"));
    static readonly Column<int> Flags = Table.Number("flags", r => r.Flags, Often);
    static readonly Column<int> ReplyCount = Table.Number("reply_count", r => r.ReplyCount, Often);
    static readonly Column<int> ShownReplies = Table.Number("shown_replies", r => r.ShownReplies, Often);
    static readonly Column<long> TextHash = Table.Bigint("text_hash", r => r.TextHash, Text);
    static readonly Column<string?> RequestHash = Table.TextOrNull("request_hash", r => r.RequestHash);

    // null for most comments
    static readonly Column<string?> Reasons = Table.TextOrNull("reasons", r => r.ReasonsJson, Decided);
    static readonly Column<Guid?> Decision = Table.Id("decision", r => r.Decision, Decided);
    static readonly Column<string?> DecidedBy = Table.TextOrNull("decided_by", r => r.DecidedBy, Decided);
    static readonly Column<Guid?> Appeal = Table.Id("appeal", r => r.Appeal, Decided);

    // the article that it was written on, where that was renamed or merged since
    static readonly Column<Guid?> PostedOn = Table.Id("posted_on", r => r.PostedOn);

    // nobody may reply below it, and the last decision about that
    static readonly Column<bool> IsLocked = Table.Flag("is_locked", r => r.IsLocked, Decided).Or("false");
    static readonly Column<Guid?> LockDecision = Table.Id("lock_decision", r => r.LockDecision, Decided);

    // those that are open; counted in flags as well
    static readonly Column<int> Notices = Table.Number("notices", r => r.Notices, Often).Or("0");

    /// <summary>Of a row <c>r</c>, as <see cref="Read"/> expects them.</summary>
    public static readonly string Columns = Table.Selected();

    /// <summary>The same, without what comments say, which no event asks for.</summary>
    public static readonly string ColumnsWithoutTexts = Table.Selected((Content, "''"));

    public static Comment Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            ArticleId.Read(r),
            ParentId.Read(r),
            Depth.Read(r),
            AuthorId.Read(r),
            Author.Read(r),
            Content.Read(r),
            Status.Read(r),
            RemovedBy.Read(r),
            PostedAt.Read(r),
            EditedAt.Read(r),
            Version.Read(r),
            IsFeatured.Read(r),
            Reactions.Read(r),
            Positive.Read(r),
            Negative.Read(r),
            Flags.Read(r),
            ReplyCount.Read(r),
            ShownReplies.Read(r),
            TextHash.Read(r),
            RequestHash.Read(r),
            Reasons.Read(r),
            Decision.Read(r),
            DecidedBy.Read(r),
            Appeal.Read(r),
            PostedOn.Read(r),
            IsLocked.Read(r),
            LockDecision.Read(r),
            Notices.Read(r)
        );

    static Column Rank(string name, string sql) =>
        Table.Computed(name, "double precision", _ => sql, Often, PostedAt);
}
