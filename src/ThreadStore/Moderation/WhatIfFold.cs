using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.Moderation;

/// <summary>
/// A site's history under other settings. It remembers a number for a commenter, what was written of late, and of other
/// comments only those that readers don't see and those that somebody flagged; never a text. So memory follows their
/// number, not the history's, nor what the settings do.
/// </summary>
/// <param name="flagged">The comments that are flagged some day: only what is made of these can change later.</param>
public sealed class WhatIfFold(string site, SiteSettings settings, IReadOnlySet<Guid> flagged)
{
    const int MaxExamples = 20;

    /// <summary>What was and would have been made of a comment's last text, by screening and then by flags.</summary>
    /// <param name="Position">Of the event that submitted it.</param>
    /// <param name="Flags">Those that are not settled.</param>
    readonly record struct Fate(long Position, CommentState Was, CommentState WouldBe, int Flags)
    {
        public bool Differs => Was != WouldBe;
    }

    // as bytes, since there may be a million
    readonly Dictionary<Guid, (byte State, byte? By)> hidden = [];
    readonly Dictionary<Guid, Fate> fates = [];
    readonly WhatIfRecent recent = new(settings);
    readonly WhatIfPeople people = new(settings);

    // most commenters have no decision about them
    readonly Dictionary<Guid, Commenter> standings = [];
    readonly Dictionary<Guid, int> published = [];
    readonly Dictionary<Guid, ModerationMode?> modes = [];
    readonly Dictionary<string, long> byRule = [];
    readonly LinkedList<WhatIfExample> examples = [];
    readonly long[] outcomes = new long[Enum.GetValues<CommentState>().Length];
    long judged;
    long differs;

    // comments that only their authors see, and what these take them for
    readonly Dictionary<Guid, CommentState> shadows = [];

    // held by flags under these settings: whether it was really held too, the next event says
    WhatIfExample? tipped;

    /// <summary>Whether an event of this type changes anything here.</summary>
    public static bool Follows(Type e) =>
        e == typeof(CommentPosted)
        || e == typeof(CommentEdited)
        || e == typeof(CommentDeleted)
        || e == typeof(CommentHeld)
        || e == typeof(CommentJudged)
        || e == typeof(CommentFlagged)
        || e == typeof(FlagRecounted)
        || e == typeof(CommenterJoined)
        || e == typeof(CommentDecisionUndone)
        || e == typeof(ArticleModerationSet)
        || e == typeof(WarningAcknowledged)
        || e == typeof(CommenterDecisionUndone)
        || e.IsAssignableTo(typeof(IArticleMove))
        || e.IsAssignableTo(typeof(ICommentDecision))
        || e.IsAssignableTo(typeof(ICommenterDecision));

    /// <summary>What the rules say of a text that was submitted: nothing but the event is needed.</summary>
    public TextVerdicts? Screen(object @event) =>
        @event switch
        {
            CommentPosted e => Screening.OfText(settings, e.Text),
            CommentEdited e => Screening.OfText(settings, e.Text),
            _ => null,
        };

    /// <param name="author">Of the comment that a decision is about.</param>
    /// <param name="text">What <see cref="Screen"/> says of it, which a post and an edit need.</param>
    public void Apply(long position, object @event, Guid? author, TextVerdicts? text)
    {
        if (@event is not CommentHeld { CommentId: var held } || held != tipped?.Comment)
            ShowTipped();
        switch (@event)
        {
            case ArticleModerationSet e:
                modes[StreamId.Article(site, e.ArticleKey)] = e.Mode;
                break;
            case IArticleMove e:
                recent.Moved(site, e);
                if (e is ArticleRenamed { Moderation: var mode })
                    modes[StreamId.Article(site, e.ArticleKey)] = mode;
                break;
            case CommenterJoined e:
                people.Joined(StreamId.Commenter(site, e.CommenterKey), e.At);
                break;
            case ICommenterDecision e:
                Regard(e.CommenterKey, e);
                break;
            case WarningAcknowledged e:
                Regard(e.CommenterKey, e);
                break;
            case CommenterDecisionUndone e:
                Regard(e.CommenterKey, e);
                break;
            case CommentPosted e:
                Post(position, e, text);
                break;
            case CommentEdited e:
                Edit(position, e, text);
                break;
            case CommentFlagged e:
                Flag(e);
                break;
            case FlagRecounted e:
                CountFlags(e.CommentId, e.Shadowed ? -1 : +1);
                break;
            case CommentHeld e:
                Hold(e, author);
                break;
            case CommentJudged e:
                Stand(e.CommentId, author, e);
                break;
            case CommentDeleted e:
                if (e.DecisionId is not null)
                    CountFlags(e.CommentId, null);
                Stand(e.CommentId, author, e);
                recent.Forget(e.CommentId);
                break;
            case IBranchDecision or CommentDecisionUndone { OfBranch: true }:
                break;
            case CommentDecisionUndone e:
                CountFlags(e.CommentId, e.Restored.Flags - e.Restored.Notices);
                Stand(e.CommentId, author, e);
                break;
            case ICommentDecision e:
                CountFlags(e.CommentId, e is CommentReleased ? 0 : null);
                Stand(e.CommentId, author, e);
                break;
            default:
                // whoever gives more than is followed has not said what it does
                throw Unforeseen.Event<WhatIfFold>(@event);
        }
    }

