using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Notices;

namespace ThreadStore.Identity;

/// <summary>
/// Encrypts anew with the first key what an older one encrypted, before that one goes, and what was kept as it was while
/// there was none.
/// </summary>
public static class Resealing
{
    /// <param name="Seal">What is kept.</param>
    /// <param name="Set">Keeps <c>$5</c> in its place.</param>
    sealed record Kept(
        string Table,
        string Kind,
        string Name,
        string Seal = "sealed",
        string Set = "sealed = $5"
    );

    static readonly Kept[] Places =
    [
        new(IdentityTables.Secrets, "kind", "name"),
        new(NoticeContacts.Table, $"'{NoticeContacts.Kind}'", "id::text"),
        new(
            MailTables.Addresses,
            $"'{MailAddresses.Kind}'",
            "commenter_id::text",
            MailAddresses.SealSql,
            @"address = replace(encode($5, 'base64'), E'\n', '')"
        ),
    ];

    /// <returns>Whether there is nothing left to do.</returns>
    public static async Task<bool> ResealAsync(
        this Vault vault,
        NpgsqlDataSource database,
        ILogger log,
        CancellationToken ct
    )
    {
        if (!vault.CanSeal)
            return true;
        try
        {
            foreach (var place in Places)
                await ResealAsync(vault, database, place, ct);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            log.LogWarning("Could not encrypt secrets with the new key yet: {Reason}", e.Message);
            return false;
        }
    }

    static async Task ResealAsync(Vault vault, NpgsqlDataSource database, Kept of, CancellationToken ct)
    {
        var old = new List<(string Site, string Kind, string Name, byte[] Seal)>();
        await using (
            var all = database.CreateCommand(
                $"""
                select site, {of.Kind}, {of.Name}, {of.Seal} from {of.Table}
                where substring({of.Seal} from 2 for {Vault.IdLength}) <> $1
                  and not {DatabaseTables.LivesElsewhere($"{of.Table}.site")}
                """,
                vault.KeyId.ToArray()
            )
        )
        await using (var reader = await all.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                old.Add(
                    (
                        reader.GetString(0),
                        reader.GetString(1),
                        reader.GetString(2),
                        reader.GetFieldValue<byte[]>(3)
                    )
                );
        foreach (var (site, kind, name, seal) in old)
        {
            var place = SiteSecrets.Place(site, kind, name);
            if ((vault.Open(place, seal) ?? NoticeContacts.InClear(seal)) is not { } secret)
                continue;
            await using var update = database.CreateCommand(
                $"""
                update {of.Table} set {of.Set}
                where site = $1 and {of.Kind} = $2 and {of.Name} = $3 and {of.Seal} = $4
                """,
                site,
                kind,
                name,
                seal,
                vault.Seal(place, secret)
            );
            await update.ExecuteNonQueryAsync(ct);
        }
    }
}
