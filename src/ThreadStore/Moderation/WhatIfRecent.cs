using System.IO.Hashing;
using System.Runtime.InteropServices;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Rules;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>
/// What authors wrote of late, at one moment of the history, as far as settings ask for it: when, and what of it was the
/// same text. Commands that came at once are recorded in any order, and imports bring what is older: so it is looked for
/// both ways.
/// </summary>
sealed class WhatIfRecent(SiteSettings settings)
{
    /// <summary>Of the site, at least: more than the largest have in a day, the longest that a rule looks back.</summary>
    const int Posts = 50_000;

    /// <summary>At least: more than write in two minutes, the longest that a flood is looked for.</summary>
    const int Authors = 5_000;

    sealed record Place(Guid Comment, Guid Article, UInt128 Text, DateTimeOffset At);

    readonly Remembered<Guid, List<DateTimeOffset>> times = new(Authors);
    readonly Remembered<UInt128, List<Place>> places = new(Posts);
    readonly Remembered<Guid, Place> comments = new(Posts);

    // where keys of articles lead that were renamed or merged
    readonly Dictionary<Guid, Guid> leads = [];

    public void Moved(string site, IArticleMove e)
    {
        var (article, from) = (StreamId.Article(site, e.ArticleKey), StreamId.Article(site, e.From));
        leads.Remove(e is ArticleMoveUndone ? from : article);
        if (e is not ArticleMoveUndone)
            leads[from] = article;
        else if (e is ArticleMoveUndone { WasItsOwn: true })
            leads[article] = from;
    }

    Guid Root(Guid article)
    {
        while (leads.TryGetValue(article, out var next))
            article = next;
        return article;
    }

    public static UInt128 HashOf(string body, BodyFormat format) =>
        XxHash128.HashToUInt128(MemoryMarshal.AsBytes(body.AsSpan()), (long)format);

    public int CountAround(Guid author, DateTimeOffset time) =>
        times.Find(author)?.Count(t => (t - time).Duration() < Flood.Window) ?? 0;

    /// <param name="text">A hash of it.</param>
    public bool IsElsewhere(Guid author, UInt128 text, Guid article, DateTimeOffset time) =>
        places
            .Find(By(author, text))
            ?.Exists(p => Root(p.Article) != Root(article) && (p.At - time).Duration() < RepeatedText.Window)
        == true;

    public void Posted(Guid author, Guid comment, Guid article, UInt128 text, DateTimeOffset at)
    {
        if (settings.FloodHeldForReview is not null)
        {
            var known = times.Find(author) ?? new(1);
            known.RemoveAll(t => (t - at).Duration() >= 2 * Flood.Window);
            known.Add(at);
            times.Keep(author, known);
        }
        if (settings.RepeatedTextHeldForReview)
            Put(new(comment, article, By(author, text), at));
    }

    public void Edited(Guid author, Guid comment, UInt128 text)
    {
        if (comments.Find(comment) is not { } before)
            return;
        Forget(comment);
        Put(before with { Text = By(author, text) });
    }

    public void Forget(Guid comment)
    {
        if (comments.Find(comment) is not { } place)
            return;
        comments.Remove(comment);
        places.Find(place.Text)?.Remove(place);
    }

    void Put(Place place)
    {
        var known = places.Find(place.Text) ?? new(1);
        known.RemoveAll(p => (p.At - place.At).Duration() >= RepeatedText.Window);
        known.Add(place);
        places.Keep(place.Text, known);
        comments.Keep(place.Comment, place);
    }

    static UInt128 By(Guid author, UInt128 text) =>
        text ^ MemoryMarshal.Read<UInt128>(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in author)));
}
