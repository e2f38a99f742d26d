using System.ComponentModel.DataAnnotations;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>What an outside classifier says of a comment.</summary>
/// <param name="Classifier">Its name.</param>
/// <param name="Version">Of the comment that it judged.</param>
/// <param name="Score">How sure it is, from 0 to 1.</param>
/// <param name="Action">What shall happen; null: the verdict is only recorded.</param>
/// <param name="Labels">What it found.</param>
public sealed record JudgeComment(
    [property: MinLength(1), MaxLength(JudgeComment.MaxLength)] string Classifier,
    [property: Range(1, int.MaxValue)] int Version,
    [property: Range(0.0, 1.0)] double Score,
    VerdictAction? Action = null,
    [property: MaxLength(JudgeComment.MaxLabels)] IReadOnlyList<string>? Labels = null
)
{
    /// <summary>Of a name or label, in code points.</summary>
    public const int MaxLength = 100;
    public const int MaxLabels = 20;

    /// <summary>All faults, or null.</summary>
    public Refusal? Refuse() =>
        Refusal.All(
            Fault(Classifier) is { } fault ? Refusal.Validation("classifier", fault) : null,
            Version < 1 ? Refusal.Validation("version", Flaw.Range("is 1 at least.", 1, null)) : null,
            Score is not (>= 0 and <= 1)
                ? Refusal.Validation("score", Flaw.Range("lies between 0 and 1.", 0, 1))
                : null,
            Labels is null ? null
                : Labels.Count > MaxLabels
                    ? Refusal.Validation(
                        "labels",
                        Flaw.Count($"may have {MaxLabels} items at most.", 0, MaxLabels)
                    )
                : Labels.Select(Fault).FirstOrDefault(f => f is not null) is { } label
                    ? Refusal.Validation("labels", label with { Message = $"has an item that {label}" })
                : null
        );

    static Flaw? Fault(string? text) =>
        string.IsNullOrEmpty(text) ? Flaw.Empty
        : Keys.Length(text) > MaxLength ? Flaw.TooLong(MaxLength)
        : null;
}

public static class JudgeCommentEndpoint
{
    /// <summary>Takes in what an outside classifier says of a comment, at once or later.</summary>
    /// <remarks>
    /// <c>hold</c> takes a published comment back from readers until a moderator has looked at it, <c>release</c> publishes
    /// one that only rules hold back. A verdict that comes twice, about a text that was edited since, or after a moderator
    /// has decided does nothing.
    /// </remarks>
    /// <returns>200 the comment; outdated, repeated or deleted: no event; 400 validation; 404 comment-not-found; 413;
    /// 503 busy, unavailable.</returns>
    [Operation("judgeComment"), Answers(typeof(CommentShape))]
    [WolverinePost("/v1/sites/{site}/comments/{commentId}/verdicts"), Roles(Role.Service)]
    public static async Task<IResult> Post(
        string site,
        string commentId,
        [Body] JudgeComment command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Refuse() is { } fault)
            return Problem.Of(fault);
        var judging = new Judging(site, Guid.Parse(commentId), command, caller.Key, now.ToMicroseconds());
        var receipt = await appender.AppendAsync(judging, key.Of(caller, command), ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var comment = receipt.Answer!;
        return new Answer(
            comment.Json,
            Position: receipt.Position,
            Version: comment.Version,
            IsPrivate: true
        );
    }
}

/// <summary>The command, with all that it came with.</summary>
public sealed record Judging(string Site, Guid CommentId, JudgeComment Command, string By, DateTimeOffset Now)
    : ISubmission<WrittenComment>
{
    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Verdicts.Want(Site, CommentId);
    }

    public Decision Decide(WorkingSet known)
    {
        if (known.Comments[Site, CommentId] is not { } comment)
            return Refusal.CommentNotFound(CommentId);
        if (Command.Version > comment.Version)
            return Refusal.Validation(
                "version",
                Flaw.Range($"is {comment.Version} at most: the comment has no later one.", 1, comment.Version)
            );
        var before = known.Verdicts.Of(Site, CommentId);
        if (
            comment.State == CommentState.Deleted
            || comment.Decision is not null
            || Command.Version < before.TextVersion
            || before.Given.Contains((Command.Classifier, Command.Version))
        )
            return Decision.Nothing;
        return Decision.Append(
            new StreamEvent(
                CommentId,
                new CommentJudged(
                    CommentId,
                    known.Articles.Require(Site, comment.ArticleId).Key,
                    Command.Classifier,
                    Command.Version,
                    Command.Score,
                    Command.Action,
                    Command.Labels ?? [],
                    StateAfter(comment, Command.Action),
                    DecisionMeans.Rule,
                    By,
                    Now
                )
            )
        );
    }

    /// <summary>The state that a verdict gives a comment about which nobody has decided.</summary>
    public static CommentState StateAfter(Comment comment, VerdictAction? action) =>
        action switch
        {
            VerdictAction.Hold when comment.IsPublished => CommentState.Pending,
            // what readers flagged is for people to judge
            VerdictAction.Release
                when comment is { State: CommentState.Pending, RemovedBy: RemovedBy.Rule }
                    && !HoldReasons.Read(comment.ReasonsJson).Any(r => r.Rule == HoldReason.Flags) =>
                CommentState.Published,
            _ => comment.State,
        };

    public WrittenComment Answer(WorkingSet known, Decision decision)
    {
        var comment = known.Comments.Require(Site, CommentId);
        return WrittenComment.Of(comment, known.Articles.Require(Site, comment.ArticleId).Key);
    }
}
