using ThreadStore.Appending;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History.Discounts;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation.Discounts;

/// <summary>Notes in the moderators' log whose casts are discounted, and why.</summary>
/// <param name="DecisionId">Shared by all that is discounted with it.</param>
/// <param name="Commenters">Their keys; none where nothing of theirs counts.</param>
sealed record NotingDiscount(
    string Site,
    Guid DecisionId,
    IReadOnlyList<string> Commenters,
    string Reason,
    string? Article,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    public void Need(WorkingSet set)
    {
        foreach (var key in Commenters)
            set.Commenters.Want(Site, StreamId.Commenter(Site, key));
    }

    public Decision Decide(WorkingSet known) =>
        new(
            null,
            [
                .. Commenters
                    .Select(key => (Key: key, Id: StreamId.Commenter(Site, key)))
                    // somebody may have been erased since
                    .Where(c => known.Commenters[Site, c.Id] is not null)
                    .Select(c => new StreamEvent(
                        c.Id,
                        new CommenterDiscounted(c.Key, DecisionId, Reason, Article, Since, Until, By, Now)
                    )),
            ]
        );

    public bool Answer(WorkingSet known, Decision decision) => true;
}

/// <summary>Discounts some casts, each of them once: what does not count any more, or was settled since, is left alone.</summary>
/// <param name="Casts">Of one comment all that were found.</param>
/// <param name="Released">What would be published but for those flags, with the version at which that was so.</param>
sealed record DiscountingCasts(
    string Site,
    Guid DecisionId,
    IReadOnlyList<StandingCast> Casts,
    IReadOnlyDictionary<Guid, int> Released,
    string By,
    DateTimeOffset Now
) : ISubmission<bool>
{
    Guid Moderator { get; } = StreamId.Commenter(Site, By);

    public void Need(WorkingSet set)
    {
        foreach (var cast in Casts)
        {
            set.Comments.Want(Site, cast.Comment, climb: true);
            if (cast.IsFlag)
                set.Flags.Want(Site, StreamId.Flag(cast.Comment, cast.Commenter));
            else
                set.Reactions.Want(Site, StreamId.Reaction(cast.Comment, cast.Commenter));
        }
    }

    public Decision Decide(WorkingSet known)
    {
        var events = new List<StreamEvent>();
        foreach (var casts in Casts.GroupBy(c => c.Comment))
            // nobody decides about what they wrote themselves
            if (known.Comments[Site, casts.Key] is { } comment && comment.AuthorId != Moderator)
                Discount(known, comment, casts, events);
        return new(null, events);
    }

    void Discount(
        WorkingSet known,
        Comment comment,
        IEnumerable<StandingCast> casts,
        List<StreamEvent> events
    )
    {
        var article = known.Articles.Require(Site, comment.ArticleId).Key;
        var left = comment.Flags;
        foreach (var cast in casts)
            if (cast.IsFlag)
            {
                var id = StreamId.Flag(comment.Id, cast.Commenter);
                if (known.Flags[Site, id] is { IsShadowed: false, SettledBy: null } flag)
                    events.Add(new(id, Discount(cast, flag, article, --left)));
            }
            else
            {
                var id = StreamId.Reaction(comment.Id, cast.Commenter);
                if (known.Reactions[Site, id] is { Placed: { Shadowed: false } } reaction)
                    events.Add(new(id, Discount(cast, reaction, reaction.Placed, article)));
            }
        if (left < comment.Flags && IsReleased(comment))
            events.Add(
                new(
                    comment.Id,
                    new CommentReleased(
                        comment.Id,
                        article,
                        DecisionId,
                        left,
                        comment.Status with
                        {
                            Flags = 0,
                            Notices = 0,
                        },
                        By,
                        Now
                    )
                )
            );
    }

    FlagRecounted Discount(StandingCast cast, Flag flag, string article, int left) =>
        new(cast.Comment, article, cast.Commenter, DecisionId, Shadowed: true, flag.At, left, By, Now);

    ReactionRecounted Discount(StandingCast cast, Reaction reaction, PlacedReaction placed, string article) =>
        new(
            cast.Comment,
            article,
            cast.Commenter,
            DecisionId,
            placed,
            cast.Instead ?? placed with { Shadowed = true },
            // it may have been cast anew since it was found
            [.. cast.Times.Append(reaction.PlacedAt ?? Now).Distinct().Order()],
            By,
            Now
        );

    /// <summary>Whoever else had a hand in it, a rule, a moderator or its author by an appeal, is not passed over.</summary>
    bool IsReleased(Comment comment) =>
        comment is { State: CommentState.Pending, Decision: null, Appeal: null }
        && HoldReasons.Read(comment.ReasonsJson) is [{ Rule: HoldReason.Flags }]
        && Released.TryGetValue(comment.Id, out var version)
        && version == comment.Version;

    public bool Answer(WorkingSet known, Decision decision) => true;
}
