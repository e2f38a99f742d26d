using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>
/// All that a token claims, for what only a site's settings ask for: the claim that entitles to write, and badges. Callers
/// are the same whatever else their tokens say.
/// </summary>
public sealed class OtherClaims(byte[] utf8)
{
    /// <summary>The address that their provider vouches for; null: none. Never log it.</summary>
    public string? VerifiedEmail { get; init; }

    /// <summary>More than that no front end shows.</summary>
    const int MaxBadges = 20;

    /// <summary>Whether a claim has one of some values: as a text, as one of its words, or as one of a list.</summary>
    public bool Has(string claim, IReadOnlyList<string> values)
    {
        using var json = JsonDocument.Parse(utf8);
        return DottedName.TryFind(json.RootElement, claim, out var found) && IsOneOf(found, values);
    }

    static bool IsOneOf(JsonElement claim, IReadOnlyList<string> values) =>
        claim.ValueKind switch
        {
            JsonValueKind.String => claim.GetString() is { } text
                && (values.Contains(text) || text.Split(' ').Any(values.Contains)),
            JsonValueKind.Array => claim
                .EnumerateArray()
                .Any(e =>
                    e.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) && IsOneOf(e, values)
                ),
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => values.Contains(
                claim.GetRawText()
            ),
            _ => false,
        };

    /// <summary>The badges that it claims, known to the site or not.</summary>
    public IReadOnlyList<string> Badges()
    {
        using var json = JsonDocument.Parse(utf8);
        return
            json.RootElement.TryGetProperty("badges", out var badges)
            && badges.ValueKind == JsonValueKind.Array
            ?
            [
                .. badges
                    .EnumerateArray()
                    .Where(b => b.ValueKind == JsonValueKind.String)
                    .Select(b => b.GetString()!)
                    .Distinct()
                    .Take(MaxBadges),
            ]
            : [];
    }

    public override bool Equals(object? obj) => obj is OtherClaims;

    public override int GetHashCode() => 0;
}
