using System.Globalization;
using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>A comment with <c>linksHeldForReview</c> links or more is held.</summary>
public sealed class Links : TextRule
{
    public override string Name => "links";

    public override bool IsAskedFor(SiteSettings settings) => settings.LinksHeldForReview is not null;

    public override Objection? Judge(ScreenedText text, ScreeningSettings settings) =>
        text.CountLinks() is var count && count >= settings.Site.LinksHeldForReview
            ? new(CommentState.Pending, count.ToString(CultureInfo.InvariantCulture))
            : null;
}
