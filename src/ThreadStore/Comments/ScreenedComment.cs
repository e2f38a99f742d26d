using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Moderation.Rules;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Comments;

/// <summary>
/// A text on its way through screening: what depends on it alone is judged by the request that brings it, the rest in
/// its turn at the Appender, from rows that are loaded only where the site's settings ask for them.
/// </summary>
public sealed class ScreenedComment
{
    // under the settings that this node met last; they may have changed since
    TextVerdicts? verdicts;

    public CommentText Text { get; }

    public ScreenedComment(string site, string body)
    {
        // rendered here, beside the other requests, so that the Appender's one loop needs not to
        Text = new CommentText(body, BodyFormat.Markdown).MakeReady();
        if (KnownSettings.Last(site) is { } settings)
            verdicts = Screening.OfText(settings, Text);
    }

    /// <summary>Wants what the rules must know under settings as far as they are known.</summary>
    public void Need(WorkingSet set, string site, Guid author, bool isEdit)
    {
        if ((set.Sites.Known(site, Guid.Empty)?.Settings ?? verdicts?.Settings) is not { } settings)
            return;
        if (settings.FloodHeldForReview is not null && !isEdit)
            set.Recent.WantTimes(author);
        if (settings.RejectionRateHeldForReview is not null)
            set.Recent.WantDecided(author);
        if (settings.RepeatedTextHeldForReview)
            set.Recent.WantPlaces(author, Text.Content);
    }

    public Judgement Judge(
        WorkingSet known,
        SiteSettings settings,
        Article article,
        string authorKey,
        DateTimeOffset now,
        StateBefore? before = null,
        bool isInShadow = false
    )
    {
        if (!ReferenceEquals(verdicts?.Settings, settings))
            verdicts = Screening.OfText(settings, Text);
        var authorId = StreamId.Commenter(article.Site, authorKey);
        var author = known.Commenters[article.Site, authorId];
        return Screening.Judge(
            verdicts!,
            new(
                settings,
                article.Moderation,
                author?.StandingAt(now) ?? Standing.Good,
                author?.ToldCommentCount ?? 0,
                settings.FloodHeldForReview is not null && before is null
                    ? known.Recent.CountSince(authorId, now - Flood.Window)
                    : 0,
                settings.RepeatedTextHeldForReview
                    && known.Recent.IsElsewhere(
                        authorId,
                        Text.Content,
                        article.Id,
                        now - RepeatedText.Window
                    ),
                before,
                isInShadow
            )
            {
                IsGuest = Guest.Is(authorKey),
                RejectedComments = author?.RejectedCount ?? 0,
                IsTrusted = author is not null && Trusted.Is(settings, author, now),
                RejectionRate = settings.RejectionRateHeldForReview is null
                    ? null
                    : known.Recent.RejectionRateOf(authorId),
            }
        );
    }
}
