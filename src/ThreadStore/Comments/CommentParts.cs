using System.Text.Json.Serialization;

namespace ThreadStore.Comments;

// what the events of a comment are made of; like them, a stored format

/// <summary>What readers may see of a comment.</summary>
public enum CommentState
{
    Published,
    Pending,
    Rejected,
    Deleted,
}

/// <summary>Who took a comment away from readers.</summary>
public enum RemovedBy
{
    Author,
    Moderator,
    Rule,
}

/// <summary>The person who writes, as they were called when they wrote.</summary>
/// <param name="Picture">An https address, or null.</param>
public sealed record Author(string Key, string Name, string? Picture)
{
    /// <summary>Those that their token claimed and the site knew, when they wrote; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Badges { get; init; }
}

/// <summary>Where an imported fact came from.</summary>
/// <param name="Format">As on the command line: <c>text</c>, <c>disqus</c>, …</param>
/// <param name="Id">Its id there, unique within site and format.</param>
public sealed record ForeignSource(string Format, string Id);

/// <summary>What one screening rule said of a text.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="RuleVersion">Raised when the rule's judgement changes, so that history stays comparable.</param>
/// <param name="State">The state that it asked for: pending or rejected; null: no objection.</param>
/// <param name="Match">The words that it stumbled over, or null.</param>
/// <param name="Model">The hash of the learned model that it went by.</param>
/// <param name="Score">How sure that model was, from 0 to 1, that moderators would reject the comment.</param>
public sealed record Verdict(
    string Rule,
    int RuleVersion,
    CommentState? State,
    string? Match,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Score = null
);
