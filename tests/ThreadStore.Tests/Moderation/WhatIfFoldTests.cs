using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Sites;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public sealed class WhatIfFoldTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Guid Ada = StreamId.Commenter("s", "ada");

    static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    static CommentPosted Posted(
        int id,
        string body = "Text",
        int second = 0,
        CommentState state = CommentState.Published,
        string article = "a",
        BodyFormat format = BodyFormat.Markdown,
        ForeignSource? source = null
    ) =>
        new(
            Id(id),
            article,
            ParentId: null,
            Depth: 0,
            new("ada", "Ada", null),
            body,
            format,
            Start.AddSeconds(second),
            TimeEstimated: false,
            state,
            Verdicts: [],
            "ada",
            source,
            RequestHash: null
        );

    static CommentEdited Edited(int id, string body, CommentState state) =>
        new(Id(id), "a", body, BodyFormat.Markdown, state, [], "ada", Start.AddSeconds(30));

    static CommentFlagged Flagged(int id, string by) => new(Id(id), "a", FlagReason.Spam, null, by, Start);

    static CommentHeld Held(int id) => new(Id(id), "a", HoldReason.Flags, "ben", Start);

    static CommentStatus Before(CommentState state, int flags = 0) =>
        new(state, null, IsFeatured: false, flags, [], null, null, null);

    static CommentApproved Approved(int id, CommentState from) =>
        new(Id(id), "a", Guid.NewGuid(), DecisionMeans.Person, null, Before(from), "mo", Start);

    static CommentRejected Rejected(int id) =>
        new(
            Id(id),
            "a",
            Guid.NewGuid(),
            DecisionMeans.Person,
            RejectReason.Spam,
            null,
            null,
            Before(CommentState.Published),
            "mo",
            Start
        );

    static WhatIfAnswer Judge(SiteSettings settings, params object[] events)
    {
        var fold = new WhatIfFold(
            "s",
            settings,
            events.OfType<CommentFlagged>().Select(e => e.CommentId).ToHashSet()
        );
        for (var i = 0; i < events.Length; i++)
            fold.Apply(i + 1, events[i], Ada, fold.Screen(events[i]));
        return fold.Answer(events.Length);
    }

    static string Counts(WhatIfAnswer a) =>
        $"{a.Judged} {a.Held} {a.Rejected} {a.Published} {a.Differs} {string.Join(',', a.ByRule.Select(r => $"{r.Key}:{r.Value}"))}";

    [Fact]
    public void Every_text_counts_once_and_an_edit_starts_from_where_the_comment_really_stood()
    {
        var answer = Judge(
            new() { BannedWords = ["bad"] },
            Posted(1),
            Edited(1, "bad", CommentState.Published),
            Posted(2, "bad", state: CommentState.Pending),
            Edited(2, "mended", CommentState.Pending)
        );

        Assert.Equal("4 1 2 1 2 bannedWord:2,heldBefore:1", Counts(answer));
        Assert.Equal(
            [
                (Id(2), 3, CommentState.Pending, CommentState.Rejected),
                (Id(1), 2, CommentState.Published, CommentState.Rejected),
            ],
            answer.Examples.Select(e => (e.Comment, e.Position, e.Was, e.WouldBe))
        );
    }

    [Fact]
    public void An_author_is_new_until_enough_of_theirs_were_really_published()
    {
        var settings = new SiteSettings { NewCommentersHeldForReview = 1 };

        Assert.Equal("2 1 0 1 1 newCommenter:1", Counts(Judge(settings, Posted(1), Posted(2))));
        Assert.Equal("2 2 0 0 2 newCommenter:2", Counts(Judge(settings, Posted(1), Rejected(1), Posted(2))));
        Assert.Equal(
            "2 1 0 1 0 newCommenter:1",
            Counts(
                Judge(
                    settings,
                    Posted(1, state: CommentState.Pending),
                    Approved(1, CommentState.Pending),
                    Posted(2)
                )
            )
        );
    }

    [Fact]
    public void What_a_classifier_held_or_released_counts_as_it_really_stood()
    {
        static CommentJudged Judged(VerdictAction action, CommentState state) =>
            new(Id(1), "a", "tox", 1, 0.9, action, [], state, DecisionMeans.Rule, "cls", Start);

        Assert.Equal(
            "2 1 0 1 0 heldBefore:1",
            Counts(
                Judge(
                    new(),
                    Posted(1),
                    Judged(VerdictAction.Hold, CommentState.Pending),
                    Edited(1, "mended", CommentState.Pending)
                )
            )
        );
        Assert.Equal(
            "2 1 0 1 0 newCommenter:1",
            Counts(
                Judge(
                    new() { NewCommentersHeldForReview = 1 },
                    Posted(1, state: CommentState.Pending),
                    Judged(VerdictAction.Release, CommentState.Published),
                    Posted(2)
                )
            )
        );
    }

    [Fact]
    public void A_flood_is_one_whatever_the_order_in_which_an_import_brings_it()
    {
        var settings = new SiteSettings { FloodHeldForReview = 2 };

        Assert.Equal(
            "4 1 0 3 1 flood:1",
            Counts(
                Judge(
                    settings,
                    Posted(1),
                    Posted(2, second: 30),
                    Posted(3, second: 59),
                    Posted(4, second: 120)
                )
            )
        );
        Assert.Equal(
            "3 1 0 2 1 flood:1",
            Counts(Judge(settings, Posted(1, second: 59), Posted(2, second: 30), Posted(3)))
        );
    }

    [Fact]
    public void A_text_repeats_what_its_author_still_says_on_another_article_on_that_day()
    {
        static string Count(params object[] events) =>
            Counts(Judge(new() { RepeatedTextHeldForReview = true }, events));
        var deleted = new CommentDeleted(Id(1), "a", RemovedBy.Author, "ada", Start);
        const int aDay = 24 * 60 * 60;

        Assert.Equal("2 0 0 2 0 ", Count(Posted(1), Posted(2)));
        Assert.Equal("2 1 0 1 1 repeatedText:1", Count(Posted(1), Posted(2, article: "b")));
        Assert.Equal("2 0 0 2 0 ", Count(Posted(1), Posted(2, article: "b", second: aDay)));
        Assert.Equal("2 0 0 2 0 ", Count(Posted(1), deleted, Posted(2, article: "b")));
        Assert.Equal(
            "3 0 0 3 0 ",
            Count(Posted(1), Edited(1, "Other", CommentState.Published), Posted(2, article: "b"))
        );
        Assert.Equal(
            "3 1 0 2 1 repeatedText:1",
            Count(Posted(1, "Other"), Edited(1, "Text", CommentState.Published), Posted(2, article: "b"))
        );
    }

    [Fact]
    public void Standing_and_the_mode_of_the_article_are_those_of_the_time()
    {
        var pre = new ArticleModerationSet("a", ModerationMode.Pre, "mo", Start);
        var shadowed = new CommenterShadowed(
            "ada",
            Guid.NewGuid(),
            DecisionMeans.Person,
            null,
            new(Standing.Good, null, null, null, null),
            "mo",
            Start
        );

        Assert.Equal(
            "4 1 1 2 2 premoderation:1,shadow:1",
            Counts(
                Judge(
                    new(),
                    Posted(1),
                    pre,
                    Posted(2),
                    Posted(3, article: "b"),
                    shadowed,
                    Posted(4, article: "b")
                )
            )
        );
    }

    [Fact]
    public void Imported_texts_are_judged_in_their_format()
    {
        var settings = new SiteSettings { BannedWords = ["bad"] };
        var source = new ForeignSource("disqus", "1");

        Assert.Equal(
            "2 0 1 1 1 bannedWord:1",
            Counts(
                Judge(
                    settings,
                    Posted(1, "<p>b<b>a</b>d</p>", format: BodyFormat.Html, source: source),
                    Posted(2, "b<b>a</b>d", format: BodyFormat.Text, source: source)
                )
            )
        );
    }

    [Fact]
    public void Flags_count_until_a_moderator_has_settled_them()
    {
        var settings = new SiteSettings { FlagsHeldForReview = 2 };
        object[] settled =
        [
            Posted(1),
            Flagged(1, "ben"),
            Approved(1, CommentState.Published),
            Flagged(1, "cyd"),
        ];

        Assert.Equal("1 0 0 1 0 ", Counts(Judge(settings, settled)));
        Assert.Equal("1 1 0 0 1 flags:1", Counts(Judge(settings, [.. settled, Flagged(1, "dan")])));
    }

    [Fact]
    public void Whom_flags_really_held_differs_only_where_they_would_not_have()
    {
        object[] events = [Posted(1), Flagged(1, "ben"), Flagged(1, "cyd"), Held(1)];

        var same = Judge(new() { FlagsHeldForReview = 2 }, events);
        var sooner = Judge(new() { FlagsHeldForReview = 1 }, events);
        var never = Judge(new() { FlagsHeldForReview = null }, events);

        Assert.Equal(
            ["1 1 0 0 0 flags:1", "1 1 0 0 0 flags:1", "1 0 0 1 1 "],
            [Counts(same), Counts(sooner), Counts(never)]
        );
        Assert.Empty(same.Examples);
        Assert.Empty(sooner.Examples);
        Assert.Equal(
            (1L, CommentState.Pending, CommentState.Published),
            never.Examples.Select(e => (e.Position, e.Was, e.WouldBe)).Single()
        );
    }

    [Fact]
    public void Examples_are_the_newest_and_flags_that_agree_push_none_out()
    {
        object[] different = [.. Enumerable.Range(1, 25).Select(i => Posted(i, "bad"))];
        object[] same =
        [
            .. Enumerable.Range(100, 25).SelectMany(i => (object[])[Posted(i), Flagged(i, "ben"), Held(i)]),
        ];

        var answer = Judge(new() { BannedWords = ["bad"], FlagsHeldForReview = 1 }, [.. different, .. same]);

        Assert.Equal("50 25 25 0 25 bannedWord:25,flags:25", Counts(answer));
        Assert.Equal(Enumerable.Range(6, 20).Reverse().Select(Id), answer.Examples.Select(e => e.Comment));
    }
}
