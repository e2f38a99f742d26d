using System.Text.Json;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Privacy;

/// <summary>A line of a ledger: that somebody was erased, and by what they are known again.</summary>
/// <param name="KeyHash">Base64; see <see cref="ErasureHash"/>.</param>
/// <param name="Comments">How many comments they had written.</param>
/// <param name="Events">How many events were emptied, or had their key replaced.</param>
public sealed record LedgerEntry(
    string Site,
    Guid Id,
    string KeyHash,
    DateTimeOffset ErasedAt,
    int Comments,
    int Events
)
{
    static readonly JsonSerializerOptions Strict = new(Json.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="FormatException">It is none; says why.</exception>
    public static LedgerEntry Read(string line)
    {
        try
        {
            var entry =
                JsonSerializer.Deserialize<LedgerEntry>(line, Strict)
                ?? throw new FormatException("it is null.");
            return !Keys.IsSite(entry.Site) ? throw new FormatException("its site is no key of a site.")
                : !ErasureHash.IsOne(entry.Hash()) ? throw new FormatException("its keyHash is no hash.")
                : entry with { KeyHash = Convert.ToBase64String(entry.Hash()) };
        }
        catch (JsonException e)
        {
            throw new FormatException("it is no line of a ledger.", e);
        }
    }

    public byte[] Hash()
    {
        var bytes = new byte[KeyHash.Length];
        return Convert.TryFromBase64String(KeyHash, bytes, out var length) ? bytes[..length] : [];
    }

    public string Write() => JsonSerializer.Serialize(this, Json.Options);
}

/// <summary>
/// All erasures that are done, with nothing personal in them, as a file that is kept beside backups: a backup from before
/// an erasure, once restored, holds the person again.
/// </summary>
public static class ErasureLedger
{
    /// <returns>How many were written.</returns>
    public static async Task<long> WriteAsync(
        NpgsqlDataSource database,
        TextWriter file,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select r.site, r.id, r.key_hash, r.erased_at, r.comments, r.events from {ErasureTable.Name} r
            where r.erased_at is not null order by r.erased_at, r.site, r.id
            """
        );
        var count = 0L;
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (; await reader.ReadAsync(ct); count++)
            await file.WriteLineAsync(
                new LedgerEntry(
                    reader.GetString(0),
                    reader.GetGuid(1),
                    Convert.ToBase64String(reader.GetFieldValue<byte[]>(2)),
                    reader.GetFieldValue<DateTimeOffset>(3).ToMicroseconds(),
                    reader.GetInt32(4),
                    reader.GetInt32(5)
                ).Write()
            );
        return count;
    }
}
