using ThreadStore.Comments;
using ThreadStore.Notices;
using ThreadStore.Storage;

namespace ThreadStore.History.Reports;

/// <summary>A comment, as far as reports count it.</summary>
/// <param name="Reactions">That stand on it.</param>
/// <param name="WaitingSince">Since when it waits for a moderator: held, or flagged.</param>
public sealed record CountedComment(
    string Site,
    Guid Id,
    Guid ArticleId,
    Guid? ParentId,
    Guid AuthorId,
    int Depth,
    DateTimeOffset PostedAt,
    CommentState State,
    int Reactions,
    DateTimeOffset? WaitingSince,
    DateTimeOffset? AppealedAt
);

/// <summary>Something that happened at a time; see <see cref="ReportTables"/>.</summary>
public sealed record Fact(
    string Site,
    Guid Event,
    int N,
    string Kind,
    DateTimeOffset At,
    string? Actor,
    string? Reason,
    string? Means,
    double? Seconds
);

/// <summary>Folds a stretch of history into comments and facts. The comments that it is about are known beforehand.</summary>
public sealed class ReportFold
{
    readonly Dictionary<(string Site, Guid Id), CountedComment> comments = [];

    /// <summary>Comments that the stretch changed; and what happened in it.</summary>
    public Dictionary<(string Site, Guid Id), CountedComment> Changed { get; } = [];
    public List<Fact> Facts { get; } = [];

    /// <summary>The comment that an event is about; null: it is about none, or nothing that is counted.</summary>
    public static Guid? About(object @event) =>
        @event switch
        {
            ReactionSet e => e.CommentId,
            ReactionRemoved e => e.CommentId,
            CommentFlagged e => e.CommentId,
            NoticeReceived e => e.CommentId,
            _ => CommentEvents.StreamOf(@event),
        };

    public void Known(CountedComment comment) => comments[(comment.Site, comment.Id)] = comment;

    public void Apply(string site, Guid id, object @event)
    {
        if (@event is CommentPosted posted)
        {
            Post(site, id, posted);
            return;
        }
        if (About(@event) is not { } commentId)
            return;
        var before = comments[(site, commentId)];
        var after = @event switch
        {
            CommentEdited e => Edit(before, id, e),
            CommentDeleted e => Delete(before, id, e),
            CommentHeld e => Hold(before, id, e.Rule, e.At),
            CommentJudged e => Judge(before, id, e),
            // no decision about the comment's right to be there, nor about its flags
            IBranchDecision or CommentDecisionUndone { OfBranch: true } => before,
            ICommentDecision e => Decide(before, id, e),
            CommentDecisionUndone e => Undo(before, id, e),
            DecisionAppealed e => Appeal(before, id, e),
            ReactionSet e => React(before, id, e),
            ReactionRemoved e => before with { Reactions = before.Reactions - (e.Previous.Shadowed ? 0 : 1) },
            CommentFlagged e => Flag(before, id, e),
            // it waits for a decision as what is flagged does
            NoticeReceived e => before with { WaitingSince = before.WaitingSince ?? e.At },
            // what was written with a flag is counted by nobody
            FlagNotesPurged or CommentTextPurged => before,
            _ => throw Unforeseen.Event<CountedComment>(@event),
        };
        after = after with { State = StateAfter(before.State, @event) };
        if (after != before)
            Put(after);
    }

    /// <summary>Who took a comment away is counted by nobody.</summary>
    static CommentState StateAfter(CommentState before, object @event) =>
        CommentEvents.StreamOf(@event) is null
            ? before
            : new Visibility(before, RemovedBy: null).After(@event).State;

    void Put(CountedComment comment) =>
        Changed[(comment.Site, comment.Id)] = comments[(comment.Site, comment.Id)] = comment;

    void Post(string site, Guid id, CommentPosted e)
    {
        Put(
            new(
                site,
                e.CommentId,
                StreamId.Article(site, e.ArticleKey),
                e.ParentId,
                StreamId.Commenter(site, e.Author.Key),
                e.Depth,
                e.PostedAt,
                e.State,
                Reactions: 0,
                WaitingSince: e.State == CommentState.Pending ? e.PostedAt : null,
                AppealedAt: null
            )
        );
        Screened(site, id, e.PostedAt, e.State, e.Verdicts);
    }

    CountedComment Edit(CountedComment c, Guid id, CommentEdited e)
    {
        // what was held before, and still is, was counted then
        if (e.State == c.State)
            return c;
        Screened(c.Site, id, e.At, e.State, e.Verdicts);
        return c with { WaitingSince = e.State == CommentState.Pending ? e.At : null };
    }

