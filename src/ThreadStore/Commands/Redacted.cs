using System.Globalization;
using Microsoft.Extensions.Configuration.Memory;

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
        "ThreadStore:DataFolder",
        "urls",
    ];

    /// <summary>
    /// To be called when the store has been made. The sources themselves go: what prints the configuration also prints
    /// what a later source has covered up.
    /// </summary>
    public static void Secrets(IConfigurationManager configuration)
    {
        var told = new MemoryConfigurationSource
        {
            InitialData =
            [
                .. from setting in configuration.AsEnumerable().ToList()
                where setting.Value is not null
                select new KeyValuePair<string, string?>(
                    setting.Key,
                    IsHarmless(setting.Key, setting.Value!) ? setting.Value : Mask
                ),
            ],
        };
        configuration.Sources.Clear();
        configuration.Sources.Add(told);
    }

    static bool IsHarmless(string key, string value) =>
        value.Length == 0
        || Array.Exists(
            Harmless,
            h =>
                h.EndsWith(':')
                    ? key.StartsWith(h, StringComparison.OrdinalIgnoreCase)
                    : key.Equals(h, StringComparison.OrdinalIgnoreCase)
        )
        // switches and measures of our own
        || (
            key.StartsWith("ThreadStore:", StringComparison.OrdinalIgnoreCase)
            && !key.Contains("key", StringComparison.OrdinalIgnoreCase)
            && (
                bool.TryParse(value, out _)
                || double.TryParse(value, CultureInfo.InvariantCulture, out _)
                || TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _)
            )
        );
}
