using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ThreadStore.Http;

/// <summary>What a token says of itself before its signature is looked at: enough to know which keys to try, and believed for nothing else.</summary>
/// <param name="Kid">The key that it chooses; null: any of those that may sign for its site.</param>
/// <param name="Site">The site that it is for; null: none is readable.</param>
/// <param name="Issuer">Who says they made it.</param>
public readonly record struct TokenHead(string Algorithm, string? Kid, string? Site, string? Issuer)
{
    static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <param name="token">With its two dots.</param>
    /// <param name="siteClaim">The claim that names the site.</param>
    public static (TokenHead Head, string? Fault) Read(string token, string siteClaim = "site")
    {
        var (first, second) = (token.IndexOf('.'), token.LastIndexOf('.'));
        if (!TryParse(token.AsSpan(0, first), out var head))
            return (default, "The token's header is no JSON object, or has a member twice.");
        using (head)
        {
            // what must be understood is not: no extension is known here (RFC 7515, 4.1.11)
            if (head.RootElement.TryGetProperty("crit", out _))
                return (
                    default,
                    "The token's header has crit: it asks for an extension that is not known here."
                );
            if (Text(head.RootElement, "alg") is not { } algorithm)
                return (default, "The token's header does not say its alg.");
            if (head.RootElement.TryGetProperty("kid", out var kid) && kid.ValueKind != JsonValueKind.String)
                return (default, "The token's header has a kid that is no string.");
            if (!TryParse(token.AsSpan(first + 1, second - first - 1), out var claims))
                return (default, "The token's claims are no JSON object, or one of them is there twice.");
            using (claims)
                return (
                    new(
                        algorithm,
                        Text(head.RootElement, "kid"),
                        Text(claims.RootElement, siteClaim),
                        Text(claims.RootElement, "iss")
                    ),
                    null
                );
        }
    }

    /// <summary>Null also where it has half a surrogate pair.</summary>
    static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A part of a token; false where it is no JSON object, or has a member twice.</summary>
    public static bool TryParse(ReadOnlySpan<char> part, [NotNullWhen(true)] out JsonDocument? json)
    {
        json = null;
        try
        {
            json = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Once);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return true;
            json.Dispose();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException) { }
        json = null;
        return false;
    }
}
