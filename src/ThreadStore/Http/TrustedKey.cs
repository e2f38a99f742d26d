using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Http;

/// <summary>A key that tokens are checked with. What it is used for is its own, whatever a token says.</summary>
/// <param name="kid">By which a token may choose it.</param>
/// <param name="algorithm">One of <see cref="KeyMaterial.Algorithms"/>.</param>
/// <param name="site">The one site that it signs for; null: it may sign for all.</param>
/// <param name="notAfter">From then on it is good no more; null: for as long as it is there.</param>
public sealed class TrustedKey(
    string kid,
    string algorithm,
    SecurityKey key,
    string? site = null,
    DateTimeOffset? notAfter = null
)
{
    static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    // the signature alone: what the token claims is read more strictly than the library does
    readonly TokenValidationParameters rules = new()
    {
        IssuerSigningKey = Named(key, kid),
        // one algorithm: a token can't choose a weaker one, or none
        ValidAlgorithms = [algorithm],
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
        RequireSignedTokens = true,
    };
    volatile bool isRemoved;

    public string Kid => kid;
    public string Algorithm => algorithm;
    public string? Site => site;
    public SecurityKey Key { get; } = Named(key, kid);

    /// <summary>Whether it was removed, or its time is over; then nothing that it signed is good.</summary>
    public bool IsGone(DateTimeOffset now) => isRemoved || notAfter <= now;

    /// <summary>From now on nothing that it signed is good, also what was checked before.</summary>
    public void Remove() => isRemoved = true;

    public async Task<bool> SignedAsync(string token) =>
        (await Handler.ValidateTokenAsync(token, rules)).IsValid;

    static SecurityKey Named(SecurityKey key, string kid)
    {
        key.KeyId = kid;
        return key;
    }
}
