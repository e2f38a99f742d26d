using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>A comment with one of <c>bannedWords</c> is rejected.</summary>
public sealed class BannedWords : TextRule
{
    public override string Name => "bannedWord";

    public override bool IsAskedFor(SiteSettings settings) => settings.BannedWords.Count > 0;

    public override Objection? Judge(ScreenedText text, ScreeningSettings settings) =>
        settings.BannedWords.Find(text.Words) is { } match ? new(CommentState.Rejected, match) : null;
}
