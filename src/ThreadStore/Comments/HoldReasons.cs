using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Moderation;

namespace ThreadStore.Comments;

/// <summary>Reasons why a comment is held, as its row keeps them: a JSON array, or null where there are none.</summary>
public static class HoldReasons
{
    /// <summary>Held by flags and nothing else: such a comment waits among the flagged, not among the pending.</summary>
    public static readonly string OnlyFlags = Add(null, new(HoldReason.Flags, null));

    /// <summary>Unseen because of who wrote it, and for nothing else: its author takes it for published.</summary>
    public static readonly string OnlyShadow = Add(null, new(HoldReason.Shadow, null));

    /// <summary>Rules that reject; all others hold.</summary>
    static readonly string[] Rejecting = ["bannedWord", "bannedPattern"];

    /// <summary>
    /// What screening would have made of a shadowed comment had anybody else written it: that is what its author is told.
    /// </summary>
    /// <returns>Null where it is not shadowed.</returns>
    public static CommentState? ToldOf(IReadOnlyList<HoldReason> reasons) =>
        !reasons.Any(r => r.Rule == HoldReason.Shadow) ? null
        : reasons.Any(r => Rejecting.Contains(r.Rule)) ? CommentState.Rejected
        : reasons.Any(r => r.Rule != HoldReason.Shadow) ? CommentState.Pending
        : CommentState.Published;

    /// <summary>The objections among what screening said.</summary>
    public static string? Of(IReadOnlyList<Verdict> verdicts) => Write(Screening.Reasons(verdicts));

    /// <summary>One more; a rule has one reason, the last.</summary>
    public static string Add(string? json, HoldReason reason) =>
        Serialize([.. Read(json).Where(r => r.Rule != reason.Rule), reason]);

    public static IReadOnlyList<HoldReason> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<HoldReason[]>(json, Json.Options) ?? [];

    public static string? Write(IReadOnlyList<HoldReason> reasons) =>
        reasons.Count == 0 ? null : Serialize(reasons);

    /// <summary>Without what rules stumbled over; a moderator's reason is a word of ours.</summary>
    public static string? WithoutQuotes(string? json) =>
        Write([
            .. Read(json)
                .Select(r => r.Rule == HoldReason.Moderator ? r : r with { Match = null })
                .Distinct(),
        ]);

    static string Serialize(IReadOnlyList<HoldReason> reasons) =>
        JsonSerializer.Serialize(reasons, Json.Options);
}
