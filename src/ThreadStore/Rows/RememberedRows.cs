using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>
/// Rows that this node wrote or read of late, so that a batch loads only what it has not seen. Rows change with events
/// alone, so under the append lock they are as true as the database, as long as the newest position is the one they
/// were kept at.
/// </summary>
/// <param name="withTexts">Also what comments say, which no event asks for, but commands do.</param>
public sealed class RememberedRows(bool withTexts = true)
{
    // each holds up to twice as many
    const int MaxSites = 100;
    const int MaxArticles = 5_000;
    const int MaxCommenters = 20_000;

    /// <summary>For who goes through years of history: those who write much are met again soon, and 1 KB each adds up.</summary>
    const int MaxCommentersOfHistory = 5_000;

    /// <summary>
    /// Characters of comments, which may be long, some 4 MB: those answered, edited and decided on are the last ones. More
    /// of them would, under load, outlive the young generations and leave gaps in the old one.
    /// </summary>
    const int MaxText = 1_000_000;

    /// <summary>Where texts are left out: of 8,000 comments, since a history goes through years of them.</summary>
    const int MaxWithoutTexts = 2_000_000;

    /// <summary>What a comment takes but for its text.</summary>
    const int CharactersOfAComment = 250;

    readonly Remembered<(string Site, Guid Id), Site> sites = new(MaxSites);
    readonly Remembered<(string Site, Guid Id), Article> articles = new(MaxArticles);
    readonly Remembered<(string Site, Guid Id), Commenter> commenters = new(
        withTexts ? MaxCommenters : MaxCommentersOfHistory
    );
    readonly Remembered<(string Site, Guid Id), Comment> comments = new(
        withTexts ? MaxText : MaxWithoutTexts
    );

    /// <summary>The newest position when they were kept; null where nothing is known.</summary>
    public long? Position { get; private set; }

    /// <summary>The newest position when rows were kept last, also where they have been forgotten since.</summary>
    long? left;

    /// <summary>
    /// Others write as well: what is remembered would be outdated by the time the lock is there. So it was of late, and
    /// there has been no transaction of this node since before which nobody else wrote.
    /// </summary>
    public bool IsShared { get; private set; }

    /// <summary>Commands were decided by what is remembered, and it was not true any more.</summary>
    public void WasOutdated() => IsShared = true;

    /// <summary>Forgets what others may have changed, before the lock is there.</summary>
    /// <param name="newest">The newest position that this node has heard of.</param>
    public void Hear(long newest)
    {
        if (IsShared || Position < newest)
            Forget();
    }

    /// <summary>Under the lock, whether what is remembered is as the database has it; otherwise forgets it.</summary>
    /// <param name="newest">The newest position there is.</param>
    public bool IsTrueAt(long newest)
    {
        if (left == newest)
            IsShared = false;
        if (Position is null || Position == newest)
            return true;
        Forget();
        return false;
    }

    public void Forget()
    {
        Position = null;
        sites.Clear();
        articles.Clear();
        commenters.Clear();
        comments.Clear();
    }

    /// <summary>Gives a set what it wants and is known; the rest stays wanted.</summary>
    public void Fill(WorkingSet set)
    {
        if (Position is null)
            return;
        Fill(set.Sites, sites);
        // what a comment climbs to is wanted with it
        for (var wanted = set.Comments.Wanted.ToList(); wanted.Count > 0; )
        {
            var next = new List<KeyValuePair<(string Site, Guid Id), bool>>();
            foreach (var ((site, id), climb) in wanted)
            {
                if (comments.Find((site, id)) is not { } comment)
                    continue;
                set.Comments.Loaded(site, id, comment);
                if (climb)
                {
                    set.Articles.Want(site, comment.ArticleId);
                    set.Commenters.Want(site, comment.AuthorId);
                }
                if (comment.ParentId is { } parent && (climb || !comment.IsPublished))
                {
                    set.Comments.Want(site, parent);
                    next.Add(new((site, parent), set.Comments.Wanted.GetValueOrDefault((site, parent))));
                }
            }
            wanted = next;
        }
        Fill(set.Articles, articles);
        Fill(set.Commenters, commenters);
    }

    /// <summary>Takes over what a set holds after it was committed.</summary>
    /// <param name="position">The newest then.</param>
    public void Keep(WorkingSet set, long position)
    {
        if (set.Moved.Count > 0)
            // comments that the set never saw are on another article now
            Forget();
        Position = left = position;
        foreach (var (key, site) in set.Sites.Present)
            sites.Keep(key, site);
        foreach (var (key, article) in set.Articles.Present)
        {
            // the time of what is now its newest comment, or all that it has now, was found by the database
            if (set.LostNewest.Contains(key) || set.Moved.Contains(key))
                articles.Remove(key);
            else
                articles.Keep(key, article with { Content = null });
        }
        foreach (var (key, commenter) in set.Commenters.Present)
            commenters.Keep(key, commenter);
        foreach (var (key, comment) in set.Comments.Present)
        {
            var kept = withTexts || comment.ContentJson == "" ? comment : comment with { ContentJson = "" };
            comments.Keep(key, kept, kept.ContentJson.Length + CharactersOfAComment);
        }
    }

    static void Fill<T>(Rows<T> rows, Remembered<(string Site, Guid Id), T> remembered)
        where T : class
    {
        foreach (var (site, id) in rows.Wanted.Keys.ToList())
        {
            if (remembered.Find((site, id)) is { } row)
                rows.Loaded(site, id, row);
        }
    }
}
