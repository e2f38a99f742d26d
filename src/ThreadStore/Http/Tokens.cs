using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Http;

/// <summary>Reads the tokens that requests bring, and remembers those it found valid until they expire.</summary>
/// <remarks>
/// Nothing but the key and the clock says whether a token is valid, so one that was valid stays so. To check and read
/// one takes a fifth of what a post costs the server.
/// </remarks>
public sealed class Tokens(byte[] key, TimeProvider clock)
{
    /// <summary>Tokens in a generation, of which there are two; some 5 MB in all.</summary>
    const int Capacity = 5_000;

    /// <summary>Longer ones are checked every time.</summary>
    const int MaxLength = 2_000;

    const string Scheme = "Bearer ";

    const string Expired = "The token has expired.";
    const string NoToken = "Send Authorization: Bearer with a signed JSON Web Token.";
    const string BadSignature =
        "The token's signature is not valid: it must be HS256, made with this server's key.";

    readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    // the signature alone: what the token claims is read more strictly than the library does
    readonly TokenValidationParameters rules = new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(key),
        // one algorithm: a token can't choose a weaker one, or none
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
        RequireSignedTokens = true,
    };

    ConcurrentDictionary<string, TokenClaims> young = new();
    ConcurrentDictionary<string, TokenClaims> old = new();

    /// <summary>Whether a header need not be checked again.</summary>
    public bool Remembers(string authorization) =>
        young.ContainsKey(authorization) || old.ContainsKey(authorization);

    /// <param name="authorization">The header.</param>
    /// <returns>What its token says, or in a sentence why that is none.</returns>
    public async ValueTask<(TokenClaims? Token, string? Fault)> ReadAsync(string authorization)
    {
        if (young.TryGetValue(authorization, out var token))
            return clock.GetUtcNow() < token.Until ? (token, null) : (null, Expired);
        if (old.TryGetValue(authorization, out token))
        {
            if (clock.GetUtcNow() >= token.Until)
                return (null, Expired);
        }
        else
        {
            (token, var fault) = await CheckAsync(authorization);
            if (token is null)
                return (null, fault);
        }
        Remember(authorization, token);
        return (token, null);
    }

    async Task<(TokenClaims?, string?)> CheckAsync(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, NoToken);
        var text = authorization[Scheme.Length..].Trim();
        var result = await handler.ValidateTokenAsync(text, rules);
        if (!result.IsValid)
            return (null, text.AsSpan().Count('.') == 2 ? BadSignature : NoToken);
        var (first, second) = (text.IndexOf('.'), text.LastIndexOf('.'));
        return TokenClaims.Read(
            text.AsSpan(0, first),
            text.AsSpan(first + 1, second - first - 1),
            clock.GetUtcNow()
        );
    }

    void Remember(string authorization, TokenClaims token)
    {
        if (authorization.Length > MaxLength)
            return;
        // two requests may turn the page at once: what is lost is only read again
        if (young.Count >= Capacity)
            (old, young) = (young, new());
        young[authorization] = token;
    }
}
