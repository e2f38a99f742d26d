using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Transfer;

namespace ThreadStore.Demo;

/// <summary>
/// Writes the sample to a site. All ids and times follow from the sample and from when the site was made, so loading it
/// again appends nothing, and after a load that was cut off only what is missing.
/// </summary>
public sealed class LoadDemo(Appender appender, TimeProvider clock)
{
    public const string Format = "demo";

    /// <summary>Every comment of the sample was written within it, so that none is from the future.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(1);

    /// <exception cref="StartupException">The store could not take it; what was taken before stays.</exception>
    public async Task RunAsync(string site, DemoDiscussion discussion, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var published = (await appender.ImportAsync(new SiteForImport(site, now), ct)).CreatedAt - Span;
        var key = discussion.ArticleKey;
        await appender.ImportAsync(
            new ImportedArticle(
                site,
                key,
                discussion.Article with
                {
                    PublishedAt = published,
                },
                new(Format, key),
                now
            ),
            ct
        );
        // one after the other: each may reply to one before it
        foreach (var c in discussion.Comments)
            await appender.ImportAsync(
                new ImportedComment(
                    site,
                    key,
                    Source(c.Id),
                    c.Parent is { } parent ? Source(parent) : null,
                    new(c.By, discussion.Commenters[c.By], Picture: null),
                    c.Body,
                    BodyFormat.Markdown,
                    published.AddMinutes(c.Minute),
                    TimeEstimated: false
                ),
                ct
            );

        ForeignSource Source(string id) => LoadDemo.Source(key, id);
    }

    static ForeignSource Source(string articleKey, string id) => new(Format, $"{articleKey}#{id}");

    /// <summary>The id that a comment of the sample has on a site.</summary>
    public static Guid IdOf(string site, string articleKey, DemoComment comment) =>
        StreamId.Import(site, Format, Source(articleKey, comment.Id).Id);
}
