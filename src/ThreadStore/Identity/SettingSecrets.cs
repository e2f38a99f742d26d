using System.Text.Json.Nodes;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Identity;

/// <summary>
/// Keeps the secrets that settings have apart from the settings, which go into the history: encrypted, and shown to
/// nobody.
/// </summary>
public sealed class SettingSecrets(NpgsqlDataSource database, Vault vault)
{
    public const string Challenge = "challenge";
    public const string Classifier = "classifier";

    /// <summary>Settings that have a member <c>secret</c>.</summary>
    static readonly string[] Names = [Challenge, Classifier];

    static readonly Dictionary<string, byte[]> None = [];

    /// <returns>The change with a mask in place of each secret; and the secrets, encrypted, that are new.</returns>
    public async Task<(
        JsonObject Changes,
        IReadOnlyDictionary<string, byte[]> Seals,
        Problem? Problem
    )> TakeAsync(string site, JsonObject changes, CancellationToken ct)
    {
        var given = Names
            .Select(name => (Name: name, Secret: SecretOf(changes[name])))
            .Where(s => s.Secret is not (null or Sites.Classifier.Mask))
            .ToList();
        if (given.Count == 0)
            return (changes, None, null);
        if (!vault.CanSeal)
            return (changes, None, Vault.Refusal(given[0].Name));
        var (masked, seals) = (changes.DeepClone().AsObject(), new Dictionary<string, byte[]>());
        foreach (var (name, secret) in given)
        {
            masked[name]!["secret"] = Sites.Classifier.Mask;
            if (await ReadAsync(site, name, ct) != secret)
                seals[name] = vault.Seal(SiteSecrets.Place(site, SiteSecrets.Setting, name), secret!);
        }
        return (masked, seals, null);
    }

    /// <summary>Whether changes say the secret of a setting, and not that it stays.</summary>
    public static bool IsGiven(JsonObject changes, string name) =>
        SecretOf(changes[name]) is not (null or Sites.Classifier.Mask);

    static string? SecretOf(JsonNode? setting) =>
        setting is JsonObject members
        && members["secret"] is JsonValue value
        && value.TryGetValue<string>(out var secret)
            ? secret
            : null;

    /// <summary>A setting's secret; null: there is none, or none that can be read.</summary>
    public async Task<string?> ReadAsync(string site, string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select {SiteSecrets.Sql("$1", SiteSecrets.Setting, "$2")}",
            site,
            name
        );
        return await command.ExecuteScalarAsync(ct) is byte[] seal ? Open(site, name, seal) : null;
    }

    /// <summary>Null: it can't be read.</summary>
    public string? Open(string site, string name, byte[] seal) =>
        vault.Open(SiteSecrets.Place(site, SiteSecrets.Setting, name), seal);
}
