using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Notices;

/// <summary>Gives notice that a comment is illegal (Digital Services Act, article 16).</summary>
/// <param name="Reason">What for: one of the words of a notice's <c>reason</c>, however it is written, or words of one's
/// own, which stand before the explanation then. Nobody has to know our list in order to give notice.</param>
/// <param name="Explanation">Why it is illegal, in words that a moderator can judge by. Plain text.</param>
/// <param name="GoodFaith">That what they say is accurate and complete, as they believe in good faith: nothing but true is taken.</param>
/// <param name="Name">Their name. The law asks for it, and for the address, but where sexual abuse of children is reported; here
/// both may be left out.</param>
/// <param name="Email">Where receipt and decision are written to, where the server sends mail. Shown to nobody.</param>
public sealed record ReportComment(
    [property: MinLength(1), MaxLength(ReportComment.MaxReason)] string Reason,
    [property: MinLength(1), MaxLength(ReportComment.MaxLength)] string Explanation,
    bool GoodFaith,
    [property: MinLength(1), MaxLength(Keys.MaxLength)] string? Name = null,
    string? Email = null
)
{
    /// <summary>In code points.</summary>
    public const int MaxLength = 5_000;

    /// <summary>In code points.</summary>
    public const int MaxReason = 200;

    /// <summary>The word that says what for, and the explanation, led by what the word does not say.</summary>
    public (NoticeReason Reason, string Explanation) Sorted() =>
        NoticeReasons.Of(Reason) is { } word
            ? (word, Explanation)
            : (NoticeReason.Illegal, $"{Reason.Trim()}: {Explanation}");

    /// <summary>All reasons to refuse, or null.</summary>
    public Refusal? Refuse() =>
        Refusal.All(
            !Letters.HasVisible(Reason) ? Refusal.Validation("reason", Flaw.Empty)
                : Keys.Length(Reason) > MaxReason ? Refusal.Validation("reason", Flaw.TooLong(MaxReason))
                : null,
            string.IsNullOrWhiteSpace(Explanation) ? Refusal.Validation("explanation", Flaw.Empty)
                : Keys.Length(Explanation) > MaxLength
                    ? Refusal.Validation("explanation", Flaw.TooLong(MaxLength))
                : null,
            Name is not null && !Letters.HasVisible(Name) ? Refusal.Validation("name", Flaw.Empty)
                : Name is not null && Keys.Fault(Name) is { } fault ? Refusal.Validation("name", fault)
                : null,
            Email is not null && EmailAddress.Of(Email) is null
                ? Refusal.Validation("email", "is no e-mail address.")
                : null,
            GoodFaith
                ? null
                : Refusal.Validation(
                    "goodFaith",
                    "must be true: a notice says that its sender believes in good faith that it is accurate and complete."
                )
        );
}

/// <summary>What became of a notice, as whoever gave it reads it.</summary>
public enum NoticeState
{
    /// <summary>Nobody has decided yet.</summary>
    Received,

    /// <summary>The comment was taken away.</summary>
    Upheld,

    /// <summary>The comment stays, or is back; or its author had deleted it before anybody decided.</summary>
    Dismissed,
}

/// <summary>That a notice was received.</summary>
/// <param name="Secret">By it one asks what became of it. Told this once, and kept as a hash; null: it can't be told again.</param>
public sealed record NoticeReceipt(Guid Id, string? Secret, NoticeState State);

public static class ReportCommentEndpoint
{
    static readonly Caller Nobody = new("", "", null, "", Role.None);

    /// <summary>Gives notice that a comment is illegal, with or without a token.</summary>
    /// <remarks>
    /// Moderators find it among what is flagged, under <c>illegal</c>; it holds the comment by itself in no case. What they
    /// decide on the comment ends the notice. Repeated under its Idempotency-Key, it is the same notice.
    /// </remarks>
    /// <returns>201 the receipt; 400 validation; 404 comment-not-found; 410 comment-deleted; 413; 503 busy, unavailable.</returns>
    [Operation("reportComment"), Answers(typeof(NoticeReceipt))]
    [
        WolverinePost("/v1/sites/{site}/comments/{commentId}/reports"),
        Public(Changes = true),
        BodyLimit(BodyLimitAttribute.Small)
    ]
    public static async Task<IResult> Post(
        string site,
        string commentId,
        [Body] ReportComment command,
        Caller? caller,
        IdempotencyKey key,
        Appender appender,
        NoticeContacts contacts,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Refuse() is { } invalid)
            return Problem.Of(invalid);
        var request = key.Of(caller ?? Nobody, command);
        var id = request?.Id ?? Guid.CreateVersion7(now);
        var secret = contacts.NewSecret(request);
        var giving = new GiveNotice(
            site,
            Guid.Parse(commentId),
            id,
            command,
            caller ?? Nobody,
            contacts.Put(site, id, secret, new(command.Name, command.Email), now.ToMicroseconds()),
            now.ToMicroseconds()
        );
        var receipt = await appender.AppendAsync(giving, request, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        var told = secret;
        if (receipt.IsRepeated && request is not null)
            told = await HashAsync(database, site, id, ct) is { } hash
                ? contacts.SecretAgain(request, hash)
                : null;
        var notice = receipt.Answer!;
        return Answer.Of(
            new NoticeReceipt(notice.Id, told, NoticeView.StateOf(notice)),
            StatusCodes.Status201Created
        ) with
        {
            Position = receipt.Position,
            IsPrivate = true,
            Location = $"/v1/sites/{site}/reports/{notice.Id}",
        };
    }

    static async Task<byte[]?> HashAsync(
        NpgsqlDataSource database,
        string site,
        Guid notice,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select hash from {NoticeContacts.Table} where site = $1 and id = $2",
            site,
            notice
        );
        return await command.ExecuteScalarAsync(ct) as byte[];
    }
}

/// <summary>The command, with all that it came with.</summary>
/// <param name="Contact">Keeps who gave it, encrypted, and the hash of what they were told.</param>
public sealed record GiveNotice(
    string Site,
    Guid CommentId,
    Guid NoticeId,
    ReportComment Command,
    Caller Caller,
    RowStatement Contact,
    DateTimeOffset Now
) : ISubmission<Notice>
{
    public void Need(WorkingSet set)
    {
        set.Comments.Want(Site, CommentId, climb: true);
        set.Notices.Want(Site, NoticeId);
    }

    public Decision Decide(WorkingSet known)
    {
        if (CommentRefusals.Missing(known, Site, CommentId, Caller, out var comment) is { } missing)
            return missing;
        var (reason, explanation) = Command.Sorted();
        return Decision.Append(
            StreamEvent.First<Notice>(
                NoticeId,
                new NoticeReceived(
                    NoticeId,
                    CommentId,
                    known.Articles.Require(Site, comment!.ArticleId).Key,
                    reason,
                    explanation,
                    Caller.Key.Length == 0 ? null : Caller.Key,
                    Now
                )
            )
        ) with
        {
            Beside = [Contact],
        };
    }

    public Notice Answer(WorkingSet known, Decision decision) => known.Notices.Require(Site, NoticeId);
}
