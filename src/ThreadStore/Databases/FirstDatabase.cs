using System.Net.Sockets;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using ThreadStore.Setup;

namespace ThreadStore.Databases;

/// <summary>Finds which of several databases says where sites live.</summary>
static class FirstDatabase
{
    /// <summary>
    /// The one that says so already; before any does, the one that has sites, and otherwise the first by name.
    /// </summary>
    /// <param name="databases">By name.</param>
    /// <exception cref="StartupException">It can't be told.</exception>
    public static async Task<NamedDatabase> FindAsync(
        IReadOnlyList<NamedDatabase> databases,
        CancellationToken ct
    )
    {
        if (databases.Count == 1)
            return databases[0];
        var looks = await Task.WhenAll(databases.Select(d => LookAsync(d, ct)));
        var saying = databases.Where((_, i) => looks[i] is { HasPool: true }).ToArray();
        if (saying.Length > 1)
            throw new StartupException(
                looks.OfType<Look>().Where(l => l.HasPool).DistinctBy(l => l.Card).Count() < saying.Length
                    ? $"Two of {string.Join(", ", saying.Select(d => $"'{d.Name}'"))} are one database: give it one name."
                    : $"'{saying[0].Name}' and '{saying[1].Name}' both say where sites live: they come from two installations. Leave one of them out."
            );
        if (saying.Length == 1)
            return saying[0];
        var away = databases.Where((_, i) => looks[i] is null).Select(d => $"'{d.Name}'").ToArray();
        if (away.Length > 0)
            throw new StartupException(
                $"Of the databases {string.Join(" and ", away)} can't be reached, and none of the others says where sites live: start it first."
            );
        return databases.Where((_, i) => looks[i] is { HasSites: true }).FirstOrDefault() ?? databases[0];
    }

    sealed record Look(bool HasPool, bool HasSites, Guid? Card);

    /// <returns>Null: it can't be reached.</returns>
    static async Task<Look?> LookAsync(NamedDatabase named, CancellationToken ct)
    {
        try
        {
            await using var database = SessionSettings.Open(TunedConnection.Of(named.Direct));
            var hasPool = await HasRowsAsync(database, DatabaseTables.Pool, ct);
            return new(
                hasPool,
                await HasRowsAsync(database, $"{ReaderTables.Schema}.site_rows", ct),
                hasPool ? await SiteHomes.CardOfAsync(database, ct) : null
            );
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
        {
            return null;
        }
    }

    static async Task<bool> HasRowsAsync(NpgsqlDataSource database, string table, CancellationToken ct)
    {
        await using (var look = database.CreateCommand($"select to_regclass('{table}') is not null"))
            if (await look.ExecuteScalarAsync(ct) is false)
                return false;
        await using var command = database.CreateCommand($"select exists (select 1 from {table})");
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
