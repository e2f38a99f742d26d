using ThreadStore.Comments;

namespace ThreadStore.Rows;

/// <summary>
/// What authors wrote of late, as far as a site's settings ask for it: when, and what of it was the same text. Wanted,
/// loaded, and kept up with what a batch adds.
/// </summary>
public sealed class RecentComments
{
    readonly Dictionary<Guid, List<DateTimeOffset>> times = [];
    readonly Dictionary<(Guid Author, string Content), List<(Guid Article, DateTimeOffset At)>> places = [];
    readonly Dictionary<(Guid Author, Guid Article), DateTimeOffset?> last = [];
    readonly HashSet<(Guid Author, Guid Article)> wantedLast = [];
    readonly Dictionary<Guid, double?> rates = [];
    readonly HashSet<Guid> wantedTimes = [];
    readonly HashSet<Guid> wantedDecided = [];
    readonly HashSet<(Guid Author, string Content)> wantedPlaces = [];

    /// <summary>Whose times of writing must be loaded.</summary>
    public IReadOnlyCollection<Guid> WantedTimes => wantedTimes;

    /// <summary>Whose texts must be looked for; see <see cref="CommentText.Content"/>.</summary>
    public IReadOnlyCollection<(Guid Author, string Content)> WantedPlaces => wantedPlaces;

    /// <summary>Of whom the last comment on an article must be known.</summary>
    public IReadOnlyCollection<(Guid Author, Guid Article)> WantedLast => wantedLast;

    public bool AnyWanted =>
        wantedTimes.Count + wantedPlaces.Count + wantedLast.Count + wantedDecided.Count > 0;

    public void WantLast(Guid author, Guid article)
    {
        if (!last.ContainsKey((author, article)))
            wantedLast.Add((author, article));
    }

    public void LoadedLast(Guid author, Guid article, DateTimeOffset at) => last[(author, article)] = at;

    /// <summary>When somebody wrote on an article last; null: never, or nobody asked.</summary>
    public DateTimeOffset? LastOn(Guid author, Guid article) => last.GetValueOrDefault((author, article));

    /// <summary>Of whom must be known what became of their comments.</summary>
    public IReadOnlyCollection<Guid> WantedDecided => wantedDecided;

    public void WantTimes(Guid author)
    {
        if (!times.ContainsKey(author))
            wantedTimes.Add(author);
    }

    public void WantPlaces(Guid author, string content)
    {
        if (!places.ContainsKey((author, content)))
            wantedPlaces.Add((author, content));
    }

    public void WantDecided(Guid author)
    {
        if (!rates.ContainsKey(author))
            wantedDecided.Add(author);
    }

    /// <param name="rate">The share of their newest decided comments that was rejected.</param>
    public void Loaded(Guid author, double? rate) => rates[author] = rate;

    /// <summary>The share of an author's newest decided comments that was rejected; null: none was decided.</summary>
    public double? RejectionRateOf(Guid author) => rates[author];

    public void Loaded(Guid author, DateTimeOffset at) => Of(times, author).Add(at);

    public void Loaded(Guid author, string content, Guid article, DateTimeOffset at) =>
        Of(places, (author, content)).Add((article, at));

    /// <summary>What was wanted and not found does not exist.</summary>
    public void LoadedAll()
    {
        foreach (var author in wantedTimes)
            Of(times, author);
        foreach (var text in wantedPlaces)
            Of(places, text);
        foreach (var place in wantedLast)
            last.TryAdd(place, null);
        wantedLast.Clear();
        foreach (var author in wantedDecided)
            rates.TryAdd(author, null);
        wantedDecided.Clear();
        wantedTimes.Clear();
        wantedPlaces.Clear();
    }

    /// <summary>How many comments an author wrote after a time.</summary>
    public int CountSince(Guid author, DateTimeOffset time) => times[author].Count(at => at > time);

    /// <summary>Whether an author wrote the same on another article after a time.</summary>
    public bool IsElsewhere(Guid author, string content, Guid article, DateTimeOffset time) =>
        places[(author, content)].Any(p => p.Article != article && p.At > time);

    public void Posted(Comment comment)
    {
        if (times.TryGetValue(comment.AuthorId, out var known))
            known.Add(comment.PostedAt);
        var place = (comment.AuthorId, comment.ArticleId);
        if (last.TryGetValue(place, out var before) && !(before > comment.PostedAt))
            last[place] = comment.PostedAt;
        Changed(comment);
    }

    /// <summary>A comment has a text that it had not before.</summary>
    public void Changed(Comment comment)
    {
        if (places.TryGetValue((comment.AuthorId, comment.ContentJson), out var known))
            known.Add((comment.ArticleId, comment.PostedAt));
    }

    static List<T> Of<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        return list;
    }
}
