using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Http;

/// <summary>
/// Makes keys of what administrators and issuers write down: a secret, or a JSON Web Key (RFC 7517). What is too weak, or
/// is no key of its algorithm, is none.
/// </summary>
public static class KeyMaterial
{
    /// <summary>HMAC-SHA256 with less than its output's length is weak (RFC 7518, 3.2).</summary>
    public const int MinBytes = 32;

    /// <summary>In bits, of an RSA key (RFC 7518, 3.3).</summary>
    const int MinModulus = 2_048;

    /// <summary>In bits: beyond it, to check a signature takes milliseconds.</summary>
    const int MaxModulus = 8_192;

    const string Curve = "P-256";

    /// <summary>All algorithms that tokens may be signed by; each key has one of them.</summary>
    public static readonly string[] Algorithms =
    [
        SecurityAlgorithms.HmacSha256,
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.EcdsaSha256,
    ];

    /// <summary>A shared secret, which signs by HS256.</summary>
    public static (SecurityKey? Key, string? Fault) OfSecret(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return bytes.Length < MinBytes
            ? (null, $"has {bytes.Length} bytes; give it at least {MinBytes}.")
            : (new SymmetricSecurityKey(bytes), null);
    }

    /// <param name="algorithm">What it is to be used for.</param>
    /// <returns>The key, or what keeps it from being one.</returns>
    public static (SecurityKey? Key, string? Fault) OfJwk(string algorithm, JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return (null, "is no JSON Web Key.");
        if (Text(jwk, "use") is not (null or "sig"))
            return (null, "is for encryption: its use is not sig.");
        if (Text(jwk, "alg") is { } alg && alg != algorithm)
            return (null, $"is for another algorithm than {algorithm}: its alg says so.");
        return (algorithm, Text(jwk, "kty")) switch
        {
            (SecurityAlgorithms.HmacSha256, "oct") => Bytes(jwk, "k") is not { } secret
                ? (null, "has no readable k.")
            : secret.Length < MinBytes ? (null, $"has {secret.Length} bytes; give it at least {MinBytes}.")
            : (new SymmetricSecurityKey(secret), null),
            (SecurityAlgorithms.RsaSha256 or SecurityAlgorithms.RsaSsaPssSha256, "RSA") => OfRsa(jwk),
            (SecurityAlgorithms.EcdsaSha256, "EC") => OfCurve(jwk),
            _ => (null, $"is no key of {algorithm}: its kty is another."),
        };
    }

    static (SecurityKey?, string?) OfRsa(JsonElement jwk)
    {
        if (Bytes(jwk, "n") is not { } modulus || Bytes(jwk, "e") is not { } exponent)
            return (null, "has no readable n and e.");
        // told before anything is reckoned with it
        if (modulus.Length > MaxModulus / 8 + 1 || exponent.Length > 8)
            return (null, $"has more than {MaxModulus} bits.");
        try
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
            if (rsa.KeySize < MinModulus)
                return (null, $"has {rsa.KeySize} bits; give it at least {MinModulus}.");
        }
        catch (CryptographicException)
        {
            return (null, "is no RSA key: its numbers fit no key.");
        }
        return WithPrivatePart(jwk, "n", "e", ["d", "p", "q", "dp", "dq", "qi"]);
    }

    static (SecurityKey?, string?) OfCurve(JsonElement jwk)
    {
        if (Text(jwk, "crv") != Curve)
            return (null, $"is on another curve than {Curve}.");
        if (Bytes(jwk, "x") is not { } x || Bytes(jwk, "y") is not { } y)
            return (null, "has no readable x and y.");
        try
        {
            ECDsa
                .Create(
                    new ECParameters
                    {
                        Curve = ECCurve.NamedCurves.nistP256,
                        Q = new() { X = x, Y = y },
                    }
                )
                .Dispose();
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return (null, "is no key: its point is not on the curve.");
        }
        return WithPrivatePart(jwk, "x", "y", ["d"]);
    }

    /// <summary>Only members that were looked at: what else a key says of itself is not believed.</summary>
    static (SecurityKey?, string?) WithPrivatePart(
        JsonElement jwk,
        string first,
        string second,
        string[] secrets
    )
    {
        var key = new JsonWebKey
        {
            Kty = Text(jwk, "kty"),
            Crv = Text(jwk, "crv"),
            Kid = Text(jwk, "kid"),
        };
        foreach (var name in (string[])[first, second, .. IsPrivate(jwk) ? secrets : []])
        {
            if (Bytes(jwk, name) is null)
                return (null, $"has no readable {name}.");
            var value = Text(jwk, name);
            _ = name switch
            {
                "n" => key.N = value,
                "e" => key.E = value,
                "x" => key.X = value,
                "y" => key.Y = value,
                "d" => key.D = value,
                "p" => key.P = value,
                "q" => key.Q = value,
                "dp" => key.DP = value,
                "dq" => key.DQ = value,
                _ => key.QI = value,
            };
        }
        return (key, null);
    }

    /// <summary>Whoever has it can sign.</summary>
    public static bool IsPrivate(JsonElement jwk) =>
        jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty("d", out _);

    public static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
            ? member.GetString()
            : null;

    static byte[]? Bytes(JsonElement jwk, string name)
    {
        if (Text(jwk, name) is not { Length: > 0 } text || !Base64Url.IsValid(text))
            return null;
        return Base64Url.DecodeFromChars(text);
    }
}
