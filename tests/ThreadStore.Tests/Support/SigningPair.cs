using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ThreadStore.Tests.Support;

/// <summary>A real key of an issuer, which signs, and whose public part others may have.</summary>
public sealed class SigningPair : IDisposable
{
    readonly RSA? rsa;
    readonly ECDsa? curve;
    readonly byte[]? secret;

    public string Algorithm { get; }
    public string Kid { get; }

    SigningPair(string algorithm, string? kid, RSA? rsa = null, ECDsa? curve = null, byte[]? secret = null) =>
        (Algorithm, Kid, this.rsa, this.curve, this.secret) = (
            algorithm,
            kid ?? $"k{Guid.NewGuid():N}",
            rsa,
            curve,
            secret
        );

    /// <param name="algorithm">HS256, RS256, PS256 or ES256.</param>
    public static SigningPair Of(string algorithm, string? kid = null, int bits = 2048) =>
        algorithm switch
        {
            "HS256" => new(algorithm, kid, secret: RandomNumberGenerator.GetBytes(48)),
            "ES256" => new(algorithm, kid, curve: ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            _ => new(algorithm, kid, rsa: RSA.Create(bits)),
        };

    /// <summary>What others need in order to check its signatures; of a secret, the secret.</summary>
    public Dictionary<string, string> Jwk(bool isPrivate = false)
    {
        var jwk = new Dictionary<string, string> { ["kid"] = Kid, ["alg"] = Algorithm };
        void Add(string name, byte[]? value) => jwk[name] = Base64Url.EncodeToString(value);
        if (secret is not null)
        {
            jwk["kty"] = "oct";
            Add("k", secret);
        }
        else if (rsa is not null)
        {
            var numbers = rsa.ExportParameters(isPrivate);
            jwk["kty"] = "RSA";
            Add("n", numbers.Modulus);
            Add("e", numbers.Exponent);
            if (!isPrivate)
                return jwk;
            Add("d", numbers.D);
            Add("p", numbers.P);
            Add("q", numbers.Q);
            Add("dp", numbers.DP);
            Add("dq", numbers.DQ);
            Add("qi", numbers.InverseQ);
        }
        else
        {
            var numbers = curve!.ExportParameters(isPrivate);
            jwk["kty"] = "EC";
            jwk["crv"] = "P-256";
            Add("x", numbers.Q.X);
            Add("y", numbers.Q.Y);
            if (isPrivate)
                Add("d", numbers.D);
        }
        return jwk;
    }

    public string JwkText(bool isPrivate = false) => JsonSerializer.Serialize(Jwk(isPrivate));

    /// <summary>A token with exactly these claims.</summary>
    /// <param name="header">Null: its algorithm and kid.</param>
    public string Sign(object claims, object? header = null)
    {
        header ??= new { alg = Algorithm, kid = Kid };
        var text = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = Algorithm switch
        {
            "HS256" => HMACSHA256.HashData(secret!, bytes),
            "ES256" => curve!.SignData(bytes, HashAlgorithmName.SHA256),
            "PS256" => rsa!.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => rsa!.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A token for a person on a site, that anybody who trusts this key takes.</summary>
    public string Token(string site, string sub = "ada", params string[] roles) =>
        Sign(
            new
            {
                sub,
                site,
                roles,
                exp = Jwt.In(TimeSpan.FromMinutes(10)),
                iat = Jwt.In(TimeSpan.FromSeconds(-1)),
            }
        );

    static string Part(object value) =>
        Base64Url.EncodeToString(
            value is string json ? Encoding.UTF8.GetBytes(json) : JsonSerializer.SerializeToUtf8Bytes(value)
        );

    public void Dispose()
    {
        rsa?.Dispose();
        curve?.Dispose();
    }
}
