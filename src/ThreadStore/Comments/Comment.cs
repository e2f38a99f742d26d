using System.Text.Json.Serialization;
using JasperFx.Core;
using ThreadStore.Kernel;
using ThreadStore.Moderation;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>A commenter submitted a comment; a reply when <paramref name="ParentId"/> is set.</summary>
/// <param name="ParentId">The comment that it replies to; null: it is on the article.</param>
/// <param name="Depth">0 for a comment on the article, its parent's depth + 1 for a reply.</param>
/// <param name="Author">Who wrote it, as they were called then.</param>
/// <param name="Body">As written, in <paramref name="Format"/>. Never show it without <see cref="Markup"/>.</param>
/// <param name="Format">The markup of <paramref name="Body"/>.</param>
/// <param name="PostedAt">When it was written; for an imported comment, the source's time.</param>
/// <param name="TimeEstimated">The source of an import gave no time: <paramref name="PostedAt"/> only keeps the order.</param>
/// <param name="State">The state that screening gave it.</param>
/// <param name="Verdicts">What every screening rule said, also those that had no objection.</param>
/// <param name="By">The key of who submitted it: the author, or whoever ran the import.</param>
/// <param name="RequestHash">SHA-256 of the request, where it carried an Idempotency-Key.</param>
/// <param name="ImportedScore">Votes that the source of an import summed up without telling whose they are; shown nowhere.</param>
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
    string? RequestHash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ImportedScore = null
)
{
    TextOfEvent text;

    /// <summary>Its text, with what was made of it.</summary>
    internal CommentText Text
    {
        get => text.Of(Body, Format);
        init => text = new(value);
    }
}

/// <summary>An author replaced their text.</summary>
/// <param name="Body">The new text, as written, in <paramref name="Format"/>.</param>
/// <param name="Format">The markup of <paramref name="Body"/>.</param>
/// <param name="State">The state that screening gave the new text.</param>
/// <param name="Verdicts">What every screening rule said of it, also those that had no objection.</param>
public sealed record CommentEdited(
    Guid CommentId,
    string ArticleKey,
    string Body,
    BodyFormat Format,
    CommentState State,
    IReadOnlyList<Verdict> Verdicts,
    string By,
    DateTimeOffset At
)
{
    TextOfEvent text;

    /// <summary>Its text, with what was made of it.</summary>
    internal CommentText Text
    {
        get => text.Of(Body, Format);
        init => text = new(value);
    }
}

/// <summary>A comment was taken away for good, by its author or by a moderator.</summary>
/// <param name="RemovedBy">Its author, or a moderator.</param>
/// <param name="DecisionId">Of a moderator, who may take it back; null: the author's own doing.</param>
/// <param name="Before">What a moderator's decision found; null: the author's own doing.</param>
public sealed record CommentDeleted(
    Guid CommentId,
    string ArticleKey,
    RemovedBy RemovedBy,
    string By,
    DateTimeOffset At,
    Guid? DecisionId = null,
    CommentStatus? Before = null
);

