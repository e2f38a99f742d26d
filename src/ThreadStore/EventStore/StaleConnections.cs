using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.EventStore;

/// <summary>
/// Connections that were cut while nobody used them, by a firewall or by the server. A read that meets one is tried again;
/// what writes must not meet one.
/// </summary>
public sealed class StaleConnections(NpgsqlDataSource database, Positions positions, TimeProvider clock)
{
    static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(1);

    long lastUsed;

    /// <summary>Where no request came for a while, lets go of connections that have died meanwhile.</summary>
    /// <param name="mayNotFail">The request that comes now can't be tried again.</param>
    public async ValueTask LetGoAsync(bool mayNotFail, CancellationToken ct)
    {
        var now = clock.GetTimestamp();
        var last = Interlocked.Exchange(ref lastUsed, now);
        if (!mayNotFail || clock.GetElapsedTime(last, now) < LongestIdle || positions.IsSilent)
            return;
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            if (await connection.AnswersAsync())
                return;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            // whoever needs one is told
        }
        database.Clear();
    }
}
