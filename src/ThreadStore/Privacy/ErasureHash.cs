using ThreadStore.Identity;

namespace ThreadStore.Privacy;

/// <summary>By which somebody who was erased is known again, without being known: a hash of their key with one from the
/// configuration, so that nobody who has the database alone can try keys.</summary>
public sealed class ErasureHash(Vault vault)
{
    /// <returns>With the key that is configured first, and after it those of older ones.</returns>
    public byte[][] Of(string site, string key) => [.. vault.Hash("erasures", $"{site.Length}:{site}{key}")];
}
