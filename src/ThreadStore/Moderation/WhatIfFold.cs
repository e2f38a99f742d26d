using System.IO.Hashing;
using System.Runtime.InteropServices;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Sites;
using ThreadStore.Storage;

namespace ThreadStore.Moderation;

/// <summary>
/// A site's history under other settings. It remembers commenters, and of comments only those that are not simply
/// published, both really and under these settings; never a text. So memory follows their number, not the history's.
/// </summary>
public sealed class WhatIfFold(string site, SiteSettings settings)
{
    const int MaxExamples = 20;

    /// <summary>How a comment stands, and what was and would have been made of its text.</summary>
    sealed record Fate(
        CommentState State,
        RemovedBy? RemovedBy,
        int Flags,
        CommentState Was,
        CommentState WouldBe
    )
    {
        public static readonly Fate Simple = new(
            CommentState.Published,
            null,
            0,
            CommentState.Published,
            CommentState.Published
        );

        public bool IsFlagged { get; init; }
    }

    readonly Dictionary<Guid, Fate> fates = [];
    readonly Dictionary<Guid, WhatIfAuthor> authors = [];
    readonly Dictionary<Guid, ModerationMode?> modes = [];
    readonly Dictionary<string, long> byRule = [];
    readonly LinkedList<WhatIfExample> examples = [];
    readonly long[] outcomes = new long[Enum.GetValues<CommentState>().Length];
    long judged;
    long differs;

    /// <summary>Whether an event of this type changes anything here.</summary>
    public static bool Follows(Type e) =>
        e == typeof(CommentPosted)
        || e == typeof(CommentEdited)
        || e == typeof(CommentDeleted)
        || e == typeof(CommentHeld)
        || e == typeof(CommentFlagged)
        || e == typeof(CommentDecisionUndone)
        || e == typeof(ArticleModerationSet)
        || e == typeof(WarningAcknowledged)
        || e == typeof(CommenterDecisionUndone)
        || e.IsAssignableTo(typeof(ICommentDecision))
        || e.IsAssignableTo(typeof(ICommenterDecision));

    /// <param name="author">Of the comment that it is about.</param>
    public void Apply(long position, object @event, Guid? author)
    {
        switch (@event)
        {
            case ArticleModerationSet e:
                modes[StreamId.Article(site, e.ArticleKey)] = e.Mode;
                break;
            case ICommenterDecision e:
                AuthorOf(e.CommenterKey).Change(c => c.Apply(e));
                break;
            case WarningAcknowledged e:
                AuthorOf(e.CommenterKey).Change(c => c.Apply(e));
                break;
            case CommenterDecisionUndone e:
                AuthorOf(e.CommenterKey).Change(c => c.Apply(e));
                break;
            case CommentPosted e:
                Post(position, e);
                break;
            case CommentEdited e:
                Edit(position, e);
                break;
            case CommentFlagged e:
                Flag(position, e);
                break;
            case CommentHeld e:
                Hold(position, e, author);
                break;
            case CommentDeleted e:
                Stand(
                    e.CommentId,
                    author,
                    CommentState.Deleted,
                    e.RemovedBy,
                    e.DecisionId is null ? null : 0
                );
                if (author is { } deleted)
                    AuthorOf(deleted).Forget(e.CommentId);
                break;
            case CommentDecisionUndone e:
                var flags = FateOf(e.CommentId).Flags + e.Restored.Flags;
                Stand(e.CommentId, author, e.Restored.State, e.Restored.RemovedBy, flags);
                break;
            case ICommentDecision e:
                var (state, by) = After(e);
                Stand(e.CommentId, author, state, by, 0);
                break;
            default:
                break;
        }
    }

    public WhatIfAnswer Answer(long position) =>
        new(
            position,
            judged,
            outcomes[(int)CommentState.Pending],
            outcomes[(int)CommentState.Rejected],
            outcomes[(int)CommentState.Published],
            differs,
            byRule.OrderBy(r => r.Key, StringComparer.Ordinal).ToDictionary(),
            [.. examples]
        );

    void Post(long position, CommentPosted e)
    {
        var author = AuthorOf(e.Author.Key);
        var article = StreamId.Article(site, e.ArticleKey);
        var hash = HashOf(e.Body, e.Format);
        var judgement = Judge(e.Body, e.Format, article, author, hash, e.PostedAt, before: null);
        author.Posted(settings, e.CommentId, article, hash, e.PostedAt);
        Count(position, e.CommentId, Fate.Simple, e.State, judgement);
        Stand(
            e.CommentId,
            author.Id,
            e.State,
            e.State == CommentState.Published ? null : RemovedBy.Rule,
            isNew: true
        );
    }

