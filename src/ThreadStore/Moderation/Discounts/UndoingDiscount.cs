using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation.Discounts;

/// <summary>What counted before it was discounted counts again, unless something happened to it since.</summary>
/// <param name="DecisionId">Of the undoing.</param>
/// <param name="Reactions">As the events of the decision tell them; of one comment all.</param>
/// <param name="Released">Comments that were published with it, and what it had found.</param>
sealed record UndoingDiscount(
    string Site,
    Guid DecisionId,
    Guid Undone,
    IReadOnlyList<ReactionRecounted> Reactions,
    IReadOnlyList<FlagRecounted> Flags,
    IReadOnlyList<UndoneComment> Released,
    string By,
    DateTimeOffset Now
) : ISubmission<IReadOnlyList<Guid>>
{
    public void Need(WorkingSet set)
    {
        foreach (var e in Reactions)
        {
            set.Comments.Want(Site, e.CommentId, climb: true);
            set.Reactions.Want(Site, StreamId.Reaction(e.CommentId, e.CommenterKey));
        }
        foreach (var e in Flags)
        {
            set.Comments.Want(Site, e.CommentId, climb: true);
            set.Flags.Want(Site, StreamId.Flag(e.CommentId, e.CommenterKey));
        }
        foreach (var (id, _) in Released)
            set.Comments.Want(Site, id, climb: true);
    }

    public Decision Decide(WorkingSet known)
    {
        var (events, left) = (new List<StreamEvent>(), new HashSet<Guid>());
        var counted = new Dictionary<Guid, int>();
        foreach (var e in Reactions)
        {
            var id = StreamId.Reaction(e.CommentId, e.CommenterKey);
            var placed = known.Reactions[Site, id]?.Placed;
            // taken back, or cast anew; unless an undoing that was cut off came as far
            if (placed != e.Placed && placed != e.Previous)
                left.Add(e.CommentId);
            if (placed == e.Placed)
                events.Add(
                    new(
                        id,
                        e with
                        {
                            ArticleKey = ArticleOf(known, e.CommentId),
                            DecisionId = DecisionId,
                            Previous = e.Placed,
                            Placed = e.Previous,
                            By = By,
                            At = Now,
                            Undone = Undone,
                        }
                    )
                );
        }
        foreach (var e in Flags)
        {
            var id = StreamId.Flag(e.CommentId, e.CommenterKey);
            if (known.Flags[Site, id] is not { IsShadowed: true, SettledBy: null })
            {
                // a decision since found it without them, and is restored without them
                if (known.Flags[Site, id]?.IsShadowed == true)
                    left.Add(e.CommentId);
                continue;
            }
            var more = counted[e.CommentId] = counted.GetValueOrDefault(e.CommentId) + 1;
            events.Add(
                new(
                    id,
                    e with
                    {
                        ArticleKey = ArticleOf(known, e.CommentId),
                        DecisionId = DecisionId,
                        Shadowed = false,
                        Left = known.Comments.Require(Site, e.CommentId).Flags + more,
                        By = By,
                        At = Now,
                        Undone = Undone,
                    }
                )
            );
        }
        foreach (var (id, before) in Released)
            Hold(known, id, before, events, left);
        return new(null, events, left);
    }

    void Hold(WorkingSet known, Guid id, CommentStatus before, List<StreamEvent> events, HashSet<Guid> left)
    {
        var comment = known.Comments.Require(Site, id);
        if (comment.Decision != Undone)
        {
            if (comment.State != before.State)
                left.Add(id);
            return;
        }
        var restored = before with { IsLocked = comment.IsLocked, LockDecision = comment.LockDecision };
        events.Add(
            new(
                id,
                new CommentDecisionUndone(
                    id,
                    ArticleOf(known, id),
                    DecisionId,
                    Undone,
                    restored.State,
                    restored,
                    WithBan: false,
                    By,
                    Now
                )
            )
        );
    }

    string ArticleOf(WorkingSet known, Guid comment) =>
        known.Articles.Require(Site, known.Comments.Require(Site, comment).ArticleId).Key;

    public IReadOnlyList<Guid> Answer(WorkingSet known, Decision decision) =>
        [.. decision.FoundAs<HashSet<Guid>>()];
}

/// <summary>Notes in the log that it was undone; from then on it can't be again.</summary>
/// <param name="IsUndone">It was already.</param>
sealed record NotingUndoneDiscount(
    string Site,
    Guid DecisionId,
    Guid Undone,
    IReadOnlyList<string> Commenters,
    bool IsUndone,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    public void Need(WorkingSet set)
    {
        foreach (var key in Commenters)
            set.Commenters.Want(Site, StreamId.Commenter(Site, key));
    }

    public Decision Decide(WorkingSet known) =>
        IsUndone
            ? UndoDecision.NotUndoable
            : new Decision(
                null,
                [
                    .. Commenters
                        .Select(key => (Key: key, Id: StreamId.Commenter(Site, key)))
                        .Where(c => known.Commenters[Site, c.Id] is not null)
                        .Select(c => new StreamEvent(
                            c.Id,
                            new CommenterRecounted(c.Key, DecisionId, Undone, By, Now)
                        )),
                ]
            );

    public bool Answer(WorkingSet known, Decision decision) => true;
}
