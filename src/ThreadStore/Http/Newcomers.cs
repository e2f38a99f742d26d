using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Http;

/// <summary>Which of those who write much are in their first day on a site. Each is looked up once.</summary>
public sealed class Newcomers(NpgsqlDataSource database, TimeProvider clock)
{
    public static readonly TimeSpan FirstDay = TimeSpan.FromDays(1);

    /// <summary>Commenters in a generation, of which there are two; some megabytes.</summary>
    const int Capacity = 20_000;

    /// <summary>Who has no row has written nothing so far, or another node is a moment ahead.</summary>
    static readonly TimeSpan UnknownFor = TimeSpan.FromMinutes(1);

    readonly Remembered<(string Site, string Key), Known> known = new(Capacity);
    readonly Lock gate = new();

    sealed record Known(DateTimeOffset? JoinedAt, DateTimeOffset AskedAt);

    public async ValueTask<bool> IsNewAsync(string site, string key, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        Known? found;
        lock (gate)
            found = known.Find((site, key));
        if (found is null || (found.JoinedAt is null && now - found.AskedAt >= UnknownFor))
        {
            found = new(await JoinedAtAsync(site, key, ct), now);
            lock (gate)
                known.Keep((site, key), found);
        }
        return !(now - found.JoinedAt >= FirstDay);
    }

    async Task<DateTimeOffset?> JoinedAtAsync(string site, string key, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select joined_at from {ReaderTables.Schema}.commenter_rows where site = $1 and id = $2"
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = StreamId.Commenter(site, key) });
        return await command.ExecuteScalarAsync(ct) is DateTime joined ? joined : null;
    }
}
