using ThreadStore.Comments;
using ThreadStore.Moderation;
using ThreadStore.Moderation.Rules;
using ThreadStore.Notices;
using ThreadStore.Sites;

namespace ThreadStore.History.Discounts;

/// <summary>
/// One comment as it is and as it would be without some of the flags on it, folded side by side by the code that makes the
/// live rows. As long as the two are the same, what happened is what would have; from then on the site's threshold holds
/// it, and what moderators and its author did falls on it as it would be.
/// </summary>
sealed class DiscountedFlags(string site)
{
    Comment? real;
    Comment? would;

    // ever: a decision makes the two the same again, and its undoing others
    bool differed;

    // what each decision found, or would have
    readonly Dictionary<Guid, CommentStatus> found = [];

    /// <summary>How it would be; null: nothing was posted.</summary>
    public Comment? Would => would;

    /// <param name="isDiscounted">It is a flag that was never raised.</param>
    /// <param name="threshold">With how many flags the site held a comment then; null: never.</param>
    public void Apply(object @event, bool isDiscounted, int? threshold)
    {
        if (@event is CommentPosted)
        {
            would = real = Comment.After(null, site, @event);
            return;
        }
        if (real is null || would is null)
            return;
        var before = would;
        would =
            isDiscounted ? would
            : would == real && !(differed && @event is CommentDecisionUndone) ? After(would, @event)
            : Otherwise(would, @event, threshold);
        if (DecisionOf(@event) is { } decision)
            found[decision] = Found(before, would, @event);
        real = After(real, @event);
        // neither is shown here, and each counts events that the other does not have
        would = would with
        {
            Version = real.Version,
        };
        differed |= would != real;
    }

    static Guid? DecisionOf(object @event) =>
        @event switch
        {
            ICommentDecision e => e.DecisionId,
            CommentDeleted e => e.DecisionId,
            _ => null,
        };

    /// <summary>What an undoing restores: where a decision left a comment waiting, its notices are still open.</summary>
    static CommentStatus Found(Comment before, Comment after, object @event) =>
        @event is not IBranchDecision && after.State == CommentState.Pending
            ? before.Status with
            {
                Flags = before.Flags - before.Notices,
                Notices = 0,
            }
            : before.Status;

    Comment After(Comment comment, object @event) =>
        @event switch
        {
            CommentFlagged { Shadowed: true } => comment,
            CommentFlagged => comment with { Flags = comment.Flags + 1 },
            FlagRecounted e => comment with { Flags = comment.Flags + (e.Shadowed ? -1 : +1) },
            NoticeReceived => comment with { Flags = comment.Flags + 1, Notices = comment.Notices + 1 },
            _ => Comment.After(comment, site, @event),
        };

    /// <summary>What an event would have made of a comment that would stand otherwise than it does.</summary>
    Comment Otherwise(Comment comment, object @event, int? threshold) =>
        @event switch
        {
            CommentFlagged e => Flagged(After(comment, e), e, threshold),
            // the threshold says so, or does not
            CommentHeld { Rule: HoldReason.Flags } => comment,
            CommentEdited e => After(comment, Screened(comment, e)),
            CommentJudged when comment.State == CommentState.Deleted || comment.Decision is not null =>
                comment,
            CommentJudged e => After(comment, e with { State = Judging.StateAfter(comment, e.Action) }),
            CommentDecisionUndone { OfBranch: false } e => Undone(comment, e),
            _ => After(comment, @event),
        };

    Comment Flagged(Comment comment, CommentFlagged e, int? threshold) =>
        !e.Shadowed && comment.IsPublished && comment.Flags - comment.Notices >= threshold
            ? After(comment, new CommentHeld(e.CommentId, e.ArticleKey, HoldReason.Flags, e.By, e.At))
            : comment;

    /// <summary>What the rules said of the text stays; an edit of what is held frees nothing.</summary>
    static CommentEdited Screened(Comment comment, CommentEdited e)
    {
        var verdicts = e.Verdicts.Where(v => v.Rule != HoldReason.HeldBefore).ToList();
        var rule = new HeldBefore();
        var situation = new Situation(
            new SiteSettings(),
            null,
            Commenters.Standing.Good,
            0,
            0,
            false,
            new(comment.ToldState, comment.ToldRemovedBy),
            comment.IsShadowed
        );
        if (rule.IsAskedFor(situation) && rule.Judge(situation) is { } objection)
            verdicts.Add(new(rule.Name, rule.Version, objection.State, objection.Match));
        return e with { State = Screening.Strongest(verdicts), Verdicts = verdicts };
    }

    Comment Undone(Comment comment, CommentDecisionUndone e)
    {
        if (!found.TryGetValue(e.Undone, out var restored))
            return After(comment, e);
        // something later stands on it that there is not in truth
        return comment.Decision == e.Undone
            ? After(comment, e with { State = restored.State, Restored = restored })
            : comment;
    }
}
