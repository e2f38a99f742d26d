using System.Text.Json.Nodes;
using ThreadStore.Http;
using ThreadStore.Sites;

namespace ThreadStore.Identity;

/// <summary>Takes the secret of a challenge out of a change of settings, which go into the history, and encrypts it.</summary>
public sealed class ChallengeSecrets(Vault vault, SiteVerify challenges)
{
    /// <returns>The change with a mask in place of the secret; and the secret, encrypted, where it is a new one.</returns>
    public async Task<(JsonObject Changes, byte[]? Seal, Problem? Problem)> TakeAsync(
        string site,
        JsonObject changes,
        CancellationToken ct
    )
    {
        if (
            changes[SiteVerify.Name] is not JsonObject challenge
            || challenge["secret"] is not JsonValue value
            || !value.TryGetValue<string>(out var secret)
            || secret == Classifier.Mask
        )
            return (changes, null, null);
        if (!vault.CanSeal)
            return (
                changes,
                null,
                Problem.Validation(
                    SiteVerify.Name,
                    "can't be kept: this server has no ThreadStore__SecretsKey to encrypt its secret with."
                )
            );
        var masked = changes.DeepClone().AsObject();
        masked[SiteVerify.Name]!["secret"] = Classifier.Mask;
        return await challenges.SecretAsync(site, ct) == secret
            ? (masked, null, null)
            : (
                masked,
                vault.Seal(SiteSecrets.Place(site, SiteSecrets.Setting, SiteVerify.Name), secret),
                null
            );
    }
}
