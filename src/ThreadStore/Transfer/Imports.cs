using ThreadStore.Appending;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Transfer;

/// <summary>What became of a record from elsewhere.</summary>
public enum ImportOutcome
{
    Created,

    /// <summary>It was imported before.</summary>
    Already,

    /// <summary>Something else was imported before under the same id; that is kept.</summary>
    Conflict,
}

public static class Imports
{
    /// <summary>Who stands for facts that nobody with a token wrote.</summary>
    public const string By = "import";

    /// <exception cref="StartupException">The store could not take it; what was taken before stays.</exception>
    public static async Task<T> ImportAsync<T>(
        this Appender appender,
        ISubmission<T> submission,
        CancellationToken ct
    )
    {
        var receipt = await appender.AppendAsync(submission, ct);
        return Problem.Of(receipt.Refusal) is { } refusal
            ? throw new StartupException(refusal.Detail)
            : receipt.Answer ?? throw new InvalidOperationException("Neither a refusal nor an answer.");
    }
}

/// <summary>Makes sure of the site, with the settings that it has or the default ones.</summary>
sealed record SiteForImport(string Site, DateTimeOffset Now) : ISubmission<Site>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known) =>
        known.Sites[Site, Guid.Empty] is not null ? Decision.Nothing
        : Keys.RefuseNewSite(Site) is { } taken ? taken
        : Decision.Append(
            StreamEvent.First<Site>(
                StreamId.Site(Site),
                new SiteConfigured(Site, new SiteSettings(), Imports.By, Now)
            )
        );

    public Site Answer(WorkingSet known, Decision decision) => known.Sites.Require(Site, Guid.Empty);
}

sealed record ImportedArticle(
    string Site,
    string Key,
    ArticleContent Content,
    ForeignSource Source,
    DateTimeOffset Now
) : ISubmission<ImportOutcome>
{
    readonly Guid id = StreamId.Article(Site, Key);

    public void Need(WorkingSet set) => set.Articles.Want(Site, id);

    public Decision Decide(WorkingSet known)
    {
        if (known.Articles[Site, id] is { IsVacant: false } before)
        {
            var same = before.ContentHash == Content.Hash();
            return new(null, [], same ? ImportOutcome.Already : ImportOutcome.Conflict);
        }
        var registered = new ArticleRegistered(Key, Content, Imports.By, Now, Source);
        var e = known.Articles[Site, id] is null
            ? StreamEvent.First<Article>(id, registered)
            : new StreamEvent(id, registered);
        return new(null, [e], ImportOutcome.Created);
    }

    public ImportOutcome Answer(WorkingSet known, Decision decision) => decision.FoundAs<ImportOutcome>();
}

/// <summary>A comment that was written elsewhere; its id follows from <paramref name="Source"/>.</summary>
/// <param name="ParentSource">The comment that it replies to, which must have been imported before; or null.</param>
/// <param name="TimeEstimated"><paramref name="PostedAt"/> only keeps the order.</param>
sealed record ImportedComment(
    string Site,
    string ArticleKey,
    ForeignSource Source,
    ForeignSource? ParentSource,
    Author Author,
    string Body,
    BodyFormat Format,
    DateTimeOffset PostedAt,
    bool TimeEstimated
) : ISubmission<ImportOutcome>
{
    readonly Guid id = StreamId.Import(Site, Source.Format, Source.Id);
    readonly Guid? parentId = ParentSource is { } parent
        ? StreamId.Import(Site, parent.Format, parent.Id)
        : null;
    readonly Guid authorId = StreamId.Commenter(Site, Author.Key);

    // here, where nobody waits for it under the append lock
    readonly CommentText text = new CommentText(Body, Format).MakeReady();

    public void Need(WorkingSet set)
    {
        set.WantFamily(Site, ArticleKey);
        set.Commenters.Want(Site, authorId);
        set.Comments.Want(Site, id);
        if (parentId is { } parent)
            set.Comments.Want(Site, parent);
    }

    public Decision Decide(WorkingSet known)
    {
        if (known.Comments[Site, id] is { } before)
        {
            var text = TextHash.Of(Site, Author.Key, ArticleKey, parentId, Body);
            var same = TextHash.TextOf(before.TextHash) == text;
            return new(null, [], same ? ImportOutcome.Already : ImportOutcome.Conflict);
        }
        return new(null, [.. Events(known)], ImportOutcome.Created);
    }

    IEnumerable<StreamEvent> Events(WorkingSet known)
    {
        // renamed or merged since, the article takes its comments there
        var article = known.Root(Site, StreamId.Article(Site, ArticleKey))?.Key ?? ArticleKey;
        if (known.Commenters[Site, authorId] is null)
            yield return StreamEvent.First<Commenter>(
                authorId,
                new CommenterJoined(Author.Key, Author.Name, Author.Picture, Imports.By, PostedAt, Source)
            );
        yield return StreamEvent.First<Comment>(
            id,
            new CommentPosted(
                id,
                article,
                parentId,
                parentId is { } parent ? known.Comments.Require(Site, parent).Depth + 1 : 0,
                Author,
                Body,
                Format,
                PostedAt,
                TimeEstimated,
                CommentState.Published,
                Verdicts: [],
                Imports.By,
                Source,
                RequestHash: null
            )
            {
                Text = text,
            }
        );
    }

    public ImportOutcome Answer(WorkingSet known, Decision decision) => decision.FoundAs<ImportOutcome>();
}
