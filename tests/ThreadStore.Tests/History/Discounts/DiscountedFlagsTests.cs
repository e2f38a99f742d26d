using ThreadStore.Comments;
using ThreadStore.History.Discounts;
using Xunit;

namespace ThreadStore.Tests.History.Discounts;

public sealed class DiscountedFlagsTests
{
    static readonly DateTimeOffset At = new(2021, 4, 2, 10, 0, 0, TimeSpan.Zero);
    static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001");
    static readonly Guid Decision = new("0198c0de-0000-7000-8000-000000000002");

    static readonly CommentPosted Posted = new(
        Id,
        "a",
        ParentId: null,
        Depth: 0,
        new("ada", "Ada", null),
        "Fine",
        BodyFormat.Markdown,
        At,
        TimeEstimated: false,
        CommentState.Published,
        Verdicts: [],
        "ada",
        Source: null,
        RequestHash: null
    );

    static readonly CommentHeld Held = new(Id, "a", HoldReason.Flags, "x", At);

    static CommentFlagged Flagged(string by) => new(Id, "a", FlagReason.Spam, null, by, At);

    static CommentStatus Before(CommentState state, int flags) =>
        new(state, state == CommentState.Pending ? RemovedBy.Rule : null, false, flags, [], null, null, null);

    static CommentApproved Approved(CommentState was, int flags) =>
        new(Id, "a", Decision, DecisionMeans.Person, null, Before(was, flags), "mo", At);

    static CommentDecisionUndone Undone(CommentState was, int flags) =>
        new(Id, "a", Guid.NewGuid(), Decision, was, Before(was, flags), false, "mo", At);

    /// <summary>The ring's flags are never raised; two hold a comment.</summary>
    static string Fold(params object[] events)
    {
        var fold = new DiscountedFlags("s");
        foreach (var e in events)
            fold.Apply(e, e is CommentFlagged { By: "rex" or "ria" }, threshold: 2);
        return fold.Would is { } would ? $"{would.State} {would.RemovedBy} {would.Flags}" : "none";
    }

    [Fact]
    public void Flags_hold_where_enough_are_left() =>
        Assert.Equal(
            ["Published  0", "Published  1", "Pending Rule 2", "none"],
            [
                Fold(Posted, Flagged("rex"), Flagged("ria"), Held),
                Fold(Posted, Flagged("rex"), Flagged("ben"), Held),
                // the second that is left comes when it really waits already
                Fold(Posted, Flagged("rex"), Flagged("ben"), Held, Flagged("cyd")),
                Fold(Flagged("ben")),
            ]
        );

    [Fact]
    public void A_decision_settles_what_is_left_and_its_undoing_finds_that_again() =>
        Assert.Equal(
            ["Published  0", "Published  1", "Published  1"],
            [
                Fold(Posted, Flagged("rex"), Flagged("ben"), Held, Approved(CommentState.Pending, 2)),
                Fold(
                    Posted,
                    Flagged("rex"),
                    Flagged("ben"),
                    Held,
                    Approved(CommentState.Pending, 2),
                    Undone(CommentState.Pending, 2)
                ),
                // what came after it stays
                Fold(
                    Posted,
                    Flagged("rex"),
                    Flagged("ria"),
                    Held,
                    Approved(CommentState.Pending, 2),
                    Flagged("ben"),
                    Undone(CommentState.Pending, 2)
                ),
            ]
        );

    [Fact]
    public void A_comment_of_which_nothing_is_discounted_is_as_it_is() =>
        Assert.Equal(
            ["Pending Rule 2", "Published  3"],
            [
                Fold(Posted, Flagged("ben"), Flagged("cyd"), Held),
                // the site held nothing at that time, whatever the threshold is said to have been
                Fold(Posted, Flagged("ben"), Flagged("cyd"), Flagged("dan")),
            ]
        );
}
