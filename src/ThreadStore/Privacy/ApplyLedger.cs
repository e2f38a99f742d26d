using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Privacy;

/// <summary>What became of a line of a ledger.</summary>
public enum LedgerOutcome
{
    /// <summary>Who it is about was there, and is no longer.</summary>
    Erased,

    /// <summary>This database had it.</summary>
    Already,

    /// <summary>Nothing of them was there; imports know them from now on.</summary>
    NothingHeld,

    /// <summary>They came again after it, and are a new person.</summary>
    CameAgain,
}

/// <summary>Erases in this database who was erased in another, or in this one before an older backup of it was restored.</summary>
/// <remarks>Each line is a transaction of its own and is remembered by its id, so that it may be cut off and begun again.</remarks>
public sealed class ApplyLedger(
    NpgsqlDataSource database,
    Eraser eraser,
    ErasureHash hash,
    TimeProvider clock
)
{
    /// <summary>Who asked for it, as far as this history is concerned.</summary>
    public const string By = "ledger";

    /// <param name="told">After each line, in their order.</param>
    /// <exception cref="StartupException">Nobody can be known by it, since a key is not configured. Nothing was done.</exception>
    public async Task RunAsync(
        IReadOnlyList<LedgerEntry> ledger,
        Action<LedgerEntry, LedgerOutcome, ErasureCertificate?> told,
        CancellationToken ct
    )
    {
        var strange = ledger.Count(e => !hash.Knows(e.Hash()));
        if (strange > 0)
            throw new StartupException(
                $"{strange} of {ledger.Count} erasures were noted with a key that is not configured: add it to ThreadStore__SecretsKeys, or to ThreadStore__SigningKeys where there are none. Nothing was done."
            );
        var done = await DoneAsync(ct);
        var people = await FindAsync([.. ledger.Where(e => !done.Contains((e.Site, e.Id)))], ct);
        foreach (var entry in ledger)
        {
            if (!done.Add((entry.Site, entry.Id)))
            {
                told(entry, LedgerOutcome.Already, null);
                continue;
            }
            var held = people.GetValueOrDefault((entry.Site, entry.KeyHash));
            var hasComeAgain = held?.JoinedAt > entry.ErasedAt;
            var erased = held is null || hasComeAgain ? null : await EraseAsync(entry, held.Person, ct);
            if (erased is null)
                await NoteAsync(entry, ct);
            told(
                entry,
                erased is not null ? LedgerOutcome.Erased
                    : hasComeAgain ? LedgerOutcome.CameAgain
                    : LedgerOutcome.NothingHeld,
                erased
            );
        }
    }

    async Task<HashSet<(string Site, Guid Id)>> DoneAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select site, id from {ErasureTable.Name} where erased_at is not null"
        );
        var done = new HashSet<(string, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            done.Add((reader.GetString(0), reader.GetGuid(1)));
        return done;
    }

    /// <summary>Who is held of those who are to be erased.</summary>
    async Task<Dictionary<(string Site, string Hash), HeldPerson>> FindAsync(
        List<LedgerEntry> open,
        CancellationToken ct
    )
    {
        var found = new Dictionary<(string, string), HeldPerson>();
        foreach (var site in open.GroupBy(e => e.Site))
        {
            var wanted = site.Select(e => e.KeyHash).ToHashSet();
            await foreach (var held in HeldPerson.OfAsync(database, site.Key, ct))
            foreach (var known in hash.Of(held.Person).Select(Convert.ToBase64String))
                if (wanted.Contains(known))
                    // those whose key is known come first
                    found.TryAdd((site.Key, known), held);
        }
        return found;
    }

    Task<ErasureCertificate?> EraseAsync(LedgerEntry entry, Person person, CancellationToken ct) =>
        eraser.RunAsync(
            connection => TakeAsync(connection, entry, person, ct),
            (connection, _, done) =>
                ErasureTable.EndAsync(
                    connection,
                    entry.Site,
                    entry.Hash(),
                    // what the person was told stays true; only where the event stands is another place
                    done with
                    {
                        ErasedAt = entry.ErasedAt,
                    },
                    ct
                ),
            ct
        );

    /// <summary>A job of the backup may be about to do the same.</summary>
    async Task<ErasureOrder?> TakeAsync(
        NpgsqlConnection connection,
        LedgerEntry entry,
        Person person,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select erased_at is not null from {ErasureTable.Name} where site = $1 and id = $2 for update",
            connection
        );
        command.Parameters.AddValues(entry.Site, entry.Id);
        return await command.ExecuteScalarAsync(ct) is true
            ? null
            : new(person, entry.Id, Erasures.NewKey(), By, clock.GetUtcNow().ToMicroseconds());
    }

    async Task NoteAsync(LedgerEntry entry, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var newest = new NpgsqlCommand(Positions.NewestSql, connection);
        var position = (long)(await newest.ExecuteScalarAsync(ct) ?? 0L);
        await ErasureTable.EndAsync(
            connection,
            entry.Site,
            entry.Hash(),
            new(entry.Id, entry.ErasedAt, position, entry.Comments, entry.Events, []),
            ct
        );
    }
}
