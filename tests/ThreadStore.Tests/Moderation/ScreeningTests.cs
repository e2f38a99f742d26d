using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Moderation;
using ThreadStore.Sites;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public sealed class ScreeningTests
{
    static readonly Situation Usual = new(
        new SiteSettings(),
        Mode: null,
        Standing.Good,
        PublishedComments: 0,
        CommentsInLastMinute: 0,
        RepeatsItself: false,
        Before: null
    );

    static Judgement Judge(SiteSettings settings, string body, Situation? situation = null) =>
        Screening.Judge(
            Screening.OfText(settings, new CommentText(body, BodyFormat.Markdown)),
            (situation ?? Usual) with
            {
                Settings = settings,
            }
        );

    [Fact]
    public void With_the_defaults_no_rule_is_asked()
    {
        var judgement = Judge(new SiteSettings(), "Buy https://spam.example, https://spam.example!");

        Assert.Equal(CommentState.Published, judgement.State);
        Assert.Empty(judgement.Verdicts);
    }

    [Fact]
    public void Every_rule_that_is_asked_gives_a_verdict_and_the_strongest_decides()
    {
        var settings = new SiteSettings
        {
            BannedWords = ["poison"],
            SuspectWords = ["cure"],
            BannedPatterns = ["v[i1]agra"],
            SuspectPatterns = [@"\d{4}-\d{4}"],
            LinksHeldForReview = 1,
            RepeatedTextHeldForReview = true,
            NewCommentersHeldForReview = 1,
            FloodHeldForReview = 2,
            ModerationMode = ModerationMode.Pre,
        };

        var judgement = Judge(
            settings,
            "A cure, not Poison: call 1234-5678",
            Usual with
            {
                PublishedComments = 1,
                CommentsInLastMinute = 2,
            }
        );

        Assert.Equal(CommentState.Rejected, judgement.State);
        Assert.Equal(
            [
                new Verdict("bannedWord", 1, CommentState.Rejected, "Poison"),
                new Verdict("suspectWord", 1, CommentState.Pending, "cure"),
                new Verdict("bannedPattern", 1, null, null),
                new Verdict("suspectPattern", 1, CommentState.Pending, "1234-5678"),
                new Verdict("links", 1, null, null),
                new Verdict("repeatedText", 1, null, null),
                new Verdict("newCommenter", 1, null, null),
                new Verdict("flood", 1, CommentState.Pending, null),
                new Verdict("premoderation", 1, CommentState.Pending, "site"),
            ],
            judgement.Verdicts
        );
    }

    [Theory]
    [InlineData("no link", null)]
    [InlineData("one https://a.example", null)]
    [InlineData("https://a.example and www.b.example", "2")]
    [InlineData("[a](https://a.example) [b](http://b.example) https://c.example", "3")]
    [InlineData("[https://a.example](https://a.example)", null)]
    [InlineData("`https://a.example https://b.example`", "2")]
    public void Links_are_counted_as_readers_see_them(string body, string? match)
    {
        var verdict = Assert.Single(Judge(new() { LinksHeldForReview = 2 }, body).Verdicts);

        Assert.Equal(match, verdict.Match);
        Assert.Equal(match is null ? null : CommentState.Pending, verdict.State);
    }

    [Theory]
    [InlineData("p**ois**on")]
    [InlineData("p&#111;ison")]
    [InlineData("po\\*ison", false)]
    [InlineData("[poi](https://a.example)son")]
    [InlineData("a [link](https://poison.example)")]
    [InlineData("> quoted: poison")]
    [InlineData("ends in poi\n\nson", false)]
    public void Words_are_found_as_they_are_written_and_as_they_are_shown(string body, bool isFound = true)
    {
        Assert.Equal(
            isFound ? CommentState.Rejected : CommentState.Published,
            Judge(new() { BannedWords = ["poison"] }, body).State
        );
        Assert.Equal(
            isFound ? CommentState.Rejected : CommentState.Published,
            Judge(new() { BannedPatterns = [@"\bpoison\b"] }, body).State
        );
    }

    [Fact]
    public void A_match_is_quoted_up_to_a_length()
    {
        var verdict = Assert.Single(
            Judge(new() { SuspectPatterns = [".+"] }, new string('x', 9_999)).Verdicts
        );

        Assert.Equal(new string('x', 200), verdict.Match);
    }

    [Theory]
    [InlineData(ModerationMode.Post, null, Standing.Good, null)]
    [InlineData(ModerationMode.Pre, null, Standing.Good, "site")]
    [InlineData(ModerationMode.Post, ModerationMode.Pre, Standing.Good, "article")]
    [InlineData(ModerationMode.Pre, ModerationMode.Post, Standing.Good, null)]
    [InlineData(ModerationMode.Pre, ModerationMode.Post, Standing.Premoderated, "commenter")]
    public void Comments_are_held_where_the_site_the_article_or_a_moderator_says_so(
        ModerationMode site,
        ModerationMode? article,
        Standing standing,
        string? match
    )
    {
        var judgement = Judge(
            new() { ModerationMode = site },
            "x",
            Usual with
            {
                Mode = article,
                Standing = standing,
            }
        );

        Assert.Equal(match is null ? CommentState.Published : CommentState.Pending, judgement.State);
        Assert.Equal(match, judgement.Verdicts.SingleOrDefault()?.Match);
    }

    [Theory]
    [InlineData(0, 2, CommentState.Pending)]
    [InlineData(1, 2, CommentState.Pending)]
    [InlineData(2, 2, CommentState.Published)]
    [InlineData(0, 0, CommentState.Published)]
    public void New_commenters_are_held_until_enough_is_published(
        int published,
        int wanted,
        CommentState state
    ) =>
        Assert.Equal(
            state,
            Judge(
                new() { NewCommentersHeldForReview = wanted },
                "x",
                Usual with
                {
                    PublishedComments = published,
                }
            ).State
        );

    [Theory]
    [InlineData(1, false, CommentState.Published)]
    [InlineData(2, false, CommentState.Pending)]
    [InlineData(2, true, CommentState.Published)]
    public void Comments_beyond_so_many_a_minute_are_held_but_edits_are_not(
        int before,
        bool isEdit,
        CommentState state
    ) =>
        Assert.Equal(
            state,
            Judge(
                new() { FloodHeldForReview = 2 },
                "x",
                Usual with
                {
                    CommentsInLastMinute = before,
                    Before = isEdit ? new(CommentState.Published, null) : null,
                }
            ).State
        );

    [Fact]
    public void What_a_shadowed_commenter_writes_is_rejected_by_the_rule() =>
        Assert.Equal(
            [new Verdict("shadow", 1, CommentState.Rejected, null)],
            Judge(new(), "x", Usual with { Standing = Standing.Shadowed }).Verdicts
        );

    [Theory]
    [InlineData(CommentState.Published, null, "fine", CommentState.Published)]
    [InlineData(CommentState.Published, null, "doubtful", CommentState.Pending)]
    [InlineData(CommentState.Published, null, "poison", CommentState.Rejected)]
    // an edit frees nothing
    [InlineData(CommentState.Pending, RemovedBy.Rule, "fine", CommentState.Pending)]
    [InlineData(CommentState.Pending, RemovedBy.Rule, "poison", CommentState.Rejected)]
    [InlineData(CommentState.Rejected, RemovedBy.Rule, "fine", CommentState.Pending)]
    [InlineData(CommentState.Rejected, RemovedBy.Rule, "poison", CommentState.Rejected)]
    [InlineData(CommentState.Rejected, RemovedBy.Moderator, "fine", CommentState.Rejected)]
    public void An_edit_may_only_make_it_worse_or_bring_it_to_a_moderator(
        CommentState before,
        RemovedBy? by,
        string body,
        CommentState after
    ) =>
        Assert.Equal(
            after,
            Judge(
                new() { BannedWords = ["poison"], SuspectWords = ["doubtful"] },
                body,
                Usual with
                {
                    Before = new(before, by),
                }
            ).State
        );
}
