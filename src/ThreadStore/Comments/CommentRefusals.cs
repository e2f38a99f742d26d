using ThreadStore.Commenters;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Comments;

/// <summary>The refusals that commands about an existing comment share, in the contract's order.</summary>
public static class CommentRefusals
{
    /// <summary>It must be there, for this caller, and not deleted.</summary>
    /// <param name="mayBeDeleted">A deleted comment is still theirs to delete again.</param>
    public static Refusal? Missing(
        WorkingSet known,
        string site,
        Guid id,
        Caller caller,
        out Comment? comment,
        bool mayBeDeleted = false
    )
    {
        comment = known.Comments[site, id];
        if (comment is null)
            return Refusal.CommentNotFound(id);
        var isOwn = comment.AuthorId == StreamId.Commenter(site, caller.Key);
        var isModerator = caller.Is(Role.Moderator);
        if (known.Articles.Require(site, comment.ArticleId).IsWithdrawn && !isModerator)
            return Refusal.CommentNotFound(id);
        return comment.State switch
        {
            CommentState.Deleted when !mayBeDeleted => Refusal.CommentDeleted,
            CommentState.Pending or CommentState.Rejected when !isOwn && !isModerator =>
                Refusal.CommentNotFound(id),
            _ => null,
        };
    }

    /// <summary>Whoever is banned, suspended or warned may neither write nor react nor flag.</summary>
    public static Refusal? Standing(Commenter? commenter, DateTimeOffset now) =>
        commenter is null || commenter.MayWrite(now)
            ? null
            : commenter.StandingAt(now) switch
            {
                Commenters.Standing.Warned => new(
                    Refusal.WarningNotAcknowledged,
                    $"Acknowledge the moderators' warning first: {commenter.Warning}"
                ),
                Commenters.Standing.Suspended => NotInGoodStanding(
                    "You are suspended on this site",
                    commenter.StandingReason,
                    commenter.StandingUntil
                ),
                _ => NotInGoodStanding(
                    "You are banned from this site",
                    commenter.StandingReason,
                    commenter.StandingUntil
                ),
            };

    /// <summary>Whoever lacks what the site asks for only reads.</summary>
    public static Refusal? Entitlement(SiteSettings settings, Caller caller) =>
        settings.Guests == GuestMode.Off && Guest.Is(caller.Key) ? Guest.None
        : settings.MayComment is { } needed && caller.Also?.Has(needed.Claim, needed.Values) != true
            ? NotEntitled
        : null;

    static readonly Refusal NotEntitled = new(
        "not-entitled",
        "Your account does not include comments on this site. You may read them."
    );

    /// <summary>Whoever may not write is told why, in the moderators' own words.</summary>
    static Refusal NotInGoodStanding(string what, string? why, DateTimeOffset? until = null) =>
        new(Refusal.NotInGoodStanding, why is null ? $"{what}." : $"{what}: {why}", Until: until);
}
