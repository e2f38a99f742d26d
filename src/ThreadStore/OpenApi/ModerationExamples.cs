using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.History.Discounts;
using ThreadStore.Moderation;
using ThreadStore.Moderation.Discounts;

namespace ThreadStore.OpenApi;

/// <summary>Examples of what moderators send and get.</summary>
static class ModerationExamples
{
    const string Reason = "Insults other readers again and again.";
    const string Moderator = "mona";

    static readonly Guid Appeal = new("0198c0de-0000-7000-8000-000000000003");
    static readonly DateTimeOffset Decided = OpenApiExamples.Written.AddHours(1);
    static readonly CommentShape Pending = OpenApiExamples.Comment with
    {
        State = CommentState.Pending,
        RemovedBy = RemovedBy.Rule,
    };
    static readonly CommentShape Rejected = OpenApiExamples.Comment with
    {
        State = CommentState.Rejected,
        RemovedBy = RemovedBy.Moderator,
        Version = 2,
    };

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        // bodies
        [typeof(DecisionNote)] = new DecisionNote("Harsh, but within the rules."),
        [typeof(JudgeComment)] = new JudgeComment("toxicity", 1, 0.93, VerdictAction.Hold, ["insult"]),
        [typeof(RejectComment)] = new RejectComment(RejectReason.Offensive, "The third time this week."),
        [typeof(DecideInBulk)] = new DecideInBulk([
            new(Pending.Id, DecisionAction.Reject, RejectReason.Spam, Version: 1),
        ]),
        [typeof(ClaimComments)] = new ClaimComments([Pending.Id]),
        [typeof(StandingReason)] = new StandingReason(Reason),
        [typeof(BanCommenter)] = new BanCommenter(Reason, OpenApiExamples.Until, RejectComments: true),
        [typeof(SuspendCommenter)] = new SuspendCommenter(OpenApiExamples.Until, Reason),
        [typeof(WarnCommenter)] = new WarnCommenter("Please keep to the subject."),
        [typeof(NoteOnCommenter)] = new NoteOnCommenter("Wrote to us and apologised."),
        [typeof(AppealDecision)] = new AppealDecision("It was a quotation."),
        [typeof(DecideAppeal)] = new DecideAppeal(Uphold: false, "It was a quotation indeed."),
        // answers
        [typeof(OutcomesShape)] = new OutcomesShape([new(Rejected.Id, 200, null, Rejected)]),
        [typeof(QueuePageShape)] = new QueuePageShape(
            [
                new(
                    Pending,
                    [new("suspectWord", "hotel")],
                    new Dictionary<string, int> { ["spam"] = 2 },
                    new(1, 0, Standing.Good),
                    ClaimedBy: null,
                    Notices: []
                ),
            ],
            OpenApiExamples.Cursor
        ),
        [typeof(WhatIfAnswer)] = new WhatIfAnswer(
            Position: 42,
            Judged: 2,
            Held: 1,
            Rejected: 0,
            Published: 1,
            Differs: 1,
            new Dictionary<string, long> { ["suspectWord"] = 1 },
            [
                new(
                    Pending.Id,
                    Position: 41,
                    CommentState.Published,
                    CommentState.Pending,
                    [new("suspectWord", "hotel")]
                ),
            ]
        ),
        [typeof(DiscountReactions)] = new DiscountReactions([OpenApiExamples.Commenter], From: "2021-04-02"),
        [typeof(DiscountCasts)] = new DiscountCasts(
            [OpenApiExamples.Commenter],
            "They vote as one",
            From: "2021-04-02"
        ),
        [typeof(DiscountedCasts)] = new DiscountedCasts(
            Guid.Parse("0190d2a1-4c1e-7d7a-9c3b-2f1a5e6b7c8d"),
            1,
            12,
            1,
            0
        ),
        [typeof(DiscountAnswer)] = new DiscountAnswer(
            Position: 42,
            [
                new(
                    Pending.Id,
                    OpenApiExamples.Comment.Article,
                    CommentState.Published,
                    new Dictionary<string, int> { ["like"] = 2 },
                    Flags: 0,
                    ReplyCount: 3,
                    Best: 0.34,
                    Hot: 36000.3,
                    Controversial: 0,
                    Was: new(
                        CommentState.Pending,
                        new Dictionary<string, int> { ["dislike"] = 2, ["like"] = 2 },
                        Flags: 5,
                        ReplyCount: 3,
                        Best: 0.15,
                        Hot: 36000,
                        Controversial: 4
                    )
                ),
            ],
            [new(OpenApiExamples.Comment.Article, 4, new(3))],
            new(
                [new(Pending.Id, OpenApiExamples.Comment.Article, 0.34, Was: null)],
                [],
                [new(Pending.Id, OpenApiExamples.Comment.Article, 3, Was: null)],
                [new(Pending.Id, OpenApiExamples.Comment.Article, 36000.3, Was: null)]
            ),
            new(Reactions: 2, Flags: 5, Comments: 1, Articles: 1)
        ),
        [typeof(QueueCounts)] = new QueueCounts(3, 1),
        [typeof(Claims)] = new Claims([new(Pending.Id, Moderator, Decided.AddMinutes(5))]),
        [typeof(LogPage)] = new LogPage(
            [
                new(
                    42,
                    Decided,
                    Moderator,
                    "reject",
                    new(
                        "comment",
                        Rejected.Id,
                        OpenApiExamples.Article,
                        OpenApiExamples.Commenter,
                        From: null
                    ),
                    "offensive",
                    "The third time this week.",
                    Undoable: true
                ),
            ],
            OpenApiExamples.Cursor
        ),
        [typeof(UndoneShape)] = new UndoneShape([OpenApiExamples.Comment with { Version = 3 }], 1, null, []),
        [typeof(OwnAppeal)] = new OwnAppeal(
            Appeal,
            Rejected.Id,
            "It was a quotation.",
            Decided.AddMinutes(5),
            null,
            null
        ),
        [typeof(AppealPageShape)] = new AppealPageShape(
            [
                new(
                    Appeal,
                    Rejected,
                    [new(HoldReason.Moderator, "offensive")],
                    Moderator,
                    "It was a quotation.",
                    Decided.AddMinutes(5)
                ),
            ],
            OpenApiExamples.Cursor
        ),
    };
}
