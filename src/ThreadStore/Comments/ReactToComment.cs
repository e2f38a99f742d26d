using System.Text;
using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Comments;

public static class ReactToCommentEndpoints
{
    /// <summary>Sets one's reaction to a comment; a new kind replaces the old.</summary>
    /// <returns>200 the counts by kind; again: no event; 400 validation; 403 not-in-good-standing,
    /// warning-not-acknowledged; 404 comment-not-found; 409 own-comment; 410 comment-deleted; 413; 503 busy,
    /// unavailable.</returns>
    [Operation("setReaction"), Answers(typeof(ReactionCountsShape))]
    [WolverinePut("/v1/sites/{site}/comments/{commentId}/reactions/{kind}"), SignedIn]
    public static Task<IResult> Put(
        string site,
        string commentId,
        string kind,
        Caller caller,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        ReactAsync(
            new(site, Guid.Parse(commentId), kind, IsSet: true, caller, now.ToMicroseconds()),
            appender,
            ct
        );

    /// <summary>Takes one's reaction of that kind back.</summary>
    /// <returns>200 the counts by kind; again: no event; 400 validation; 404 comment-not-found; 409 own-comment; 410
    /// comment-deleted; 503 busy, unavailable.</returns>
    [Operation("removeReaction"), Answers(typeof(ReactionCountsShape))]
    [WolverineDelete("/v1/sites/{site}/comments/{commentId}/reactions/{kind}"), SignedIn]
    public static Task<IResult> Delete(
        string site,
        string commentId,
        string kind,
        Caller caller,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        ReactAsync(
            new(site, Guid.Parse(commentId), kind, IsSet: false, caller, now.ToMicroseconds()),
            appender,
            ct
        );

    static async Task<IResult> ReactAsync(Reacting command, Appender appender, CancellationToken ct)
    {
        var receipt = await appender.AppendAsync(command, ct);
        return Problem.Of(receipt.Refusal)
            ?? (IResult)
                new Answer(
                    Encoding.UTF8.GetBytes($"{{\"reactions\":{receipt.Answer}}}"),
                    Position: receipt.Position,
                    IsPrivate: true
                );
    }
}

/// <summary>The command; answers with the comment's reactions as JSON.</summary>
public sealed record Reacting(
    string Site,
    Guid CommentId,
    string Kind,
    bool IsSet,
    Caller Caller,
    DateTimeOffset Now
) : ISubmission<string>
{
    Guid Id { get; } = StreamId.Reaction(CommentId, Caller.Key);
    Guid ReaderId { get; } = StreamId.Commenter(Site, Caller.Key);

    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Commenters.Want(Site, ReaderId);
        set.Reactions.Want(Site, Id);
    }

    public Decision Decide(WorkingSet known)
    {
        var kinds = known.Sites.Require(Site, Guid.Empty).Settings.Reactions;
        var before = known.Reactions[Site, Id];
        if (!kinds.TryGetValue(Kind, out var weight) && (IsSet || before?.Placed?.Kind != Kind))
            return Refusal.Validation(
                "kind",
                Flaw.NoneOf($"is one of {string.Join(", ", kinds.Keys)}.", kinds.Keys)
            );
        if (CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment) is { } missing)
            return missing;
        if (CommentRefusals.Standing(known.Commenters[Site, ReaderId], Now) is { } standing && IsSet)
            return standing;
        if (comment!.AuthorId == ReaderId)
            return new Refusal("own-comment", "Nobody reacts to their own comment.");
        var article = known.Articles.Require(Site, comment.ArticleId).Key;
        return IsSet ? Set(known, before, article, weight) : Remove(before, article);
    }

    Decision Set(WorkingSet known, Reaction? before, string article, int weight)
    {
        var isShadowed = known.Commenters[Site, ReaderId]?.StandingAt(Now) == Commenters.Standing.Shadowed;
        // one that was set in the shadow counts once they are out of it and set it again
        if (before?.Placed is { } placed && placed.Kind == Kind && (isShadowed || !placed.Shadowed))
            return Decision.Nothing;
        var set = new ReactionSet(
            CommentId,
            article,
            Kind,
            weight,
            before?.Placed,
            Caller.Key,
            Now,
            isShadowed
        );
        var reacted = before is null ? StreamEvent.First<Reaction>(Id, set) : new(Id, set);
        return CommenterEvents.For(known.Commenters[Site, ReaderId], ReaderId, Caller, Now) is { } joined
            ? Decision.Append(joined, reacted)
            : Decision.Append(reacted);
    }

    Decision Remove(Reaction? before, string article) =>
        before?.Placed is { } placed && placed.Kind == Kind
            ? Decision.Append(
                new StreamEvent(Id, new ReactionRemoved(CommentId, article, placed, Caller.Key, Now))
            )
            : Decision.Nothing;

    /// <summary>Whoever is shadowed reads their own among the others.</summary>
    public string Answer(WorkingSet known, Decision decision)
    {
        var counted = known.Comments.Require(Site, CommentId).ReactionsJson;
        return known.Reactions[Site, Id]?.Placed is { Shadowed: true, Kind: var own }
            ? CommentJsonParts.Reactions(counted, own, +1)
            : counted;
    }
}
