using Npgsql;
using ThreadStore.Comments;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of appeals.</summary>
static class AppealRows
{
    public static readonly RowTable<Appeal> Table = new(ReaderTables.Appeals)
    {
        Indexes = [new("ix_appeal_rows_time", "site, appealed_at, id")],
    };

    const RowChange Later = Added | Whole;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<Guid> CommentId = Table.Id("comment_id", r => r.CommentId);
    static readonly Column<Guid> AuthorId = Table.Id("author_id", r => r.AuthorId);
    static readonly Column<Guid?> Decision = Table.Id("decision", r => r.Decision);
    static readonly Column<string?> DecidedBy = Table.TextOrNull("decided_by", r => r.DecidedBy);
    static readonly Column<string> Text = Table.Text("text", r => r.Text);
    static readonly Column<DateTimeOffset> At = Table.Time("appealed_at", r => r.At);
    static readonly Column<AppealOutcome?> Outcome = Table.WordOrNull("outcome", r => r.Outcome, Later);
    static readonly Column<string?> AnsweredBy = Table.TextOrNull("answered_by", r => r.AnsweredBy, Later);
    static readonly Column<string?> Reason = Table.TextOrNull("reason", r => r.Reason, Later);
    static readonly Column<DateTimeOffset?> AnsweredAt = Table.Time("answered_at", r => r.AnsweredAt, Later);

    public static Appeal Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            CommentId.Read(r),
            AuthorId.Read(r),
            Decision.Read(r),
            DecidedBy.Read(r),
            Text.Read(r),
            At.Read(r),
            Outcome.Read(r),
            AnsweredBy.Read(r),
            Reason.Read(r),
            AnsweredAt.Read(r)
        );
}
