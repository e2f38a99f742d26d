using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>One decision among many.</summary>
/// <param name="Id">The comment's; no comment twice.</param>
/// <param name="Reason">Needed for a rejection, and only there.</param>
/// <param name="Note">For other moderators; never shown to readers.</param>
/// <param name="Version">The comment's version that the moderator saw; another is an outcome of 412.</param>
public sealed record DecisionInBulk(
    Guid Id,
    DecisionAction Action,
    RejectReason? Reason = null,
    [property: MaxLength(CommentDecision.MaxNoteLength)] string? Note = null,
    int? Version = null
);

/// <summary>Decisions that are taken together, each with an outcome of its own.</summary>
public sealed record DecideInBulk(
    [property: MinLength(1), MaxLength(DecideInBulk.MaxDecisions)] IReadOnlyList<DecisionInBulk> Decisions
)
{
    public const int MaxDecisions = 100;
}

/// <summary>What became of one decision among many.</summary>
/// <param name="Status">As the decision alone would have been answered.</param>
/// <param name="Code">Of the problem, where it was refused.</param>
/// <param name="Comment">As it now stands; null where there is none, and where the answer holds about 1 MB already.</param>
public sealed record OutcomeShape(Guid Id, int Status, string? Code, CommentShape? Comment);

/// <summary>In the order of the decisions.</summary>
public sealed record OutcomesShape(IReadOnlyList<OutcomeShape> Outcomes);

public static class DecideInBulkEndpoint
{
    /// <summary>Takes up to 100 decisions at once: what is refused of them keeps back nothing else.</summary>
    /// <remarks>In the moderators' log each can be undone alone, or all of them together.</remarks>
    /// <returns>200 an outcome for each; 400 validation; 413; 503 busy, unavailable.</returns>
    [Operation("decideInBulk"), Answers(typeof(OutcomesShape))]
    [WolverinePost("/v1/sites/{site}/moderation/decisions"), Roles(Role.Moderator)]
    public static async Task<IResult> Post(
        string site,
        [Body] DecideInBulk command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (Refuse(command) is { } problem)
            return Problem.Of(problem);
        var request = key.Of(caller, command);
        var receipt = await appender.AppendAsync(
            new DecideOnComments(
                site,
                request?.Id ?? Guid.CreateVersion7(now),
                [.. command.Decisions.Select(Wanted)],
                caller,
                now.ToMicroseconds()
            ),
            request,
            ct
        );
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"outcomes\":["u8);
        for (var i = 0; i < receipt.Answer!.Count; i++)
        {
            json.Append(i == 0 ? "" : ",");
            Write(json, receipt.Answer[i], AnswerBudget.HasRoom(i, json.WrittenCount));
        }
        json.Write("]}"u8);
        return new Answer(json.WrittenMemory, Position: receipt.Position, IsPrivate: true);
    }

    static CommentDecision Wanted(DecisionInBulk d) =>
        new(
            d.Id,
            d.Action,
            d.Reason,
            d.Note,
            d.Version is { } version ? $"\"{version.ToString(CultureInfo.InvariantCulture)}\"" : null
        );

    static Refusal? Refuse(DecideInBulk command)
    {
        if (command.Decisions.Count is 0 or > DecideInBulk.MaxDecisions)
            return Refusal.Validation(
                "decisions",
                Flaw.Count(
                    $"must be from 1 to {DecideInBulk.MaxDecisions} decisions.",
                    1,
                    DecideInBulk.MaxDecisions
                )
            );
        var seen = new HashSet<Guid>();
        var faults = new List<Refusal?>();
        for (var i = 0; i < command.Decisions.Count; i++)
        {
            var (d, member) = (
                command.Decisions[i],
                $"decisions[{i.ToString(CultureInfo.InvariantCulture)}]"
            );
            if (d is null)
                return Refusal.BadRequest($"{member} must be a JSON object.");
            if (!seen.Add(d.Id))
                faults.Add(Refusal.Validation($"{member}.id", Flaw.Twice));
            if (d.Action == DecisionAction.Reject != d.Reason is not null)
                faults.Add(
                    Refusal.Validation(
                        $"{member}.reason",
                        Flaw.Of("is for rejections, which need one.", "rejections-only")
                    )
                );
            faults.Add(CommentDecision.RefuseNote(d.Note, $"{member}.note"));
        }
        return Refusal.All(faults);
    }

    static void Write(ArrayBufferWriter<byte> json, DecisionOutcome outcome, bool hasRoom)
    {
        json.Write("{\"id\":\""u8);
        json.Append(outcome.CommentId);
        json.Write("\",\"status\":"u8);
        json.Append(Problem.Of(outcome.Refusal)?.StatusCode ?? StatusCodes.Status200OK);
        json.Write(",\"code\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(outcome.Refusal?.Code, Json.Options));
        json.Write(",\"comment\":"u8);
        json.Write(hasRoom && outcome.Comment is { } comment ? comment.Json.Span : "null"u8);
        json.Write("}"u8);
    }
}
