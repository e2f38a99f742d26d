using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

public static class Authentication
{
    /// <summary>Signs a token as the contract describes it (section 3), by the first of the keys.</summary>
    /// <exception cref="StartupException">There is none that can sign.</exception>
    public static string Sign(
        SigningKeys keys,
        string site,
        string sub,
        string? name,
        IReadOnlyList<string> roles,
        TimeSpan life,
        string? email = null
    )
    {
        var (now, key) = (DateTimeOffset.UtcNow, keys.Signs);
        var claims = new Dictionary<string, object>
        {
            ["sub"] = sub,
            ["name"] = name ?? sub,
            ["site"] = site,
            ["roles"] = roles.ToArray(),
            // with a fraction: who signs out and in again within a second is in
            ["iat"] = now.ToUnixTimeMilliseconds() / 1000.0,
        };
        if (email is not null)
            claims["email"] = email;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = claims,
                Expires = now.UtcDateTime + life,
                SigningCredentials = new(key.Key, key.Algorithm),
            }
        );
    }
}
