using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;

namespace ThreadStore.Rows;

/// <summary>A line of the moderators' log: where its event is found, and whom and what it is about.</summary>
/// <param name="Stream">The comment, or the commenter, that was decided on.</param>
/// <param name="CommenterId">The comment's author, or the commenter.</param>
public sealed record LoggedDecision(
    string Site,
    Guid Stream,
    Guid DecisionId,
    Guid? ArticleId,
    Guid CommenterId,
    Guid ById
);

/// <summary>Flags on a comment that were settled by one decision, or by none, and now are by another, or by none.</summary>
public sealed record Settlement(string Site, Guid CommentId, Guid? Before, Guid? After);

/// <summary>What decisions of moderators do to comments, their flags, and commenters.</summary>
public sealed partial class WorkingSet
{
    // flags are settled all together, whether loaded or not: by comment, what their settled_by becomes; empty: nobody
    readonly Dictionary<(string Site, Guid Comment), Dictionary<Guid, Guid>> settled = [];

    /// <summary>In the order in which they were taken.</summary>
    public List<LoggedDecision> Decisions { get; } = [];

    /// <summary>To be written before <see cref="Flags"/>, which hold the last word on those that are loaded.</summary>
    public List<Settlement> Settlements =>
        [
            .. settled.SelectMany(c =>
                c.Value.Where(v => v.Key != v.Value)
                    .Select(v => new Settlement(c.Key.Site, c.Key.Comment, NullOf(v.Key), NullOf(v.Value)))
            ),
        ];

    /// <summary>Of one author, in one transaction: enough for nearly everybody, and it holds up others for a moment only.</summary>
    public const int MaxCommentsOfAuthor = 1_000;

    /// <summary>Authors whose published and pending comments must be known, the newest of them at least.</summary>
    public HashSet<(string Site, Guid Id)> Authors { get; } = [];

    /// <summary>What an author wrote that is published or pending, as far as it was asked for.</summary>
    public IEnumerable<Comment> StandingCommentsOf(string site, Guid author) =>
        Comments
            .All.Where(c =>
                c.AuthorId == author
                && c.Site == site
                && c.ToldState is CommentState.Published or CommentState.Pending
            )
            .Take(MaxCommentsOfAuthor);

    static Guid? NullOf(Guid decision) => decision == Guid.Empty ? null : decision;

    void Decide(string site, ICommentDecision e)
    {
        var comment = Comments.Require(site, e.CommentId);
        Change(comment, e);
        if (e is not (IBranchDecision or CommentReleased))
            Settle(comment, Guid.Empty, e.DecisionId);
        var after = Comments.Require(site, e.CommentId).State;
        if (NoticeEnd.Of(e, after) is { } end)
            End(comment, end);
        if (NoticeReversal.Of(e, comment.State, after) is { } reversal)
            Reverse(comment, reversal);
        if (e is AppealDecided decided)
        {
            var appeal = Appeals.Require(site, decided.AppealId);
            Appeals.Put(
                site,
                appeal.Id,
                ThreadStore.Comments.Appeal.After(appeal, site, e) ?? appeal,
                RowChange.Whole
            );
        }
        // a ban that takes all comments with it is one decision, and the commenter's
        if (e is not CommentRejected { WithBanOf: not null })
            Log(comment, e.DecisionId, e.By);
    }

    void Delete(string site, CommentDeleted e)
    {
        var comment = Comments.Require(site, e.CommentId);
        Change(comment, e);
        End(comment, NoticeEnd.Of(e));
        if (e.DecisionId is not { } decision)
            return;
        Settle(comment, Guid.Empty, decision);
        Log(comment, decision, e.By);
    }

    void Undo(string site, CommentDecisionUndone e)
    {
        var comment = Comments.Require(site, e.CommentId);
        Change(comment, e);
        if (!e.OfBranch)
        {
            Settle(comment, e.Undone, Guid.Empty);
            // it had ended them, or brought the comment back
            if (e.Restored.Notices > 0 || e.Restored.State != CommentState.Published)
                Undecide(comment, e.Undone);
        }
        // every other decision leaves appeals against the one before it behind
        if (!e.OfBranch && e.Restored.Appeal is { } id && comment.Appeal == id)
            Appeals.Put(site, id, Appeals.Require(site, id).Reopened(), RowChange.Whole);
        if (!e.WithBan)
            Log(comment, e.DecisionId, e.By);
    }

    void Appeal(string site, DecisionAppealed e)
    {
        var comment = Comments.Require(site, e.CommentId);
        Comments.Put(site, comment.Id, Comment.After(comment, site, e), RowChange.Decided);
        if (ThreadStore.Comments.Appeal.After(null, site, e) is { } appeal)
            Appeals.Put(site, appeal.Id, appeal, RowChange.Whole);
    }

    /// <summary>Flags that <paramref name="before"/> had settled are now settled by <paramref name="after"/>.</summary>
    void Settle(Comment comment, Guid before, Guid after)
    {
        if (!settled.TryGetValue((comment.Site, comment.Id), out var changes))
            settled[(comment.Site, comment.Id)] = changes = [];
        foreach (var (first, last) in changes.ToArray())
            if (last == before)
                changes[first] = after;
        changes.TryAdd(before, after);
        foreach (var flag in Flags.All)
            if (
                flag.CommentId == comment.Id
                && flag.Site == comment.Site
                && (flag.SettledBy ?? Guid.Empty) == before
            )
                Flags.Put(flag.Site, flag.Id, flag with { SettledBy = NullOf(after) }, RowChange.Whole);
    }

    void Log(Comment comment, Guid decision, string by) =>
        Decisions.Add(
            new(
                comment.Site,
                comment.Id,
                decision,
                comment.ArticleId,
                comment.AuthorId,
                StreamId.Commenter(comment.Site, by)
            )
        );

    void Log(string site, string key, Guid decision, string by, object @event)
    {
        Regard(site, key, @event);
        var id = StreamId.Commenter(site, key);
        Decisions.Add(new(site, id, decision, null, id, StreamId.Commenter(site, by)));
    }

    void Regard(string site, string key, object @event)
    {
        var commenter = Commenters.Require(site, StreamId.Commenter(site, key));
        Commenters.Put(site, commenter.Id, Commenter.After(commenter, site, @event), RowChange.Whole);
    }
}
