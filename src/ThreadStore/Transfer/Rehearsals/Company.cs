using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>Who and what a rehearsal meets, on the site that it is of and on the one that it goes into.</summary>
static class Company
{
    const string Schema = ReaderTables.Schema;

    /// <returns>Of the target the keys that others have, of the source all: some are named before they come.</returns>
    /// <exception cref="StartupException">What is kept as it is, is there as somebody else's.</exception>
    public static async Task<(Pseudonyms.Keys Taken, Pseudonyms.Keys Met)> LookAsync(
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        RehearsalRequest request,
        string run,
        CancellationToken ct
    )
    {
        async Task<List<string>> TakenAsync(string table) =>
            // of this very run is what it played before it was ended
            await ReadAsync(target, table, "and e.correlation_id is distinct from $2", ct, request.Into, run);
        async Task<List<string>> MetAsync(string table) =>
            await ReadAsync(source, table, "", ct, request.Site);

        var taken = new Pseudonyms.Keys(
            await TakenAsync(ReaderTables.Commenters),
            await TakenAsync(ReaderTables.Articles)
        );
        var met = new Pseudonyms.Keys(
            await MetAsync(ReaderTables.Commenters),
            await MetAsync(ReaderTables.Articles)
        );
        if (request.Keep.HasFlag(Kept.Names))
            Refuse(request, "people", "names", taken.People, met.People);
        if (request.Keep.HasFlag(Kept.Texts))
            Refuse(request, "articles", "texts", taken.Articles, met.Articles);
        return (taken, met);
    }

    static void Refuse(
        RehearsalRequest request,
        string what,
        string kept,
        IReadOnlyList<string> taken,
        IReadOnlyList<string> met
    )
    {
        if (taken.Intersect(met).FirstOrDefault() is { } both)
            throw new StartupException(
                $"'{request.Into}' has {what} with keys of '{request.Site}', such as '{both}': name another site, or leave out --keep {kept}."
            );
    }

    /// <summary>In the order in which they came, which is the same whenever it is asked.</summary>
    static async Task<List<string>> ReadAsync(
        NpgsqlDataSource database,
        string table,
        string which,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select r.key from {Schema}.{table} r
            join {EventTables.Events} e on e.tenant_id = r.site and e.stream_id = r.id and e.version = 1
            where r.site = $1 {which} order by e.seq_id
            """,
            values
        );
        // a site may have millions
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<string>();
        while (await reader.ReadAsync(ct))
            keys.Add(reader.GetString(0));
        return keys;
    }
}
