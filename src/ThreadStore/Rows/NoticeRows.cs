using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Notices;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of notices of illegal content.</summary>
public static class NoticeRows
{
    internal static readonly RowTable<Notice> Table = new(ReaderTables.Notices)
    {
        Indexes =
        [
            new("ix_notice_rows_comment", "comment_id"),
            new("ix_notice_rows_commenter", "commenter_id", "commenter_id is not null"),
        ],
    };

    const RowChange Later = Added | Whole;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<Guid> CommentId = Table.Id("comment_id", r => r.CommentId);
    static readonly Column<Guid> ArticleId = Table.Id("article_id", r => r.ArticleId);

    // null: who gave it came without a token
    static readonly Column<Guid?> CommenterId = Table.Id("commenter_id", r => r.CommenterId);
    static readonly Column<NoticeReason> Reason = Table.Word("reason", r => r.Reason);
    static readonly Column<string> Explanation = Table.Text("explanation", r => r.Explanation, Later);
    static readonly Column<DateTimeOffset> At = Table.Time("received_at", r => r.At);

    // null while it is open
    static readonly Column<Guid?> EndedBy = Table.Id("ended_by", r => r.End?.By, Later);
    static readonly Column<NoticeOutcome?> Outcome = Table.WordOrNull("outcome", r => r.End?.Outcome, Later);
    static readonly Column<RejectReason?> Ground = Table.WordOrNull("ground", r => r.End?.Ground, Later);
    static readonly Column<DateTimeOffset?> EndedAt = Table.Time("ended_at", r => r.End?.At, Later);

    // null: what was decided stands
    static readonly Column<Guid?> ReversedBy = Table.Id("reversed_by", r => r.Reversal?.By, Later);
    static readonly Column<DateTimeOffset?> ReversedAt = Table.Time(
        "reversed_at",
        r => r.Reversal?.At,
        Later
    );

    /// <summary>Of a row <c>r</c>, as <see cref="Read"/> expects them.</summary>
    public static readonly string Columns = Table.Selected();

    public static int ColumnCount => Table.SelectedCount;

    public static Notice Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            CommentId.Read(r),
            ArticleId.Read(r),
            CommenterId.Read(r),
            Reason.Read(r),
            Explanation.Read(r),
            At.Read(r),
            EndedBy.Read(r) is { } by && Outcome.Read(r) is { } outcome && EndedAt.Read(r) is { } ended
                ? new(by, outcome, Ground.Read(r), ended)
                : null,
            ReversedBy.Read(r) is { } reversing && ReversedAt.Read(r) is { } reversed
                ? new(reversing, reversed)
                : null
        );
}
