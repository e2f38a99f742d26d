using ThreadStore.Comments;

namespace ThreadStore.Moderation.Rules;

/// <summary>Who has fewer than <c>newCommentersHeldForReview</c> published comments is held.</summary>
public sealed class NewCommenter : SituationRule
{
    public override string Name => "newCommenter";

    public override bool IsAskedFor(Situation situation) => situation.Settings.NewCommentersHeldForReview > 0;

    public override Objection? Judge(Situation situation) =>
        situation.PublishedComments < situation.Settings.NewCommentersHeldForReview
            ? new(CommentState.Pending, null)
            : null;
}
