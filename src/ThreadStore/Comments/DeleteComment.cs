using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Comments;

public static class DeleteCommentEndpoint
{
    /// <summary>Takes a comment away for good; where it has replies, a tombstone stays.</summary>
    /// <returns>204 it is gone; again: no event; 403 forbidden; 404 comment-not-found; 412 stale-version; 503 busy,
    /// unavailable.</returns>
    [Operation("deleteComment"), ChecksVersion]
    [WolverineDelete("/v1/sites/{site}/comments/{commentId}"), SignedIn]
    public static async Task<IResult> Delete(
        string site,
        string commentId,
        Caller caller,
        Appender appender,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var deletion = new Deletion(
            site,
            Guid.Parse(commentId),
            caller,
            now.ToMicroseconds(),
            http.Request.Headers.IfMatch,
            Guid.CreateVersion7(now)
        );
        var receipt = await appender.AppendAsync(deletion, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        if (receipt.Position is { } position)
            Gate.SetPosition(http, position);
        else
            Gate.RenewPosition(http);
        return Results.NoContent();
    }
}

/// <summary>The command, with all that it came with.</summary>
/// <param name="DecisionId">Of a moderator's deletion, which can be taken back; authors delete for good.</param>
public sealed record Deletion(
    string Site,
    Guid CommentId,
    Caller Caller,
    DateTimeOffset Now,
    string? IfMatchHeader,
    Guid DecisionId
) : ISubmission<bool>
{
    public void Need(WorkingSet set) => set.Comments.Want(Site, CommentId, climb: true);

    public Decision Decide(WorkingSet known)
    {
        if (
            CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment, mayBeDeleted: true) is
            { } missing
        )
            return missing;
        var isOwn = comment!.AuthorId == StreamId.Commenter(Site, Caller.Key);
        if (!isOwn && !Caller.Is(Role.Moderator))
            return Refusal.Forbidden("Only its author or a moderator may delete a comment.");
        if (comment.State == CommentState.Deleted)
            return Decision.Nothing;
        if (!IfMatch.Allows(IfMatchHeader, comment.Version))
            return IfMatch.Stale(comment.Version);
        var article = known.Articles.Require(Site, comment.ArticleId).Key;
        var deleted = isOwn
            ? new CommentDeleted(CommentId, article, RemovedBy.Author, Caller.Key, Now)
            : new(CommentId, article, RemovedBy.Moderator, Caller.Key, Now, DecisionId, comment.Status);
        return Decision.Append(new StreamEvent(CommentId, deleted));
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
