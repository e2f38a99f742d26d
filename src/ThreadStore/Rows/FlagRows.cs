using Npgsql;
using ThreadStore.Comments;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of flags.</summary>
static class FlagRows
{
    public static readonly RowTable<Flag> Table = new(ReaderTables.Flags)
    {
        Indexes =
        [
            new("ix_flag_rows_commenter", "commenter_id, article_id"),
            new("ix_flag_rows_comment", "comment_id"),
        ],
    };

    const RowChange Later = Added | Whole;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<Guid> CommentId = Table.Id("comment_id", r => r.CommentId);
    static readonly Column<Guid> ArticleId = Table.Id("article_id", r => r.ArticleId);
    static readonly Column<Guid> CommenterId = Table.Id("commenter_id", r => r.CommenterId);
    static readonly Column<FlagReason> Reason = Table.Word("reason", r => r.Reason);
    static readonly Column<string?> Note = Table.TextOrNull("note", r => r.Note, Later);
    static readonly Column<DateTimeOffset> At = Table.Time("flagged_at", r => r.At);
    static readonly Column<Guid?> SettledBy = Table.Id("settled_by", r => r.SettledBy, Later);
    static readonly Column<bool> IsShadowed = Table.Flag("is_shadowed", r => r.IsShadowed, Later).Or("false");

    public static Flag Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            CommentId.Read(r),
            ArticleId.Read(r),
            CommenterId.Read(r),
            Reason.Read(r),
            Note.Read(r),
            At.Read(r),
            SettledBy.Read(r),
            IsShadowed.Read(r)
        );
}
