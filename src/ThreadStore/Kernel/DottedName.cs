using System.Text.Json;

namespace ThreadStore.Kernel;

/// <summary>Names of members in JSON, in which a dot leads into what is nested.</summary>
public static class DottedName
{
    /// <summary>
    /// The member of a name. One that has the dot in its name goes first: claims of Auth0 do, which are addresses, and
    /// those of Keycloak's clients.
    /// </summary>
    public static bool TryFind(JsonElement json, string name, out JsonElement value)
    {
        value = default;
        if (json.ValueKind != JsonValueKind.Object)
            return false;
        if (json.TryGetProperty(name, out value))
            return true;
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
            if (
                json.TryGetProperty(name[..dot], out var within)
                && TryFind(within, name[(dot + 1)..], out value)
            )
                return true;
        value = default;
        return false;
    }
}