    void Edit(long position, CommentEdited e)
    {
        // nobody but its author edits a comment
        var author = AuthorOf(e.By);
        var before = FateOf(e.CommentId);
        var article = StreamId.Article(site, e.ArticleKey);
        var hash = HashOf(e.Body, e.Format);
        var judgement = Judge(
            e.Body,
            e.Format,
            article,
            author,
            hash,
            e.At,
            new(before.State, before.RemovedBy)
        );
        author.Edited(settings, e.CommentId, hash);
        Count(position, e.CommentId, before, e.State, judgement);
        var by =
            e.State == before.State ? before.RemovedBy
            : e.State == CommentState.Published ? null
            : (RemovedBy?)RemovedBy.Rule;
        Stand(e.CommentId, author.Id, e.State, by);
    }

    Judgement Judge(
        string body,
        BodyFormat format,
        Guid article,
        WhatIfAuthor author,
        UInt128 hash,
        DateTimeOffset at,
        StateBefore? before
    ) =>
        Screening.Judge(
            Screening.OfText(settings, body, format),
            new(
                settings,
                modes.GetValueOrDefault(article),
                author.StandingAt(at),
                author.Published,
                settings.FloodHeldForReview is not null && before is null ? author.CountAround(at) : 0,
                settings.RepeatedTextHeldForReview && author.IsElsewhere(hash, article, at),
                before
            )
        );

    /// <summary>A text was submitted: what was made of the one before it stays counted.</summary>
    void Count(long position, Guid id, Fate before, CommentState was, Judgement judgement)
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
        Keep(id, before with { Was = was, WouldBe = judgement.State, IsFlagged = false });
    }

    void Count(string rule) => byRule[rule] = byRule.GetValueOrDefault(rule) + 1;

    void Show(WhatIfExample example)
    {
        examples.AddFirst(example);
        if (examples.Count > MaxExamples)
            examples.RemoveLast();
    }

    void Flag(long position, CommentFlagged e)
    {
        var fate = FateOf(e.CommentId);
        fate = fate with { Flags = fate.Flags + 1 };
        Keep(e.CommentId, fate);
        if (
            fate.State != CommentState.Published
            || fate.WouldBe != CommentState.Published
            || fate.IsFlagged
            || !(fate.Flags >= settings.FlagsHeldForReview)
        )
            return;
        Count(HoldReason.Flags);
        outcomes[(int)CommentState.Published]--;
        outcomes[(int)CommentState.Pending]++;
        Turn(position, e.CommentId, fate, fate with { WouldBe = CommentState.Pending, IsFlagged = true });
    }

    void Hold(long position, CommentHeld e, Guid? author)
    {
        var fate = FateOf(e.CommentId);
        if (fate.Was == CommentState.Published)
            Turn(position, e.CommentId, fate, fate with { Was = CommentState.Pending });
        Stand(e.CommentId, author, CommentState.Pending, RemovedBy.Rule);
    }

    /// <summary>Something else was, or would have been, made of a text that is counted already.</summary>
    void Turn(long position, Guid id, Fate before, Fate after)
    {
        var (differed, isOther) = (before.Was != before.WouldBe, after.Was != after.WouldBe);
        differs += (isOther ? 1 : 0) - (differed ? 1 : 0);
        if (differed && examples.FirstOrDefault(e => e.Id == id) is { } shown)
            examples.Remove(shown);
        if (isOther)
            Show(
                new(
                    id,
                    position,
                    after.Was,
                    after.WouldBe,
                    after.IsFlagged ? [new(HoldReason.Flags, null)] : []
                )
            );
        Keep(id, after);
    }

    /// <summary>How the comment really stands from now on.</summary>
    /// <param name="flags">Those that are not settled; null: as many as before.</param>
    void Stand(
        Guid id,
        Guid? author,
        CommentState state,
        RemovedBy? by,
        int? flags = null,
        bool isNew = false
    )
    {
        var before = FateOf(id);
        if (author is { } a)
            AuthorOf(a).Published +=
                (state == CommentState.Published ? 1 : 0)
                - (!isNew && before.State == CommentState.Published ? 1 : 0);
        Keep(id, before with { State = state, RemovedBy = by, Flags = flags ?? before.Flags });
    }

    (CommentState State, RemovedBy? By) After(ICommentDecision e) =>
        e switch
        {
            CommentRejected => (CommentState.Rejected, RemovedBy.Moderator),
            CommentFeatured or CommentUnfeatured or AppealDecided { Uphold: true } => (
                FateOf(e.CommentId).State,
                FateOf(e.CommentId).RemovedBy
            ),
            _ => (CommentState.Published, null),
        };

    Fate FateOf(Guid id) => fates.GetValueOrDefault(id, Fate.Simple);

    void Keep(Guid id, Fate fate)
    {
        if (fate == Fate.Simple)
            fates.Remove(id);
        else
            fates[id] = fate;
    }

    WhatIfAuthor AuthorOf(string key) => AuthorOf(StreamId.Commenter(site, key));

    WhatIfAuthor AuthorOf(Guid id) =>
        authors.TryGetValue(id, out var author) ? author : authors[id] = new(site, id);

    static UInt128 HashOf(string body, BodyFormat format) =>
        XxHash128.HashToUInt128(MemoryMarshal.AsBytes(body.AsSpan()), (long)format);
}
