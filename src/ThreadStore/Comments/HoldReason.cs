namespace ThreadStore.Comments;

/// <summary>Why a comment was kept from readers: a rule, and the words that it stumbled over, if any.</summary>
public sealed record HoldReason(string Rule, string? Match)
{
    /// <summary>Enough readers flagged the comment.</summary>
    public const string Flags = "flags";

    /// <summary>Its author is shadowed.</summary>
    public const string Shadow = "shadow";

    /// <summary>The model that the site adopted takes it for what its moderators reject.</summary>
    public const string Learned = "learned";

    /// <summary>It was held before it was edited.</summary>
    public const string HeldBefore = "heldBefore";

    /// <summary>An outside classifier held it; the match is its name, and what it found.</summary>
    public const string Classifier = "classifier";

    public static HoldReason Of(CommentJudged e) =>
        new(
            Classifier,
            e.Labels.Count == 0 ? e.Classifier : $"{e.Classifier}: {string.Join(", ", e.Labels)}"
        );

    /// <summary>A moderator rejected it; the match is their <see cref="RejectReason"/>.</summary>
    public const string Moderator = "moderator";
}
