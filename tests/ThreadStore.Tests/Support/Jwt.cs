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
    public static string Of(object claims, string algorithm = "HS256", byte[]? key = null)
    {
        var text = $"{Part(new { alg = algorithm, typ = "JWT" })}.{Part(claims)}";
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
