using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;

namespace ThreadStore.OpenApi;

/// <summary>Examples of notices of illegal content, and of what is told of all that became of them.</summary>
static class NoticeExamples
{
    public static readonly Guid Notice = new("0198c0de-0000-7000-8000-000000000099");

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        [typeof(ReportComment)] = new ReportComment(
            "defamation",
            "It says of me that I stole money, which is not true: the court said so on 3 May.",
            GoodFaith: true,
            "Ben Miller",
            "ben@example.com"
        ),
        [typeof(NoticeReceipt)] = new NoticeReceipt(
            Notice,
            "3q2-7wAAAADerb7vAAAAAN6tvu8AAAAA3q2-7wAAAAA",
            NoticeState.Received
        ),
        [typeof(NoticeView)] = NoticeView.Of(
            new(
                Demo.DemoPage.Site,
                Notice,
                OpenApiExamples.Root,
                Guid.Empty,
                CommenterId: null,
                NoticeReason.Defamation,
                "",
                OpenApiExamples.Written,
                new(
                    Guid.Empty,
                    NoticeOutcome.Upheld,
                    RejectReason.Illegal,
                    OpenApiExamples.Written.AddHours(2)
                )
            ),
            NoticeLanguages.English
        ),
        [typeof(Statement)] = Statement.Of(
            new(
                4711,
                new("0198c0de-0000-7000-8000-000000000098"),
                Notice,
                false,
                NoticeReason.Defamation,
                OpenApiExamples.Written
            ),
            new(
                RestrictionKind.Rejected,
                RejectReason.Illegal.Word(),
                DecisionMeans.Person,
                ByRule: false,
                RestrictionSource.Notice,
                OpenApiExamples.Written.AddHours(2)
            ),
            "english"
        ),
    };
}
