using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Sites;
using ThreadStore.Storage;
using ThreadStore.Threads;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>What became of a record of an imported file.</summary>
public enum ImportOutcome
{
    Created,

    /// <summary>It was imported before.</summary>
    Already,

    /// <summary>Something else was imported before under the same id; that is kept.</summary>
    Conflict,
}

/// <summary>What an import did, comment by comment: <c>read = created + already + rejected</c>.</summary>
public sealed record ImportCounts(int Read, int Created, int Already, int Rejected);

/// <summary>
/// Writes a page that was read from plain text: its article, its commenters, its comments in their order. Ids follow
/// from the article's key and the place on the page, so the same page again appends nothing, and a longer version of
/// it only what is new.
/// </summary>
public sealed class ImportTextPage(Appender appender, TimeProvider clock)
{
    public const string Format = "text";

    /// <summary>Who stands for facts that nobody with a token wrote.</summary>
    public const string By = "import";

    /// <summary>Comments that are under way at once: enough to share transactions, few enough to hold in memory.</summary>
    const int Stretch = Appender.BatchLength;

    /// <exception cref="StartupException">The store could not take it; what was taken before stays.</exception>
    public async Task<ImportCounts> RunAsync(
        string site,
        string articleKey,
        TextPage page,
        Action<string> warn,
        Action<int> progress,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await AppendAsync(new SiteForImport(site, now), ct);
        var content = new ArticleContent(
            page.Title ?? page.Paragraphs[0],
            page.Url,
            Section: null,
            Author: null,
            Tags: null,
            page.PublishedAt,
            page.Paragraphs
        );
        if (
            await AppendAsync(new ImportedArticle(site, articleKey, content, now), ct)
            == ImportOutcome.Conflict
        )
            warn($"The article '{articleKey}' is known with another content, which is kept.");

        var counts = new ImportCounts(0, 0, 0, 0);
        foreach (var stretch in page.Comments.Chunk(Stretch))
        {
            var outcomes = await Task.WhenAll(
                stretch.Select(c => AppendAsync(Imported(site, articleKey, page, c, now), ct))
            );
            foreach (var (comment, outcome) in stretch.Zip(outcomes))
            {
                if (outcome == ImportOutcome.Conflict)
                    warn(
                        $"line {comment.NameLine}: comment {comment.Index} was imported before with another text, which is kept."
                    );
                counts = outcome switch
                {
                    ImportOutcome.Created => counts with
                    {
                        Read = counts.Read + 1,
                        Created = counts.Created + 1,
                    },
                    ImportOutcome.Already => counts with
                    {
                        Read = counts.Read + 1,
                        Already = counts.Already + 1,
                    },
                    _ => counts with { Read = counts.Read + 1, Rejected = counts.Rejected + 1 },
                };
            }
            progress(stretch.Length);
        }
        return counts;
    }

    async Task<T?> AppendAsync<T>(ISubmission<T> submission, CancellationToken ct)
    {
        var receipt = await appender.AppendAsync(submission, ct);
        return receipt.Refusal is { } refusal ? throw new StartupException(refusal.Detail) : receipt.Answer;
    }

    /// <summary>The page gives no times: a second apart keeps the order.</summary>
    static ImportedComment Imported(string site, string key, TextPage page, TextComment c, DateTimeOffset now)
    {
        var first = page.PublishedAt ?? now;
        var postedAt =
            DateTimeOffset.MaxValue - first > TimeSpan.FromSeconds(c.Index)
                ? first.AddSeconds(c.Index)
                : first;
        CommentJson.Content(c.Body, BodyFormat.Text);
        return new(site, key, $"{key}#{c.Index}", c.CommenterKey, c.Author, c.Body, postedAt, now);
    }
}

/// <summary>Makes sure of the site, with the settings that it has or the default ones.</summary>
sealed record SiteForImport(string Site, DateTimeOffset Now) : ISubmission<bool>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known) =>
        known.Sites[Site, Guid.Empty] is not null
            ? Decision.Nothing
            : Decision.Append(
                StreamEvent.First<Site>(
                    StreamId.Site(Site),
                    new SiteConfigured(Site, new SiteSettings(), ImportTextPage.By, Now)
                )
            );

    public bool Answer(WorkingSet known) => true;
}

sealed record ImportedArticle(string Site, string Key, ArticleContent Content, DateTimeOffset Now)
    : ISubmission<ImportOutcome>
{
    readonly Guid id = StreamId.Article(Site, Key);
    ImportOutcome outcome;

    public void Need(WorkingSet set) => set.Articles.Want(Site, id);

    public Decision Decide(WorkingSet known)
    {
        if (known.Articles[Site, id] is { } before)
        {
            outcome = before.ContentHash == Content.Hash() ? ImportOutcome.Already : ImportOutcome.Conflict;
            return Decision.Nothing;
        }
        outcome = ImportOutcome.Created;
        var source = new ForeignSource(ImportTextPage.Format, Key);
        return Decision.Append(
            StreamEvent.First<Article>(
                id,
                new ArticleRegistered(Key, Content, ImportTextPage.By, Now, source)
            )
        );
    }

    public ImportOutcome Answer(WorkingSet known) => outcome;
}

sealed record ImportedComment(
    string Site,
    string ArticleKey,
    string ForeignId,
    string AuthorKey,
    string AuthorName,
    string Body,
    DateTimeOffset PostedAt,
    DateTimeOffset Now
) : ISubmission<ImportOutcome>
{
    readonly Guid id = StreamId.Import(Site, ImportTextPage.Format, ForeignId);
    readonly Guid authorId = StreamId.Commenter(Site, AuthorKey);
    ImportOutcome outcome;

    public void Need(WorkingSet set)
    {
        set.Articles.Want(Site, StreamId.Article(Site, ArticleKey));
        set.Commenters.Want(Site, authorId);
        set.Comments.Want(Site, id);
    }

    public Decision Decide(WorkingSet known)
    {
        if (known.Comments[Site, id] is { } before)
        {
            var same = before.TextHash == Comment.HashOf(Site, AuthorKey, ArticleKey, parent: null, Body);
            outcome = same ? ImportOutcome.Already : ImportOutcome.Conflict;
            return Decision.Nothing;
        }
        outcome = ImportOutcome.Created;
        return Decision.Append([.. Events(known)]);
    }

    IEnumerable<StreamEvent> Events(WorkingSet known)
    {
        var source = new ForeignSource(ImportTextPage.Format, ForeignId);
        if (known.Commenters[Site, authorId] is null)
            yield return StreamEvent.First<Commenter>(
                authorId,
                new CommenterJoined(AuthorKey, AuthorName, Picture: null, ImportTextPage.By, PostedAt, source)
            );
        yield return StreamEvent.First<Comment>(
            id,
            new CommentPosted(
                id,
                ArticleKey,
                ParentId: null,
                Depth: 0,
                new(AuthorKey, AuthorName, Picture: null),
                Body,
                BodyFormat.Text,
                PostedAt,
                TimeEstimated: true,
                CommentState.Published,
                Verdicts: [],
                ImportTextPage.By,
                source,
                RequestHash: null
            )
        );
    }

    public ImportOutcome Answer(WorkingSet known) => outcome;
}
