using ThreadStore.Comments;
using ThreadStore.History.Discounts;
using Xunit;

namespace ThreadStore.Tests.History.Discounts;

public sealed class CastsTests
{
    /// <param name="steps">Kinds as they were set, or taken back by a minus; in brackets what is discounted, in braces what was
    /// set in the shadow.</param>
    [Theory]
    [InlineData("(like)", "-like")]
    [InlineData("(like) -like", "")]
    [InlineData("like (dislike)", "-dislike +like")]
    [InlineData("like (dislike) -dislike", "+like")]
    [InlineData("like (dislike) like", "")]
    [InlineData("like (dislike) -dislike love", "")]
    [InlineData("(like) dislike", "")]
    [InlineData("like -like (dislike)", "-dislike")]
    [InlineData("{like} (like)", "-like")]
    [InlineData("({like})", "")]
    public void What_a_comment_loses_and_gains_without_some_of_a_commenters_reactions(
        string steps,
        string changes
    )
    {
        var read = steps
            .Split(' ')
            .Select(step =>
            {
                var kind = step.Trim('(', ')', '{', '}', '-');
                return new ReactionStep(
                    step[0] == '-' ? null : new PlacedReaction(kind, 1, step.Contains('{')),
                    kind,
                    step[0] == '('
                );
            });

        Assert.Equal(
            changes,
            string.Join(
                ' ',
                Casts.Of(Guid.Empty, read).Select(c => $"{(c.Change > 0 ? '+' : '-')}{c.Reaction.Kind}")
            )
        );
    }
}
