namespace ThreadStore.Comments;

/// <summary>Why a comment was kept from readers: a rule, and the words that it stumbled over, if any.</summary>
public sealed record HoldReason(string Rule, string? Match);
