using System.Diagnostics;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Databases.Moves;

namespace ThreadStore.Databases;

/// <summary>By what the first database says.</summary>
sealed class SiteForwarding(DatabasePool pool) : ISiteForwarding
{
    /// <summary>Longer than a move keeps writers waiting.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<Appender?> FindAsync(string site, Appender left)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            var name = await pool.Homes.FindAsync(site, CancellationToken.None);
            var home = pool.All.FirstOrDefault(d => d.Name == name).Services;
            if (name is null || home is null)
                return null;
            pool.Learn(site, name);
            var appender = home.GetRequiredService<Appender>();
            if (
                appender != left
                || !await SiteFence.IsUpAsync(
                    home.GetRequiredService<NpgsqlDataSource>(),
                    site,
                    CancellationToken.None
                )
            )
                return appender;
            await Task.Delay(Pause);
        }
        return null;
    }
}
