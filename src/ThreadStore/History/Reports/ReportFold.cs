using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;

namespace ThreadStore.History.Reports;

/// <summary>Folds a stretch of history into comments and facts. The comments that it is about are known beforehand.</summary>
public sealed class ReportFold
{
    readonly Dictionary<(string Site, Guid Id), CountedComment> comments = [];

    /// <summary>Comments that the stretch changed; and what happened in it.</summary>
    public Dictionary<(string Site, Guid Id), CountedComment> Changed { get; } = [];
    public List<Fact> Facts { get; } = [];

    /// <summary>In the order in which moderators decided so; each is about a fact from before, in the stretch or not.</summary>
    public List<RecountedFact> Recounts { get; } = [];

    /// <summary>The comment that an event is about; null: it is about none, or nothing that is counted.</summary>
    public static Guid? About(object @event) =>
        @event switch
        {
            ReactionSet e => e.CommentId,
            ReactionRemoved e => e.CommentId,
            ReactionRecounted e => e.CommentId,
            FlagRecounted e => e.CommentId,
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
            ReactionRemoved e => Count(before, e.Previous, -1),
            ReactionRecounted e => Recount(before, e),
            CommentFlagged e => Flag(before, id, e),
            FlagRecounted e => Recount(before, e),
            // it waits for a decision as what is flagged does
            NoticeReceived e => before with { WaitingSince = before.WaitingSince ?? e.At },
            // what was written with a flag is counted by nobody
            FlagNotesPurged or CommentTextPurged => before,
            _ => throw Unforeseen.Event<CountedComment>(@event),
        };
        after = after with
        {
            State = StateAfter(before.State, @event),
            IsFeatured = FeaturedAfter(before, @event),
            Outcome = OutcomeAfter(before, @event),
        };
        if (before.WaitingSince is { } since && after.WaitingSince != since && TimeOf(@event) is { } at)
            Facts.Add(
                Of(
                    before,
                    new(site, id, WaitNumber, "waited", at, null, null, null, (at - since).TotalSeconds)
                )
            );
        if (after != before)
            Put(after);
    }

    /// <summary>Of the fact that a wait ended, beside those of the same event.</summary>
    const int WaitNumber = 1_000;

    /// <summary>When something happened that may end a wait.</summary>
    static DateTimeOffset? TimeOf(object @event) =>
        @event switch
        {
            CommentEdited e => e.At,
            CommentDeleted e => e.At,
            CommentJudged e => e.At,
            // it should never have waited
            CommentReleased => null,
            ICommentDecision e => e.At,
            CommentDecisionUndone e => e.At,
            _ => null,
        };

    static bool FeaturedAfter(CountedComment before, object @event) =>
        @event switch
        {
            CommentFeatured => true,
            CommentUnfeatured or CommentRejected or CommentDeleted => false,
            CommentDecisionUndone { OfBranch: false } e => e.Restored.IsFeatured,
            _ => before.IsFeatured,
        };

    /// <summary>What becomes of a rule's catch is for people to say; whatever happens to the comment later opens it again.</summary>
    static string? OutcomeAfter(CountedComment before, object @event) =>
        @event switch
        {
            CommentApproved { Means: DecisionMeans.Person }
            or CommentRestored
            or AppealDecided { Uphold: false } => "approved",
            CommentRejected { Means: DecisionMeans.Person }
            or AppealDecided
            or CommentDeleted { RemovedBy: RemovedBy.Moderator } => "rejected",
            CommentApproved or CommentRejected or CommentHeld or CommentDecisionUndone { OfBranch: false } =>
                null,
            CommentEdited e when e.State != before.State => null,
            CommentJudged e when e.State != before.State => null,
            _ => before.Outcome,
        };

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
            {
                IsByStaff = e.Author.Badges?.Any(Staff.Badges.Contains) == true,
            }
        );
        Screened(comments[(site, e.CommentId)], id, e.PostedAt, e.State, e.Verdicts);
    }

    CountedComment Edit(CountedComment c, Guid id, CommentEdited e)
    {
        // what was held before, and still is, was counted then
        if (e.State == c.State)
            return c;
        Screened(c, id, e.At, e.State, e.Verdicts);
        return c with { WaitingSince = e.State == CommentState.Pending ? e.At : null };
    }

    /// <summary>Screening kept a text from readers: a fact for each rule that asked for it.</summary>
    void Screened(
        CountedComment c,
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
        AddAll(c, id, kind, at, rules is [] ? [null] : rules, DecisionMeans.Rule);
    }

    CountedComment Delete(CountedComment c, Guid id, CommentDeleted e)
    {
        if (e.RemovedBy == RemovedBy.Moderator)
            Add(c, id, "deleted", e.At, e.By, null, DecisionMeans.Person, Waited(c, e.At), e.DecisionId);
        return c with { WaitingSince = null };
    }

    CountedComment Hold(CountedComment c, Guid id, string rule, DateTimeOffset at)
    {
        AddAll(c, id, "held", at, [rule], DecisionMeans.Rule);
        return c with { WaitingSince = c.WaitingSince ?? at };
    }

    /// <summary>An outside classifier holds or releases as a rule does, or leaves the comment as it is.</summary>
    CountedComment Judge(CountedComment c, Guid id, CommentJudged e)
    {
        c = c with { Score = Math.Max(c.Score ?? e.Score, e.Score) };
        if (e.State == c.State)
            return c;
        if (e.State == CommentState.Pending)
            return Hold(c, id, HoldReason.Classifier, e.At);
        Add(c, id, "approved", e.At, null, null, e.Means, Waited(c, e.At));
        return c with { WaitingSince = null };
    }

    CountedComment Decide(CountedComment c, Guid id, ICommentDecision decision)
    {
        void Decided(string kind, string? reason, DecisionMeans means, double? seconds) =>
            Add(c, id, kind, decision.At, decision.By, reason, means, seconds, decision.DecisionId);
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
            // nobody decided about it: it waits on for as long as somebody's flag does
            case CommentReleased e:
                return c with { WaitingSince = e.Flags > 0 ? c.WaitingSince : null };
            // to feature settles the flags so far, and is no decision about the comment's right to be there
            case CommentFeatured or CommentUnfeatured:
                return c with { WaitingSince = c.State == CommentState.Pending ? c.WaitingSince : null };
            default:
                throw Unforeseen.Event<CountedComment>(decision);
        }
    }

    CountedComment Undo(CountedComment c, Guid id, CommentDecisionUndone e)
    {
        Add(c, id, "undone", e.At, e.By, null, DecisionMeans.Person, null, e.Undone);
        return c with
        {
            WaitingSince = e.State == CommentState.Pending || e.Restored.Flags > 0 ? e.At : null,
        };
    }

    CountedComment Appeal(CountedComment c, Guid id, DecisionAppealed e)
    {
        Add(c, id, "appealed", e.At, null, null, DecisionMeans.Person, null);
        return c with { AppealedAt = e.At };
    }

    CountedComment React(CountedComment c, Guid id, ReactionSet e)
    {
        if (!e.Shadowed)
            Facts.Add(
                Of(c, new(c.Site, id, 0, "reaction", e.At, null, null, null, null)) with
                {
                    Person = StreamId.Commenter(c.Site, e.By),
                    Weight = e.Weight,
                }
            );
        return Count(
            e.Previous is { } before ? Count(c, before, -1) : c,
            new(e.Kind, e.Weight, e.Shadowed),
            1
        );
    }

    static CountedComment Count(CountedComment c, PlacedReaction placed, int change) =>
        placed.Shadowed
            ? c
            : c with
            {
                Reactions = c.Reactions + change,
                Positive = c.Positive + (placed.Weight > 0 ? change : 0),
                Negative = c.Negative + (placed.Weight < 0 ? change : 0),
            };

    CountedComment Recount(CountedComment c, ReactionRecounted e)
    {
        foreach (var at in e.Casts)
            Recounts.Add(
                new(c.Site, c.Id, StreamId.Commenter(c.Site, e.CommenterKey), at, false, e.Undone is not null)
            );
        return Count(Count(c, e.Previous, -1), e.Placed, +1);
    }

    CountedComment Recount(CountedComment c, FlagRecounted e)
    {
        Recounts.Add(
            new(c.Site, c.Id, StreamId.Commenter(c.Site, e.CommenterKey), e.Cast, true, !e.Shadowed)
        );
        return c with
        {
            Flags = c.Flags + (e.Shadowed ? -1 : +1),
            WaitingSince =
                !e.Shadowed ? (c.WaitingSince < e.Cast ? c.WaitingSince : e.Cast)
                : e.Left == 0 && c.State != CommentState.Pending ? null
                : c.WaitingSince,
        };
    }

    CountedComment Flag(CountedComment c, Guid id, CommentFlagged e)
    {
        if (e.Shadowed)
            return c;
        Facts.Add(
            Of(
                c,
                new(c.Site, id, 0, "flagged", e.At, null, e.Reason.Word(), DecisionMeans.Person.Word(), null)
            ) with
            {
                Person = StreamId.Commenter(c.Site, e.By),
            }
        );
        return c with { Flags = c.Flags + 1, WaitingSince = c.WaitingSince ?? e.At };
    }

    static double? Waited(CountedComment c, DateTimeOffset at) => (at - c.WaitingSince)?.TotalSeconds;

    static Fact Of(CountedComment c, Fact fact) => fact with { Comment = c.Id, Article = c.ArticleId };

    void AddAll(
        CountedComment c,
        Guid id,
        string kind,
        DateTimeOffset at,
        string?[] reasons,
        DecisionMeans means
    )
    {
        for (var n = 0; n < reasons.Length; n++)
            Facts.Add(Of(c, new(c.Site, id, n, kind, at, null, reasons[n], means.Word(), null)));
    }

    void Add(
        CountedComment c,
        Guid id,
        string kind,
        DateTimeOffset at,
        string? actor,
        string? reason,
        DecisionMeans means,
        double? seconds,
        Guid? decision = null
    ) =>
        Facts.Add(
            Of(c, new(c.Site, id, 0, kind, at, actor, reason, means.Word(), seconds)) with
            {
                Decision = decision,
            }
        );
}
