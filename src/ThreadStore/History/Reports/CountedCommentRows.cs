using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Rows;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.History.Reports;

/// <summary>The rows of comments as reports count them.</summary>
static class CountedCommentRows
{
    public static readonly RowTable<CountedComment> Table = new(ReportTables.CommentsName)
    {
        Indexes = [new("ix_report_comments_time", "site, posted_at")],
        FillFactor = 80,
    };

    const RowChange Later = Added | Whole;

    static readonly Column<string> Site = Table.Text("site", c => c.Site);
    static readonly Column<Guid> Id = Table.Id("id", c => c.Id);
    static readonly Column<Guid> ArticleId = Table.Id("article_id", c => c.ArticleId);
    static readonly Column<Guid?> ParentId = Table.Id("parent_id", c => c.ParentId);
    static readonly Column<Guid> AuthorId = Table.Id("author_id", c => c.AuthorId);
    static readonly Column<int> Depth = Table.Number("depth", c => c.Depth);
    static readonly Column<DateTimeOffset> PostedAt = Table.Time("posted_at", c => c.PostedAt);
    static readonly Column<CommentState> State = Table.Word("state", c => c.State, Later);

    // that stand on it now
    static readonly Column<int> Reactions = Table.Number("reactions", c => c.Reactions, Later);

    // since when it waits for a moderator
    static readonly Column<DateTimeOffset?> WaitingSince = Table.Time(
        "waiting_since",
        c => c.WaitingSince,
        Later
    );
    static readonly Column<DateTimeOffset?> AppealedAt = Table.Time("appealed_at", c => c.AppealedAt, Later);
    static readonly Column<int> Positive = Table.Number("positive", c => c.Positive, Later).Or("0");
    static readonly Column<int> Negative = Table.Number("negative", c => c.Negative, Later).Or("0");
    static readonly Column<int> Flags = Table.Number("flags", c => c.Flags, Later).Or("0");
    static readonly Column<bool> IsFeatured = Table.Flag("is_featured", c => c.IsFeatured, Later).Or("false");

    // by somebody who bore a badge of those who work for the site
    static readonly Column<bool> IsByStaff = Table.Flag("by_staff", c => c.IsByStaff).Or("false");
    static readonly Column<string?> Outcome = Table.TextOrNull("outcome", c => c.Outcome, Later);
    static readonly Column<double?> Score = Table.Fraction("score", c => c.Score, Later);

    public static CountedComment Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            ArticleId.Read(r),
            ParentId.Read(r),
            AuthorId.Read(r),
            Depth.Read(r),
            PostedAt.Read(r),
            State.Read(r),
            Reactions.Read(r),
            WaitingSince.Read(r),
            AppealedAt.Read(r)
        )
        {
            Positive = Positive.Read(r),
            Negative = Negative.Read(r),
            Flags = Flags.Read(r),
            IsFeatured = IsFeatured.Read(r),
            IsByStaff = IsByStaff.Read(r),
            Outcome = Outcome.Read(r),
            Score = Score.Read(r),
        };
}
