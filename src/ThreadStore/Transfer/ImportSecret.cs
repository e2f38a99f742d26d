using System.Security.Cryptography;
using Npgsql;

namespace ThreadStore.Transfer;

/// <summary>What a site hashes foreign addresses with. Made at its first import, and the same ever after.</summary>
public static class ImportSecret
{
    const int Bytes = 32;

    /// <param name="keep">Where it is not kept, it is good for this once.</param>
    public static async Task<byte[]> OfAsync(
        NpgsqlDataSource database,
        string site,
        bool keep,
        CancellationToken ct
    )
    {
        var made = RandomNumberGenerator.GetBytes(Bytes);
        await using var command = database.CreateCommand(
            keep
                ? $"""
                with made as (insert into {ImportTables.Secrets} values ($1, $2) on conflict do nothing returning secret)
                select secret from made union all select secret from {ImportTables.Secrets} where site = $1
                """
                : $"select secret from {ImportTables.Secrets} where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        if (keep)
            command.Parameters.Add(new() { Value = made });
        // where two made one at the same moment, the first stands, and is seen by the next look
        return await command.ExecuteScalarAsync(ct) as byte[]
            ?? (keep ? await OfAsync(database, site, keep, ct) : made);
    }
}
