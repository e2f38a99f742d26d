using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.History.Reports;
using ThreadStore.Live;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.Http;

/// <summary>Examples of bodies and answers, made of the records themselves so that they can't be out of date.</summary>
public static class OpenApiExamples
{
    public static readonly DateTimeOffset Written = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);
    static readonly Guid Root = new("0198c0de-0000-7000-8000-000000000001");
    static readonly Guid Reply = new("0198c0de-0000-7000-8000-000000000002");
    static readonly Author Writer = new("gdtokyo", "GdTokyo", null);
    static readonly Dictionary<string, int> Likes = new() { ["like"] = 2 };

    public const string Article = "2021/hotels-reopen";
    const string Title = "Hotels reopen in May";
    const string Url = "https://news.example/2021/hotels-reopen";
    public const string Cursor = "Gk0iAQAFvv1V8oAAAAAAAAAAAAABmMDeAAAAcACAAAAAAAAAAQ";

    public static readonly CommentShape Comment = new()
    {
        Id = Root,
        Article = Article,
        ParentId = null,
        Depth = 0,
        Author = Writer,
        Body = "Good *news*.",
        Html = "<p dir=\"auto\">Good <em>news</em>.</p>",
        State = CommentState.Published,
        RemovedBy = null,
        CreatedAt = Written,
        EditedAt = null,
        Version = 1,
        Reactions = Likes,
        ReplyCount = 1,
        Featured = false,
    };

    static readonly ThreadCommentShape ReplyInThread = new()
    {
        Id = Reply,
        Article = Article,
        ParentId = Root,
        Depth = 1,
        Author = new("ada", "Ada", null),
        Body = "At last!",
        Html = "<p dir=\"auto\">At last!</p>",
        State = CommentState.Published,
        RemovedBy = null,
        CreatedAt = Written.AddMinutes(4),
        EditedAt = null,
        Version = 1,
        Reactions = new Dictionary<string, int>(),
        ReplyCount = 0,
        Featured = false,
        Replies = new([], null),
    };

    static readonly ThreadCommentShape RootInThread = ReplyInThread with
    {
        Id = Root,
        ParentId = null,
        Depth = 0,
        Author = Writer,
        Body = Comment.Body,
        Html = Comment.Html,
        CreatedAt = Written,
        Reactions = Likes,
        ReplyCount = 1,
        Replies = new([ReplyInThread], null),
    };

    static readonly CommentInContextShape InContext = new()
    {
        Id = Reply,
        Article = Article,
        ParentId = Root,
        Depth = 1,
        Author = ReplyInThread.Author,
        Body = ReplyInThread.Body,
        Html = ReplyInThread.Html,
        State = CommentState.Published,
        RemovedBy = null,
        CreatedAt = ReplyInThread.CreatedAt,
        EditedAt = null,
        Version = 1,
        Reactions = new Dictionary<string, int>(),
        ReplyCount = 0,
        Featured = false,
        Ancestors = [Comment],
    };

    static readonly OwnCommentShape Own = new()
    {
        Id = Root,
        Article = new(Article, Title, Url),
        ParentId = null,
        Depth = 0,
        Author = Writer,
        Body = Comment.Body,
        Html = Comment.Html,
        State = CommentState.Published,
        RemovedBy = null,
        CreatedAt = Written,
        EditedAt = null,
        Version = 1,
        Reactions = Likes,
        ReplyCount = 1,
        Featured = false,
    };

    static readonly ArticleView InList = new(
        Article,
        Title,
        Url,
        "travel",
        "Jo Doe",
        ["japan", "hotels"],
        Written.AddHours(-2),
        Discussion.Open,
        ClosesAt: null,
        CommentCount: 2,
        LastCommentAt: Written.AddMinutes(4),
        new(10_000, 32, 15, new Dictionary<string, int> { ["dislike"] = -1, ["like"] = 1 })
    );

    static readonly Dictionary<Type, object> ByType = new()
    {
        // bodies
        [typeof(PostComment)] = new PostComment("Good *news*."),
        [typeof(EditComment)] = new EditComment("Good *news*!"),
        [typeof(FlagComment)] = new FlagComment(FlagReason.Spam, "The third advertisement today."),
        [typeof(RegisterArticle)] = new RegisterArticle(
            Title,
            Url,
            "travel",
            "Jo Doe",
            ["japan", "hotels"],
            Written.AddHours(-2),
            ["The first paragraph.", "The second."]
        ),
        [typeof(ArticleModeration)] = new ArticleModeration(null, Sites.ModerationMode.Post),
        [typeof(ModerateArticle)] = new ModerateArticle(Sites.ModerationMode.Pre),
        [typeof(CountComments)] = new CountComments([Article, "2021/trains"]),
        [typeof(SettingsShape)] = new JsonObject
        {
            ["name"] = "Example News",
            ["language"] = "english",
            ["maxDepth"] = 5,
        },
        // answers
        [typeof(CommentShape)] = Comment,
        [typeof(CommentInContextShape)] = InContext,
        [typeof(ThreadPageShape)] = new ThreadPageShape(Article, 2, ThreadSort.Newest, [RootInThread], null),
        [typeof(LiveMessageShape)] = new LiveCommentShape
        {
            Id = "42",
            Event = LiveMessage.Published,
            Data = Comment,
        },
        [typeof(RepliesPageShape)] = new RepliesPageShape([ReplyInThread], null),
        [typeof(Prospect)] = new Prospect(CommentState.Published, []),
        [typeof(CommentHistory)] = new CommentHistory([
            new(41, Written, "comment-posted", "gdtokyo", new JsonObject { ["body"] = Comment.Body }),
        ]),
        [typeof(ReactionCountsShape)] = new ReactionCountsShape(Likes),
        [typeof(FlagView)] = new FlagView(Root, FlagReason.Spam, "The third advertisement today.", Written),
        [typeof(ArticleView)] = InList with
        {
            Body = JsonSerializer.SerializeToElement((string[])["The first paragraph.", "The second."]),
        },
        [typeof(ArticlePage)] = new ArticlePage([InList], Cursor),
        [typeof(CommenterProfile)] = new CommenterProfile("gdtokyo", "GdTokyo", null, Written, 1, 2, null),
        [typeof(CommenterHistoryPageShape)] = new CommenterHistoryPageShape([Own], Cursor),
        [typeof(OwnViewShape)] = new OwnViewShape(
            new("gdtokyo", "GdTokyo", null, Written, 1, 2, Standing.Good),
            new Dictionary<string, string> { [Reply.ToString()] = "like" },
            [],
            [],
            new(
                new(true, null, null),
                new Dictionary<string, DateTimeOffset> { [Root.ToString()] = Written.AddMinutes(15) }
            )
        ),
        [typeof(IReadOnlyDictionary<string, int>)] = new Dictionary<string, int>
        {
            [Article] = 2,
            ["2021/trains"] = 0,
        },
        [typeof(SiteShape)] = Sites.SiteView.Of("demo", new() { Name = "Example News" }),
        [typeof(SitesPageShape)] = new
        {
            items = (JsonObject[])[Sites.SiteView.Of("demo", new() { Name = "Example News" })],
            nextCursor = (string?)null,
        },
        [typeof(ReportShape)] = new ReportShape(
            ActivityReport.Report.Columns,
            [
                [
                    .. ((object[])["2021-04-01T22:00:00Z", "2021-04-02T00:00:00", 12, 7, 2, 31, 1]).Select(
                        v => JsonSerializer.SerializeToElement(v)
                    ),
                ],
            ],
            17
        ),
        [typeof(EventLineShape)] = new EventLineShape(
            41,
            new Guid("0198c0de-0000-7000-8000-000000000041"),
            new("comment", Root),
            1,
            "comment-deleted",
            1,
            Written,
            "gdtokyo",
            "demo",
            new JsonObject
            {
                ["commentId"] = Root.ToString(),
                ["articleKey"] = Article,
                ["removedBy"] = "author",
                ["by"] = "gdtokyo",
            },
            new(null)
        ),
    };

    public static JsonNode? Of(Type type) =>
        ByType.TryGetValue(type, out var example) || ModerationExamples.ByType.TryGetValue(type, out example)
            ? JsonSerializer.SerializeToNode(example, Json.Options)
            : null;

    public static JsonNode? Of(ProblemCodes.Kind kind, int status) =>
        JsonSerializer.SerializeToNode(
            new ProblemShape(
                $"/problems/{kind.Code}",
                kind.Title,
                status,
                kind.Explanation,
                "/v1/sites/demo/articles/2021%2Fhotels-reopen/comments",
                kind.Code,
                "4bf92f3577b34da6a3ce929d0e0e4736",
                kind.Code == "validation"
                    ? new Dictionary<string, IReadOnlyList<Flaw>> { ["body"] = [Flaw.TooLong(10_000)] }
                    : null,
                kind.Code == "not-in-good-standing" ? Written.AddDays(7) : null,
                kind.Code == "duplicate-comment" ? Comment.Id : null
            ),
            Json.Options
        );
}
