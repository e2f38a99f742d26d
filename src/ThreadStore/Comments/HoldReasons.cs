using System.Text.Json;
using ThreadStore.Moderation;
using ThreadStore.Storage;

namespace ThreadStore.Comments;

/// <summary>Reasons why a comment is held, as its row keeps them: a JSON array, or null where there are none.</summary>
public static class HoldReasons
{
    /// <summary>Held by flags and nothing else: such a comment waits among the flagged, not among the pending.</summary>
    public static readonly string OnlyFlags = Add(null, new(HoldReason.Flags, null));

    /// <summary>The objections among what screening said.</summary>
    public static string? Of(IReadOnlyList<Verdict> verdicts) => Write(Screening.Reasons(verdicts));

    /// <summary>One more; a rule has one reason, the last.</summary>
    public static string Add(string? json, HoldReason reason) =>
        Serialize([.. Read(json).Where(r => r.Rule != reason.Rule), reason]);

    public static IReadOnlyList<HoldReason> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<HoldReason[]>(json, Json.Options) ?? [];

    public static string? Write(IReadOnlyList<HoldReason> reasons) =>
        reasons.Count == 0 ? null : Serialize(reasons);

    static string Serialize(IReadOnlyList<HoldReason> reasons) =>
        JsonSerializer.Serialize(reasons, Json.Options);
}
