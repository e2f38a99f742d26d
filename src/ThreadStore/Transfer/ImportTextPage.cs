using ThreadStore.Appending;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>What an import did, record by record: <c>read = created + already + rejected</c>.</summary>
public sealed record ImportCounts(long Read, long Created, long Already, long Rejected);

/// <summary>
/// Writes a page that was read from plain text: its article, its commenters, its comments in their order. Ids follow
/// from the article's key and the place on the page, so the same page again appends nothing, and a longer version of
/// it only what is new.
/// </summary>
/// <param name="erasures">Null: those who were erased are not looked for.</param>
public sealed class ImportTextPage(Appender appender, TimeProvider clock, Erasures? erasures = null)
{
    public const string Format = "text";

    /// <summary>Comments that are under way at once: enough to share transactions, few enough to hold in memory.</summary>
    const int Stretch = WritingPace.BatchLength;

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
        await appender.ImportAsync(new SiteForImport(site, now), ct);
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
            await appender.ImportAsync(
                new ImportedArticle(site, articleKey, content, new(Format, articleKey), now),
                ct
            ) == ImportOutcome.Conflict
        )
            warn($"The article '{articleKey}' is known with another content, which is kept.");

        // the page's warnings name their lines
        var empty = page.Comments.Count(c => c.IsEmpty);
        var erased = await ErasedAsync(site, page, ct);
        var left = page.Comments.Count(c => !c.IsEmpty && erased.Contains(c.CommenterKey));
        if (left > 0)
            warn($"{left} comments are of people who were erased, and are left out.");
        var counts = new ImportCounts(empty + left, 0, 0, empty + left);
        progress(empty + left);
        foreach (
            var stretch in page
                .Comments.Where(c => !c.IsEmpty && !erased.Contains(c.CommenterKey))
                .Chunk(Stretch)
        )
        {
            var outcomes = await Task.WhenAll(
                stretch.Select(c => appender.ImportAsync(Imported(site, articleKey, page, c, now), ct))
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

    /// <summary>A page gives no times, so that all that it has of somebody who was erased is from before.</summary>
    async Task<HashSet<string>> ErasedAsync(string site, TextPage page, CancellationToken ct)
    {
        var erased = new HashSet<string>();
        if (erasures is not null)
            foreach (var key in page.Comments.Select(c => c.CommenterKey).Distinct())
                if (await erasures.ErasedAtAsync(site, key, ct) is not null)
                    erased.Add(key);
        return erased;
    }

    /// <summary>The page gives no times: a second apart keeps the order.</summary>
    static ImportedComment Imported(string site, string key, TextPage page, TextComment c, DateTimeOffset now)
    {
        // a page may be dated 9999-12-31, and nobody wrote on it then
        var first = page.PublishedAt is { } at && FeedFacts.IsTimeOfPeople(at) ? at : now;
        var postedAt = first.AddSeconds(c.Index) is var next && FeedFacts.IsTimeOfPeople(next) ? next : first;
        return new(
            site,
            key,
            new(Format, $"{key}#{c.Index}"),
            ParentSource: null,
            new(c.CommenterKey, DisplayName.Of(c.Author, c.CommenterKey), Picture: null),
            c.Body,
            BodyFormat.Text,
            postedAt,
            TimeEstimated: true
        );
    }
}
