using ThreadStore.Comments;
using ThreadStore.Inbox;
using Xunit;

namespace ThreadStore.Tests.Inbox;

public class MentionsTests
{
    [Theory]
    [InlineData("@ben", "ben", "")]
    [InlineData("Well, @ben.", "ben. ben", "")]
    [InlineData("(@ben)", "ben) ben", "")]
    [InlineData("@ben,@ada", "ben,", "")]
    [InlineData("write to ben@news.example", "", "")]
    [InlineData("@\"Ben Adams\" said", "", "Ben Adams")]
    [InlineData("@disqus:17", "disqus:17", "")]
    [InlineData("@贝恩 你好", "贝恩", "")]
    [InlineData("> @ben said so\n\nNo", "", "")]
    [InlineData("@ ben", "", "")]
    [InlineData("no one", "", "")]
    public void A_text_may_name_people(string body, string keys, string names)
    {
        var mentions = Mentions.Of(body);

        Assert.Equal(names, string.Join(' ', mentions.Names));
        Assert.All(
            keys.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            k => Assert.Contains(k, mentions.Keys)
        );
        Assert.Equal(keys.Length == 0, mentions.Keys.Count == 0);
    }

    [Fact]
    public void Whoever_shouts_at_everybody_reaches_few() =>
        Assert.InRange(
            Mentions.Of(string.Join(' ', Enumerable.Range(0, 5_000).Select(i => $"@c{i}"))).Keys.Count,
            1,
            Mentions.Most + 1
        );

    [Theory]
    [InlineData("comment-posted", null, "published", true)]
    [InlineData("comment-posted", null, "pending", false)]
    [InlineData("comment-approved", "pending", "published", true)]
    [InlineData("comment-approved", "published", "published", false)]
    [InlineData("comment-edited", "published", "published", true)]
    [InlineData("comment-featured", "published", "published", false)]
    public void What_readers_see_anew_is_told(string type, string? before, string after, bool isAnew) =>
        Assert.Equal(isAnew, new NotificationEvent(type, State(before), State(after)).IsSeenAnew);

    [Fact]
    public void What_was_imported_is_no_news() =>
        Assert.False(
            new NotificationEvent("comment-posted", null, CommentState.Published, IsImported: true).IsSeenAnew
        );

    [Theory]
    [InlineData("comment-rejected", "published", "rejected", NotificationType.Decision)]
    [InlineData("comment-approved", "pending", "published", NotificationType.Decision)]
    [InlineData("comment-approved", "published", "published", null)]
    [InlineData("comment-deleted", "published", "deleted", null)]
    [InlineData("comment-featured", "published", "published", NotificationType.Featured)]
    [InlineData("appeal-decided", "rejected", "rejected", NotificationType.Appeal)]
    [InlineData("commenter-warned", null, null, NotificationType.Warning)]
    [InlineData("commenter-banned", null, null, NotificationType.Decision)]
    [InlineData("commenter-shadowed", null, null, null)]
    public void Whom_it_is_about_is_told(
        string type,
        string? before,
        string? after,
        NotificationType? what
    ) => Assert.Equal(what, new NotificationEvent(type, State(before), State(after)).ToWhomItIsAbout());

    [Fact]
    public void Whoever_is_shadowed_does_not_find_out() =>
        Assert.Null(
            new NotificationEvent(
                "comment-approved",
                CommentState.Rejected,
                CommentState.Published,
                InShadow: true
            ).ToWhomItIsAbout()
        );

    static CommentState? State(string? word) =>
        word is null ? null : Enum.Parse<CommentState>(word, ignoreCase: true);
}
