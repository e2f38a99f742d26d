using System.Text;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Articles;

/// <summary>Tells of an article, or replaces what was told of it: members left out become null.</summary>
/// <param name="Body">Its paragraphs, as plain text.</param>
public sealed record RegisterArticle(
    string Title,
    string? Url = null,
    string? Section = null,
    string? Author = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? PublishedAt = null,
    IReadOnlyList<string>? Body = null
)
{
    /// <summary>In bytes of UTF-8. Browsers and servers take no longer ones, nor do PostgreSQL's indexes.</summary>
    public const int MaxUrlLength = 2048;

    // no property: the serializer would take it for a member of the request
    public ArticleContent ToContent() => new(Title, Url, Section, Author, Tags, PublishedAt, Body);

    public Refusal? Refuse() =>
        Refusal.All(
            string.IsNullOrWhiteSpace(Title) ? Refusal.Validation("title", Flaw.Empty) : null,
            Url is not null && !IsWebAddress(Url)
                ? Refusal.Validation("url", Flaw.Of("is an http or https address.", "no-address"))
                : null,
            Tags?.Any(t => t is null) == true
                ? Refusal.Validation("tags", Flaw.Of("is an array of texts.", "no-text"))
                : null,
            Body?.Any(p => p is null) == true
                ? Refusal.Validation("body", Flaw.Of("is an array of paragraphs.", "no-text"))
                : null
        );

    static bool IsWebAddress(string url) =>
        Encoding.UTF8.GetByteCount(url) <= MaxUrlLength
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}

public static class RegisterArticleEndpoint
{
    /// <summary>Tells of an article, or replaces what was told of it: members left out become null.</summary>
    /// <returns>201 the article, new; 200 the article, which was known; 400 validation; 413; 503 busy, unavailable.</returns>
    [Operation("putArticle"), Answers(typeof(ArticleView))]
    [
        WolverinePut("/v1/sites/{site}/articles/{articleKey}"),
        Roles(Role.Service),
        BodyLimit(BodyLimitAttribute.Large)
    ]
    public static async Task<IResult> Put(
        string site,
        string articleKey,
        [Body] RegisterArticle command,
        Caller caller,
        Appender appender,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Refuse() is { } problem)
            return Problem.Of(problem);
        var registration = new Registration(
            site,
            articleKey,
            command.ToContent(),
            caller.Key,
            now.ToMicroseconds()
        );
        var receipt = await appender.AppendAsync(registration, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var status = receipt.Answer ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return await ArticleReader.AnswerAsync(
            database,
            site,
            articleKey,
            caller,
            now,
            ct,
            isWrite: true,
            receipt.Position,
            status
        );
    }
}

/// <summary>The command with all that it came with; answers whether the article is new.</summary>
public sealed record Registration(
    string Site,
    string Key,
    ArticleContent Content,
    string By,
    DateTimeOffset Now,
    Comments.ForeignSource? Source = null
) : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Article(Site, Key);

    public void Need(WorkingSet set) => set.Articles.Want(Site, Id);

    public Decision Decide(WorkingSet known)
    {
        var before = known.Articles[Site, Id];
        var registered = new ArticleRegistered(Key, Content, By, Now, Source);
        return known.Sites[Site, Guid.Empty] is null ? Refusal.SiteNotFound(Site)
            : before is null ? New(StreamEvent.First<Article>(Id, registered))
            : before.IsVacant ? New(new StreamEvent(Id, registered))
            // an old key stays with its article
            : !before.IsHere ? Refusal.ArticleNotFound(Key)
            : Revise(before);
    }

    static Decision New(StreamEvent registered) => new(null, [registered], true);

    Decision Revise(Article before) =>
        new(
            null,
            before.ContentHash == Content.Hash()
                ? []
                : [new StreamEvent(Id, new ArticleRevised(Key, Content, By, Now))],
            false
        );

    public bool Answer(WorkingSet known, Decision decision) => decision.FoundAs<bool>();
}
