using Npgsql;
using ThreadStore.Databases.Moves;
using ThreadStore.Kernel;

namespace ThreadStore.Databases;

/// <summary>A site that is being moved, or was, as the first database has it.</summary>
/// <param name="MovingTo">Null: it lives in <paramref name="Database"/>, and nobody moves it.</param>
public sealed record MovingSite(string Site, string Database, string? MovingTo);

/// <summary>What the first database says of sites that are moved from one database to another.</summary>
public static class MovingSites
{
    /// <exception cref="StartupException">It lives elsewhere by now.</exception>
    public static async Task BeginMoveAsync(
        this SiteHomes homes,
        string site,
        string from,
        string to,
        CancellationToken ct
    )
    {
        await using var command = homes.First.CreateCommand(
            $"update {DatabaseTables.Homes} set moving_to = $3 where site = $1 and database = $2",
            site,
            from,
            to
        );
        if (await command.ExecuteNonQueryAsync(ct) == 0)
            throw new StartupException($"The site '{site}' does not live in '{from}' any more.");
    }

    /// <summary>The one moment at which it lives elsewhere.</summary>
    /// <param name="control">With <see cref="SiteMove.Lock"/>: while it is another's, nobody switches.</param>
    public static async Task SwitchAsync(
        this SiteHomes _,
        NpgsqlConnection control,
        string site,
        string from,
        string to,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            update {DatabaseTables.Homes} set database = $3, moving_to = null, moved_at = now()
            where site = $1 and database = $2 and moving_to = $3
            """,
            control
        );
        command.Parameters.AddValues(site, from, to);
        if (await command.ExecuteNonQueryAsync(ct) == 0)
            throw new StartupException($"The site '{site}' was moved by somebody else meanwhile.");
    }

    /// <summary>It stays where it is.</summary>
    public static async Task EndMoveAsync(this SiteHomes homes, string site, CancellationToken ct)
    {
        await using var command = homes.First.CreateCommand(
            $"update {DatabaseTables.Homes} set moving_to = null where site = $1",
            site
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <returns>Those that are being moved, and those that ever were.</returns>
    public static async Task<IReadOnlyList<MovingSite>> MovingAsync(
        this SiteHomes homes,
        CancellationToken ct
    )
    {
        await using var command = homes.First.CreateCommand(
            $"select site, database, moving_to from {DatabaseTables.Homes} where moving_to is not null or moved_at is not null"
        );
        var sites = new List<MovingSite>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            sites.Add(
                new(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2))
            );
        return sites;
    }

    public static async Task<bool> IsMovingAsync(this SiteHomes homes, string site, CancellationToken ct)
    {
        await using var command = homes.First.CreateCommand(
            $"select moving_to is not null from {DatabaseTables.Homes} where site = $1",
            site
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Lets writers into the database that a site lives in, where whoever moved it away was cut off.</summary>
    /// <returns>False: it is being moved, or lives elsewhere by now.</returns>
    public static async Task<bool> LowerFenceAsync(
        this SiteHomes homes,
        string site,
        string name,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var connection = await homes.First.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (
            var alone = new NpgsqlCommand($"select pg_try_advisory_xact_lock({SiteMove.Lock})", connection)
        )
            if (await alone.ExecuteScalarAsync(ct) is not true)
                return false;
        // nobody switches any more: who would have is gone, and has this lock no longer
        if (await homes.FindAsync(site, ct) != name)
            return false;
        await using (var there = await database.OpenConnectionAsync(ct))
            await SiteFence.LowerAsync(there, site, ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
