using System.Security.Cryptography;
using System.Text;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Identity;

/// <summary>
/// Encrypts what is secret before it goes to the database, by AES-GCM with a key that follows from the configuration and
/// is nowhere else; see docs/decisions/0032. What it wrote in one place can't be moved to another.
/// </summary>
public sealed class Vault
{
    const byte Version = 1;

    /// <summary>Of a key, in what is made with it.</summary>
    public const int IdLength = 4;

    const int NonceLength = 12;
    const int TagLength = 16;
    const int HeadLength = 1 + IdLength + NonceLength + TagLength;

    /// <summary>Of what <see cref="Sign(ReadOnlySpan{byte})"/> makes.</summary>
    public const int SignatureLength = 16;

    static readonly byte[] NoKey = new byte[IdLength];

    readonly List<(byte[] Id, byte[] Key, byte[] Signing)> keys = [];
    readonly List<byte[]> hashing = [];

    /// <param name="secrets">The first encrypts, each decrypts.</param>
    public Vault(params IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            var material = Encoding.UTF8.GetBytes(secret);
            byte[] Derive(int length, string purpose) =>
                HKDF.DeriveKey(
                    HashAlgorithmName.SHA256,
                    material,
                    length,
                    info: Encoding.ASCII.GetBytes($"threadstore {purpose}")
                );
            keys.Add((Derive(IdLength, "vault id"), Derive(32, "vault"), Derive(32, "links")));
            hashing.Add(Derive(32, "vault hash"));
        }
    }

    /// <summary>By secrets of its own, where they are configured, and otherwise by those that sign tokens.</summary>
    /// <exception cref="StartupException">One is too short.</exception>
    public static Vault Of(ServerOptions options, SigningKeys signing)
    {
        foreach (var (name, text) in options.SecretsKeys)
            if (Encoding.UTF8.GetByteCount(text) < KeyMaterial.MinBytes)
                throw new StartupException(
                    $"{name} has less than {KeyMaterial.MinBytes} bytes; give it as many."
                );
        // what was encrypted before there were secrets of its own can still be read
        return new([.. options.SecretsKeys.Select(k => k.Text), .. signing.Texts]);
    }

    /// <summary>There is a secret to encrypt with.</summary>
    public bool CanSeal => keys.Count > 0;

    /// <summary>Proves later that something came from here; it is not hidden.</summary>
    public byte[] Sign(ReadOnlySpan<byte> said) => Sign(keys[0].Signing, said);

    static byte[] Sign(byte[] key, ReadOnlySpan<byte> said) =>
        HMACSHA256.HashData(key, said)[..SignatureLength];

    /// <summary>Whether one of the keys signed it.</summary>
    public bool HasSigned(ReadOnlySpan<byte> said, ReadOnlySpan<byte> signature)
    {
        foreach (var (_, _, key) in keys)
            if (CryptographicOperations.FixedTimeEquals(Sign(key, said), signature))
                return true;
        return false;
    }

    /// <summary>The answer to who wants something kept secret where there is nothing to encrypt with.</summary>
    public static Problem Refusal(string member) =>
        Problem.Validation(
            member,
            "can't be kept: this server has no ThreadStore__SecretsKey to encrypt what is secret."
        );

    /// <summary>HMAC-SHA256 by each of the keys, the first first; without any, by none that is a secret.</summary>
    /// <param name="purpose">Hashes for another are others.</param>
    public IEnumerable<byte[]> Hash(string purpose, string text) =>
        hashing
            .DefaultIfEmpty([])
            .Select(k => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes($"{purpose}\0{text}")));

    /// <summary>As <see cref="Hash"/>, each after the id of its key, by which <see cref="MayHaveNamed"/> knows it; at the end
    /// the one by none that is a secret, which there was before there was a key.</summary>
    public IEnumerable<byte[]> NamedHash(string purpose, string text)
    {
        var clear = Encoding.UTF8.GetBytes($"{purpose}\0{text}");
        for (var i = 0; i < keys.Count; i++)
            yield return [.. keys[i].Id, .. HMACSHA256.HashData(hashing[i], clear)];
        yield return [.. NoKey, .. HMACSHA256.HashData(Array.Empty<byte>(), clear)];
    }

    /// <summary>Whether a hash is by one of the keys, as far as its id tells.</summary>
    public bool MayHaveNamed(ReadOnlySpan<byte> hash)
    {
        if (hash.Length < IdLength)
            return false;
        var id = hash[..IdLength];
        if (id.SequenceEqual(NoKey))
            return true;
        foreach (var key in keys)
            if (id.SequenceEqual(key.Id))
                return true;
        return false;
    }

    /// <param name="place">Where it is kept; only there it can be opened.</param>
    public byte[] Seal(string place, string secret)
    {
        var (id, key, _) = keys[0];
        var clear = Encoding.UTF8.GetBytes(secret);
        var result = new byte[HeadLength + clear.Length];
        result[0] = Version;
        id.CopyTo(result, 1);
        var nonce = result.AsSpan(1 + IdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            nonce,
            clear,
            result.AsSpan(HeadLength),
            result.AsSpan(1 + IdLength + NonceLength, TagLength),
            Encoding.UTF8.GetBytes(place)
        );
        CryptographicOperations.ZeroMemory(clear);
        return result;
    }

    /// <summary>Null where it was encrypted with a key that is configured no more, or for another place.</summary>
    public string? Open(string place, ReadOnlySpan<byte> seal)
    {
        if (seal.Length < HeadLength || seal[0] != Version)
            return null;
        foreach (var (id, key, _) in keys)
        {
            if (!seal.Slice(1, IdLength).SequenceEqual(id))
                continue;
            var clear = new byte[seal.Length - HeadLength];
            try
            {
                using var aes = new AesGcm(key, TagLength);
                aes.Decrypt(
                    seal.Slice(1 + IdLength, NonceLength),
                    seal[HeadLength..],
                    seal.Slice(1 + IdLength + NonceLength, TagLength),
                    clear,
                    Encoding.UTF8.GetBytes(place)
                );
                return Encoding.UTF8.GetString(clear);
            }
            catch (CryptographicException)
            {
                // another key may have the same short id
            }
        }
        return null;
    }

    /// <summary>Of the key that encrypts, as what it made has it from its second byte on.</summary>
    public ReadOnlySpan<byte> KeyId => keys[0].Id;
}
