using ThreadStore.Storage;

namespace ThreadStore.Comments;

/// <summary>What became of an appeal.</summary>
public enum AppealOutcome
{
    /// <summary>The decision stands.</summary>
    Upheld,

    /// <summary>The comment is published.</summary>
    Overturned,
}

/// <summary>An author's objection to a decision as it stands, and as its row holds it.</summary>
/// <param name="Decision">The decision appealed; null: a rule's.</param>
/// <param name="DecidedBy">The key of who took that decision; null: a rule.</param>
/// <param name="Reason">What the author was answered.</param>
public sealed record Appeal(
    string Site,
    Guid Id,
    Guid CommentId,
    Guid AuthorId,
    Guid? Decision,
    string? DecidedBy,
    string Text,
    DateTimeOffset At,
    AppealOutcome? Outcome,
    string? AnsweredBy,
    string? Reason,
    DateTimeOffset? AnsweredAt
)
{
    public static Appeal Create(string site, DecisionAppealed e) =>
        new(
            site,
            e.AppealId,
            e.CommentId,
            StreamId.Commenter(site, e.By),
            e.Appealed,
            e.DecidedBy,
            e.Text,
            e.At,
            Outcome: null,
            AnsweredBy: null,
            Reason: null,
            AnsweredAt: null
        );

    /// <summary>The answer was taken back.</summary>
    public Appeal Reopen() =>
        this with
        {
            Outcome = null,
            AnsweredBy = null,
            Reason = null,
            AnsweredAt = null,
        };

    public Appeal Apply(AppealDecided e) =>
        this with
        {
            Outcome = e.Uphold ? AppealOutcome.Upheld : AppealOutcome.Overturned,
            AnsweredBy = e.By,
            Reason = e.Reason,
            AnsweredAt = e.At,
        };
}
