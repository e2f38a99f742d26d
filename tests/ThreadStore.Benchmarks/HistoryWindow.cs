using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Rows;

namespace ThreadStore.Benchmarks;

/// <summary>Rows of which nothing changes any more, and the streams of what they are about.</summary>
/// <param name="Rows">As they are to be written, once.</param>
sealed record FinishedRows(WorkingSet Rows, List<StoredStream> Streams);

/// <summary>
/// Reader rows while a history is made, discussion by discussion: those that something may still happen to. All that
/// they ask of rows is here, so nothing is ever loaded.
/// </summary>
sealed class HistoryWindow
{
    /// <summary>
    /// Comments of the present discussion that are kept. Replies go to the last 200; a comment that is taken away may
    /// take tombstones above it along, six levels at most.
    /// </summary>
    const int Reach = 1_500;

    readonly string site;
    readonly Rows<Commenter> commenters = new();
    readonly Queue<Guid> posted = [];
    readonly HashSet<(string, Guid)> lostNewest = [];
    List<StoredStream> streams = [];
    WorkingSet rows;
    Guid article;

    /// <summary>How many comments come from former discussions.</summary>
    int former;

    public HistoryWindow(string site)
    {
        this.site = site;
        rows = NewRows();
        rows.Sites.Absent(site, Guid.Empty);
    }

    /// <summary>To be written at the end: anybody may write again.</summary>
    public IReadOnlyList<Commenter> Commenters => commenters.All;

    /// <summary>Articles whose newest comment was taken away.</summary>
    public IReadOnlyCollection<(string Site, Guid Id)> LostNewest => lostNewest;

    public Comment Comment(Guid id) => rows.Comments.Require(site, id);

    /// <returns>The event's version in its stream.</returns>
    public long Apply(Guid stream, object @event, DateTimeOffset at)
    {
        // every article here is new
        if (@event is ArticleRegistered)
            rows.Articles.Absent(site, stream);
        rows.Apply(site, @event);
        if (CommentEvents.StreamOf(@event) is { } comment)
        {
            if (@event is CommentPosted)
                posted.Enqueue(comment);
            return Comment(comment).Version;
        }
        if (@event is ArticleRegistered registered)
            (article, former) = (stream, posted.Count);
        // of all other streams there is one event only
        streams.Add(new(stream, EventNames.Of(@event).Stream, 1, at));
        return 1;
    }

    /// <summary>Takes out what is finished.</summary>
    /// <param name="all">Nothing will happen any more.</param>
    public FinishedRows Finish(bool all = false)
    {
        var (done, next) = (new WorkingSet(), NewRows());
        for (var count = all ? posted.Count : Math.Max(former, posted.Count - Reach); count > 0; count--)
        {
            var comment = Comment(posted.Dequeue());
            former = Math.Max(0, former - 1);
            var isDecided = (comment.ReasonsJson, comment.Decision, comment.DecidedBy) != (null, null, null);
            done.Comments.Put(
                site,
                comment.Id,
                comment,
                RowChange.Added | (isDecided ? RowChange.Decided : RowChange.None)
            );
            streams.Add(new(comment.Id, "comment", comment.Version, comment.EditedAt ?? comment.PostedAt));
        }
        foreach (var id in posted)
            next.Comments.Put(site, id, Comment(id), RowChange.None);
        foreach (var a in rows.Articles.All)
            (a.Id == article && !all ? next : done).Articles.Put(site, a.Id, a, RowChange.Whole);
        foreach (var reaction in rows.Reactions.All)
            done.Reactions.Put(site, reaction.Id, reaction, RowChange.Whole);
        foreach (var flag in rows.Flags.All)
            (done.Comments.Known(site, flag.CommentId) is null ? next : done).Flags.Put(
                site,
                flag.Id,
                flag,
                RowChange.Whole
            );
        foreach (var s in rows.Sites.Changed(RowChange.Whole))
            done.Sites.Put(site, Guid.Empty, s, RowChange.Whole);
        done.Decisions.AddRange(rows.Decisions);
        lostNewest.UnionWith(rows.LostNewest);
        var finished = new FinishedRows(done, streams);
        (rows, streams) = (next, []);
        return finished;
    }

    // everybody reacts once to a comment, so there is no reaction before
    WorkingSet NewRows() =>
        new()
        {
            Commenters = commenters,
            Reactions = new() { Unknown = static _ => null },
        };
}
