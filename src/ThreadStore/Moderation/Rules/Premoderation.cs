using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Rules;

/// <summary>All is held where the site, the article or a moderator wants to see the author's comments before readers do.
/// What is set for an article goes before its site's <c>moderationMode</c>.</summary>
public sealed class Premoderation : SituationRule
{
    public override string Name => "premoderation";

    public override bool MayBeSkipped(Situation situation) => situation.Standing != Standing.Premoderated;

    public override bool IsAskedFor(Situation situation) => Whose(situation) is not null;

    public override Objection? Judge(Situation situation) => new(CommentState.Pending, Whose(situation));

    static string? Whose(Situation situation) =>
        situation.Standing == Standing.Premoderated ? "commenter"
        : situation.Mode == ModerationMode.Pre ? "article"
        : situation.Mode is null && situation.Settings.ModerationMode == ModerationMode.Pre ? "site"
        : null;
}
