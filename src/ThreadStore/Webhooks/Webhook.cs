using System.Security.Cryptography;
using Npgsql;
using ThreadStore.Identity;
using ThreadStore.Kernel;

namespace ThreadStore.Webhooks;

/// <summary>How a webhook is doing.</summary>
public enum WebhookState
{
    Active,

    /// <summary>The last call failed; what waits is tried again.</summary>
    Failing,

    /// <summary>By its administrators; the history waits.</summary>
    Paused,

    /// <summary>The receiver answered 410, or failed for 5 days: configured anew, it goes on where it was.</summary>
    Disabled,
}

/// <summary>A webhook as administrators see it.</summary>
/// <param name="Types">What it is told of; null: everything.</param>
/// <param name="Position">Everything up to it was delivered, or given up.</param>
/// <param name="Lag">How far that is behind the newest position.</param>
/// <param name="LastError">Why the last call failed; null: it did not.</param>
public sealed record WebhookView(
    string Name,
    string Url,
    IReadOnlyList<string>? Types,
    WebhookState State,
    long Position,
    long Lag,
    DateTimeOffset? LastSuccessAt,
    string? LastError
);

/// <summary>A webhook that was just configured.</summary>
/// <param name="Secret">Where it was made for it, shown this once; else null.</param>
public sealed record ConfiguredWebhook(
    string Name,
    string Url,
    IReadOnlyList<string>? Types,
    WebhookState State,
    long Position,
    long Lag,
    DateTimeOffset? LastSuccessAt,
    string? LastError,
    string? Secret
)
{
    public static ConfiguredWebhook Of(WebhookView v, string? secret) =>
        new(v.Name, v.Url, v.Types, v.State, v.Position, v.Lag, v.LastSuccessAt, v.LastError, secret);
}

/// <summary>A webhook as those who send for it know it.</summary>
/// <param name="Secret">Null: it was encrypted with a key that is configured no more.</param>
/// <param name="OldSecret">Null: none that still signs.</param>
public sealed record Webhook(
    string Site,
    string Name,
    string Url,
    IReadOnlyList<string>? Types,
    string? Secret,
    string? OldSecret,
    bool IsPaused,
    bool IsDisabled,
    long Position,
    DateTimeOffset ImportsUntil,
    long? AgainAfter,
    long? AgainUntil,
    int Failures,
    DateTimeOffset? FailingSince,
    DateTimeOffset? RestingUntil
)
{
    /// <summary>Of a row <c>w</c>.</summary>
    public static readonly string Columns = $"""
        w.site, w.name, w.url, w.types, {SiteSecrets.Sql("w.site", SiteSecrets.Webhook, "w.name")},
        case when w.old_secret_until > now() then {SiteSecrets.Sql(
            "w.site",
            SiteSecrets.OldWebhook,
            "w.name"
        )} end,
        w.is_paused, w.is_disabled, w.position, w.imports_until, w.again_after, w.again_until, w.failures, w.failing_since,
        w.resting_until
        """;

    public const int ColumnCount = 15;

    /// <summary>It reads the history on; otherwise only what somebody asks for by hand is sent.</summary>
    public bool IsOn => !IsPaused && !IsDisabled;

    public bool Wants(string type) => Types is null || Types.Contains(type);

    public static Webhook Read(NpgsqlDataReader r, Vault vault)
    {
        string? Secret(int column, string kind) =>
            r.IsDBNull(column)
                ? null
                : vault.Open(
                    SiteSecrets.Place(r.GetString(0), kind, r.GetString(1)),
                    r.GetFieldValue<byte[]>(column)
                );
        return new(
            r.GetString(0),
            r.GetString(1),
            r.GetString(2),
            r.IsDBNull(3) ? null : r.GetFieldValue<string[]>(3),
            Secret(4, SiteSecrets.Webhook),
            Secret(5, SiteSecrets.OldWebhook),
            r.GetBoolean(6),
            r.GetBoolean(7),
            r.GetInt64(8),
            r.GetFieldValue<DateTimeOffset>(9),
            r.IsDBNull(10) ? null : r.GetInt64(10),
            r.IsDBNull(11) ? null : r.GetInt64(11),
            r.GetInt32(12),
            r.Time(13),
            r.Time(14)
        );
    }
}

/// <summary>Secrets as Standard Webhooks has them: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
public static class WebhookSecret
{
    const string Prefix = "whsec_";
    const int MinBytes = 24;
    const int MaxBytes = 64;

    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is wrong with one; null: nothing.</summary>
    public static Flaw? Fault(string secret)
    {
        var bytes = new byte[secret.Length];
        return
            secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
            && length is >= MinBytes and <= MaxBytes
            ? null
            : Flaw.Length(
                $"is {Prefix} and {MinBytes} to {MaxBytes} bytes in base64; left out, one is made.",
                MinBytes,
                MaxBytes
            );
    }
}
