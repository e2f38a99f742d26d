using System.Security.Cryptography;
using ThreadStore.Identity;

namespace ThreadStore.Privacy;

/// <summary>By which somebody who was erased is known again, without being known: a hash with a key from the configuration,
/// so that nobody who has the database, or a ledger, alone can try keys of people.</summary>
public sealed class ErasureHash(Vault vault)
{
    const string Purpose = "erasures";

    /// <returns>The one to store, and after it those by other keys, and as versions before made them.</returns>
    public byte[][] Of(Person person) =>
        [.. Of(person.Id), .. vault.Hash(Purpose, $"{person.Site.Length}:{person.Site}{person.Key}")];

    /// <param name="id">That follows from site and key: of some people no more is held than it.</param>
    public IEnumerable<byte[]> Of(Guid id) => vault.NamedHash(Purpose, $"{id:N}");

    /// <summary>Whether the key is configured with which a hash was made.</summary>
    public bool Knows(byte[] hash) => hash.Length == HMACSHA256.HashSizeInBytes || vault.MayHaveNamed(hash);

    /// <summary>Whether a hash is of the length that ours have.</summary>
    public static bool IsOne(byte[] hash) =>
        hash.Length is HMACSHA256.HashSizeInBytes or HMACSHA256.HashSizeInBytes + Vault.IdLength;
}
