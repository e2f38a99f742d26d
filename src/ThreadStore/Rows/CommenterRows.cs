using Npgsql;
using ThreadStore.Commenters;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of commenters.</summary>
public static class CommenterRows
{
    internal static readonly RowTable<Commenter> Table = new(ReaderTables.Commenters) { FillFactor = 70 };

    const RowChange Told = Added | Whole;
    const RowChange Count = Told | State;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<string> Key = Table.Text("key", r => r.Key);
    static readonly Column<string> Name = Table.Text("name", r => r.Name, Told);
    static readonly Column<string?> Picture = Table.TextOrNull("picture", r => r.Picture, Told);
    static readonly Column<DateTimeOffset> JoinedAt = Table.Time("joined_at", r => r.JoinedAt);
    static readonly Column<int> Comments = Table.Number("comment_count", r => r.CommentCount, Count);
    static readonly Column<int> Reactions = Table.Number(
        "reactions_received",
        r => r.ReactionsReceived,
        Count
    );
    static readonly Column<Standing> Standing = Table.Word("standing", r => r.Standing, Told);
    static readonly Column<DateTimeOffset?> StandingUntil = Table.Time(
        "standing_until",
        r => r.StandingUntil,
        Told
    );
    static readonly Column<string?> StandingReason = Table.TextOrNull(
        "standing_reason",
        r => r.StandingReason,
        Told
    );
    static readonly Column<string?> Warning = Table.TextOrNull("warning", r => r.Warning, Told);
    static readonly Column<Guid?> Decision = Table.Id("decision", r => r.Decision, Told);
    static readonly Column<int> Rejected = Table
        .Number("rejected_count", r => r.RejectedCount, Count)
        .Or("0");
    static readonly Column<int> Shadowed = Table
        .Number("shadowed_count", r => r.ShadowedCount, Count)
        .Or("0");

    /// <summary>Of a row <c>r</c>, as <see cref="Read"/> expects them.</summary>
    public static readonly string Columns = Table.Selected();

    /// <param name="first">The first of the <see cref="Columns"/>.</param>
    public static Commenter Read(NpgsqlDataReader r, int first = 0) =>
        new(
            Site.Read(r, first),
            Id.Read(r, first),
            Key.Read(r, first),
            Name.Read(r, first),
            Picture.Read(r, first),
            JoinedAt.Read(r, first),
            Comments.Read(r, first),
            Reactions.Read(r, first),
            Standing.Read(r, first),
            StandingUntil.Read(r, first),
            StandingReason.Read(r, first),
            Warning.Read(r, first),
            Decision.Read(r, first),
            Rejected.Read(r, first),
            Shadowed.Read(r, first)
        );
}
