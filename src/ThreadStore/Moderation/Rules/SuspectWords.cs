using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>A comment with one of <c>suspectWords</c> is held.</summary>
public sealed class SuspectWords : TextRule
{
    public override string Name => "suspectWord";

    public override bool IsAskedFor(SiteSettings settings) => settings.SuspectWords.Count > 0;

    public override Objection? Judge(ScreenedText text, ScreeningSettings settings) =>
        settings.SuspectWords.Find(text.Words) is { } match ? new(CommentState.Pending, match) : null;
}
