using ThreadStore.Http;

namespace ThreadStore.Moderation;

/// <summary>Nobody judges their own matter: what moderators are refused about themselves (contract, section 6).</summary>
public static class OwnMatter
{
    public static readonly Problem Comment = Problem.Forbidden(
        "Another moderator must decide on what you wrote yourself."
    );

    public static readonly Problem Standing = Problem.Forbidden("Another moderator must decide about you.");

    public static readonly Problem Undoing = Problem.Forbidden(
        "Another moderator must take back what was decided about you, or about what you wrote."
    );
}
