using System.Security.Cryptography;
using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Privacy;

/// <summary>That somebody was erased, and nothing of who it was.</summary>
/// <param name="Position">Of the event that says so; no event up to it holds anything of them.</param>
/// <param name="Comments">How many comments they had written.</param>
/// <param name="Events">How many events were emptied, or had their key replaced.</param>
/// <param name="Models">Hashes of learned models that were made while their comments were there, and are still kept: no text
/// can be had from them, and the next is made without.</param>
public sealed record ErasureCertificate(
    Guid Id,
    DateTimeOffset ErasedAt,
    long Position,
    int Comments,
    int Events,
    IReadOnlyList<string> Models
);

/// <summary>How far an erasure is.</summary>
public enum ErasureState
{
    Running,
    Done,
}

/// <summary>An erasure, under way or done; then it has all that the certificate has.</summary>
public sealed record ErasureView(
    Guid Id,
    ErasureState State,
    DateTimeOffset? ErasedAt,
    long? Position,
    int? Comments,
    int? Events,
    IReadOnlyList<string>? Models = null
)
{
    /// <summary>Null while it is under way.</summary>
    internal ErasureCertificate? Certificate =>
        this is { ErasedAt: { } at, Position: { } position, Comments: { } comments, Events: { } events }
            ? new(Id, at, position, comments, events, Models ?? [])
            : null;
}

/// <summary>A page of certificates, the newest first.</summary>
public sealed record ErasurePage(IReadOnlyList<ErasureCertificate> Items, string? NextCursor);

/// <summary>Erases people at once, or keeps in a table who is to be.</summary>
public sealed class Erasures(NpgsqlDataSource database, Eraser eraser, ErasureHash hash)
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = $"""
        r.id, r.erased_at, r.position, r.comments, r.events,
        array(
          select m.hash from {LearnedTables.Models} m
          where m.site = r.site and m.trained_at < r.erased_at and r.comments > 0 order by m.trained_at, m.hash)
        """;

    public static ErasureView Read(NpgsqlDataReader r) =>
        r.IsDBNull(1)
            ? new(r.GetGuid(0), ErasureState.Running, null, null, null, null)
            : new(
                r.GetGuid(0),
                ErasureState.Done,
                r.GetFieldValue<DateTimeOffset>(1),
                r.GetInt64(2),
                r.GetInt32(3),
                r.GetInt32(4),
                r.GetFieldValue<string[]>(5)
            );

    /// <summary>The last erasure of somebody, under way or done; null: there was none.</summary>
    /// <param name="underWay">Only one that is under way.</param>
    public async Task<ErasureView?> FindAsync(string site, string key, bool underWay, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from {ErasureTable.Name} r where r.site = $1 and r.key_hash = any($2)
              and (r.erased_at is null or not $3)
            order by r.asked_at desc, r.id desc limit 1
            """,
            site,
            hash.Of(new Person(site, key)),
            underWay
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>When somebody was erased last; null: never, or it is still under way.</summary>
    public async Task<DateTimeOffset?> ErasedAtAsync(string site, string key, CancellationToken ct) =>
        (await FindAsync(site, key, underWay: false, ct))?.ErasedAt;

    /// <summary>Erases somebody now.</summary>
    /// <returns>Null where nothing is held of them.</returns>
    public Task<ErasureCertificate?> EraseAsync(
        Person person,
        string by,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var order = new ErasureOrder(person, Guid.CreateVersion7(now), NewKey(), by, now);
        return eraser.RunAsync(
            _ => Task.FromResult<ErasureOrder?>(order),
            (connection, _, done) =>
                ErasureTable.EndAsync(connection, person.Site, hash.Of(person)[0], done, ct),
            ct
        );
    }

    /// <summary>Notes that somebody is to be erased, which takes a while.</summary>
    public async Task<ErasureView> OrderAsync(
        Person person,
        string by,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var id = Guid.CreateVersion7(now);
        await using var command = database.CreateCommand(
            $"""
            insert into {ErasureTable.Name} (site, id, key_hash, asked_at, subject, random, asked_by)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            person.Site,
            id,
            hash.Of(person)[0],
            now,
            person.Key,
            NewKey(),
            by
        );
        await command.ExecuteNonQueryAsync(ct);
        return new(id, ErasureState.Running, null, null, null, null);
    }

    /// <summary>Does the oldest that was ordered and is nobody's: whoever has it holds its row, for as long as they live.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DoNextAsync(DateTimeOffset now, CancellationToken ct)
    {
        ErasureOrder? taken = null;
        async Task EndAsync(NpgsqlConnection connection, ErasureOrder order, ErasureCertificate done)
        {
            await using var end = new NpgsqlCommand(
                $"""
                update {ErasureTable.Name} set subject = null, random = null, asked_by = null, erased_at = $3,
                  position = $4, comments = $5, events = $6
                where site = $1 and id = $2
                """,
                connection
            );
            end.Parameters.AddValues(
                order.Site,
                order.Id,
                done.ErasedAt,
                done.Position,
                done.Comments,
                done.Events
            );
            await end.ExecuteNonQueryAsync(ct);
        }
        var certificate = await eraser.RunAsync(
            async connection => taken = await TakeAsync(connection, now, ct),
            EndAsync,
            ct
        );
        if (taken is null)
            return false;
        if (certificate is null)
        {
            // somebody else was faster: an administrator, or they themselves
            await using var connection = await database.OpenConnectionAsync(ct);
            await EndAsync(connection, taken, new(taken.Id, now, 0, 0, 0, []));
        }
        return true;
    }

    static async Task<ErasureOrder?> TakeAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select e.site, e.id, e.subject, e.random, e.asked_by from {ErasureTable.Name} e
            where e.erased_at is null and not {DatabaseTables.LivesElsewhere("e.site")}
            order by e.asked_at limit 1 for update skip locked
            """,
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(
                new(reader.GetString(0), reader.GetString(2)),
                reader.GetGuid(1),
                reader.GetString(3),
                reader.GetString(4),
                now
            )
            : null;
    }

    /// <summary>Nobody can guess it, and it says nothing of anybody.</summary>
    public static string NewKey() =>
        $"{Caller.ErasedPrefix}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
}
