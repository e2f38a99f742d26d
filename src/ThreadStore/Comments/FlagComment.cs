using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Comments;

/// <summary>Asks the moderators to look at a comment.</summary>
/// <param name="Note">Plain text for the moderators, never shown to readers.</param>
public sealed record FlagComment(
    FlagReason Reason,
    [property: MaxLength(FlagComment.MaxNoteLength)] string? Note = null
)
{
    /// <summary>In code points; a note is a hint, not an essay.</summary>
    public const int MaxNoteLength = 1_000;
}

/// <summary>A flag as whoever raised it sees it.</summary>
public sealed record FlagView(Guid Comment, FlagReason Reason, string? Note, DateTimeOffset At);

public static class FlagCommentEndpoint
{
    /// <summary>Asks the moderators to look at a comment.</summary>
    /// <returns>201 the flag; 200 the flag that one has raised before, as it was; 400 validation; 403 not-in-good-standing,
    /// warning-not-acknowledged; 404 comment-not-found; 409 own-comment; 410 comment-deleted; 413; 503 busy, unavailable.</returns>
    [Operation("flagComment"), Answers(typeof(FlagView))]
    [
        WolverinePost("/v1/sites/{site}/comments/{commentId}/flags"),
        SignedIn,
        BodyLimit(BodyLimitAttribute.Small)
    ]
    public static async Task<IResult> Post(
        string site,
        string commentId,
        [Body] FlagComment command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Note is { } note && Keys.Length(note) > FlagComment.MaxNoteLength)
            return Problem.Validation("note", Flaw.TooLong(FlagComment.MaxNoteLength));
        var flagging = new Flagging(site, Guid.Parse(commentId), command, caller, now.ToMicroseconds());
        var receipt = await appender.AppendAsync(flagging, key.Of(caller, command), ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var flag = receipt.Answer!;
        var status =
            receipt.Position is null && !receipt.IsRepeated
                ? StatusCodes.Status200OK
                : StatusCodes.Status201Created;
        return Http.Answer.Of(new FlagView(flag.CommentId, flag.Reason, flag.Note, flag.At), status) with
        {
            Position = receipt.Position,
            IsPrivate = true,
        };
    }
}

/// <summary>The command, with all that it came with.</summary>
public sealed record Flagging(
    string Site,
    Guid CommentId,
    FlagComment Command,
    Caller Caller,
    DateTimeOffset Now
) : ISubmission<Flag>
{
    Guid Id { get; } = StreamId.Flag(CommentId, Caller.Key);
    Guid ReaderId { get; } = StreamId.Commenter(Site, Caller.Key);

    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Commenters.Want(Site, ReaderId);
        set.Flags.Want(Site, Id);
    }

    public Decision Decide(WorkingSet known)
    {
        if (CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment) is { } missing)
            return missing;
        if (CommentRefusals.Standing(known.Commenters[Site, ReaderId], Now) is { } standing)
            return standing;
        if (comment!.AuthorId == ReaderId)
            return new Refusal("own-comment", "Nobody flags their own comment; delete it instead.");
        return known.Flags[Site, Id] is null
            ? Decision.Append([.. Events(known, comment)])
            : Decision.Nothing;
    }

    IEnumerable<StreamEvent> Events(WorkingSet known, Comment comment)
    {
        if (CommenterEvents.For(known.Commenters[Site, ReaderId], ReaderId, Caller, Now) is { } joined)
            yield return joined;
        var article = known.Articles.Require(Site, comment.ArticleId).Key;
        var isShadowed = known.Commenters[Site, ReaderId]?.StandingAt(Now) == Standing.Shadowed;
        yield return StreamEvent.First<Flag>(
            Id,
            new CommentFlagged(CommentId, article, Command.Reason, Command.Note, Caller.Key, Now, isShadowed)
        );
        if (isShadowed)
            yield break;
        var threshold = known.Sites.Require(Site, Guid.Empty).Settings.FlagsHeldForReview;
        // notices come from anybody, and hold nothing by themselves
        if (comment.IsPublished && comment.Flags - comment.Notices + 1 >= threshold)
            yield return new(CommentId, new CommentHeld(CommentId, article, "flags", Caller.Key, Now));
    }

    public Flag Answer(WorkingSet known, Decision decision) => known.Flags.Require(Site, Id);
}
