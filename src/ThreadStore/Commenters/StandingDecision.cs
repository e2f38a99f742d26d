using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Rows;

namespace ThreadStore.Commenters;

/// <summary>A moderator's decision about a commenter, and what it does beside their standing.</summary>
/// <param name="DecisionId">Made where the command came in.</param>
/// <param name="Event">What happens, given the commenter and how many comments would be taken away; null: it is so
/// already.</param>
/// <param name="MayBeOneself">It is about oneself, and no moderator's decision.</param>
/// <param name="Fault">Of the command as of now: a repetition comes later, and was good once.</param>
/// <param name="RejectsFor">Take their comments away too, with this note; null: leave them.</param>
public sealed record StandingDecision(
    string Site,
    string CommenterKey,
    Guid DecisionId,
    Caller Caller,
    DateTimeOffset Now,
    Func<Commenter, int, object?> Event,
    string? RejectsFor = null,
    Refusal? Fault = null,
    bool MayBeOneself = false
) : ISubmission<StandingDecided>
{
    Guid Id { get; } = StreamId.Commenter(Site, CommenterKey);

    public void Need(WorkingSet set)
    {
        set.Commenters.Want(Site, Id);
        if (RejectsFor is not null)
            set.Authors.Add((Site, Id));
    }

    public Decision Decide(WorkingSet known)
    {
        if (Fault is not null)
            return Fault;
        if (CommenterKey == Caller.Key && !MayBeOneself)
            return OwnMatter.Standing;
        if (known.Commenters[Site, Id] is not { } commenter)
            return Refusal.CommenterNotFound(CommenterKey);
        List<Comment> comments = RejectsFor is null ? [] : [.. known.StandingCommentsOf(Site, Id)];
        StreamEvent[] events = Event(commenter, comments.Count) is { } e
            ? [new(Id, e), .. Rejections.Of(known, comments, this, RejectsFor)]
            : [];
        return new(null, events, comments.Count);
    }

    public StandingDecided Answer(WorkingSet known, Decision decision) =>
        new(known.Commenters.Require(Site, Id), decision.FoundAs<int>() == WorkingSet.MaxCommentsOfAuthor);

    /// <summary>Whoever repeats it may not have been answered, since not all was done.</summary>
    public StandingDecided AnswerAgain(WorkingSet known, DoneRequest before) =>
        new(known.Commenters.Require(Site, Id), MayHaveMore: RejectsFor is not null);
}

/// <summary>A commenter after a decision about them.</summary>
/// <param name="MayHaveMore">There may be comments of theirs that one transaction did not reach.</param>
public sealed record StandingDecided(Commenter Commenter, bool MayHaveMore);

/// <summary>Goes on taking a banned commenter's comments away, as long as that ban stands.</summary>
public sealed record RejectionOfMore(StandingDecision Ban, string Note) : ISubmission<bool>
{
    Guid Id { get; } = StreamId.Commenter(Ban.Site, Ban.CommenterKey);

    public string Site => Ban.Site;

    public void Need(WorkingSet set)
    {
        set.Commenters.Want(Site, Id);
        set.Authors.Add((Site, Id));
    }

    public Decision Decide(WorkingSet known)
    {
        if (known.Commenters[Site, Id]?.Decision != Ban.DecisionId)
            return new(null, [], 0);
        List<Comment> comments = [.. known.StandingCommentsOf(Site, Id)];
        return new(null, [.. Rejections.Of(known, comments, Ban, Note)], comments.Count);
    }

    /// <returns>Whether there may be more.</returns>
    public bool Answer(WorkingSet known, Decision decision) =>
        decision.FoundAs<int>() == WorkingSet.MaxCommentsOfAuthor;
}

static class Rejections
{
    /// <summary>Under the ban's own id: one decision, that is undone as one.</summary>
    public static IEnumerable<StreamEvent> Of(
        WorkingSet known,
        IEnumerable<Comment> comments,
        StandingDecision ban,
        string? note
    ) =>
        comments.Select(c => new StreamEvent(
            c.Id,
            new CommentRejected(
                c.Id,
                known.Articles.Require(ban.Site, c.ArticleId).Key,
                ban.DecisionId,
                DecisionMeans.Person,
                RejectReason.Other,
                note,
                WithBanOf: ban.CommenterKey,
                c.Status,
                ban.Caller.Key,
                ban.Now
            )
        ));
}
