using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>The configured keys: each checks tokens of all sites, the first signs.</summary>
/// <remarks>
/// To change a key without a refusal, put the new one first and keep the old one until what it signed is over.
/// </remarks>
public sealed class SigningKeys
{
    /// <summary>In characters of a kid that is made of the key itself.</summary>
    const int KidLength = 12;

    readonly List<(TrustedKey Key, string Text, bool CanSign)> keys = [];

    /// <summary>All, the one that signs first.</summary>
    public IReadOnlyList<TrustedKey> All => [.. keys.Select(k => k.Key)];

    /// <summary>Secrets from which others may be derived, in the same order.</summary>
    public IReadOnlyList<string> Texts => [.. keys.Where(k => k.CanSign).Select(k => k.Text)];

    /// <exception cref="StartupException">There is none that could sign.</exception>
    public TrustedKey Signs =>
        keys is [(var first, _, true), ..]
            ? first
            : throw new StartupException(
                "There is no key to sign tokens with: set ThreadStore__SigningKeys__0 to a secret of at least 32 bytes, or to a private JSON Web Key."
            );

    public bool CanSign => keys is [(_, _, true), ..];

    SigningKeys() { }

    /// <exception cref="StartupException">One of them is no key.</exception>
    public static SigningKeys Of(params IEnumerable<(string Name, string Text)> configured)
    {
        var found = new SigningKeys();
        foreach (var (name, text) in configured)
            found.Add(name, text);
        return found;
    }

    /// <summary>One secret, for all.</summary>
    public static implicit operator SigningKeys(byte[] secret) => FromBytes(secret);

    public static SigningKeys FromBytes(byte[] secret) =>
        Of(("ThreadStore__SigningKey", Encoding.UTF8.GetString(secret)));

    /// <summary>The configured keys; in Development, or for the demo, one that is made once and kept in the data folder.</summary>
    /// <exception cref="StartupException">There is none, or one is too short.</exception>
    public static SigningKeys Find(ServerOptions options, bool mayMakeOne)
    {
        // who writes the short form beside the list, to be read by the version before, has one key and not two
        var configured = options.SigningKeys.DistinctBy(k => k.Text).ToList();
        if (configured.Count > 0)
            return Of(configured);
        if (options.Issuer.Authority is not null)
            return Of();
        if (!mayMakeOne)
            throw new StartupException(
                "There is no key to check tokens with: set ThreadStore__SigningKey to a secret of at least 32 bytes, or ThreadStore__Authority to an OpenID Connect issuer."
            );
        var file = FileIn(options);
        if (!File.Exists(file))
            Make(file);
        return Of((file, File.ReadAllText(file).Trim()));
    }

    /// <summary>The configured keys, or the one that a server made; null: there is none. For who checks no token.</summary>
    /// <exception cref="StartupException">One is too short.</exception>
    public static SigningKeys? IfAny(ServerOptions options) =>
        options.SigningKeys.Count > 0 || options.Issuer.Authority is null && File.Exists(FileIn(options))
            ? Find(options, mayMakeOne: true)
            : null;

    static string FileIn(ServerOptions options) => Path.Combine(options.DataFolder, "signing.key");

    void Add(string name, string text)
    {
        var (key, fault) = text.TrimStart().StartsWith('{')
            ? OfJwk(text)
            : Named(KeyMaterial.OfSecret(text), null, SecurityAlgorithms.HmacSha256, text);
        if (key is null)
            throw new StartupException($"{name} {fault}");
        if (keys.Exists(k => k.Key.Kid == key.Kid))
            throw new StartupException($"{name} has the kid of another key.");
        keys.Add((key, text, key.Key is SymmetricSecurityKey or JsonWebKey { HasPrivateKey: true }));
    }

    static (TrustedKey?, string?) OfJwk(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var jwk = json.RootElement;
            return KeyMaterial.Text(jwk, "alg") is { } algorithm && KeyMaterial.Algorithms.Contains(algorithm)
                ? Named(KeyMaterial.OfJwk(algorithm, jwk), KeyMaterial.Text(jwk, "kid"), algorithm, text)
                : (null, $"has no alg of {string.Join(", ", KeyMaterial.Algorithms)}.");
        }
        catch (JsonException)
        {
            return (null, "begins like a JSON Web Key, and is no JSON.");
        }
    }

    static (TrustedKey?, string?) Named(
        (SecurityKey? Key, string? Fault) made,
        string? kid,
        string algorithm,
        string text
    ) => made.Key is null ? (null, made.Fault) : (new(kid ?? KidOf(text), algorithm, made.Key), null);

    /// <summary>The same for the same key, wherever it stands in the list; it tells nothing of a secret that a token does not.</summary>
    static string KidOf(string text) =>
        Convert.ToHexStringLower(
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                Encoding.UTF8.GetBytes(text),
                KidLength / 2,
                info: "threadstore kid"u8.ToArray()
            )
        );

    static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? ".");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var draft = $"{file}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(draft, options))
            writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyMaterial.MinBytes)));
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }
}
