using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ThreadStore.Tests.Support;

/// <summary>Tokens made by hand, so that they can be wrong.</summary>
public static class Jwt
{
    public static long In(TimeSpan life) => DateTimeOffset.UtcNow.Add(life).ToUnixTimeSeconds();

    /// <summary>A token with exactly these claims.</summary>
    public static string Of(object claims, string algorithm = "HS256", byte[]? key = null) =>
        Of(new { alg = algorithm, typ = "JWT" }, Part(claims), algorithm, key);

    /// <summary>A token with exactly this header, signed as HS256.</summary>
    public static string With(object header, object claims, byte[]? key = null) =>
        Of(header, Part(claims), "HS256", key);

    /// <summary>A signed token around another.</summary>
    public static string Around(string token) =>
        Of(
            new { alg = "HS256", cty = "JWT" },
            Base64Url.EncodeToString(Encoding.ASCII.GetBytes(token)),
            "HS256",
            key: null
        );

    static string Of(object header, string claims, string algorithm, byte[]? key)
    {
        var text = $"{Part(header)}.{claims}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = algorithm switch
        {
            "none" => [],
            "HS512" => HMACSHA512.HashData(key ?? Store.Key, bytes),
            "HS384" => HMACSHA384.HashData(key ?? Store.Key, bytes),
            _ => HMACSHA256.HashData(key ?? Store.Key, bytes),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