/// <summary>A comment as it stands, and as its row holds it.</summary>
/// <param name="AuthorJson">The author as readers see them, ready-made.</param>
/// <param name="ContentJson">The members <c>"body":…,"html":…</c>, ready-made.</param>
/// <param name="Version">Counts its own events, not reactions, flags or replies; so Marten, for which it would be the number
/// of the stream's events, is to leave it alone.</param>
/// <param name="ReactionsJson">Counts by kind, ready-made; kinds at 0 are left out.</param>
/// <param name="Positive">Reactions by kinds that weigh 1; <paramref name="Negative"/>: by kinds that weigh -1.</param>
/// <param name="Flags">Flags that no moderator has settled, and open notices.</param>
/// <param name="ReplyCount">Its published direct replies.</param>
/// <param name="ShownReplies">Its direct replies that are in the thread, tombstones included.</param>
/// <param name="TextHash">The same for the same text by the same author in the same place and hour.</param>
/// <param name="ReasonsJson">Why it is held or was rejected; see <see cref="HoldReasons"/>.</param>
/// <param name="Decision">The moderator's decision that stands: the last, where nothing else happened to it since.</param>
/// <param name="DecidedBy">The key of who took it.</param>
/// <param name="Appeal">Against the decision that stands, or a rule's; open or decided.</param>
/// <param name="PostedOn">The article that it was written on, where articles were renamed or merged since; null: the one that
/// it is on.</param>
/// <param name="IsLocked">Nobody may reply anywhere below it.</param>
/// <param name="LockDecision">The last decision about that, which leaves all other decisions alone; null: none, or it was
/// taken back.</param>
/// <param name="Notices">Notices of illegal content on which nobody has decided.</param>
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
    [property: JasperFxIgnore] int Version,
    bool IsFeatured,
    string ReactionsJson,
    int Positive,
    int Negative,
    int Flags,
    int ReplyCount,
    int ShownReplies,
    long TextHash,
    string? RequestHash,
    string? ReasonsJson,
    Guid? Decision,
    string? DecidedBy,
    Guid? Appeal,
    Guid? PostedOn = null,
    bool IsLocked = false,
    Guid? LockDecision = null,
    int Notices = 0
) : IAggregate<Comment>
{
    public static Comment After(Comment? before, string site, object @event) =>
        (before, @event) switch
        {
            (null, CommentPosted e) => Posted(site, e),
            (null, _) or (_, CommentPosted) => throw Unforeseen.Place(before, @event),
            // these make no version of it, as the catalogue of events says too
            (_, DecisionAppealed e) => before with { Appeal = e.AppealId },
            (_, FlagNotesPurged) => before,
            (_, CommentTextPurged e) => before.Purged(e.ArticleKey),
            _ => before.Changed(@event),
        };

    static Comment Posted(string site, CommentPosted e)
    {
        var visibility = Visibility.Published.After(e);
        return new(
            site,
            e.CommentId,
            StreamId.Article(site, e.ArticleKey),
            e.ParentId,
            e.Depth,
            StreamId.Commenter(site, e.Author.Key),
            CommentJsonParts.Author(e.Author),
            e.Text.Content,
            visibility.State,
            visibility.RemovedBy,
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
            Comments.TextHash.At(
                e.PostedAt,
                Comments.TextHash.Of(site, e.Author.Key, e.ArticleKey, e.ParentId, e.Body)
            ),
            e.RequestHash,
            HoldReasons.Of(e.Verdicts),
            Decision: null,
            DecidedBy: null,
            Appeal: null
        );
    }

    /// <summary>Whoever does something to it makes a new version of it.</summary>
    Comment Changed(object @event)
    {
        var visibility = Visibility.After(@event);
        var changed = this with
        {
            Version = Version + 1,
            State = visibility.State,
            RemovedBy = visibility.RemovedBy,
        };
        return @event switch
        {
            CommentEdited e => changed.Edited(e, before: this),
            CommentHeld e => changed.Undecided() with { ReasonsJson = Because(new(e.Rule, null)) },
            CommentJudged e => changed.Judged(e, before: this),
            CommentDeleted { DecisionId: null } => changed.Undecided() with
            {
                IsFeatured = false,
                Flags = Flags - Notices,
                Notices = 0,
            },
            CommentDeleted { DecisionId: { } decision } e => changed.Decided(decision, e.By) with
            {
                IsFeatured = false,
            },
            CommentApproved or CommentRestored => changed.Decided(@event) with { ReasonsJson = null },
            CommentRejected e => changed.Decided(@event) with
            {
                IsFeatured = false,
                ReasonsJson = Because(new(HoldReason.Moderator, e.Reason.Word())),
            },
            CommentReleased e => changed with
            {
                ReasonsJson = null,
                Decision = e.DecisionId,
                DecidedBy = e.By,
                Appeal = null,
            },
            CommentFeatured => changed.Decided(@event) with { IsFeatured = true },
            CommentUnfeatured => changed.Decided(@event) with { IsFeatured = false },
            IBranchDecision e => changed with { IsLocked = e is CommentLocked, LockDecision = e.DecisionId },
            // nobody appeals twice
            AppealDecided e => changed.Decided(@event) with
            {
                Appeal = Appeal,
                ReasonsJson = e.Uphold ? ReasonsJson : null,
            },
            CommentDecisionUndone { OfBranch: true, Restored: var lifted } => changed with
            {
                IsLocked = lifted.IsLocked,
                LockDecision = lifted.LockDecision,
            },
            CommentDecisionUndone e => changed.Undone(e.Restored),
            _ => throw Unforeseen.Event<Comment>(@event),
        };
    }

    /// <summary>A new text, judged anew: no decision about the old one stands any more.</summary>
    Comment Edited(CommentEdited e, Comment before) =>
        this with
        {
            ContentJson = e.Text.Content,
            EditedAt = e.At,
            TextHash = Comments.TextHash.At(
                PostedAt,
                Comments.TextHash.Of(
                    Site,
                    CommentJsonParts.AuthorKey(AuthorJson),
                    e.ArticleKey,
                    ParentId,
                    e.Body
                )
            ),
            ReasonsJson = before.ReasonsAfter(e),
            Decision = null,
            DecidedBy = State == before.State ? DecidedBy : null,
            Appeal = State == before.State ? Appeal : null,
        };

    /// <summary>What screening says of the new text; where it only says that the old one was held, why that was.</summary>
    string? ReasonsAfter(CommentEdited e)
    {
        var screened = HoldReasons.Of(e.Verdicts);
        // in the shadow, by what its author is told
        var told = HoldReasons.ToldOf(Screening.Reasons(e.Verdicts)) ?? e.State;
        if (told != ToldState || told == CommentState.Published)
            return screened;
        var before = HoldReasons.Read(ReasonsJson).ToList();
        foreach (var reason in HoldReasons.Read(screened))
            if (reason.Rule != HoldReason.HeldBefore)
            {
                before.RemoveAll(r => r.Rule == reason.Rule);
                before.Add(reason);
            }
        return HoldReasons.Write(before);
    }

    /// <summary>Whatever it was decided or appealed for stays where the state does.</summary>
    Comment Judged(CommentJudged e, Comment before)
    {
        var judged = State == before.State ? this : Undecided();
        return e.Action switch
        {
            VerdictAction.Hold when State == CommentState.Pending => judged with
            {
                ReasonsJson = Because(HoldReason.Of(e)),
            },
            // in the shadow it stays; its author is told what anybody would be
            VerdictAction.Hold when before.SeemsPublished => judged with
            {
                ReasonsJson = Because(HoldReason.Of(e)),
            },
            VerdictAction.Release when before.ShadowState == CommentState.Pending => judged with
            {
                ReasonsJson = HoldReasons.OnlyShadow,
            },
            _ => IsPublished && !before.IsPublished ? judged with { ReasonsJson = null } : judged,
        };
    }

    /// <summary>Back to what a decision had found; flags that came since stay, and so does a lock.</summary>
    Comment Undone(CommentStatus restored) =>
        this with
        {
            IsFeatured = restored.IsFeatured,
            Flags = Flags + restored.Flags,
            Notices = Notices + restored.Notices,
            ReasonsJson = HoldReasons.Write(restored.Reasons),
            Decision = restored.Decision,
            DecidedBy = restored.DecidedBy,
            Appeal = restored.Appeal,
        };

    string? Because(HoldReason reason) => HoldReasons.Add(ReasonsJson, reason);

    /// <summary>What a decision finds, and what undoing it restores.</summary>
    public CommentStatus Status =>
        new(
            State,
            RemovedBy,
            IsFeatured,
            Flags,
            HoldReasons.Read(ReasonsJson),
            Decision,
            DecidedBy,
            Appeal,
            IsLocked,
            LockDecision,
            Notices
        );

    Visibility Visibility => new(State, RemovedBy);

    Comment Decided(object decision) =>
        decision is ICommentDecision e
            ? Decided(e.DecisionId, e.By)
            : throw Unforeseen.Event<Comment>(decision);

    Comment Decided(Guid decision, string by) =>
        this with
        {
            // a notice about what still waits is still to be decided
            Flags = State == CommentState.Pending ? Notices : 0,
            Notices = State == CommentState.Pending ? Notices : 0,
            Decision = decision,
            DecidedBy = by,
            Appeal = null,
        };

    Comment Undecided() => this with { Decision = null, DecidedBy = null, Appeal = null };

    /// <summary>One reaction more or less of a kind.</summary>
    public Comment Count(string kind, int weight, int change) =>
        this with
        {
            ReactionsJson = CommentJsonParts.Reactions(ReactionsJson, kind, change),
            Positive = Positive + (weight > 0 ? change : 0),
            Negative = Negative + (weight < 0 ? change : 0),
        };

    /// <summary>Kept from all but its author, who must not find out: the rule <c>shadow</c> said so, and no moderator has
    /// decided on it.</summary>
    public bool IsShadowed => ShadowState is not null;

    /// <summary>What its author takes it for; null where it is not shadowed.</summary>
    public CommentState? ShadowState => ShadowOf(State, RemovedBy, ReasonsJson);

    public static CommentState? ShadowOf(CommentState state, RemovedBy? removedBy, string? reasonsJson) =>
        state == CommentState.Rejected && removedBy == Comments.RemovedBy.Rule
            ? HoldReasons.ToldOf(HoldReasons.Read(reasonsJson))
            : null;

    /// <summary>As its author is told; see <see cref="IsShadowed"/>.</summary>
    public CommentState ToldState => ShadowState ?? State;

    /// <inheritdoc cref="ToldState"/>
    public RemovedBy? ToldRemovedBy => ShadowState == CommentState.Published ? null : RemovedBy;

    /// <summary>Its author takes it for published, and nobody else sees it.</summary>
    public bool SeemsPublished => ShadowState == CommentState.Published;

    /// <summary>Readers see its text.</summary>
    public bool IsPublished => State == CommentState.Published;

    /// <summary>Readers see it, or a tombstone in its place because there is something below it.</summary>
    public bool IsShown => IsPublished || ShownReplies > 0;
}
