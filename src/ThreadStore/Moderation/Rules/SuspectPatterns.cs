using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>A comment that one of <c>suspectPatterns</c> matches is held.</summary>
public sealed class SuspectPatterns : TextRule
{
    public override string Name => "suspectPattern";

    public override bool IsAskedFor(SiteSettings settings) => settings.SuspectPatterns.Count > 0;

    public override Objection? Judge(ScreenedText text, ScreeningSettings settings) =>
        settings.SuspectPatterns.Find(text.Faces) is { } match ? new(CommentState.Pending, match) : null;
}
