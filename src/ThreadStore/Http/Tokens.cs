using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ThreadStore.Identity;

namespace ThreadStore.Http;

/// <summary>Reads the tokens that requests bring, and remembers those it found valid until they expire.</summary>
/// <remarks>
/// Nothing but the keys and the clock says whether a token is valid, so one that was valid stays so until its key goes. To
/// check and read one takes a fifth of what a post costs the server. They are remembered by their hash: no memory of ours
/// holds what somebody could use.
/// </remarks>
public sealed class Tokens(SigningKeys keys, Trust trust, Issuer issuer, TimeProvider clock)
{
    /// <summary>Tokens in a generation, of which there are two; some 20 MB in all.</summary>
    const int Capacity = 5_000;

    /// <summary>In characters: proxies take no longer ones by themselves.</summary>
    public const int MaxLength = 8_192;

    const string Scheme = "Bearer ";

    const string Expired = "The token has expired.";
    const string NoToken = "Send Authorization: Bearer with a signed JSON Web Token.";
    const string NoApiKey = "The API key is none, has expired, or was revoked.";
    const string BadSignature =
        "The token's signature is not valid: no key that is good for its site made it, by the key's own algorithm.";

    ConcurrentDictionary<UInt256, TokenClaims> young = new();
    ConcurrentDictionary<UInt256, TokenClaims> old = new();

    /// <summary>A hash that nobody finds a second text for.</summary>
    readonly record struct UInt256(ulong A, ulong B, ulong C, ulong D)
    {
        public static UInt256 Of(string text)
        {
            Span<ulong> hash = stackalloc ulong[4];
            SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), MemoryMarshal.AsBytes(hash));
            return new(hash[0], hash[1], hash[2], hash[3]);
        }
    }

    /// <summary>Whether a header need not be checked again.</summary>
    public bool Remembers(string authorization)
    {
        if (ApiKeyIn(authorization, out var secret))
            return trust.FindApiKey(ApiKey.HashOf(secret)) is not null;
        var hash = UInt256.Of(authorization);
        return young.ContainsKey(hash) || old.ContainsKey(hash);
    }

    /// <param name="authorization">The header.</param>
    /// <returns>What its token says, or in a sentence why that is none.</returns>
    public async ValueTask<(TokenClaims? Token, string? Fault)> ReadAsync(string authorization)
    {
        if (ApiKeyIn(authorization, out var secret))
            return await trust.UseApiKeyAsync(ApiKey.HashOf(secret), clock.GetUtcNow()) is { } claims
                ? (claims, null)
                : (null, NoApiKey);
        var hash = UInt256.Of(authorization);
        var isYoung = young.TryGetValue(hash, out var token);
        if ((isYoung || old.TryGetValue(hash, out token)) && token!.Key?.IsGone(clock.GetUtcNow()) == true)
        {
            // another key may vouch for it
            young.TryRemove(hash, out _);
            old.TryRemove(hash, out _);
            (isYoung, token) = (false, null);
        }
        if (token is not null)
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
        if (!isYoung)
            Remember(hash, token);
        return (token, null);
    }

    static bool ApiKeyIn(string authorization, out ReadOnlySpan<char> secret)
    {
        secret = default;
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        secret = authorization.AsSpan(Scheme.Length).Trim();
        return secret.StartsWith(ApiKey.Prefix, StringComparison.Ordinal);
    }

    async Task<(TokenClaims?, string?)> CheckAsync(string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return (null, NoToken);
        var text = authorization[Scheme.Length..].Trim();
        if (text.Length > MaxLength)
            return (null, $"The token has more than {MaxLength} characters.");
        if (text.AsSpan().Count('.') != 2)
            return (null, NoToken);
        var (head, fault) = TokenHead.Read(text);
        if (fault is not null)
            return (null, fault);
        var isIssued = await issuer.MadeAsync(head.Issuer);
        var now = clock.GetUtcNow();
        var candidates = isIssued ? await issuer.KeysAsync(head.Kid) : Candidates(head, now);
        foreach (var key in candidates)
            if (key.Algorithm == head.Algorithm && !key.IsGone(now) && await key.SignedAsync(text))
                return Read(text, key, isIssued);
        return (null, BadSignature);
    }

    /// <summary>What a token claims whose signature is good.</summary>
    (TokenClaims?, string?) Read(string text, TrustedKey key, bool isIssued)
    {
        var (first, second) = (text.IndexOf('.'), text.LastIndexOf('.'));
        var payload = text.AsSpan(first + 1, second - first - 1);
        if (isIssued && issuer.Refuse(payload) is { } refusal)
            return (null, refusal);
        var (token, fault) = TokenClaims.Read(
            text.AsSpan(0, first),
            payload,
            clock.GetUtcNow(),
            isIssued ? issuer.Names : null
        );
        return (
            token is null ? null : token with { Key = key, Caller = token.Caller with { Via = key.Kid } },
            fault
        );
    }

    /// <summary>
    /// The keys that may have signed a token: the one that it names; where it names none that is known here, as programs
    /// write a kid of their own, all that may sign for its site. The algorithm is the key's.
    /// </summary>
    List<TrustedKey> Candidates(TokenHead head, DateTimeOffset now)
    {
        var ofSite = head.Site is { } site ? trust.KeysOf(site) : [];
        var all = keys.All.Concat(ofSite).Where(k => !k.IsGone(now)).ToList();
        var named = all.FindAll(k => k.Kid == head.Kid);
        return named.Count > 0 ? named : all;
    }

    void Remember(UInt256 hash, TokenClaims token)
    {
        // two requests may turn the page at once: what is lost is only read again
        if (young.Count >= Capacity)
            (old, young) = (young, new());
        young[hash] = token;
    }
}
