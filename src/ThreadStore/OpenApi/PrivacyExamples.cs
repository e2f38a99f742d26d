using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Inbox;
using ThreadStore.Privacy;

namespace ThreadStore.OpenApi;

/// <summary>Examples of what is held on people, and of what became of those who were erased.</summary>
static class PrivacyExamples
{
    static readonly PersonalComment Wrote = new(
        OpenApiExamples.Root,
        OpenApiExamples.Article,
        ParentId: null,
        CommentState.Published,
        RemovedBy: null,
        OpenApiExamples.Written,
        EditedAt: null,
        Featured: false,
        Locked: false,
        Reactions: new() { ["like"] = 2 },
        [new(OpenApiExamples.Written, "Good *news*.", BodyFormat.Markdown, "Ada", null, null, Source: null)]
    );

    public static readonly Guid Erasure = new("0198c0de-0000-7000-8000-000000000088");
    static readonly ErasureCertificate Certificate = new(
        Erasure,
        OpenApiExamples.Written,
        44,
        3,
        17,
        [LearnedExamples.Hash]
    );

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        [typeof(ErasureCertificate)] = Certificate,
        [typeof(ErasureView)] = new ErasureView(
            Certificate.Id,
            ErasureState.Done,
            Certificate.ErasedAt,
            Certificate.Position,
            Certificate.Comments,
            Certificate.Events
        ),
        [typeof(ErasurePage)] = new ErasurePage([Certificate], null),
        [typeof(PersonalDocument)] = new PersonalDocument(
            Demo.DemoPage.Site,
            OpenApiExamples.Commenter,
            42,
            new(
                OpenApiExamples.Commenter,
                "Ada",
                null,
                OpenApiExamples.Written,
                CommentCount: 1,
                ReactionsReceived: 2,
                Standing.Good,
                StandingUntil: null,
                StandingReason: null,
                Warning: null,
                SignedOutAt: null
            ),
            Email: null,
            [Wrote],
            [new(OpenApiExamples.Root, OpenApiExamples.Article, "like", OpenApiExamples.Written)],
            Flags: [],
            Reports: [],
            [
                new(
                    43,
                    OpenApiExamples.Written,
                    "commenter-warned",
                    null,
                    "moderator",
                    "Mind your words",
                    null,
                    null
                ),
            ],
            Appeals: [],
            [
                new(
                    NotificationType.Reply,
                    OpenApiExamples.Written,
                    Read: false,
                    OpenApiExamples.Root,
                    OpenApiExamples.Commenter
                ),
            ],
            new([], Email: null),
            Acts: [],
            Events: null,
            Rows: null
        ),
    };
}
