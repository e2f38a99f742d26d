using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>Decides on an appeal.</summary>
/// <param name="Uphold">The decision stands; otherwise the comment is published.</param>
/// <param name="Reason">For its author.</param>
public sealed record DecideAppeal(
    bool Uphold,
    [property: MinLength(1), MaxLength(StandingReason.MaxLength)] string Reason
);

public static class DecideAppealEndpoint
{
    /// <summary>Decides on an appeal: with <c>uphold</c> the decision stands, otherwise the comment is published.</summary>
    /// <remarks>Not for whoever took the decision, nor for the comment's author: 403. Both outcomes can be undone in
    /// the log.</remarks>
    /// <returns>200 the comment; the same again: no event; 400 validation; 403 forbidden; 404 appeal-not-found;
    /// 409 appeal-closed; 413; 503 busy, unavailable.</returns>
    [Operation("decideAppeal"), Answers(typeof(CommentShape))]
    [WolverinePost("/v1/sites/{site}/moderation/appeals/{appealId}"), Roles(Role.Moderator)]
    public static async Task<IResult> Post(
        string site,
        string appealId,
        [Body] DecideAppeal command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (StandingTexts.Refuse("reason", command.Reason) is { } problem)
            return Problem.Of(problem);
        var id = Guid.Parse(appealId);
        if (await CommentOfAsync(database, site, id, ct) is not { } commentId)
            return new Problem("appeal-not-found", $"There is no appeal {id}.");
        var receipt = await appender.AppendAsync(
            new AppealAnswer(
                site,
                id,
                commentId,
                Guid.CreateVersion7(now),
                command,
                caller,
                now.ToMicroseconds()
            ),
            key.Of(caller, command),
            ct
        );
        return Problem.Of(receipt.Refusal)
            ?? (IResult)
                new Answer(
                    receipt.Answer!.Json,
                    Position: receipt.Position,
                    Version: receipt.Answer.Version,
                    IsPrivate: true
                );
    }

    /// <summary>What an appeal is about, which never changes.</summary>
    static async Task<Guid?> CommentOfAsync(
        NpgsqlDataSource database,
        string site,
        Guid appeal,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select comment_id from {ReaderTables.Schema}.appeal_rows where site = $1 and id = $2"
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = appeal });
        return await command.ExecuteScalarAsync(ct) as Guid?;
    }
}

/// <summary>The command, with all that it came with.</summary>
/// <param name="CommentId">What the appeal is about, which never changes.</param>
public sealed record AppealAnswer(
    string Site,
    Guid AppealId,
    Guid CommentId,
    Guid DecisionId,
    DecideAppeal Command,
    Caller Caller,
    DateTimeOffset Now
) : ISubmission<WrittenComment>
{
    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Appeals.Want(Site, AppealId);
    }

    public Decision Decide(WorkingSet known)
    {
        var (appeal, comment) = (
            known.Appeals.Require(Site, AppealId),
            known.Comments.Require(Site, CommentId)
        );
        if (appeal.DecidedBy == Caller.Key)
            return Refusal.Forbidden("Another moderator than the one who decided must look at an appeal.");
        if (appeal.AuthorId == StreamId.Commenter(Site, Caller.Key))
            return Refusal.Forbidden("Nobody decides on their own appeal.");
        var outcome = Command.Uphold ? AppealOutcome.Upheld : AppealOutcome.Overturned;
        if (appeal.Outcome == outcome && appeal.AnsweredBy == Caller.Key)
            return Decision.Nothing;
        if (comment.Appeal != AppealId || appeal.Outcome is not null)
            return new Refusal(
                "appeal-closed",
                "It was decided already, or the decision that it is about no longer stands."
            );
        return Decision.Append(
            new StreamEvent(
                CommentId,
                new AppealDecided(
                    CommentId,
                    known.Articles.Require(Site, comment.ArticleId).Key,
                    AppealId,
                    DecisionId,
                    DecisionMeans.Person,
                    comment.Decision,
                    Command.Uphold,
                    Command.Reason,
                    Command.Uphold ? comment.State : CommentState.Published,
                    comment.Status,
                    Caller.Key,
                    Now
                )
            )
        );
    }

    public WrittenComment Answer(WorkingSet known, Decision decision)
    {
        var comment = known.Comments.Require(Site, CommentId);
        return WrittenComment.Of(comment, known.Articles.Require(Site, comment.ArticleId).Key);
    }
}
