using System.Runtime.InteropServices;
using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// What a token claims, read strictly: each claim has the type that the contract gives it (section 3), and is there once.
/// </summary>
/// <remarks>
/// Of the claims as a library hands them out, a large number is rounded and then a text like any other: two commenters
/// whose keys are numbers would be one.
/// </remarks>
/// <param name="Until">The first moment at which the token is no longer good; clocks may differ until then.</param>
public sealed record TokenClaims(Caller Caller, bool PretendsToBeImported, DateTimeOffset Until)
{
    /// <summary>By how much the clocks of who signs and who checks may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Good until its key is removed, however long that was meant to be.</summary>
    public TrustedKey? Key { get; init; }

    /// <summary>When it was issued; where it does not say, long ago.</summary>
    public DateTimeOffset IssuedAt { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>Says why a token with a good signature is none, or what it claims.</summary>
    /// <param name="header">As it was signed: base64url; <paramref name="payload"/> likewise.</param>
    /// <param name="names">Which claims to read; null: those of the contract.</param>
    public static (TokenClaims? Claims, string? Fault) Read(
        ReadOnlySpan<char> header,
        ReadOnlySpan<char> payload,
        DateTimeOffset now,
        ClaimNames? names = null
    )
    {
        if (!TokenHead.TryParse(header, out var head))
            return (null, "The token's header is no JSON object, or has a member twice.");
        using (head)
            // what must be understood is not: no extension is known here (RFC 7515, 4.1.11)
            if (head.RootElement.TryGetProperty("crit", out _))
                return (
                    null,
                    "The token's header has crit: it asks for an extension that is not known here."
                );
        if (!TokenHead.TryParse(payload, out var claims))
            return (null, "The token's claims are no JSON object, or one of them is there twice.");
        using (claims)
            try
            {
                return Read(claims.RootElement, now, names ?? ClaimNames.Own);
            }
            // half a surrogate pair, in a name that was compared
            catch (InvalidOperationException)
            {
                return (null, "The token's claims are not valid: they are no Unicode text.");
            }
    }

    static (TokenClaims?, string?) Read(JsonElement claims, DateTimeOffset now, ClaimNames names)
    {
        if (TimeFault(claims, now, out var until) is { } untimely)
            return (null, untimely);
        if (Text(claims, names.Site) is not { } site || (site != "*" && !Keys.IsSite(site)))
            return (null, $"The token's claim {names.Site} must be the key of a site, or *.");
        if (Text(claims, names.Key) is not { } key)
            return (null, $"The token's claims are not valid: {names.Key} must be a string.");
        if (Keys.Fault(key) is { } fault)
            return (null, $"The token's claims are not valid: {names.Key} {fault}");
        // they may be left out, or be null, but are nothing else than a text
        foreach (var name in (string[])[names.Name, names.Email, names.Picture])
            if (
                IsThere(claims, name, out var value)
                && (value.ValueKind != JsonValueKind.String || Text(value) is null)
            )
                return (null, $"The token's claims are not valid: {name} must be a string.");
        if (RolesFault(claims, names, out var roles) is { } unreadable)
            return (null, $"The token's claims are not valid: {names.Roles} {unreadable}");
        TryReadTime(claims, "iat", out var issuedAt);
        return (
            new(
                Caller.Of(key, Text(claims, names.Name), Text(claims, names.Picture), site, roles) with
                {
                    Also = new(JsonMarshal.GetRawUtf8Value(claims).ToArray())
                    {
                        VerifiedEmail = IsVerified(claims) ? EmailOf(Text(claims, names.Email)) : null,
                    },
                },
                Caller.IsErased(key)
                    || Caller.LooksImported(key)
                        && !(
                            claims.TryGetProperty("imported", out var i) && i.ValueKind == JsonValueKind.True
                        ),
                until
            )
            {
                IssuedAt = issuedAt ?? DateTimeOffset.UnixEpoch,
            },
            null
        );
    }

    /// <summary>Some issuers write it as a text.</summary>
    static bool IsVerified(JsonElement claims) =>
        claims.TryGetProperty("email_verified", out var value)
        && (value.ValueKind == JsonValueKind.True || Text(claims, "email_verified") == "true");

    static string? EmailOf(string? claimed) => claimed is null ? null : EmailAddress.Of(claimed);

    static string? TimeFault(JsonElement claims, DateTimeOffset now, out DateTimeOffset until)
    {
        until = default;
        if (!TryReadTime(claims, "exp", out var exp) || exp is null)
            return "The token's claims are not valid: exp must be a number.";
        if (!TryReadTime(claims, "nbf", out var nbf) || !TryReadTime(claims, "iat", out var iat))
            return "The token's claims are not valid: nbf and iat must be numbers.";
        until = exp > DateTimeOffset.MaxValue - Skew ? DateTimeOffset.MaxValue : exp.Value + Skew;
        if (until <= now)
            return "The token has expired.";
        return nbf - Skew > now || iat - Skew > now
            ? "The token is not yet valid: its nbf or iat lies ahead."
            : null;
    }

    /// <summary>Seconds since 1970 (RFC 7519, 2), which may have a fraction.</summary>
    /// <returns>False where it is there and no number.</returns>
    static bool TryReadTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds))
            return false;
        time =
            seconds >= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue
            : seconds <= 0 ? DateTimeOffset.UnixEpoch
            : DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }

    /// <summary>A role that nobody knows gives nothing: it may be the publisher's own.</summary>
    static string? RolesFault(JsonElement claims, ClaimNames names, out Role roles)
    {
        roles = Role.None;
        if (!DottedName.TryFind(claims, names.Roles, out var values))
            return null;
        if (names.RolesMayBeText && values.ValueKind == JsonValueKind.Null)
            return null;
        if (names.RolesMayBeText && values.ValueKind == JsonValueKind.String)
        {
            foreach (var word in (Text(values) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                roles |= RoleOf(word);
            return null;
        }
        var unreadable = names.RolesMayBeText
            ? "must be a string, or an array of strings."
            : "must be an array of strings.";
        if (values.ValueKind != JsonValueKind.Array)
            return unreadable;
        foreach (var value in values.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.String || Text(value) is not { } word)
                return unreadable;
            roles |= RoleOf(word);
        }
        return null;
    }

    /// <summary>One word is one role, written as the contract writes it.</summary>
    static Role RoleOf(string word) => Words.TryParse<Role>(word) ?? Role.None;

    static bool IsThere(JsonElement claims, string name, out JsonElement value) =>
        DottedName.TryFind(claims, name, out value) && value.ValueKind != JsonValueKind.Null;

    static string? Text(JsonElement claims, string name) =>
        DottedName.TryFind(claims, name, out var value) && value.ValueKind == JsonValueKind.String
            ? Text(value)
            : null;

    /// <summary>Null where it has half a surrogate pair.</summary>
    static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
