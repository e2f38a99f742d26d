namespace ThreadStore.Http;

/// <summary>Every code that a problem answer may have, with its status and what it means. Codes are never renamed.</summary>
public static class ProblemCodes
{
    /// <param name="OtherStatus">The contract gives this code a second one, for other requests.</param>
    public sealed record Kind(
        string Code,
        int Status,
        string Title,
        string Explanation,
        int? OtherStatus = null
    );

    public static readonly IReadOnlyList<Kind> All =
    [
        // the request itself
        new(
            "bad-request",
            400,
            "The request can't be read",
            "Malformed JSON, a bad UUID, a bad number, or text with U+0000 or half a surrogate pair. The detail says where."
        ),
        new(
            "validation",
            400,
            "The request says something that isn't allowed",
            "The member errors lists what is wrong, by member of the request: a code and its params for programs, a message for people. Unknown members are refused so that a typo never passes in silence."
        ),
        new(
            "bad-cursor",
            400,
            "The cursor doesn't belong here",
            "A cursor is only good for the list, sort and filters that it came from. Start again without one."
        ),
        new(
            "unauthorized",
            401,
            "A valid token is needed",
            "Send Authorization: Bearer and a token that is signed with the site's key and has not expired."
        ),
        new(
            "token-revoked",
            401,
            "The token is good no more",
            "Whom it names has signed out of this site since it was issued (iat). Get a new one where people sign in."
        ),
        new(
            "forbidden",
            403,
            "The token may not do this",
            "The token is for another site, or lacks the role that this request needs; a ban or a suspension takes all roles with it, and nobody decides on themselves."
        ),
        new("not-found", 404, "There is nothing at this address", "Check the path; /docs lists all of them."),
        new("method-not-allowed", 405, "This address knows other methods", "The header Allow lists them."),
        new(
            "too-large",
            413,
            "The body is too large",
            "Limits: 64 KiB for a reaction, flag or decision, 256 KiB for a comment, 4 MiB for an article or settings."
        ),
        new(
            "idempotency-conflict",
            422,
            "The Idempotency-Key was used for another request",
            "Use a new key for a new request, and the same key only to repeat the very same one."
        ),
        new(
            "uri-too-long",
            414,
            "The address is too long",
            "The request line may have 32 KiB. Split what asks for many things at once."
        ),
        new(
            "headers-too-large",
            431,
            "The headers are too large",
            "A request may have 100 headers, of 64 KiB together."
        ),
        new("rate-limited", 429, "Too many requests", "Wait as long as Retry-After says."),
        // what it is about
        new(
            "site-not-found",
            404,
            "There is no such site",
            "An administrator creates a site with PUT /v1/sites/{site}."
        ),
        new(
            "article-not-found",
            404,
            "There is no such article",
            "Unknown here, or withdrawn by its publisher."
        ),
        new(
            "article-exists",
            409,
            "The key is taken",
            "Another article has this key, or had it before it was renamed or merged: old keys stay with their article."
        ),
        new(
            "article-withdrawn",
            409,
            "The article is withdrawn",
            "Comments are moved between articles that readers see: publish it first."
        ),
        new("comment-not-found", 404, "There is no such comment", "Unknown here, or not shown to you."),
        new(
            "comment-deleted",
            410,
            "The comment was deleted",
            "By its author or a moderator. Replies to it stay, below a tombstone. Decisions on it answer 409: a moderator can restore only what a moderator deleted.",
            OtherStatus: 409
        ),
        new(
            "commenter-not-found",
            404,
            "There is no such commenter",
            "A commenter exists from their first comment, reaction or flag on."
        ),
        // rules of the discussion
        new(
            "not-in-good-standing",
            403,
            "You may not write at present",
            "Your standing on this site forbids it, until the time in the member until where there is one."
        ),
        new(
            "slow-mode",
            429,
            "The discussion goes slowly",
            "A moderator set a least time between two comments of one commenter on this article. Wait as long as Retry-After says; until names the time, as …/me does beforehand."
        ),
        new(
            "warning-not-acknowledged",
            403,
            "Acknowledge the moderators' warning first",
            "The detail ends with what they wrote; POST …/me/acknowledge ends the warning."
        ),
        new(
            "not-entitled",
            403,
            "Your account does not include comments",
            "The site lets only some of its readers write, by the claim that its setting mayComment names; reading is for all."
        ),
        new(
            "challenge-failed",
            403,
            "Show that you are a person",
            "Answer the challenge that the page shows, and send what it gives as the member challenge. An answer is good once."
        ),
        new(
            "discussion-closed",
            409,
            "The discussion is closed",
            "Nobody may comment on this article any more."
        ),
        new(
            "parent-not-available",
            409,
            "The comment can't be replied to",
            "It is absent, not published, or belongs to another article."
        ),
        new(
            "branch-locked",
            409,
            "Nobody may reply here any more",
            "A moderator locked the comment, or one above it: there are no replies anywhere below a comment whose member locked is true. Comments elsewhere on the article are welcome."
        ),
        new(
            "too-deep",
            409,
            "Replies can't go deeper here",
            "The site lets replies nest only so far: the member maxDepth of an article's rules."
        ),
        new(
            "duplicate-comment",
            409,
            "You have just written the same",
            "The same text in the same place is taken once within 5 minutes. The member comment is the id of the one that is there."
        ),
        new("own-comment", 409, "It is your own comment", "Nobody reacts to or flags their own comment."),
        new(
            "edit-window-over",
            409,
            "It is too late to edit",
            "Authors may edit for as long as the site's settings say."
        ),
        new(
            "stale-version",
            412,
            "The comment has changed since",
            "Read it again: its ETag names the version that If-Match must name."
        ),
        // moderation
        new(
            "not-published",
            409,
            "The comment is not published",
            "Only what readers see can be featured. Approve the comment first."
        ),
        new(
            "not-enough-decisions",
            409,
            "There are too few decisions to learn from",
            "A model is learned from 200 comments at least on which moderators decided, of which they rejected some. The detail says how many there are."
        ),
        new(
            "model-not-found",
            404,
            "There is no such model",
            "The list of the site's models has their hashes; a model is made by learning from the site's history."
        ),
        new(
            "not-undoable",
            409,
            "The decision can't be taken back",
            "It was taken back already, or something later stands on it: another decision, an edit, a deletion. What an author deleted is not a moderator's to bring back."
        ),
        new(
            "decision-not-found",
            404,
            "There is no such decision",
            "The position is not that of a moderator's decision on this site; the log lists them."
        ),
        new(
            "nothing-to-appeal",
            409,
            "There is no decision to appeal",
            "Only a rejection, or a moderator's deletion, that stands can be appealed."
        ),
        new("already-appealed", 409, "The decision was appealed already", "There is one appeal a decision."),
        new(
            "appeal-not-found",
            404,
            "There is no such appeal",
            "GET …/moderation/appeals lists those that are open."
        ),
        new(
            "erased",
            410,
            "Whoever sent this was erased",
            "This Idempotency-Key is from before. What was done under it is gone; use a new key for a new request."
        ),
        new(
            "report-not-found",
            404,
            "There is no such report",
            "Send the secret that was told when the report was made, and the id of the comment that it is about."
        ),
        new(
            "erasure-not-found",
            404,
            "There is no such erasure",
            "GET …/erasures lists those that were done."
        ),
        new(
            "import-not-found",
            404,
            "There is no such import",
            "GET …/imports lists those that were asked for."
        ),
        new(
            "webhook-not-found",
            404,
            "There is no such webhook",
            "GET …/webhooks lists them; PUT …/webhooks/{name} makes one."
        ),
        new(
            "delivery-not-found",
            404,
            "There is no such delivery",
            "The webhook's deliveries are listed for as long as they are kept."
        ),
        new(
            "appeal-closed",
            409,
            "The appeal is no longer open",
            "It was decided already, or the decision that it is about no longer stands."
        ),
        // our side
        new(
            "internal",
            500,
            "Something went wrong on our side",
            "Give the traceId to whoever runs this server."
        ),
        new(
            "busy",
            503,
            "Too much at once for this server",
            "Nothing was done. Try again after Retry-After."
        ),
        new(
            "unavailable",
            503,
            "What this server needs can't be reached",
            "Whether a write was done is not known: repeat it with its Idempotency-Key."
        ),
        new(
            "behind",
            503,
            "The answer would be too old",
            "The position that you asked for did not arrive within 5 seconds. Try again."
        ),
    ];

    static readonly Dictionary<string, Kind> ByCode = All.ToDictionary(k => k.Code);

    public static Kind Of(string code) => ByCode[code];

    public static Kind? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>The code for an answer that carries nothing but a status.</summary>
    public static string? ForStatus(int status) =>
        status switch
        {
            400 => "bad-request",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not-found",
            405 => "method-not-allowed",
            413 => "too-large",
            414 => "uri-too-long",
            431 => "headers-too-large",
            429 => "rate-limited",
            500 => "internal",
            _ => null,
        };
}
