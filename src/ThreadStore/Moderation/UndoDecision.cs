using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>A comment, and what a decision had found there.</summary>
public readonly record struct UndoneComment(Guid Id, CommentStatus Before);

/// <summary>Takes a decision back where nothing later stands on it.</summary>
/// <param name="DecisionId">Of the undoing, made where the command came in.</param>
/// <param name="Undone">The decision.</param>
/// <param name="Commenter">Whose standing it changed, and what it had found; or null.</param>
/// <param name="Comments">At most <see cref="WorkingSet.MaxCommentsOfAuthor"/>.</param>
/// <param name="Continues">The rest of an undoing that has begun: there need be nothing left.</param>
public sealed record UndoDecision(
    string Site,
    Guid DecisionId,
    Guid Undone,
    (string Key, CommenterStatus Before)? Commenter,
    IReadOnlyList<UndoneComment> Comments,
    Caller Caller,
    DateTimeOffset Now,
    bool WithBan = false,
    bool Continues = false
) : ISubmission<UndoResult>
{
    public static readonly Refusal NotUndoable = new(
        "not-undoable",
        "It was taken back already, or something later stands on it: the log says what can be undone."
    );

    Guid Moderator { get; } = StreamId.Commenter(Site, Caller.Key);

    public void Need(WorkingSet set)
    {
        if (Commenter is { Key: var key })
            set.Commenters.Want(Site, StreamId.Commenter(Site, key));
        foreach (var (id, before) in Comments)
        {
            set.Comments.Want(Site, id, climb: true);
            if (before.IsLocked)
                set.LocksMayChange = true;
            if (before.Appeal is { } appeal)
                set.Appeals.Want(Site, appeal);
        }
    }

    public Decision Decide(WorkingSet known)
    {
        var (events, left, owns) = (new List<StreamEvent>(), new List<Guid>(), 0);
        if (Commenter is var (key, standing))
        {
            var id = StreamId.Commenter(Site, key);
            if (id == Moderator)
                return OwnMatter.Undoing;
            if (known.Commenters.Require(Site, id).Decision != Undone)
                return NotUndoable;
            events.Add(
                new(id, new CommenterDecisionUndone(key, DecisionId, Undone, standing, Caller.Key, Now))
            );
        }
        foreach (var (id, before) in Comments)
        {
            var comment = known.Comments.Require(Site, id);
            if (comment.AuthorId == Moderator)
                owns++;
            var ofBranch = comment.LockDecision == Undone;
            // what is kept no longer can't be brought back
            if (
                (ofBranch || comment.Decision == Undone && !comment.IsPurged())
                && comment.AuthorId != Moderator
            )
                events.Add(new(id, Undo(comment, Restored(comment, before, ofBranch), ofBranch, known)));
            else
                left.Add(id);
        }
        return events.Count > 0 || Continues ? new Decision(null, events, left)
            : owns > 0 ? OwnMatter.Undoing
            : NotUndoable;
    }

    /// <summary>A lock and all the rest are two matters: what was decided since about the other one stays.</summary>
    static CommentStatus Restored(Comment comment, CommentStatus before, bool ofBranch) =>
        ofBranch
            ? comment.Status with
            {
                IsLocked = before.IsLocked,
                LockDecision = before.LockDecision,
            }
            : before with
            {
                IsLocked = comment.IsLocked,
                LockDecision = comment.LockDecision,
            };

    CommentDecisionUndone Undo(Comment comment, CommentStatus restored, bool ofBranch, WorkingSet known) =>
        new(
            comment.Id,
            known.Articles.Require(Site, comment.ArticleId).Key,
            DecisionId,
            Undone,
            restored.State,
            restored,
            WithBan,
            Caller.Key,
            Now,
            ofBranch
        );

    public UndoResult Answer(WorkingSet known, Decision decision) =>
        Result(known, decision.FoundAs<List<Guid>>());

    public UndoResult AnswerAgain(WorkingSet known, DoneRequest before) =>
        Result(known, [.. Comments.Select(c => c.Id).Except(before.Comments)]);

    UndoResult Result(WorkingSet known, List<Guid> left) =>
        new(
            Commenter is { Key: var key }
                ? known.Commenters.Require(Site, StreamId.Commenter(Site, key))
                : null,
            [
                .. Comments
                    .Where(c => !left.Contains(c.Id))
                    .Select(c => known.Comments.Require(Site, c.Id))
                    .Select(c => WrittenComment.Of(c, known.Articles.Require(Site, c.ArticleId).Key)),
            ],
            [.. left]
        );
}

/// <summary>What was restored, and the comments that were left because something later stands on the decision.</summary>
public sealed record UndoResult(
    Commenter? Commenter,
    IReadOnlyList<WrittenComment> Comments,
    IReadOnlyList<Guid> Left
);
