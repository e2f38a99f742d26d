using ThreadStore.Articles;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Staging;

/// <summary>Articles on their way in, and the keys that they get.</summary>
sealed class ArticleSource(LoadContext load)
{
    /// <summary>A plain text's article has its paragraphs with it.</summary>
    const int Stretch = 100;

    long after;

    public async Task<List<Incoming>?> NextAsync(CancellationToken ct)
    {
        var articles = load.Reading.Articles(after, Stretch);
        if (articles.Count == 0)
            return null;
        after = articles[^1].Seq;
        var site = load.Site;
        var first = await load.Lookup.ArticlesAsync(
            [.. articles.Select(a => StreamId.Article(site, ForeignKeys.Article(a.Id)))],
            ct
        );
        var second = await load.Lookup.ArticlesAsync(
            [.. articles.Select(a => StreamId.Article(site, Second(a)))],
            ct
        );
        var incoming = new List<Incoming>();
        foreach (var a in articles)
        {
            var key = ForeignKeys.Article(a.Id);
            var url = load.Addresses.Of(a.Url);
            if (url is null && Fields.Some(a.Url) is not null)
                Tell(
                    a,
                    "no-address",
                    $"'{Fields.Shown(a.Url!)}' is no whole http or https address; give --site-url for relative ones."
                );
            var known = first.GetValueOrDefault(StreamId.Article(site, key));
            if (known is not null && !IsSame(known, a, url))
            {
                Tell(
                    a,
                    "article-key-taken",
                    $"another article has the key {Fields.Shown(key)}; this one gets {Fields.Shown(Second(a))}."
                );
                key = Second(a);
                known = second.GetValueOrDefault(StreamId.Article(site, key));
            }
            // renamed or merged since, it takes its comments there
            load.Reading.Address(a.Seq, known?.Key ?? key);
            if (known is not null)
                load.Already(Lost.Article);
            incoming.Add(
                new(
                    Lost.Article,
                    a.Id,
                    a.File,
                    a.Line,
                    known is null ? load.Events.Article(Article(a, key, url), a.Seq) : []
                )
            );
        }
        return incoming;
    }

    string Second(StagedArticle a) => ForeignKeys.Article($"{load.Format}:{a.Id}");

    /// <summary>It came from there, or is the publisher's own of that key, or of that address.</summary>
    bool IsSame(KnownArticle known, StagedArticle a, string? url) =>
        known.Format is null
        || known.Format == load.Format && known.SourceId == a.Id
        || url is not null && known.Urls.Any(u => PageAddresses.Plain(u) == PageAddresses.Plain(url));

    static IncomingArticle Article(StagedArticle a, string key, string? url) =>
        new(
            key,
            a.Id,
            new ArticleContent(
                Keys.Cut(Fields.Clean(Fields.Some(a.Title) ?? url ?? key), Fields.MaxShort),
                url,
                Section: null,
                Author: null,
                Tags: null,
                a.PublishedAt,
                a.Body
            ),
            a.IsClosed,
            a.IsHidden
        );

    void Tell(StagedArticle a, string kind, string message) =>
        load.Tell(new(load.Names[a.File], a.Line, a.Id, kind, message));
}