    /// <summary>Screening kept a text from readers: a fact for each rule that asked for it.</summary>
    void Screened(
        string site,
        Guid id,
        DateTimeOffset at,
        CommentState state,
        IReadOnlyList<Verdict> verdicts
    )
    {
        if (state == CommentState.Published)
            return;
        var kind = state == CommentState.Pending ? "held" : "rejected";
        string?[] rules = [.. verdicts.Where(v => v.State == state).Select(v => v.Rule).Distinct()];
        AddAll(site, id, kind, at, rules is [] ? [null] : rules, DecisionMeans.Rule);
    }

    CountedComment Delete(CountedComment c, Guid id, CommentDeleted e)
    {
        if (e.RemovedBy == RemovedBy.Moderator)
            Add(c.Site, id, "deleted", e.At, e.By, null, DecisionMeans.Person, Waited(c, e.At));
        return c with { WaitingSince = null };
    }

    CountedComment Hold(CountedComment c, Guid id, string rule, DateTimeOffset at)
    {
        AddAll(c.Site, id, "held", at, [rule], DecisionMeans.Rule);
        return c with { WaitingSince = c.WaitingSince ?? at };
    }

    /// <summary>An outside classifier holds or releases as a rule does, or leaves the comment as it is.</summary>
    CountedComment Judge(CountedComment c, Guid id, CommentJudged e)
    {
        if (e.State == c.State)
            return c;
        if (e.State == CommentState.Pending)
            return Hold(c, id, HoldReason.Classifier, e.At);
        Add(c.Site, id, "approved", e.At, null, null, e.Means, Waited(c, e.At));
        return c with { WaitingSince = null };
    }

    CountedComment Decide(CountedComment c, Guid id, ICommentDecision decision)
    {
        void Decided(string kind, string? reason, DecisionMeans means, double? seconds) =>
            Add(c.Site, id, kind, decision.At, decision.By, reason, means, seconds);
        var waited = Waited(c, decision.At);
        switch (decision)
        {
            case CommentApproved e:
                Decided("approved", null, e.Means, waited);
                return c with { WaitingSince = null };
            case CommentRejected e:
                Decided("rejected", e.Reason.Word(), e.Means, waited);
                return c with { WaitingSince = null };
            case CommentRestored e:
                Decided("restored", null, e.Means, waited);
                return c with { WaitingSince = null };
            case AppealDecided e:
                Decided(
                    e.Uphold ? "appealUpheld" : "appealOverturned",
                    null,
                    e.Means,
                    (e.At - c.AppealedAt)?.TotalSeconds
                );
                return c with { WaitingSince = null, AppealedAt = null };
            // to feature settles the flags so far, and is no decision about the comment's right to be there
            case CommentFeatured or CommentUnfeatured:
                return c with { WaitingSince = c.State == CommentState.Pending ? c.WaitingSince : null };
            default:
                throw Unforeseen.Event<CountedComment>(decision);
        }
    }

    CountedComment Undo(CountedComment c, Guid id, CommentDecisionUndone e)
    {
        Add(c.Site, id, "undone", e.At, e.By, null, DecisionMeans.Person, null);
        return c with
        {
            WaitingSince = e.State == CommentState.Pending || e.Restored.Flags > 0 ? e.At : null,
        };
    }

    CountedComment Appeal(CountedComment c, Guid id, DecisionAppealed e)
    {
        Add(c.Site, id, "appealed", e.At, null, null, DecisionMeans.Person, null);
        return c with { AppealedAt = e.At };
    }

    CountedComment React(CountedComment c, Guid id, ReactionSet e)
    {
        if (!e.Shadowed)
            Facts.Add(new(c.Site, id, 0, "reaction", e.At, null, null, null, null));
        var change = (e.Shadowed ? 0 : 1) - (e.Previous is { Shadowed: false } ? 1 : 0);
        return c with { Reactions = c.Reactions + change };
    }

    CountedComment Flag(CountedComment c, Guid id, CommentFlagged e)
    {
        if (e.Shadowed)
            return c;
        Add(c.Site, id, "flagged", e.At, null, e.Reason.Word(), DecisionMeans.Person, null);
        return c with { WaitingSince = c.WaitingSince ?? e.At };
    }

    static double? Waited(CountedComment c, DateTimeOffset at) => (at - c.WaitingSince)?.TotalSeconds;

    void AddAll(string site, Guid id, string kind, DateTimeOffset at, string?[] reasons, DecisionMeans means)
    {
        for (var n = 0; n < reasons.Length; n++)
            Facts.Add(new(site, id, n, kind, at, null, reasons[n], means.Word(), null));
    }

    void Add(
        string site,
        Guid id,
        string kind,
        DateTimeOffset at,
        string? actor,
        string? reason,
        DecisionMeans means,
        double? seconds
    ) => Facts.Add(new(site, id, 0, kind, at, actor, reason, means.Word(), seconds));
}
