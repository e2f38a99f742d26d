using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>What became of one decision: the comment as it now stands, where there is one, and why not, where not.</summary>
public sealed record DecisionOutcome(Guid CommentId, Refusal? Refusal, WrittenComment? Comment);

/// <summary>Decisions of one moderator, taken together under one id. What is refused of them keeps back nothing else.</summary>
/// <param name="DecisionId">Made where the command came in.</param>
public sealed record DecideOnComments(
    string Site,
    Guid DecisionId,
    IReadOnlyList<CommentDecision> Wanted,
    Caller Caller,
    DateTimeOffset Now
) : ISubmission<IReadOnlyList<DecisionOutcome>>
{
    Guid Moderator { get; } = StreamId.Commenter(Site, Caller.Key);

    public void Need(WorkingSet set)
    {
        foreach (var wanted in Wanted)
        {
            set.Comments.Want(Site, wanted.CommentId, climb: true);
            if (wanted.Action == DecisionAction.Lock)
                set.LocksMayChange = true;
        }
    }

    public Decision Decide(WorkingSet known)
    {
        var (events, refusals) = (new List<StreamEvent>(), new List<Refusal?>());
        foreach (var wanted in Wanted)
        {
            var comment = known.Comments[Site, wanted.CommentId];
            refusals.Add(wanted.Refuse(comment, Moderator));
            if (refusals[^1] is not null || comment is null)
                continue;
            var article = known.Articles.Require(Site, comment.ArticleId).Key;
            if (wanted.Decide(comment, article, DecisionId, Caller.Key, Now) is { } e)
                events.Add(new(comment.Id, e));
        }
        return new(null, events, refusals);
    }

    public IReadOnlyList<DecisionOutcome> Answer(WorkingSet known, Decision decision) =>
        [
            .. Wanted.Zip(
                decision.FoundAs<List<Refusal?>>(),
                (wanted, refusal) => Outcome(wanted, refusal, known)
            ),
        ];

    /// <summary>What was decided then is so; of the rest it is said why not, as things stand.</summary>
    public IReadOnlyList<DecisionOutcome> AnswerAgain(WorkingSet known, DoneRequest before) =>
        [
            .. Wanted.Select(wanted =>
                Outcome(
                    wanted,
                    before.Comments.Contains(wanted.CommentId)
                        ? null
                        : wanted.Refuse(known.Comments[Site, wanted.CommentId], Moderator),
                    known
                )
            ),
        ];

    DecisionOutcome Outcome(CommentDecision wanted, Refusal? refusal, WorkingSet known) =>
        new(
            wanted.CommentId,
            refusal,
            known.Comments[Site, wanted.CommentId] is { } comment
                ? WrittenComment.Of(comment, known.Articles.Require(Site, comment.ArticleId).Key)
                : null
        );
}
