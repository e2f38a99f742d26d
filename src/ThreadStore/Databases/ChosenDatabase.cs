using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Databases;

/// <summary>Of several databases, the one that a command is about.</summary>
static class ChosenDatabase
{
    /// <summary>The one that is named by <c>ThreadStore__Database</c> (<c>--database</c>), or where the sites live.</summary>
    /// <param name="newSite">It gets a home where it has none; null: none is made.</param>
    /// <exception cref="StartupException">There is no such database, or no one of them.</exception>
    public static async Task<NamedDatabase> FindAsync(
        ServerOptions options,
        IReadOnlyList<string> sites,
        string? newSite,
        CancellationToken ct
    )
    {
        var first = await FirstDatabase.FindAsync(options.Databases, ct);
        await using var database = SessionSettings.Open(TunedConnection.Of(first.Direct));
        var homes = new SiteHomes(database);
        string[] names =
            newSite is not null ? await AssignAsync(homes, newSite, options.Database, ct)
            : options.Database is { } named ? [named]
            : await HomesAsync(homes, sites, ct);
        return names switch
        {
            [var name] => await OfNameAsync(name, options, homes, ct),
            [] when options.Databases.Count == 1 => first,
            [] when sites.Count > 0 => throw new StartupException($"There is no site '{sites[0]}'."),
            [] => throw new StartupException(
                $"There are several databases ({string.Join(", ", (await homes.PoolAsync(ct)).Select(d => d.Name))}): name one by --database."
            ),
            _ => throw new StartupException(
                $"These sites live in several databases ({string.Join(", ", names)}): ask for those of one at a time."
            ),
        };
    }

    static async Task<string[]> AssignAsync(
        SiteHomes homes,
        string site,
        string? wanted,
        CancellationToken ct
    )
    {
        string[] all = [.. (await homes.PoolAsync(ct)).Select(p => p.Name)];
        var name = await homes.AssignAsync(site, wanted, all, ct);
        return name is null
                ? throw new StartupException(
                    wanted is null
                        ? "No database has room for further sites."
                        : $"There is no database '{wanted}'."
                )
            : wanted is null || wanted == name ? [name]
            : throw new StartupException($"The site '{site}' lives in '{name}'.");
    }

    static async Task<string[]> HomesAsync(SiteHomes homes, IReadOnlyList<string> sites, CancellationToken ct)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var site in sites)
            if (await homes.FindAsync(site, ct) is { } name)
                names.Add(name);
        return [.. names];
    }

    /// <exception cref="StartupException">There is none of the name, or where it is found is not told.</exception>
    public static async Task<NamedDatabase> OfNameAsync(
        string name,
        ServerOptions options,
        SiteHomes homes,
        CancellationToken ct
    )
    {
        if (options.Databases.FirstOrDefault(d => d.Name == name) is { } configured)
            return configured;
        var pooled = (await homes.PoolAsync(ct)).FirstOrDefault(p => p.Name == name);
        return pooled?.Ways?.Open(
                name,
                Vault.Of(options, SigningKeys.IfAny(options) ?? new byte[KeyMaterial.MinBytes])
            )
            ?? throw new StartupException(
                pooled is null
                    ? $"There is no database '{name}'."
                    : $"Where the database '{name}' is found is not told: set ThreadStore__Databases__{name}, or the key that encrypted it."
            );
    }
}
