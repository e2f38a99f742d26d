namespace ThreadStore.Setup;

/// <summary>Which claims of a token say who somebody is. Tokens that are signed by our keys have those of the contract.</summary>
/// <param name="RolesMayBeText">One role, or several with spaces between, instead of an array.</param>
public sealed record ClaimNames(
    string Key = "sub",
    string Name = "name",
    string Roles = "roles",
    string Email = "email",
    string Picture = "picture",
    string Site = "site",
    bool RolesMayBeText = false
)
{
    public static readonly ClaimNames Own = new();
}
