using System.Text;
using ThreadStore.Comments;
using ThreadStore.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

public class WebhookTypesTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly Webhook Hook = new(
        "news",
        "crm",
        "https://crm.example/",
        null,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        OldSecret: null,
        IsPaused: false,
        IsDisabled: false,
        Position: 0,
        ImportsUntil: Now,
        AgainAfter: null,
        AgainUntil: null,
        Failures: 0,
        FailingSince: null,
        RestingUntil: null
    );

    static readonly WebhookPace Pace = new(
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromHours(2),
        TimeSpan.FromDays(5)
    );

    [Theory]
    [InlineData("comment-posted", null, "published", "comment.published")]
    [InlineData("comment-posted", null, "pending", "comment.held")]
    [InlineData("comment-posted", null, "rejected", "comment.rejected")]
    [InlineData("comment-edited", "published", "published", "comment.edited")]
    [InlineData("comment-edited", "published", "pending", "comment.edited comment.held")]
    [InlineData("comment-held", "published", "pending", "comment.held")]
    [InlineData("comment-approved", "pending", "published", "comment.published")]
    [InlineData("comment-approved", "published", "published", "")]
    [InlineData("comment-rejected", "published", "rejected", "comment.rejected")]
    [InlineData("comment-restored", "rejected", "published", "comment.published")]
    [InlineData("comment-deleted", "published", "deleted", "comment.deleted")]
    [InlineData("comment-judged", "published", "pending", "comment.held")]
    [InlineData("comment-judged", "published", "published", "")]
    [InlineData("comment-decision-undone", "rejected", "pending", "comment.held")]
    [InlineData("comment-featured", "published", "published", "comment.featured")]
    [InlineData("comment-unfeatured", "published", "published", "")]
    [InlineData("comment-locked", "published", "published", "")]
    [InlineData("comment-flagged", null, null, "comment.flagged")]
    [InlineData("decision-appealed", null, null, "appeal.made")]
    [InlineData("appeal-decided", "rejected", "rejected", "appeal.decided")]
    [InlineData("appeal-decided", "rejected", "published", "appeal.decided comment.published")]
    [InlineData("commenter-banned", null, null, "commenter.banned")]
    [InlineData("commenter-suspended", null, null, "commenter.suspended")]
    [InlineData("commenter-reinstated", null, null, "commenter.reinstated")]
    [InlineData("commenter-shadowed", null, null, "")]
    [InlineData("discussion-closed", null, null, "discussion.closed")]
    [InlineData("discussion-opened", null, null, "discussion.opened")]
    public void An_event_leads_to_messages(string type, string? before, string? after, string messages) =>
        Assert.Equal(messages, string.Join(' ', WebhookTypes.Of(new(type, State(before), State(after)))));

    [Theory]
    [InlineData("good", "commenter.reinstated")]
    [InlineData("banned", "commenter.banned")]
    [InlineData("suspended", "commenter.suspended")]
    [InlineData("shadowed", "")]
    public void Undoing_a_decision_about_a_commenter_tells_what_they_are_again(
        string standing,
        string message
    ) =>
        Assert.Equal(
            message,
            string.Join(' ', WebhookTypes.Of(new("commenter-decision-undone", Standing: standing)))
        );

    [Fact]
    public void Nobody_is_told_of_a_flag_in_the_shadow() =>
        Assert.Empty(WebhookTypes.Of(new("comment-flagged", Shadowed: true)));

    static CommentState? State(string? word) =>
        word is null ? null : Enum.Parse<CommentState>(word, ignoreCase: true);

    /// <summary>The vectors that Standard Webhooks publishes for its libraries.</summary>
    [Theory]
    [InlineData(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        """{"test": 2432232314}""",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )]
    public void Signatures_are_those_of_standard_webhooks(
        string secret,
        string id,
        long time,
        string body,
        string signature
    ) =>
        Assert.Equal(
            signature,
            WebhookPost.Sign(
                Hook with
                {
                    Secret = secret,
                },
                id,
                DateTimeOffset.FromUnixTimeSeconds(time),
                body
            )
        );

    [Fact]
    public void After_a_rotation_both_secrets_sign()
    {
        var old = WebhookSecret.Make();

        var signatures = WebhookPost.Sign(Hook with { OldSecret = old }, "a", Now, "ä").Split(' ');

        Assert.Equal(
            [
                WebhookPost.Sign(Hook, "a", Now, "ä"),
                WebhookPost.Sign(Hook with { Secret = old }, "a", Now, "ä"),
            ],
            signatures
        );
    }

    [Fact]
    public void A_secret_that_was_made_is_good() => Assert.Null(WebhookSecret.Fault(WebhookSecret.Make()));

    [Theory]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64")]
    [InlineData("")]
    public void A_secret_that_is_short_or_none_is_not(string secret) =>
        Assert.NotNull(WebhookSecret.Fault(secret));

    [Fact]
    public void A_secret_has_64_bytes_at_most() =>
        Assert.NotNull(
            WebhookSecret.Fault(
                "whsec_" + Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', 65)))
            )
        );

    [Fact]
    public void Retries_come_later_and_later_and_never_all_at_once()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.75), Pace.RetryAfter(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(1.25), Pace.RetryAfter(1, 1));
        Assert.Equal(TimeSpan.FromSeconds(64), Pace.RetryAfter(7, 0.5));
        Assert.Equal(TimeSpan.FromHours(2), Pace.RetryAfter(1_000, 0.5));
        Assert.Equal(TimeSpan.Zero, Pace.Rest(2, 0.5));
        Assert.Equal(TimeSpan.FromMinutes(5), Pace.Rest(1_000, 0.5));
    }

    [Fact]
    public void A_webhook_that_fails_for_five_days_is_disabled_and_one_success_begins_anew()
    {
        var first = WebhookStanding.After(Hook, [Failed(Now)], Pace, 0.5);
        Assert.Equal((1, Now, false), (first.Failures, first.FailingSince, first.Disable));
        var failing = Hook with { Failures = 500, FailingSince = Now };

        Assert.False(WebhookStanding.After(failing, [Failed(Now.AddDays(4.9))], Pace, 0.5).Disable);
        Assert.True(WebhookStanding.After(failing, [Failed(Now.AddDays(5))], Pace, 0.5).Disable);
        var back = WebhookStanding.After(failing, [Sent(Now.AddDays(4)), Failed(Now.AddDays(6))], Pace, 0.5);
        Assert.Equal((1, Now.AddDays(6), true), (back.Failures, back.FailingSince, back.IsBack));
        Assert.False(back.Disable);
    }

    [Fact]
    public void A_receiver_is_left_in_peace_for_as_long_as_it_asks() =>
        Assert.Equal(
            Now.AddHours(3),
            WebhookStanding
                .After(Hook, [Failed(Now) with { RetryAfter = TimeSpan.FromHours(3) }], Pace, 0.5)
                .RestingUntil
        );

    static SentMessage Sent(DateTimeOffset at, string? error = null) =>
        new(
            new(Guid.Empty, 1, WebhookTypes.Published, Guid.Empty, Now, 0, null),
            new(at, error is null ? 204 : 500, error, 3),
            at,
            TimeSpan.Zero
        );

    static SentMessage Failed(DateTimeOffset at) => Sent(at, "answered 500");
}
