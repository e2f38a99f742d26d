using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Databases;

/// <summary>One of several databases, as operators see it.</summary>
/// <param name="Ways">How it is found; null where the configuration has it.</param>
/// <param name="IsFull">It gets no new sites.</param>
/// <param name="Sites">How many live there.</param>
public sealed record PooledDatabase(string Name, EncryptedConnections? Ways, bool IsFull, long Sites);

/// <summary>
/// What the first of several databases says of all: which there are, and which site lives where. The word of this one
/// counts, for all nodes and commands.
/// </summary>
public sealed class SiteHomes(NpgsqlDataSource first)
{
    internal NpgsqlDataSource First => first;

    /// <summary>The database's own mark, made when it is first asked for.</summary>
    public static async Task<Guid> CardOfAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            with made as (
              insert into {DatabaseTables.Card} (is_only, id) values (true, gen_random_uuid())
              on conflict do nothing returning id)
            select id from made union all select id from {DatabaseTables.Card} limit 1
            """
        );
        return (Guid)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Takes a database, or this one itself, in among those that say here where sites live.</summary>
    /// <param name="ways">How it is found; null leaves what is there.</param>
    /// <exception cref="StartupException">It is one of others, or its name or a site of its contradicts what is known.</exception>
    public async Task TakeInAsync(
        string name,
        NpgsqlDataSource database,
        EncryptedConnections? ways,
        CancellationToken ct
    )
    {
        var card = await CardOfAsync(database, ct);
        if (!await JoinAsync(database, await CardOfAsync(first, ct), ct))
            throw new StartupException(
                $"'{name}' is one of other databases, which say elsewhere where sites live: set ThreadStore__Databases__NAME for the first of those too, or leave '{name}' out."
            );
        await EnterAsync(name, card, ways, ct);
        await AdoptAsync(name, database, ct);
    }

    /// <exception cref="StartupException">A database is not the one that has its name.</exception>
    public async Task RecogniseAsync(string name, NpgsqlDataSource database, CancellationToken ct)
    {
        var card = await CardOfAsync(database, ct);
        await using var command = first.CreateCommand(
            $"select card = $2 from {DatabaseTables.Pool} where name = $1",
            name,
            card
        );
        if (await command.ExecuteScalarAsync(ct) is not true)
            throw new StartupException("it is not the one that had this name before.");
    }

    /// <summary>Notes in a database which is the first of those that it is one of.</summary>
    /// <returns>False: another is.</returns>
    static async Task<bool> JoinAsync(NpgsqlDataSource database, Guid first, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"update {DatabaseTables.Card} set first = $1 where first is null or first = $1"
        );
        command.Parameters.Add(new() { Value = first });
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Whether it is one of several databases, so that sites which are made in it alone would be found nowhere.</summary>
    public static async Task<bool> IsOneOfSeveralAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select exists (
              select 1 from {DatabaseTables.Card}
              where first <> id or first is not null and (select count(*) from {DatabaseTables.Pool}) > 1)
            """
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Notes that a database has a name.</summary>
    /// <param name="ways">Null leaves what is there.</param>
    /// <exception cref="StartupException">The name is another database's, or the database has another name.</exception>
    async Task EnterAsync(string name, Guid card, EncryptedConnections? ways, CancellationToken ct)
    {
        await using var command = first.CreateCommand(
            $"""
            insert into {DatabaseTables.Pool} as p (name, card, seal, session_seal)
            select $1, $2, $3, $4 where not exists (select 1 from {DatabaseTables.Pool} o where o.card = $2 and o.name <> $1)
            on conflict (name) do update set seal = coalesce(excluded.seal, p.seal),
              session_seal = case when excluded.seal is null then p.session_seal else excluded.session_seal end
              where p.card = excluded.card
            returning name
            """
        );
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = card });
        foreach (var seal in (byte[]?[])[ways?.Connection, ways?.Session])
            command.Parameters.Add(
                new() { Value = seal ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea }
            );
        if (await command.ExecuteScalarAsync(ct) is not null)
            return;
        await using var other = first.CreateCommand(
            $"select name from {DatabaseTables.Pool} where card = $1"
        );
        other.Parameters.Add(new() { Value = card });
        throw new StartupException(
            await other.ExecuteScalarAsync(ct) is string before
                ? $"'{name}' is the database that is called '{before}': give it that one name."
                : $"'{name}' is not the database that had this name before, and sites would be missing: give the new one another name."
        );
    }

    /// <summary>Notes that sites live in a database which had them before there were several.</summary>
    /// <exception cref="StartupException">One of them lives in another.</exception>
    async Task AdoptAsync(string name, NpgsqlDataSource database, CancellationToken ct)
    {
        var sites = new List<string>();
        await using (
            var there = database.CreateCommand(
                $"""
                select s.site from {ReaderTables.Schema}.site_rows s
                where not {DatabaseTables.LivesElsewhere("s.site")}
                order by s.site
                """
            )
        )
        await using (var reader = await there.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                sites.Add(reader.GetString(0));
        await using var command = first.CreateCommand(
            $"""
            with adopted as (
              insert into {DatabaseTables.Homes} (site, database) select s, $1 from unnest($2) s
              on conflict do nothing)
            select site, database from {DatabaseTables.Homes} where site = any($2) and database <> $1 order by site limit 1
            """
        );
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = sites.ToArray() });
        await using var strays = await command.ExecuteReaderAsync(ct);
        if (await strays.ReadAsync(ct))
            throw new StartupException(
                $"The site '{strays.GetString(0)}' is in '{name}' and lives in '{strays.GetString(1)}': one of the two is a copy. Leave '{name}' out until that site is gone from it."
            );
    }

    /// <returns>The database's name; null: the site lives nowhere.</returns>
    public async Task<string?> FindAsync(string site, CancellationToken ct)
    {
        await using var command = first.CreateCommand(
            $"select database from {DatabaseTables.Homes} where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Where it lives once whoever is changing that is done.</summary>
    public async Task<string?> FindSettledAsync(string site, CancellationToken ct)
    {
        await using var command = first.CreateCommand(
            $"select database from {DatabaseTables.Homes} where site = $1 for update",
            site
        );
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Gives a new site its home: the database that is wanted, or the one with the fewest sites.</summary>
    /// <param name="among">Those that it may be.</param>
    /// <returns>Where it lives, which another node may have settled meanwhile; null: there is no such database, or none has room.</returns>
    public async Task<string?> AssignAsync(
        string site,
        string? wanted,
        IReadOnlyCollection<string> among,
        CancellationToken ct
    )
    {
        await using var command = first.CreateCommand(
            $"""
            insert into {DatabaseTables.Homes} (site, database)
            select $1, p.name from {DatabaseTables.Pool} p
            left join {DatabaseTables.Homes} h on h.database = p.name
            where p.name = any($3) and (p.name = $2 or $2 is null and not p.is_full)
            group by p.name order by count(h.site), p.name limit 1
            on conflict do nothing
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(
            new() { Value = wanted ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );
        command.Parameters.Add(new() { Value = among.ToArray() });
        await command.ExecuteNonQueryAsync(ct);
        return await FindAsync(site, ct);
    }

    /// <returns>All databases, by name.</returns>
    public async Task<IReadOnlyList<PooledDatabase>> PoolAsync(CancellationToken ct)
    {
        await using var command = first.CreateCommand(
            $"""
            select p.name, p.seal, p.session_seal, p.is_full, count(h.site) from {DatabaseTables.Pool} p
            left join {DatabaseTables.Homes} h on h.database = p.name
            group by p.name order by p.name
            """
        );
        var pool = new List<PooledDatabase>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        byte[]? Seal(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
        while (await reader.ReadAsync(ct))
            pool.Add(
                new(
                    reader.GetString(0),
                    Seal(1) is { } connection ? new(connection, Seal(2)) : null,
                    reader.GetBoolean(3),
                    reader.GetInt64(4)
                )
            );
        return pool;
    }

    /// <returns>Where each site lives.</returns>
    public async Task<IReadOnlyList<(string Site, string Database)>> AllAsync(CancellationToken ct)
    {
        await using var command = first.CreateCommand($"select site, database from {DatabaseTables.Homes}");
        var homes = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            homes.Add((reader.GetString(0), reader.GetString(1)));
        return homes;
    }

    /// <returns>False: there is no such database.</returns>
    public async Task<bool> MarkAsync(string name, bool isFull, CancellationToken ct)
    {
        await using var command = first.CreateCommand(
            $"update {DatabaseTables.Pool} set is_full = $2 where name = $1"
        );
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = isFull });
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }
}
