using ThreadStore.Kernel;

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
) : IAggregate<Appeal>
{
    /// <summary>The newest appeal of a comment, in whose stream it is; null: none.</summary>
    public static Appeal? After(Appeal? before, string site, object @event) =>
        @event switch
        {
            DecisionAppealed e => Made(site, e),
            AppealDecided e when before?.Id == e.AppealId => before.Answered(e),
            // every other decision leaves appeals against the one before it behind
            CommentDecisionUndone { Restored.Appeal: { } id, Undone: var undone }
                when before?.Id == id && before.AnsweredWith == undone => before.Reopened(),
            _ when CommentEvents.StreamOf(@event) is not null => before,
            _ => throw Unforeseen.Event<Appeal>(@event),
        };

    static Appeal Made(string site, DecisionAppealed e) =>
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

    /// <summary>The decision that answered it, as far as its comment's stream was folded for it; the row has it not.</summary>
    internal Guid? AnsweredWith { get; init; }

    /// <summary>The answer was taken back.</summary>
    public Appeal Reopened() =>
        this with
        {
            AnsweredWith = null,
            Outcome = null,
            AnsweredBy = null,
            Reason = null,
            AnsweredAt = null,
        };

    Appeal Answered(AppealDecided e) =>
        this with
        {
            AnsweredWith = e.DecisionId,
            Outcome = e.Uphold ? AppealOutcome.Upheld : AppealOutcome.Overturned,
            AnsweredBy = e.By,
            Reason = e.Reason,
            AnsweredAt = e.At,
        };
}
