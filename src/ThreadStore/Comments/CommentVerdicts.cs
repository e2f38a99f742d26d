using ThreadStore.Kernel;

namespace ThreadStore.Comments;

// These records are the stored format: see Events.Shipped.txt in the tests before you change one.

/// <summary>A published comment was taken back from readers until a moderator has looked at it.</summary>
/// <param name="Rule">What held it: <c>flags</c>, when enough readers had flagged it.</param>
/// <param name="By">The key of whoever's act tipped the scale.</param>
public sealed record CommentHeld(
    Guid CommentId,
    string ArticleKey,
    string Rule,
    string By,
    DateTimeOffset At
);

/// <summary>What an outside classifier wants done with a comment.</summary>
public enum VerdictAction
{
    Hold,
    Release,
}

/// <summary>An outside classifier judged a comment about which nobody had decided.</summary>
/// <param name="Classifier">Its name, as it gives it itself.</param>
/// <param name="JudgedVersion">Of the comment, with the text that it still has.</param>
/// <param name="Score">From 0 to 1.</param>
/// <param name="Action">What the classifier asked for; null: nothing.</param>
/// <param name="Labels">What it found, in its own words.</param>
/// <param name="State">The state that the comment has after it.</param>
/// <param name="By">The key of the service that brought the verdict.</param>
public sealed record CommentJudged(
    Guid CommentId,
    string ArticleKey,
    string Classifier,
    int JudgedVersion,
    double Score,
    VerdictAction? Action,
    IReadOnlyList<string> Labels,
    CommentState State,
    DecisionMeans Means,
    string By,
    DateTimeOffset At
) : KeyedEvent;
