using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Discounts;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>What an undoing restored.</summary>
/// <param name="Comments">As they stand again; of very many the first 100.</param>
/// <param name="CommentCount">How many comments were restored.</param>
/// <param name="Commenter">As they stand again, where the decision was about their standing; else null.</param>
/// <param name="Left">Comments that stay as they are because something later stands on the decision.</param>
/// <param name="Article">The key of the article that has its comments again, where it had been renamed or merged; else
/// null.</param>
public sealed record UndoneShape(
    IReadOnlyList<CommentShape> Comments,
    int CommentCount,
    CommenterProfile? Commenter,
    IReadOnlyList<Guid> Left,
    string? Article = null
);

public static class UndoDecisionEndpoint
{
    /// <summary>Comments that an answer shows: a ban may have taken thousands away.</summary>
    const int MaxShown = 100;

    /// <summary>Takes a decision back: all is exactly as before it, queue included.</summary>
    /// <remarks>Only while nothing later stands on it: no other decision, edit or deletion. A ban that took comments
    /// away is undone as a whole, and so is what was discounted together; that an article was renamed or merged, while nothing was written on it since; of decisions taken in bulk each alone, or with <c>bulk=true</c> all of them. Then
    /// what can't be undone is left, and listed.</remarks>
    /// <returns>200 what is restored; 400 bad-request, validation; 403 forbidden; 404 decision-not-found; 409 not-undoable; 503 busy,
    /// unavailable.</returns>
    [Operation("undoDecision"), Answers(typeof(UndoneShape))]
    [Query(
        "bulk",
        typeof(bool),
        "Whether to undo all that was decided with it, where it was one of a bulk.",
        Default = false
    )]
    [WolverinePost("/v1/sites/{site}/moderation/log/{position}/undo"), Roles(Role.Moderator)]
    public static async Task<IResult> Post(
        string site,
        string position,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        NpgsqlDataSource database,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return Problem.BadRequest($"'{position}' is no position.");
        if (http.Request.Query["bulk"].FirstOrDefault() is not (null or "true" or "false"))
            return Problem.Validation("bulk", Flaw.NoneOf("is true or false.", "true", "false"));
        var isBulk = http.Request.Query["bulk"] == "true";
        var history = new DecisionHistory(database, site);
        if (await history.FindAsync(at, ct) is not { } decision)
            return new Problem("decision-not-found", $"At position {position} nobody decided anything.");
        if (decision.Event is (ArticleRenamed or ArticleMerged) and IArticleMove move)
            return await UndoAsync(
                site,
                move,
                decision.Version,
                at,
                caller,
                key.Of(caller, new { bulk = isBulk }),
                appender,
                now,
                ct
            );
        if (decision.Event is CommenterDiscounted { DecisionId: var discounting })
        {
            var (refusal, left, last) = await UndoDiscount.RunAsync(
                site,
                discounting,
                caller,
                key.Of(caller, new { bulk = isBulk }),
                appender,
                database,
                now,
                ct
            );
            return refusal is not null
                ? Problem.Of(refusal)
                : Answer.Of(new UndoneShape([], 0, null, left)) with
                {
                    Position = last,
                    IsPrivate = true,
                };
        }

        Guid id;
        (string, CommenterStatus)? commenter = null;
        List<UndoneComment> comments = [];
        if (decision.Event is ICommenterDecision e)
        {
            (id, commenter) = (e.DecisionId, (e.CommenterKey, e.Before));
            if (e is CommenterBanned { RejectsComments: true })
                comments = await history.TakenWithBanAsync(id, decision.Stream, ct);
        }
        else if (DecisionHistory.FoundBy(decision.Event) is var (ofComment, before))
        {
            id = ofComment;
            comments = isBulk ? await history.BulkAsync(id, ct) : [new(decision.Stream, before)];
        }
        else
            return Problem.Of(UndoDecision.NotUndoable);

        var request = key.Of(caller, new { bulk = isBulk });
        var undo = new UndoDecision(
            site,
            request?.Id ?? Guid.CreateVersion7(now),
            id,
            commenter,
            [],
            caller,
            now.ToMicroseconds(),
            WithBan: commenter is not null
        );
        return await UndoAsync(undo, comments, request, appender, ct);
    }

    static async Task<IResult> UndoAsync(
        string site,
        IArticleMove move,
        long version,
        long position,
        Caller caller,
        KeyedRequest? request,
        Appender appender,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var undo = new UndoArticleMove(
            site,
            request?.Id ?? Guid.CreateVersion7(now),
            move,
            version,
            position,
            caller.Key,
            now.ToMicroseconds()
        );
        var receipt = await appender.AppendAsync(undo, request, ct);
        return receipt.Refusal is { } refusal
            ? Problem.Of(refusal)
            : Answer.Of(new UndoneShape([], 0, null, [], move.From)) with
            {
                Position = receipt.Position,
                IsPrivate = true,
            };
    }

    static async Task<IResult> UndoAsync(
        UndoDecision undo,
        List<UndoneComment> comments,
        KeyedRequest? request,
        Appender appender,
        CancellationToken ct
    )
    {
        var (shown, left, count) = (new List<WrittenComment>(), new List<Guid>(), 0);
        Commenter? commenter = null;
        long? position = null;
        // complete when answered; all but a ban of thousands is one transaction
        var chunks = comments.Chunk(WorkingSet.MaxCommentsOfAuthor).ToList();
        for (var i = 0; i < Math.Max(1, chunks.Count); i++)
        {
            var receipt = await appender.AppendAsync(
                undo with
                {
                    Commenter = i == 0 ? undo.Commenter : null,
                    Comments = chunks.Count == 0 ? [] : chunks[i],
                    Continues = i > 0,
                },
                request?.Part(i),
                ct
            );
            if (receipt.Refusal is { } refusal)
                return Problem.Of(refusal);
            var result = receipt.Answer!;
            (commenter, position) = (commenter ?? result.Commenter, receipt.Position ?? position);
            count += result.Comments.Count;
            shown.AddRange(result.Comments.Take(MaxShown - shown.Count));
            left.AddRange(result.Left);
        }
        return Result(shown, count, commenter, left, undo) with { Position = position };
    }

    static Answer Result(
        List<WrittenComment> shown,
        int count,
        Commenter? commenter,
        List<Guid> left,
        UndoDecision undo
    )
    {
        var json = new ArrayBufferWriter<byte>(4096);
        json.Write("{\"comments\":["u8);
        var separator = "";
        foreach (var comment in shown)
        {
            json.Append(separator);
            json.Write(comment.Json.Span);
            separator = ",";
        }
        json.Write("],\"commentCount\":"u8);
        json.Append(count);
        json.Write(",\"commenter\":"u8);
        var profile = commenter is null ? null : CommenterProfile.Of(commenter, undo.Caller, undo.Now);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(profile, Json.Options));
        json.Write(",\"left\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(left, Json.Options));
        json.Write(",\"article\":null}"u8);
        return new(json.WrittenMemory, IsPrivate: true);
    }
}
