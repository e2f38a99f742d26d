using System.Buffers;
using System.Text;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Sites;
using ThreadStore.Threads;

namespace ThreadStore.Benchmarks;

/// <summary>
/// What a request does that needs neither a database nor a clock: measured by <c>threadstore-bench pure</c>, and held
/// to its allocations by a test, since bytes, unlike times, are the same on every machine.
/// </summary>
/// <param name="Run">Once; the result keeps it from being optimised away.</param>
/// <param name="MaxBytes">What it may allocate: an eighth above what it did when this was written, unoptimised.</param>
public sealed record PureOperation(string Name, Func<object?> Run, int MaxBytes)
{
    public override string ToString() => Name;

    const string Site = "bench";

    const string Text =
        "I **read** the report twice, and the figures on page 7 don't add up: 1,200 households, not 12,000.\n\n"
        + "> The council has not answered.\n\nSee https://news.example/archive/4711 for the earlier piece; "
        + "there it was still said that *nobody* would have to move. What has changed since then?";

    static readonly SiteSettings Settings = new()
    {
        BannedWords = ["casino", "free money", "replica watches"],
        SuspectWords = ["idiot", "liar", "shame on you"],
        LinksHeldForReview = 3,
    };

    static readonly byte[] Body = Encoding.UTF8.GetBytes(
        "{\"body\":" + System.Text.Json.JsonSerializer.Serialize(Text) + "}"
    );

    static readonly Guid Article = StreamId.Article(Site, "article-1");
    static readonly byte[] ArticleKey = ThreadQuery.Quote("article-1");
    static readonly string Scope = ThreadQuery.Scope(Site, Article, ThreadSort.Newest);
    static readonly string Encoded = new Cursor(1_700_000_000_000_000, 0, Article).Encode(Scope);
    static readonly List<CommentView> Views = [.. Enumerable.Range(0, 80).Select(View)];
    static readonly ArrayBufferWriter<byte> Buffer = new(256 * 1024);
    static readonly byte[] Page = Stitch().ToArray();
    static readonly HotPages Pages = Kept();

    /// <summary>Rendered, as whoever brings it has done.</summary>
    static readonly CommentText Ready = new CommentText(Text, BodyFormat.Markdown).MakeReady();

    public static readonly IReadOnlyList<PureOperation> All =
    [
        new("a comment's body, parsed", () => StrictJson.Parse<PostComment>(Body).Value, 920),
        new("a comment, rendered", () => Markup.ToHtml(Text, BodyFormat.Markdown), 45_700),
        new("a comment, screened", () => Screening.OfText(Settings, Ready), 12_700),
        new("an id, derived", () => Boxed(StreamId.Reaction(Article, "commenter-0001")), 144),
        new("a cursor, encoded", () => new Cursor(1_700_000_000_000_000, 0, Article).Encode(Scope), 234),
        new("a cursor, decoded", () => Boxed(Cursor.TryDecode(Encoded, Scope, out _)), 126),
        new("a page of 20 with 60 replies, stitched", () => Boxed(Stitch().Length), 12_500),
        new("a page's ETag", () => new Answer(Page).ETag, 225),
        new("a hot page, found", () => Pages.Find("/hot", 1)?.As(PageEncoding.Identity), 0),
        new(
            "a hot page, compressed",
            () => new HotPage("/hot", [1], 1, Page, "\"e\"").As(PageEncoding.Gzip),
            32_500
        ),
    ];

    static object Boxed<T>(T value)
        where T : struct => value;

    static CommentView View(int n) =>
        new()
        {
            Id = StreamId.Import(Site, "pure", $"{n}"),
            ParentId = n < 20 ? null : StreamId.Import(Site, "pure", $"{n % 20}"),
            Depth = n < 20 ? 0 : 1,
            Author = """{"key":"commenter-0001","name":"Ada","picture":null}"""u8.ToArray(),
            Content = Encoding.UTF8.GetBytes(new CommentText($"{Text} ({n})", BodyFormat.Markdown).Content),
            State = CommentState.Published,
            RemovedBy = null,
            PostedAt = DateTimeOffset.UnixEpoch.AddSeconds(n),
            EditedAt = null,
            Version = 1,
            IsFeatured = false,
            IsLocked = false,
            Reactions = """{"like":3}"""u8.ToArray(),
            ReplyCount = n < 20 ? 3 : 0,
            ShownReplies = n < 20 ? 3 : 0,
            AuthorId = Article,
            ShadowState = null,
        };

    /// <summary>A page out of its rows, into a buffer that is there.</summary>
    static ReadOnlyMemory<byte> Stitch()
    {
        var page = new ThreadPage();
        foreach (var view in Views)
            if (view.ParentId is { } parent)
                page.AddReply(parent, view);
            else
                page.Items.Add((view, 0));
        Buffer.ResetWrittenCount();
        new ThreadQuery(Site, Article, ThreadSort.Newest, new(20, null), 3).Write(page, Buffer, ArticleKey);
        return Buffer.WrittenMemory;
    }

    static HotPages Kept()
    {
        var pages = new HotPages();
        pages.Listen(1);
        pages.Keep(pages.Begin("/hot"), [Article], 1, Page, "\"etag\"");
        return pages;
    }
}
