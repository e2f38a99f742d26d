using System.Collections.Concurrent;
using System.Globalization;
using ThreadStore.EventStore;

namespace ThreadStore.Http.Hot;

/// <summary>
/// Pages of discussions as they were last sent, ready-made, and counts. One is dropped when its discussion changes: by this node's
/// commits before they are answered, by those of others when this node hears of them. Who hears nothing keeps nothing.
/// </summary>
public sealed class HotPages(int capacity = HotPages.Capacity) : IFollowsCommits
{
    /// <summary>Bytes of all pages together, compressed forms included.</summary>
    const int Capacity = 32 * 1024 * 1024;

    const int Stripes = 4096;

    readonly ConcurrentDictionary<string, HotPage> pages = new();
    readonly Dictionary<uint, HashSet<HotPage>> byArticle = [];
    readonly Queue<HotPage> order = [];
    readonly HashSet<long> own = [];
    readonly Lock gate = new();

    // counts changes, and says of each article, or of those that share its stripe, when it last changed: what was
    // begun to be read before may lack the change
    readonly long[] changedAt = new long[Stripes];
    long changes;
    long allChangedAt;
    long sweeps;
    long bytes;
    long lastOwn;
    bool isListening;
    volatile Edge heard = new(-1);

    public int Count => pages.Count;

    /// <summary>What they take up.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>How often any discussion may have changed at once, as far as this node has heard: somebody was erased, for
    /// instance. What was made ready before, for whomever, is to be made anew.</summary>
    public long Sweeps => Interlocked.Read(ref sweeps);

    /// <summary>The page at an address, if it is known and holds all that the reader wants.</summary>
    /// <param name="minPosition">Null where any will do.</param>
    public HotPage? Find(string target, long? minPosition) =>
        pages.TryGetValue(target, out var page) && !(minPosition > Math.Max(page.Position, heard.Position))
            ? page.Use()
            : null;

    /// <summary>The position up to which a page holds everything, as text.</summary>
    public string PositionOf(HotPage page)
    {
        var now = heard;
        return now.Position > page.Position ? now.Text : page.PositionText;
    }

    /// <summary>To be taken before a page is read from the database.</summary>
    /// <returns>Null where it can't be kept.</returns>
    public Reading? Begin(string target)
    {
        lock (gate)
            return isListening ? new(target, changes) : null;
    }

    /// <summary>Keeps what was read, unless it has changed since it was begun to be read.</summary>
    /// <param name="articles">Those that it speaks of: a change of one drops it.</param>
    public void Keep(
        Reading? reading,
        IEnumerable<Guid> articles,
        long position,
        byte[] json,
        string etag,
        string contentType = "application/json",
        string? policy = null
    )
    {
        if (reading is not { } begun)
            return;
        var page = new HotPage(
            begun.Target,
            [.. articles.Select(Heard.Mark)],
            position,
            json,
            etag,
            contentType,
            policy
        );
        lock (gate)
        {
            if (
                !isListening
                || allChangedAt > begun.Changes
                || page.Articles.Any(a => changedAt[a % Stripes] > begun.Changes)
                || json.Length > capacity / 4
                || !pages.TryAdd(begun.Target, page)
            )
                return;
            foreach (var article in page.Articles)
            {
                if (!byArticle.TryGetValue(article, out var siblings))
                    byArticle[article] = siblings = [];
                siblings.Add(page);
            }
            order.Enqueue(page);
            bytes += page.Bytes;
            MakeRoom();
            if (order.Count > 2 * pages.Count + Stripes)
                ForgetDropped();
        }
    }

    /// <summary>A command of this node was decided with all up to here known; called before it is answered.</summary>
    public void Knew(long position)
    {
        lock (gate)
        {
            // another node's commit, of which this one has not heard yet
            if (position > Math.Max(heard.Position, lastOwn))
                Drop(null);
        }
    }

    /// <summary>This node committed; called before it answers.</summary>
    public void Wrote(long position, IReadOnlyCollection<Guid>? changed)
    {
        lock (gate)
        {
            lastOwn = position;
            if (isListening)
                own.Add(position);
            if (changed is null)
                Interlocked.Increment(ref sweeps);
            Drop(changed?.Select(Heard.Mark).ToList());
        }
    }

    /// <summary>Notifications come in the order of commits.</summary>
    public void Hear(Heard news)
    {
        lock (gate)
        {
            if (!own.Remove(news.Position))
            {
                Drop(news.Changed);
                if (news.Changed is null)
                    Interlocked.Increment(ref sweeps);
            }
            if (isListening)
                SetHeard(news.Position);
        }
    }

    /// <summary>From here on this node hears of all commits.</summary>
    /// <param name="position">It knows all up to here; what is read from now on holds it.</param>
    public void Listen(long position)
    {
        lock (gate)
        {
            Drop(null);
            own.Clear();
            SetHeard(position);
            isListening = true;
        }
    }

    /// <summary>The history is not what it was: it ends here, and what came before may be another.</summary>
    public void Forget(long position)
    {
        lock (gate)
        {
            Drop(null);
            own.Clear();
            lastOwn = 0;
            SetHeard(position);
        }
    }

    public void StopListening()
    {
        lock (gate)
        {
            isListening = false;
            Drop(null);
            own.Clear();
        }
    }

    void SetHeard(long position) => heard = new(position);

    void Drop(IReadOnlyCollection<uint>? articles)
    {
        changes++;
        if (articles is null)
        {
            allChangedAt = changes;
            pages.Clear();
            byArticle.Clear();
            order.Clear();
            bytes = 0;
            return;
        }
        foreach (var article in articles)
        {
            changedAt[article % Stripes] = changes;
            if (!byArticle.Remove(article, out var dropped))
                continue;
            foreach (var page in dropped)
                Remove(page);
        }
    }

    void Remove(HotPage page)
    {
        if (pages.TryRemove(new(page.Target, page)))
            bytes -= page.Bytes;
        foreach (var article in page.Articles)
            if (
                byArticle.TryGetValue(article, out var siblings)
                && siblings.Remove(page)
                && siblings.Count == 0
            )
                byArticle.Remove(article);
    }

    /// <summary>Lets go of what nobody asked for since it was last looked at; the longest here is looked at first.</summary>
    void MakeRoom()
    {
        while (bytes > capacity && order.TryDequeue(out var page))
        {
            if (!pages.TryGetValue(page.Target, out var current) || current != page)
                continue;
            if (page.WasUsed())
            {
                order.Enqueue(page);
                continue;
            }
            Remove(page);
        }
    }

    void ForgetDropped()
    {
        var kept = order.Where(page => pages.GetValueOrDefault(page.Target) == page).ToList();
        order.Clear();
        foreach (var page in kept)
            order.Enqueue(page);
    }

    /// <summary>How far this node has heard.</summary>
    sealed record Edge(long Position)
    {
        public string Text { get; } = Position.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A page on its way from the database.</summary>
    public readonly record struct Reading(string Target, long Changes);
}
