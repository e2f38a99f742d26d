using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ThreadStore.Kernel;

namespace ThreadStore.Sites;

/// <summary>
/// The settings of sites that this node met last, by site and hash of their text. Settings with long lists are then
/// neither sent nor parsed for every batch, and the same settings are the same object: what is made of them is made once.
/// </summary>
public static class KnownSettings
{
    /// <summary>Sites whose settings are kept; with the longest lists, a few megabytes each.</summary>
    const int MaxSites = 1_000;

    public sealed record Entry(string Hash, SiteSettings Settings);

    static readonly ConcurrentDictionary<string, Entry> Sites = new();

    /// <summary>How settings are stored in their row.</summary>
    public static string Text(SiteSettings settings) => JsonSerializer.Serialize(settings, Json.Options);

    /// <summary>The same for the same text.</summary>
    public static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16]);

    /// <summary>As they were when this node last met them, perhaps changed since; null: not met yet.</summary>
    public static SiteSettings? Last(string site) => Sites.GetValueOrDefault(site)?.Settings;

    /// <summary>What is known of sites, to be asked for once: it may be forgotten meanwhile.</summary>
    public static List<Entry> Of(IEnumerable<string> sites) =>
        [.. sites.Select(s => Sites.GetValueOrDefault(s)).OfType<Entry>()];

    /// <summary>The settings of a row.</summary>
    /// <param name="text">Null: they were not sent, since their hash is that of one of <paramref name="known"/>.</param>
    public static SiteSettings Read(string site, string hash, string? text, List<Entry> known) =>
        text is null
            ? known.First(e => e.Hash == hash).Settings
            : Keep(
                site,
                hash,
                JsonSerializer.Deserialize<SiteSettings>(text, Json.Options)
                    ?? throw new InvalidOperationException("A site without settings.")
            );

    /// <summary>Settings that were just stored.</summary>
    public static void Learn(string site, SiteSettings settings) =>
        Keep(site, HashOf(Text(settings)), settings);

    static SiteSettings Keep(string site, string hash, SiteSettings settings)
    {
        if (Sites.Count >= MaxSites && !Sites.ContainsKey(site))
            Sites.Clear();
        Sites[site] = new(hash, settings);
        return settings;
    }
}
