using System.Text.Json;

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

    /// <summary>
    /// The claim of a name. A dot leads into what is nested, unless a claim has it in its name, as those of Auth0 do, which
    /// are addresses, and those of Keycloak's clients.
    /// </summary>
    public static bool TryFind(JsonElement claims, string name, out JsonElement value)
    {
        value = default;
        if (claims.ValueKind != JsonValueKind.Object)
            return false;
        if (claims.TryGetProperty(name, out value))
            return true;
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
            if (
                claims.TryGetProperty(name[..dot], out var within)
                && TryFind(within, name[(dot + 1)..], out value)
            )
                return true;
        value = default;
        return false;
    }
}
