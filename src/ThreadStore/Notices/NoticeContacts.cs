using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Notices;

/// <summary>Who gave a notice, as far as they said so.</summary>
public sealed record Notifier(string? Name, string? Email);

/// <summary>
/// Who gave notices, and by which secret they ask what became of them. No part of the history: in no event, feed or export.
/// Names and addresses are encrypted where there is a key for it, and kept for <see cref="Kept"/> after the decision.
/// </summary>
public sealed class NoticeContacts(Vault vault)
{
    public const string Table = $"{ReaderTables.Schema}.notice_contacts";

    /// <summary>How long somebody may still complain about a decision (DSA, article 20 (1)).</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(183);

    /// <summary>Bytes of chance in a secret: nobody finds one by trying.</summary>
    const int SecretLength = 32;

    /// <summary>Of what is encrypted here, beside a site's secrets.</summary>
    public const string Kind = "notice";

    const byte Clear = 0;

    public static Table Definition
    {
        get
        {
            var table = new Table(Table);
            table.AddColumn("site", "text").AsPrimaryKey();
            table.AddColumn("id", "uuid").AsPrimaryKey();
            table.AddColumn("hash", "bytea").NotNull();
            // name and address; null: they said neither, or it is kept no longer
            table.AddColumn("sealed", "bytea");
            // there is an address to which mail goes
            table.AddColumn("has_address", "boolean").NotNull();
            // which end of the notice they were told of; the notice's id: that it was received
            table.AddColumn("told", "uuid");
            table.AddColumn("due_at", "timestamptz").NotNull();
            table.AddColumn("tries", "integer").NotNull();
            table.AddColumn("tried_at", "timestamptz");
            // attempts of which nobody knows whether the mail server took the mail
            table.AddColumn("unsure", "integer").NotNull();
            table.Indexes.Add(
                new IndexDefinition("ix_notice_contacts_mail") { Predicate = "has_address" }.AgainstColumns(
                    "due_at"
                )
            );
            return table;
        }
    }

    /// <summary>By which a notifier asks what became of it.</summary>
    /// <param name="request">The request with an Idempotency-Key that gave it: its repetition is told the same secret, which
    /// nobody can reckon but this server; null: by chance.</param>
    public string NewSecret(KeyedRequest? request) =>
        Text(
            request is not null && vault.CanSeal
                ? Derived(request).First()
                : RandomNumberGenerator.GetBytes(SecretLength)
        );

    /// <summary>The secret that the request was told the first time; null: it can't be told again.</summary>
    public string? SecretAgain(KeyedRequest request, byte[] hash) =>
        vault.CanSeal ? Derived(request).Select(Text).FirstOrDefault(s => IsOf(s, hash)) : null;

    IEnumerable<byte[]> Derived(KeyedRequest request) =>
        vault.Hash("notice", $"{request.Id} {request.BodyHash}");

    static string Text(byte[] secret) => System.Buffers.Text.Base64Url.EncodeToString(secret);

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>In the same time, whatever is tried.</summary>
    public static bool IsOf(string secret, ReadOnlySpan<byte> hash) =>
        CryptographicOperations.FixedTimeEquals(HashOf(secret), hash);

    static string Place(string site, Guid notice) => SiteSecrets.Place(site, Kind, $"{notice}");

    /// <summary>What was kept while there was no key to encrypt it with; null: it is encrypted.</summary>
    public static string? InClear(ReadOnlySpan<byte> seal) =>
        seal is [Clear, .. var said] ? Encoding.UTF8.GetString(said) : null;

    byte[]? Seal(string site, Guid notice, Notifier notifier)
    {
        if (notifier is { Name: null, Email: null })
            return null;
        var said = JsonSerializer.Serialize(notifier, Json.Options);
        return vault.CanSeal
            ? vault.Seal(Place(site, notice), said)
            : [Clear, .. Encoding.UTF8.GetBytes(said)];
    }

    /// <summary>Null: nothing is kept, or the key that it was encrypted with is configured no more.</summary>
    public Notifier? Open(string site, Guid notice, byte[]? seal)
    {
        if (seal is null)
            return null;
        var said = InClear(seal) ?? vault.Open(Place(site, notice), seal);
        return said is null ? null : JsonSerializer.Deserialize<Notifier>(said, Json.Options);
    }

    /// <summary>Keeps who gave a notice, in the transaction of its event.</summary>
    public RowStatement Put(string site, Guid notice, string secret, Notifier notifier, DateTimeOffset now) =>
        new(
            $$"""
            insert into {{Table}} (site, id, hash, sealed, has_address, due_at, tries, unsure)
            select u.*, 0, 0 from unnest({0}) as u(site, id, hash, sealed, has_address, due_at) on conflict do nothing
            """,
            (NpgsqlDbType.Text, new[] { site }),
            (NpgsqlDbType.Uuid, new[] { notice }),
            (NpgsqlDbType.Bytea, new[] { HashOf(secret) }),
            (NpgsqlDbType.Bytea, new[] { Seal(site, notice, notifier) }),
            (NpgsqlDbType.Boolean, new[] { notifier.Email is not null }),
            (NpgsqlDbType.TimestampTz, new[] { now })
        );

    const string Forget = $"""
        update {Table} c set sealed = null, has_address = false
        from {ReaderTables.Schema}.{ReaderTables.Notices} n
        where c.sealed is not null and n.site = c.site and n.id = c.id and coalesce(n.reversed_at, n.ended_at) < $1
        """;

    /// <summary>Takes away the names and addresses of those who gave notices, when nobody can complain any more.</summary>
    public static async Task ForgetAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Forget, connection);
        command.Parameters.AddValues(now - Kept);
        await command.ExecuteNonQueryAsync(ct);
    }
}
