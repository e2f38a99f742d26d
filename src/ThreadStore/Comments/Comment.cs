using System.IO.Hashing;
using System.Runtime.InteropServices;
using ThreadStore.Storage;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>What readers may see of a comment.</summary>
public enum CommentState
{
    Published,
    Pending,
    Rejected,
    Deleted,
}

/// <summary>Who took a comment away from readers.</summary>
public enum RemovedBy
{
    Author,
    Moderator,
    Rule,
}

/// <summary>The person who writes, as they were called when they wrote.</summary>
/// <param name="Picture">An https address, or null.</param>
public sealed record Author(string Key, string Name, string? Picture);

/// <summary>Where an imported fact came from.</summary>
/// <param name="Format">As on the command line: <c>text</c>, <c>disqus</c>, …</param>
/// <param name="Id">Its id there, unique within site and format.</param>
public sealed record ForeignSource(string Format, string Id);

/// <summary>What one screening rule said of a text.</summary>
/// <param name="RuleVersion">Raised when the rule's judgement changes, so that history stays comparable.</param>
/// <param name="State">The state that it asked for: pending or rejected; null: no objection.</param>
/// <param name="Match">The words that it stumbled over, or null.</param>
public sealed record Verdict(string Rule, int RuleVersion, CommentState? State, string? Match);

/// <summary>A commenter submitted a comment; a reply when <paramref name="ParentId"/> is set.</summary>
/// <param name="Depth">0 for a comment on the article, its parent's depth + 1 for a reply.</param>
/// <param name="Body">As written, in <paramref name="Format"/>. Never show it without <see cref="Markup"/>.</param>
/// <param name="PostedAt">When it was written; for an imported comment, the source's time.</param>
/// <param name="TimeEstimated">The source of an import gave no time: <paramref name="PostedAt"/> only keeps the order.</param>
/// <param name="Verdicts">What every screening rule said, also those that had no objection.</param>
/// <param name="By">The key of who submitted it: the author, or whoever ran the import.</param>
/// <param name="RequestHash">SHA-256 of the request, where it carried an Idempotency-Key.</param>
public sealed record CommentPosted(
    Guid CommentId,
    string ArticleKey,
    Guid? ParentId,
    int Depth,
    Author Author,
    string Body,
    BodyFormat Format,
    DateTimeOffset PostedAt,
    bool TimeEstimated,
    CommentState State,
    IReadOnlyList<Verdict> Verdicts,
    string By,
    ForeignSource? Source,
    string? RequestHash
);

/// <summary>An author replaced their text.</summary>
/// <param name="State">The state that screening gave the new text.</param>
public sealed record CommentEdited(
    Guid CommentId,
    string ArticleKey,
    string Body,
    BodyFormat Format,
    CommentState State,
    IReadOnlyList<Verdict> Verdicts,
    string By,
    DateTimeOffset At
);

/// <summary>A comment was taken away for good, by its author or by a moderator.</summary>
public sealed record CommentDeleted(
    Guid CommentId,
    string ArticleKey,
    RemovedBy RemovedBy,
    string By,
    DateTimeOffset At
);

/// <summary>A published comment was taken back from readers until a moderator has looked at it.</summary>
/// <param name="Rule">What held it: <c>flags</c>, when enough readers had flagged it.</param>
/// <param name="By">The key of whoever's act tipped the scale.</param>
public sealed record CommentHeld(
    Guid CommentId,
    string ArticleKey,
    string Rule,
    string By,
    DateTimeOffset At
);

/// <summary>A comment as it stands, and as its row holds it.</summary>
/// <param name="AuthorJson">The author as readers see them, ready-made.</param>
/// <param name="ContentJson">The members <c>"body":…,"html":…</c>, ready-made.</param>
/// <param name="Version">Counts its own events, not reactions, flags or replies.</param>
/// <param name="ReactionsJson">Counts by kind, ready-made; kinds at 0 are left out.</param>
/// <param name="Positive">Reactions by kinds that weigh 1; <paramref name="Negative"/>: by kinds that weigh -1.</param>
/// <param name="Flags">Flags that no moderator has settled.</param>
/// <param name="ReplyCount">Its published direct replies.</param>
/// <param name="ShownReplies">Its direct replies that are in the thread, tombstones included.</param>
/// <param name="TextHash">The same for the same text by the same author in the same place.</param>
public sealed record Comment(
    string Site,
    Guid Id,
    Guid ArticleId,
    Guid? ParentId,
    int Depth,
    Guid AuthorId,
    string AuthorJson,
    string ContentJson,
    CommentState State,
    RemovedBy? RemovedBy,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    int Version,
    bool IsFeatured,
    string ReactionsJson,
    int Positive,
    int Negative,
    int Flags,
    int ReplyCount,
    int ShownReplies,
    long TextHash,
    string? RequestHash
)
{
    public static Comment Create(string site, CommentPosted e) =>
        new(
            site,
            e.CommentId,
            StreamId.Article(site, e.ArticleKey),
            e.ParentId,
            e.Depth,
            StreamId.Commenter(site, e.Author.Key),
            CommentJson.Author(e.Author),
            CommentJson.Content(e.Body, e.Format),
            e.State,
            e.State == CommentState.Published ? null : Comments.RemovedBy.Rule,
            e.PostedAt,
            EditedAt: null,
            Version: 1,
            IsFeatured: false,
            ReactionsJson: "{}",
            Positive: 0,
            Negative: 0,
            Flags: 0,
            ReplyCount: 0,
            ShownReplies: 0,
            HashOf(site, e.Author.Key, e.ArticleKey, e.ParentId, e.Body),
            e.RequestHash
        );

    /// <summary>The text and what follows from it; its state is a matter of the thread.</summary>
    public Comment Apply(CommentEdited e, string authorKey) =>
        this with
        {
            ContentJson = CommentJson.Content(e.Body, e.Format),
            EditedAt = e.At,
            Version = Version + 1,
            TextHash = HashOf(Site, authorKey, e.ArticleKey, ParentId, e.Body),
        };

    /// <summary>One reaction more or less of a kind.</summary>
    public Comment Count(string kind, int weight, int change) =>
        this with
        {
            ReactionsJson = CommentJson.Reactions(ReactionsJson, kind, change),
            Positive = Positive + (weight > 0 ? change : 0),
            Negative = Negative + (weight < 0 ? change : 0),
        };

    /// <summary>Readers see its text.</summary>
    public bool IsPublished => State == CommentState.Published;

    /// <summary>Readers see it, or a tombstone in its place because there is something below it.</summary>
    public bool IsShown => IsPublished || ShownReplies > 0;

    public static long HashOf(string site, string author, string article, Guid? parent, string body)
    {
        var hash = new XxHash64();
        foreach (var part in (ReadOnlySpan<string>)[site, author, article, parent?.ToString() ?? "", body])
        {
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
            hash.Append([0xFF, 0xFF]);
        }
        return (long)hash.GetCurrentHashAsUInt64();
    }
}
