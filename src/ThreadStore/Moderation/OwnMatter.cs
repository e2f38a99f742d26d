using ThreadStore.Kernel;

namespace ThreadStore.Moderation;

/// <summary>Nobody judges their own matter: what moderators are refused about themselves (contract, section 6).</summary>
public static class OwnMatter
{
    public static readonly Refusal Comment = Refusal.Forbidden(
        "Another moderator must decide on what you wrote yourself."
    );

    public static readonly Refusal Standing = Refusal.Forbidden("Another moderator must decide about you.");

    public static readonly Refusal Undoing = Refusal.Forbidden(
        "Another moderator must take back what was decided about you, or about what you wrote."
    );
}