    public WhatIfAnswer Answer(long position)
    {
        ShowTipped();
        return new(
            position,
            judged,
            outcomes[(int)CommentState.Pending],
            outcomes[(int)CommentState.Rejected],
            outcomes[(int)CommentState.Published],
            differs,
            byRule.OrderBy(r => r.Key, StringComparer.Ordinal).ToDictionary(),
            [.. examples]
        );
    }

    void Post(long position, CommentPosted e, TextVerdicts? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var author = StreamId.Commenter(site, e.Author.Key);
        var (article, hash) = (StreamId.Article(site, e.ArticleKey), WhatIfRecent.HashOf(e.Body, e.Format));
        var isInShadow = e.ParentId is { } parent && ShadowOf(parent) is not null;
        var judgement = Judge(text, article, e.Author.Key, hash, e.PostedAt, before: null, isInShadow);
        recent.Posted(author, e.CommentId, article, hash, e.PostedAt);
        Count(position, e.CommentId, e.State, judgement);
        // it is nobody's yet, so none that was published is taken away
        Hide(e.CommentId, new(CommentState.Pending, RemovedBy.Rule));
        Stand(e.CommentId, author, e);
    }

    void Edit(long position, CommentEdited e, TextVerdicts? text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // nobody but its author edits a comment
        var author = StreamId.Commenter(site, e.By);
        var (state, removedBy) = StateOf(e.CommentId);
        var (article, hash) = (StreamId.Article(site, e.ArticleKey), WhatIfRecent.HashOf(e.Body, e.Format));
        var told = ShadowOf(e.CommentId);
        var judgement = Judge(
            text,
            article,
            e.By,
            hash,
            e.At,
            new(told ?? state, told == CommentState.Published ? null : removedBy),
            told is not null
        );
        recent.Edited(author, e.CommentId, hash);
        Count(position, e.CommentId, e.State, judgement);
        Stand(e.CommentId, author, e);
    }

    Judgement Judge(
        TextVerdicts text,
        Guid article,
        string authorKey,
        UInt128 hash,
        DateTimeOffset at,
        StateBefore? before,
        bool isInShadow
    )
    {
        var author = StreamId.Commenter(site, authorKey);
        return Screening.Judge(
            text,
            new(
                settings,
                modes.GetValueOrDefault(article),
                standings.GetValueOrDefault(author)?.StandingAt(at) ?? Standing.Good,
                published.GetValueOrDefault(author),
                before is null ? recent.CountAround(author, at) : 0,
                recent.IsElsewhere(author, hash, article, at),
                before,
                isInShadow
            )
            {
                IsGuest = Guest.Is(authorKey),
                RejectedComments = people.RejectedOf(author),
                IsTrusted = people.IsTrusted(author, published.GetValueOrDefault(author), at),
                RejectionRate = people.RejectionRateOf(author),
            }
        );
    }

    /// <summary>A text was submitted: what was made of the one before it stays counted.</summary>
    void Count(long position, Guid id, CommentState was, Judgement judgement)
    {
        judged++;
        outcomes[(int)judgement.State]++;
        var reasons = Screening.Reasons(judgement.Verdicts);
        foreach (var reason in reasons)
            Count(reason.Rule);
        if (was != judgement.State)
        {
            differs++;
            Show(new(id, position, was, judgement.State, reasons));
        }
        if (flagged.Contains(id))
            fates[id] = new(position, was, judgement.State, fates.GetValueOrDefault(id).Flags);
    }

    void Count(string rule) => byRule[rule] = byRule.GetValueOrDefault(rule) + 1;

    void Show(WhatIfExample example)
    {
        examples.AddFirst(example);
        if (examples.Count > MaxExamples)
            examples.RemoveLast();
    }

    void ShowTipped()
    {
        if (tipped is not { } example)
            return;
        tipped = null;
        differs++;
        Show(example);
    }

