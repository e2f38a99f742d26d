using Npgsql;
using ThreadStore.Notices;
using ThreadStore.Storage;

namespace ThreadStore.Identity;

/// <summary>
/// Encrypts anew with the first key what an older one encrypted, before that one goes, and what was kept as it was while
/// there was none.
/// </summary>
public static class Resealing
{
    static readonly (string Table, string Kind, string Name)[] Places =
    [
        (IdentityTables.Secrets, "kind", "name"),
        (NoticeContacts.Table, $"'{NoticeContacts.Kind}'", "id::text"),
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

    static async Task ResealAsync(
        Vault vault,
        NpgsqlDataSource database,
        (string Table, string Kind, string Name) of,
        CancellationToken ct
    )
    {
        var old = new List<(string Site, string Kind, string Name, byte[] Seal)>();
        await using (
            var all = database.CreateCommand(
                $"""
                select site, {of.Kind}, {of.Name}, sealed from {of.Table}
                where substring(sealed from 2 for {Vault.IdLength}) <> $1
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
                update {of.Table} set sealed = $5
                where site = $1 and {of.Kind} = $2 and {of.Name} = $3 and sealed = $4
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
