using Npgsql;
using ThreadStore.Comments;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of reactions.</summary>
static class ReactionRows
{
    public static readonly RowTable<Reaction> Table = new(ReaderTables.Reactions)
    {
        Indexes =
        [
            new("ix_reaction_rows_commenter", "commenter_id, article_id"),
            // time travel
            new("ix_reaction_rows_article", "article_id"),
        ],
    };

    const RowChange Later = Added | Whole;

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<Guid> CommentId = Table.Id("comment_id", r => r.CommentId);
    static readonly Column<Guid> ArticleId = Table.Id("article_id", r => r.ArticleId);
    static readonly Column<Guid> CommenterId = Table.Id("commenter_id", r => r.CommenterId);
    static readonly Column<string?> Kind = Table.TextOrNull("kind", r => r.Placed?.Kind, Later);
    static readonly Column<int?> Weight = Table.Number("weight", r => r.Placed?.Weight, Later);
    static readonly Column<DateTimeOffset?> PlacedAt = Table.Time("placed_at", r => r.PlacedAt, Later);

    // counted for nobody but whoever set it
    static readonly Column<bool> IsShadowed = Table
        .Flag("is_shadowed", r => r.Placed?.Shadowed == true, Later)
        .Or("false");

    public static Reaction Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            CommentId.Read(r),
            ArticleId.Read(r),
            CommenterId.Read(r),
            Kind.Read(r) is { } kind && Weight.Read(r) is { } weight
                ? new(kind, weight, IsShadowed.Read(r))
                : null,
            PlacedAt.Read(r)
        );
}
