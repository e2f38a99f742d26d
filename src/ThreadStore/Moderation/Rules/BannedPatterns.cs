using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>A comment that one of <c>bannedPatterns</c> matches is rejected.</summary>
public sealed class BannedPatterns : TextRule
{
    public override string Name => "bannedPattern";

    public override bool IsAskedFor(SiteSettings settings) => settings.BannedPatterns.Count > 0;

    public override Objection? Judge(ScreenedText text, ScreeningSettings settings) =>
        settings.BannedPatterns.Find(text.Faces) is { } match ? new(CommentState.Rejected, match) : null;
}