    void Flag(CommentFlagged e)
    {
        if (e.Shadowed || !fates.TryGetValue(e.CommentId, out var fate))
            return;
        fate = fate with { Flags = fate.Flags + 1 };
        if (
            StateOf(e.CommentId).State == CommentState.Published
            && fate.WouldBe == CommentState.Published
            && fate.Flags >= settings.FlagsHeldForReview
        )
        {
            Count(HoldReason.Flags);
            outcomes[(int)CommentState.Published]--;
            outcomes[(int)CommentState.Pending]++;
            var differed = fate.Differs;
            fate = fate with { WouldBe = CommentState.Pending };
            if (differed)
                Unshow(e.CommentId, fate);
            if (fate.Differs)
                tipped = new(
                    e.CommentId,
                    fate.Position,
                    fate.Was,
                    fate.WouldBe,
                    [new(HoldReason.Flags, null)]
                );
        }
        fates[e.CommentId] = fate;
    }

    void Hold(CommentHeld e, Guid? author)
    {
        if (fates.TryGetValue(e.CommentId, out var before) && before.Was == CommentState.Published)
        {
            var fate = before with { Was = CommentState.Pending };
            fates[e.CommentId] = fate;
            if (tipped?.Comment == e.CommentId)
                tipped = null;
            else if (before.Differs)
                Unshow(e.CommentId, before);
            if (fate.Differs)
            {
                differs++;
                Show(new(e.CommentId, fate.Position, fate.Was, fate.WouldBe, []));
            }
        }
        Stand(e.CommentId, author, e);
    }

    /// <summary>What was made of a text is no more something else than what would have been.</summary>
    void Unshow(Guid id, Fate fate)
    {
        differs--;
        if (examples.FirstOrDefault(e => e.Comment == id && e.Position == fate.Position) is { } shown)
            examples.Remove(shown);
    }

    /// <param name="more">Those that an undone decision had settled; null: a decision settles all.</param>
    void CountFlags(Guid id, int? more)
    {
        if (fates.TryGetValue(id, out var fate))
            fates[id] = fate with { Flags = more is { } m ? fate.Flags + m : 0 };
    }

    /// <summary>How the comment really stands from now on.</summary>
    void Stand(Guid id, Guid? author, object @event)
    {
        var (before, told) = (StateOf(id), ShadowOf(id));
        var after = before.After(@event);
        var change = SeemsPublished(after, ToldAfter(@event, told, after == before)) ? 1 : 0;
        change -= SeemsPublished(before, told) ? 1 : 0;
        if (ToldAfter(@event, told, after == before) is { } now)
            shadows[id] = now;
        else
            shadows.Remove(id);
        if (author is { } a && change != 0)
            published[a] = published.GetValueOrDefault(a) + change;
        if (author is { } whose)
            Remember(whose, id, before.State, after.State, @event);
        if (after.IsPublished)
            hidden.Remove(id);
        else
            Hide(id, after);
    }

    void Remember(Guid author, Guid id, CommentState before, CommentState after, object @event)
    {
        people.Rejected(
            author,
            (after == CommentState.Rejected ? 1 : 0) - (before == CommentState.Rejected ? 1 : 0)
        );
        if (@event is ICommentDecision or CommentDeleted { DecisionId: not null })
            people.Decided(author, id, after is CommentState.Rejected or CommentState.Deleted);
        else if (@event is CommentDecisionUndone e)
            people.Decided(author, id, e.Restored.Decision is null ? null : after == CommentState.Rejected);
    }

    static bool SeemsPublished(Visibility really, CommentState? told) =>
        told is { } state ? state == CommentState.Published : really.IsPublished;

    CommentState? ShadowOf(Guid id) => shadows.TryGetValue(id, out var told) ? told : null;

    /// <summary>What its author takes a comment for that nobody else sees; null: it is none of these.</summary>
    static CommentState? ToldAfter(object @event, CommentState? told, bool staysAsItIs) =>
        @event switch
        {
            CommentPosted e => HoldReasons.ToldOf(Screening.Reasons(e.Verdicts)),
            CommentEdited e => HoldReasons.ToldOf(Screening.Reasons(e.Verdicts)),
            CommentJudged e => (e.Action, told) switch
            {
                (VerdictAction.Hold, CommentState.Published) => CommentState.Pending,
                (VerdictAction.Release, CommentState.Pending) => CommentState.Published,
                _ => told,
            },
            CommentDecisionUndone { Restored: var was } => Comment.ShadowOf(
                was.State,
                was.RemovedBy,
                HoldReasons.Write(was.Reasons)
            ),
            _ => staysAsItIs ? told : null,
        };

    void Hide(Guid id, Visibility it) => hidden[id] = ((byte)it.State, (byte?)it.RemovedBy);

    Visibility StateOf(Guid id) =>
        hidden.TryGetValue(id, out var it)
            ? new((CommentState)it.State, (RemovedBy?)it.By)
            : Visibility.Published;

    void Regard(string key, object @event)
    {
        var id = StreamId.Commenter(site, key);
        var before =
            standings.GetValueOrDefault(id)
            ?? new(site, id, "", "", null, default, 0, 0, Standing.Good, null, null, null, null, 0, 0);
        standings[id] = Commenter.After(before, site, @event);
    }
}
