using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Databases;

/// <summary>For what is about all sites, and for where a new one goes; most servers have one database, without a name.</summary>
/// <param name="own">What this server, on whichever database, consists of.</param>
/// <param name="pool">Null: there is one database.</param>
public sealed class AllDatabases(IServiceProvider own, DatabasePool? pool)
{
    public static void AddTo(IServiceCollection services) =>
        services.AddSingleton(s => new AllDatabases(s, s.GetService<DatabasePool>()));

    /// <summary>There are names by which to tell them apart.</summary>
    public bool AreSeveral => pool is not null;

    /// <summary>The servers of all, the first one's first; without services where it is away since the start.</summary>
    public IReadOnlyList<(string Name, IServiceProvider? Services)> All => pool?.All ?? [("", own)];

    /// <exception cref="NpgsqlException">One is away: what is said of all must not leave it out.</exception>
    public IEnumerable<NpgsqlDataSource> Sources =>
        All.Select(d =>
            d.Services?.GetRequiredService<NpgsqlDataSource>()
            ?? throw new NpgsqlException($"The database {d.Name} can't be reached.")
        );

    /// <summary>The server of the database that a site lives in, or is to live in from now on.</summary>
    /// <param name="wanted">The name that the administrator gave; null: any.</param>
    /// <returns>The database's name, null where there is one; or why it can't live there.</returns>
    public async Task<(IServiceProvider Services, string? Name, Problem? Refusal)> HomeAsync(
        string site,
        string? wanted,
        CancellationToken ct
    )
    {
        if (pool is null)
            return (own, null, wanted is null ? null : Refuse("there is one, and it has no name."));
        if (All.Any(d => d.Name == wanted && d.Services is null))
            return (own, wanted, Problem.Unavailable);
        var name = await pool.AssignAsync(site, wanted, ct);
        if (name is null)
            return (
                own,
                null,
                Refuse(wanted is null ? "none has room for further sites." : "there is none of that name.")
            );
        if (wanted is not null && wanted != name)
            return (own, name, Refuse($"the site lives in '{name}'."));
        var home = All.FirstOrDefault(d => d.Name == name).Services;
        return (home ?? own, name, home is null ? Problem.Unavailable : null);
    }

    static Problem Refuse(string why) => Problem.Validation("database", Flaw.Of(why, "unknown"));
}
