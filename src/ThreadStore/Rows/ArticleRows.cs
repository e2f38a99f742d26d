using System.Text.Json;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Kernel;
using ThreadStore.Sites;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of articles.</summary>
static class ArticleRows
{
    public static readonly RowTable<Article> Table = new(ReaderTables.Articles)
    {
        // counters change with every comment: room on the page for the next version of the row
        FillFactor = 70,
        Indexes =
        [
            new("ix_article_rows_newest", "site, dated, id"),
            new("ix_article_rows_urls", "urls", IsGin: true),
            new("ix_article_rows_moved", "moved_to", "moved_to is not null"),
        ],
    };

    static readonly Column<string> Site = Table.Text("site", r => r.Site);
    static readonly Column<Guid> Id = Table.Id("id", r => r.Id);
    static readonly Column<string> Key = Table.Text("key", r => r.Key);

    // what the publisher says of it
    const RowChange Told = Added | Whole;
    static readonly Column<string> Title = Table.Text("title", r => Says(r).Title, Told).Apart();
    static readonly Column<string?> Url = Table.TextOrNull("url", r => Says(r).Url, Told).Apart();
    static readonly Column<string?> Section = Table.TextOrNull("section", r => Says(r).Section, Told).Apart();
    static readonly Column<string?> Author = Table.TextOrNull("author", r => Says(r).Author, Told).Apart();
    static readonly Column<IReadOnlyList<string>?> Tags = Table
        .TextsOrNull("tags", r => Says(r).Tags, Told)
        .Apart();
    static readonly Column<string?> Body = Table
        .TextOrNull("body", r => BodyJson(Says(r).Body), Told)
        .Apart();
    static readonly Column<string> ContentHash = Table.Text("content_hash", r => r.ContentHash, Told);

    static readonly Column<IReadOnlyList<string>> Urls = Table.Texts("urls", r => r.Urls, Told | Moved);
    static readonly Column<DateTimeOffset?> Published = Table.Time("published_at", r => r.PublishedAt, Told);
    static readonly Column<DateTimeOffset> Registered = Table.Time(
        "registered_at",
        r => r.RegisteredAt,
        Told
    );

    // when it was published, as far as we know: what lists are sorted by
    static readonly Column Dated = Table.Computed(
        "dated",
        "timestamptz",
        _ => "coalesce(u.published_at, u.registered_at)",
        Told,
        Published,
        Registered
    );

    const RowChange Often = Told | State;
    static readonly Column<bool> IsWithdrawn = Table.Flag("is_withdrawn", r => r.IsWithdrawn, Often);
    static readonly Column<bool> IsClosed = Table.Flag("is_closed", r => r.IsClosed, Often);
    static readonly Column<DateTimeOffset?> OpenedAt = Table.Time("opened_at", r => r.OpenedAt, Often);
    static readonly Column<ModerationMode?> Mode = Table.WordOrNull("moderation", r => r.Moderation, Often);
    static readonly Column<int> CommentCount = Table.Number("comment_count", r => r.CommentCount, Often);
    static readonly Column<DateTimeOffset?> LastAt = Table.Time(
        "last_comment_at",
        r => r.LastCommentAt,
        Often
    );
    static readonly Column<int> Version = Table.Number("version", r => r.Version, Often);

    // where its key leads since it was renamed or merged; its own id: nowhere; null: it is an article
    static readonly Column<Guid?> MovedTo = Table.Id("moved_to", r => r.MovedTo, Moved);
    static readonly Column<int?> SlowMode = Table.Number("slow_mode_seconds", r => r.SlowModeSeconds, Often);

    // comments below which nobody may reply: most articles have none, and pay nothing for it
    static readonly Column<int> Locked = Table
        .Number("locked_branches", r => r.LockedBranches, Often)
        .Or("0");

    /// <summary>Of a row <c>r</c>, without what the publisher says, as <see cref="Read"/> expects them.</summary>
    public static readonly string Columns = Table.Selected();

    /// <summary>And what the publisher says, as <see cref="ReadContent"/> expects it behind them.</summary>
    public static readonly string ContentColumns = Table.SelectedApart();

    public static Article Read(NpgsqlDataReader r) =>
        new(
            Site.Read(r),
            Id.Read(r),
            Key.Read(r),
            Content: null,
            ContentHash.Read(r),
            Urls.Read(r),
            Published.Read(r),
            Registered.Read(r),
            IsWithdrawn.Read(r),
            IsClosed.Read(r),
            OpenedAt.Read(r),
            Mode.Read(r),
            CommentCount.Read(r),
            LastAt.Read(r),
            Version.Read(r),
            MovedTo.Read(r),
            SlowMode.Read(r),
            Locked.Read(r)
        );

    public static ArticleContent ReadContent(NpgsqlDataReader r)
    {
        var first = Table.SelectedCount;
        return new(
            Title.Read(r, first),
            Url.Read(r, first),
            Section.Read(r, first),
            Author.Read(r, first),
            Tags.Read(r, first),
            Published.Read(r),
            Body.Read(r, first) is { } body ? JsonSerializer.Deserialize<string[]>(body, Json.Options) : null
        );
    }

    static ArticleContent Says(Article article) =>
        article.Content
        ?? throw new InvalidOperationException("A whole article is written with its content.");

    static string? BodyJson(IReadOnlyList<string>? body) =>
        body is null ? null : JsonSerializer.Serialize(body, Json.Options);
}
