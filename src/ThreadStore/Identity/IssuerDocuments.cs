using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using ThreadStore.Http;

namespace ThreadStore.Identity;

/// <summary>What the issuer answered is of no use.</summary>
public sealed class IssuerException(string message) : Exception(message);

/// <summary>
/// Reads what an issuer publishes of itself (OpenID Connect Discovery) and its keys (RFC 7517). Its answers are bounded in
/// size and time, and a key that is none costs the others nothing.
/// </summary>
public sealed class IssuerDocuments : IDisposable
{
    const int MaxBytes = 1024 * 1024;
    const int MaxKeys = 100;

    /// <summary>For both documents: a request waits for it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly HttpClient client;
    readonly bool isSafe;

    /// <summary>Without a slash at its end.</summary>
    public string Authority { get; }

    public IssuerDocuments(Uri authority)
    {
        Authority = authority.AbsoluteUri.TrimEnd('/');
        isSafe = authority.Scheme == Uri.UriSchemeHttps;
        client = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            }
        )
        {
            MaxResponseContentBufferSize = MaxBytes,
            Timeout = Patience,
        };
    }

    /// <param name="before">Keys that are still the same stay the same objects.</param>
    /// <exception cref="IssuerException">It is no issuer; or one of the client's and parser's exceptions.</exception>
    public async Task<(string Issuer, IReadOnlyList<TrustedKey> Keys)> ReadAsync(
        IReadOnlyList<TrustedKey> before
    )
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var discovery = await GetAsync(
            new($"{Authority}/.well-known/openid-configuration"),
            deadline.Token
        );
        if (KeyMaterial.Text(discovery.RootElement, "issuer") is not { Length: > 0 } issuer)
            throw new IssuerException("its configuration has no issuer.");
        if (
            !Uri.TryCreate(
                KeyMaterial.Text(discovery.RootElement, "jwks_uri"),
                UriKind.Absolute,
                out var address
            ) || (address.Scheme != Uri.UriSchemeHttps && (isSafe || address.Scheme != Uri.UriSchemeHttp))
        )
            throw new IssuerException(
                "its configuration has no jwks_uri that is as safe as its own address."
            );
        using var set = await GetAsync(address, deadline.Token);
        if (!set.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            throw new IssuerException("its jwks_uri answers no set of keys.");
        var found = new List<TrustedKey>();
        foreach (var jwk in keys.EnumerateArray().Take(MaxKeys))
            if (Read(jwk, UsualOfRsa(discovery.RootElement)) is { } key)
                found.Add(before.FirstOrDefault(b => IsSame(b, key)) ?? key);
        return found.Count > 0
            ? (issuer, found)
            : throw new IssuerException("its jwks_uri has no key that is good for signatures.");
    }

    async Task<JsonDocument> GetAsync(Uri address, CancellationToken ct)
    {
        using var response = await client.GetAsync(address, ct);
        if (!response.IsSuccessStatusCode)
            throw new IssuerException($"it answers {(int)response.StatusCode}.");
        var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
        if (json.RootElement.ValueKind == JsonValueKind.Object)
            return json;
        json.Dispose();
        throw new IssuerException("it answers no JSON object.");
    }

    /// <summary>What an RSA key is for that does not say so: RS256, unless the issuer signs by PS256 alone.</summary>
    static string UsualOfRsa(JsonElement discovery)
    {
        if (
            !discovery.TryGetProperty("id_token_signing_alg_values_supported", out var all)
            || all.ValueKind != JsonValueKind.Array
        )
            return SecurityAlgorithms.RsaSha256;
        var words = all.EnumerateArray()
            .Where(a => a.ValueKind == JsonValueKind.String)
            .Select(a => a.GetString())
            .ToList();
        return
            words.Contains(SecurityAlgorithms.RsaSsaPssSha256)
            && !words.Contains(SecurityAlgorithms.RsaSha256)
            ? SecurityAlgorithms.RsaSsaPssSha256
            : SecurityAlgorithms.RsaSha256;
    }

    /// <summary>A shared secret is none that anybody would publish.</summary>
    static TrustedKey? Read(JsonElement jwk, string usualOfRsa)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return null;
        try
        {
            var algorithm =
                KeyMaterial.Text(jwk, "alg")
                ?? (KeyMaterial.Text(jwk, "kty") == "EC" ? SecurityAlgorithms.EcdsaSha256 : usualOfRsa);
            if (
                algorithm == SecurityAlgorithms.HmacSha256
                || !KeyMaterial.Algorithms.Contains(algorithm)
                || KeyMaterial.OfJwk(algorithm, jwk).Key is not { } key
            )
                return null;
            return new(KeyMaterial.Text(jwk, "kid") ?? "", algorithm, key);
        }
        // half a surrogate pair
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static bool IsSame(TrustedKey a, TrustedKey b) =>
        a.Kid == b.Kid
        && a.Algorithm == b.Algorithm
        && (a.Key, b.Key)
            is (
                JsonWebKey { N: var n, E: var e, X: var x, Y: var y },
                JsonWebKey { N: var n2, E: var e2, X: var x2, Y: var y2 }
            )
        && (n, e, x, y) == (n2, e2, x2, y2);

    public void Dispose() => client.Dispose();
}
