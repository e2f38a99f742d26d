using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>The key that tokens are signed with, and where it comes from.</summary>
public static class SigningKey
{
    /// <summary>HMAC-SHA256 with less than its output's length is weak (RFC 7518, 3.2).</summary>
    public const int MinBytes = 32;

    /// <summary>The configured key; in Development, or for the demo, one that is made once and kept in the data folder.</summary>
    /// <exception cref="StartupException">There is none, or it is too short.</exception>
    public static byte[] Find(ServerOptions options, bool mayMakeOne)
    {
        if (options.SigningKey is { } configured)
        {
            var key = Encoding.UTF8.GetBytes(configured);
            return key.Length >= MinBytes
                ? key
                : throw new StartupException(
                    $"ThreadStore__SigningKey has {key.Length} bytes; give it at least {MinBytes}."
                );
        }
        if (!mayMakeOne)
            throw new StartupException(
                "There is no key to check tokens with: set ThreadStore__SigningKey to a secret of at least 32 bytes."
            );
        var file = Path.Combine(options.DataFolder, "signing.key");
        if (!File.Exists(file))
            Make(file);
        return Encoding.UTF8.GetBytes(File.ReadAllText(file).Trim());
    }

    static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? ".");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var draft = $"{file}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(draft, options))
            writer.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(MinBytes)));
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

public static class Authentication
{
    public static void AddTokens(this IServiceCollection services, byte[] key) =>
        services.AddSingleton(s => new Tokens(key, s.GetRequiredService<TimeProvider>()));

    /// <summary>Signs a token as the contract describes it (section 3).</summary>
    public static string Sign(
        byte[] key,
        string site,
        string sub,
        string? name,
        IReadOnlyList<string> roles,
        TimeSpan life
    ) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Claims = new Dictionary<string, object>
                {
                    ["sub"] = sub,
                    ["name"] = name ?? sub,
                    ["site"] = site,
                    ["roles"] = roles.ToArray(),
                },
                Expires = DateTime.UtcNow + life,
                SigningCredentials = new(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256),
            }
        );
}
