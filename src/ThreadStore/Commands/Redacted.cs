using Microsoft.Extensions.Configuration.Memory;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

/// <summary>
/// Hides what is configured from commands that print it: all but what is known to be no secret. The environment of a
/// server is full of secrets, its own and others', under names that nobody can list.
/// </summary>
public static class Redacted
{
    const string Mask = "********";

    /// <summary>What anybody may read: settings, and the beginnings of groups of settings.</summary>
    static readonly string[] Harmless =
    [
        "AllowedHosts",
        "applicationName",
        "ASPNETCORE_ENVIRONMENT",
        "ASPNETCORE_URLS",
        "contentRoot",
        "DOTNET_ENVIRONMENT",
        "environment",
        "Logging:",
        "urls",
    ];

    /// <summary>
    /// To be called when the store has been made. The sources themselves go: what prints the configuration also prints
    /// what a later source has covered up.
    /// </summary>
    public static void Secrets(IConfigurationManager configuration, ServerOptions options)
    {
        var told = configuration
            .AsEnumerable()
            .Where(s => s.Value is not null)
            .ToDictionary(s => s.Key, s => IsHarmless(s.Key, s.Value!) ? s.Value : Mask);
        // ours with the values that are in force, set or not
        foreach (var (name, value) in options.Shown)
            told[name] = value;
        configuration.Sources.Clear();
        configuration.Sources.Add(new MemoryConfigurationSource { InitialData = told });
    }

    static bool IsHarmless(string key, string value) =>
        value.Length == 0
        || Array.Exists(
            Harmless,
            h =>
                h.EndsWith(':')
                    ? key.StartsWith(h, StringComparison.OrdinalIgnoreCase)
                    : key.Equals(h, StringComparison.OrdinalIgnoreCase)
        );
}
