using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Identity;

/// <summary>Gives a site a key of its own, which signs tokens for it alone: a secret, or the public part of a pair.</summary>
/// <param name="Secret">For HS256: what both sides know, of 32 bytes or more.</param>
/// <param name="Jwk">For all algorithms: a JSON Web Key, without a private part.</param>
/// <param name="NotAfter">From then on it is good no more; null: for as long as it is there.</param>
public sealed record PutSiteKey(
    [property: AllowedValues("HS256", "RS256", "PS256", "ES256")] string Algorithm,
    [property: MinLength(KeyMaterial.MinBytes), MaxLength(PutSiteKey.MaxLength)] string? Secret = null,
    JsonObject? Jwk = null,
    DateTimeOffset? NotAfter = null
)
{
    /// <summary>In characters; keys have a few hundred.</summary>
    public const int MaxLength = 4_096;

    /// <summary>What is kept, encrypted: the secret, or the key as JSON.</summary>
    public (string? Kept, Refusal? Refusal) Read()
    {
        if (!KeyMaterial.Algorithms.Contains(Algorithm))
            return (
                null,
                Refusal.Validation(
                    "algorithm",
                    Flaw.NoneOf(
                        $"is one of {string.Join(", ", KeyMaterial.Algorithms)}.",
                        KeyMaterial.Algorithms
                    )
                )
            );
        if (Secret is null == Jwk is null)
            return (null, Refusal.Validation("secret", "is given, or jwk is, and not both."));
        if (Secret is not null)
            return Algorithm != SecurityAlgorithms.HmacSha256
                    ? (null, Refusal.Validation("secret", $"is for HS256; {Algorithm} has a jwk."))
                : Secret.Length > MaxLength ? (null, Refusal.Validation("secret", Flaw.TooLong(MaxLength)))
                : KeyMaterial.OfSecret(Secret).Fault is { } weak ? (null, Refusal.Validation("secret", weak))
                : (KeptKey.OfSecret(Secret), null);
        var json = Jwk!.ToJsonString();
        if (json.Length > MaxLength)
            return (null, Refusal.Validation("jwk", Flaw.TooLong(MaxLength)));
        var jwk = JsonSerializer.Deserialize<JsonElement>(json);
        if (KeyMaterial.IsPrivate(jwk))
            return (null, Refusal.Validation("jwk", "has its private part, which nobody else may know."));
        return KeyMaterial.OfJwk(Algorithm, jwk).Fault is { } fault
            ? (null, Refusal.Validation("jwk", fault))
            : (KeptKey.OfJwk(json), null);
    }
}

/// <summary>How a key is written before it is encrypted.</summary>
static class KeptKey
{
    const string Jwk = "jwk ";
    const string Secret = "secret ";

    public static string OfJwk(string json) => Jwk + json;

    public static string OfSecret(string secret) => Secret + secret;

    public static SecurityKey? Read(string kept, string algorithm) =>
        (
            kept.StartsWith(Jwk, StringComparison.Ordinal)
                ? KeyMaterial.OfJwk(algorithm, JsonSerializer.Deserialize<JsonElement>(kept[Jwk.Length..]))
                : KeyMaterial.OfSecret(kept[Secret.Length..])
        ).Key;
}

/// <summary>A site's own key, as its administrators see it: without what is secret in it.</summary>
/// <param name="Kid">By which a token chooses it.</param>
/// <param name="Algorithm">The one that it signs by.</param>
/// <param name="NotAfter">From then on it is good no more; null: for as long as it is there.</param>
/// <param name="CreatedBy">Who put it there, or changed it last.</param>
public sealed record SiteKeyView(
    string Kid,
    string Algorithm,
    DateTimeOffset? NotAfter,
    DateTimeOffset CreatedAt,
    string CreatedBy
);

/// <summary>A page of a site's keys, the oldest first.</summary>
public sealed record SiteKeyPage(IReadOnlyList<SiteKeyView> Items, string? NextCursor);

/// <summary>Puts a key into the table with the event that tells of it.</summary>
public sealed record SetSiteKey(string Site, SiteKeyView Key, byte[] Seal) : ISubmission<SiteKeyView>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        return Decision.Append(
            new StreamEvent(
                StreamId.Site(Site),
                new SiteKeySet(Key.Kid, Key.Algorithm, Key.NotAfter, Key.CreatedBy, Key.CreatedAt)
            )
        ) with
        {
            Beside =
            [
                IdentityRows.PutKey(Site, Key),
                SiteSecrets.Put(Site, SiteSecrets.Key, Key.Kid, Seal),
                Trust.Told(Site),
            ],
        };
    }

    public SiteKeyView Answer(WorkingSet known, Decision decision) => Key;
}

/// <summary>Takes a key away with the event that tells of it.</summary>
public sealed record RemoveSiteKey(string Site, string Kid, string By, DateTimeOffset Now) : ISubmission<bool>
{
    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        return Decision.Append(new StreamEvent(StreamId.Site(Site), new SiteKeyRemoved(Kid, By, Now))) with
        {
            Beside =
            [
                IdentityRows.RemoveKey(Site, Kid),
                SiteSecrets.Remove(Site, SiteSecrets.Key, Kid),
                Trust.Told(Site),
            ],
        };
    }

    public bool Answer(WorkingSet known, Decision decision) => true;
}
