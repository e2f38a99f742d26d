using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Demo;
using ThreadStore.Feeds;
using ThreadStore.History;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Sites;
using ThreadStore.Threads;
using ThreadStore.Transfer;

namespace ThreadStore.OpenApi;

/// <summary>
/// Examples of bodies and answers, made of the records themselves so that they can't be out of date, and about the demo's
/// sample, so that who tries a request in <c>/docs</c> there gets an answer.
/// </summary>
public static class OpenApiExamples
{
    public static readonly DateTimeOffset Written = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);
    static readonly DemoDiscussion Demo = DemoDiscussion.Read();
    static readonly DemoComment DemoRoot = Demo.Comments[0];
    static readonly DemoComment DemoReply = Demo.Comments.First(c => c.Parent == DemoRoot.Id);

    /// <summary>The demo's first comment.</summary>
    public static readonly Guid Root = LoadDemo.IdOf(DemoPage.Site, Demo.ArticleKey, DemoRoot);
    static readonly Guid Reply = LoadDemo.IdOf(DemoPage.Site, Demo.ArticleKey, DemoReply);
    static readonly AuthorShape Writer = new(DemoRoot.By, Demo.Commenters[DemoRoot.By], null, []);
    static readonly AuthorShape Replier = new(DemoReply.By, Demo.Commenters[DemoReply.By], null, []);

    /// <summary>The key of who wrote it.</summary>
    public static string Commenter => Writer.Key;

    /// <summary>Of what people try, nothing is over.</summary>
    public static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly Dictionary<string, int> Likes = new() { ["like"] = 2 };

    public static readonly string Article = Demo.ArticleKey;
    static readonly string Title = Demo.Article.Title;
    static readonly string? Url = Demo.Article.Url;
    const string Other = "not-yet-discussed";
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
        Locked = false,
    };

    static readonly ThreadCommentShape ReplyInThread = new()
    {
        Id = Reply,
        Article = Article,
        ParentId = Root,
        Depth = 1,
        Author = Replier,
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
        Locked = false,
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
        Locked = false,
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
        Locked = false,
    };

    static readonly ImportJobView Import = new(
        new Guid("0198c0de-0000-7000-8000-000000000099"),
        "disqus",
        DryRun: false,
        ImportState.Done,
        new(12, 340, 2018),
        new(12, 340, 2017),
        new(),
        new(Comments: 1),
        new Dictionary<string, long> { ["bad-date"] = 1, ["orphan-parent"] = 3 },
        1_843_220,
        Written,
        Written.AddSeconds(4),
        2_411
    );

    static readonly ArticleView InList = new(
        Article,
        Title,
        Url,
        Demo.Article.Section,
        Demo.Article.Author,
        Demo.Article.Tags,
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
            Demo.Article.Section,
            Demo.Article.Author,
            Demo.Article.Tags,
            Written.AddHours(-2),
            ["The first paragraph.", "The second."]
        ),
        [typeof(RenameArticle)] = new RenameArticle($"{Article}-reopens"),
        [typeof(MergeArticle)] = new MergeArticle(Other),
        [typeof(MergedArticle)] = new MergedArticle(128),
        [typeof(ArticleModeration)] = new ArticleModeration(null, Sites.ModerationMode.Post, null),
        [typeof(ModerateArticle)] = new ModerateArticle(Sites.ModerationMode.Pre),
        [typeof(CountComments)] = new CountComments([Article, Other]),
        [typeof(SettingsShape)] = new JsonObject
        {
            ["name"] = "Example News",
            ["language"] = "english",
            ["maxDepth"] = 5,
        },
        [typeof(SiteChangesShape)] = new JsonObject
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
        [typeof(Prospect)] = new Prospect(CommentState.Published, [], "<p>Well <em>said</em>.</p>", null),
        [typeof(CommentHistory)] = new CommentHistory([
            new(41, Written, "comment-posted", Writer.Key, new JsonObject { ["body"] = Comment.Body }),
        ]),
        [typeof(ReactionCountsShape)] = new ReactionCountsShape(Likes),
        [typeof(FlagView)] = new FlagView(Root, FlagReason.Spam, "The third advertisement today.", Written),
        [typeof(ArticleView)] = InList with
        {
            Body = JsonSerializer.SerializeToElement((string[])["The first paragraph.", "The second."]),
        },
        [typeof(ArticlePage)] = new ArticlePage([InList], Cursor),
        [typeof(CommenterProfile)] = new CommenterProfile(Writer.Key, Writer.Name, null, Written, 1, 2, null),
        [typeof(CommenterHistoryPageShape)] = new CommenterHistoryPageShape([Own], Cursor),
        [typeof(OwnViewShape)] = new OwnViewShape(
            new(Writer.Key, Writer.Name, null, Written, 1, 2, Standing.Good),
            new Dictionary<string, string> { [Reply.ToString()] = "like" },
            [],
            [],
            new(
                new(true, null, null, null),
                new Dictionary<Guid, DateTimeOffset> { [Root] = Written.AddMinutes(15) },
                [Root],
                new(true, null),
                new(true, null)
            ),
            [],
            []
        ),
        [typeof(IReadOnlyDictionary<string, int>)] = new Dictionary<string, int>
        {
            [Article] = 2,
            [Other] = 0,
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
                JsonSerializer.SerializeToElement(
                    (object[])["2021-04-01T22:00:00Z", "2021-04-02T00:00:00", 12, 7, 2, 31, 1]
                ),
                JsonSerializer.SerializeToElement((object?[])["total", null, 12, 7, 2, 31, 1]),
            ],
            17
        ),
        [typeof(ImportJobView)] = Import,
        [typeof(ImportJobs.ImportPage)] = new ImportJobs.ImportPage([Import], null),
        [typeof(ImportProblem)] = new ImportProblem(
            "upload",
            2017,
            "299986073",
            "bad-date",
            "'2011-x09-30T22:48:43Z' is no time."
        ),
        [typeof(EventLineShape)] = new EventLineShape(
            41,
            new Guid("0198c0de-0000-7000-8000-000000000041"),
            new("comment", Root),
            1,
            "comment-deleted",
            1,
            Written,
            Writer.Key,
            "demo",
            new JsonObject
            {
                ["commentId"] = Root.ToString(),
                ["articleKey"] = Article,
                ["removedBy"] = "author",
                ["by"] = Writer.Key,
            },
            new(null)
        ),
    };

    public static JsonNode? Of(Type type) =>
        type == typeof(JsonFeed) ? FeedExample.Json
        : ByType.TryGetValue(type, out var example)
        || ModerationExamples.ByType.TryGetValue(type, out example)
        || LearnedExamples.ByType.TryGetValue(type, out example)
        || IdentityExamples.ByType.TryGetValue(type, out example)
        || NoticeExamples.ByType.TryGetValue(type, out example)
        || PrivacyExamples.ByType.TryGetValue(type, out example)
        || TellingExamples.ByType.TryGetValue(type, out example)
            ? JsonSerializer.SerializeToNode(example, Json.Options)
        : null;

    /// <summary>The example as text: a line, an event of a stream, or a table.</summary>
    public static JsonNode? Text(string contentType, Type type) =>
        contentType switch
        {
            "application/x-ndjson" when Of(type) is { } line => $"{line.ToJsonString(Json.Options)}\n",
            "text/event-stream" when Of(type) is { } message =>
                $"event: {message["event"]}\nid: {message["id"]}\ndata: {message["data"]!.ToJsonString(Json.Options)}\n\n",
            "text/csv" when Of(type) is { } report => string.Concat(
                report["rows"]!.AsArray().Prepend(report["columns"]).Select(r => $"{Line(r!)}\r\n")
            ),
            AtomFeed.ContentType => FeedExample.Atom,
            "text/html" => Face.ThreadHtml.Example,
            _ => null,
        };

    static string Line(JsonNode cells) => string.Join(',', cells.AsArray().Select(c => c?.ToString()));

    public static JsonNode? Of(ProblemCodes.Kind kind, int status) =>
        JsonSerializer.SerializeToNode(
            new ProblemShape(
                $"/problems/{kind.Code}",
                kind.Title,
                status,
                kind.Explanation,
                $"/v1/sites/{DemoPage.Site}/articles/{Article}/comments",
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
