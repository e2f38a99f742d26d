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
    /// <summary>Clocks differ a little.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    /// <summary>Tokens in a generation, of which there are two; some 5 MB in all.</summary>
    const int Capacity = 5_000;

    /// <summary>Longer ones are checked every time.</summary>
    const int MaxLength = 2_000;

    const string Scheme = "Bearer ";

    /// <summary>What a valid token says.</summary>
    /// <param name="Caller">Null where its claims make no caller.</param>
    public sealed record Token(Caller? Caller, bool PretendsToBeImported, DateTimeOffset Until);

    readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    readonly TokenValidationParameters rules = new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(key),
        // one algorithm: a token can't choose a weaker one, or none
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidateIssuer = false,
        ValidateAudience = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = Skew,
    };

    ConcurrentDictionary<string, Token> young = new();
    ConcurrentDictionary<string, Token> old = new();

    /// <param name="authorization">The header.</param>
    /// <returns>Null where it holds no valid token.</returns>
    public async ValueTask<Token?> ReadAsync(string authorization)
    {
        if (young.TryGetValue(authorization, out var token))
            return clock.GetUtcNow() < token.Until ? token : null;
        if (!old.TryGetValue(authorization, out token))
            token = await CheckAsync(authorization);
        if (token is null || clock.GetUtcNow() >= token.Until)
            return null;
        Remember(authorization, token);
        return token;
    }

    async Task<Token?> CheckAsync(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var result = await handler.ValidateTokenAsync(authorization[Scheme.Length..].Trim(), rules);
        if (!result.IsValid)
            return null;
        var end = result.SecurityToken.ValidTo;
        return new(
            Caller.From(result.ClaimsIdentity),
            Caller.PretendsToBeImported(result.ClaimsIdentity),
            end < DateTime.MaxValue - Skew ? new(end + Skew, TimeSpan.Zero) : DateTimeOffset.MaxValue
        );
    }

    void Remember(string authorization, Token token)
    {
        if (authorization.Length > MaxLength)
            return;
        // two requests may turn the page at once: what is lost is only read again
        if (young.Count >= Capacity)
            (old, young) = (young, new());
        young[authorization] = token;
    }
}
