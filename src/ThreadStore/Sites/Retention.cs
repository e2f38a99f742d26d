using Marten;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Deliveries;
using ThreadStore.Storage;
using ThreadStore.Threads;
using ThreadStore.Webhooks;

namespace ThreadStore.Sites;

/// <summary>
/// Obeys the setting <c>retentionDays</c>: notes of flags and deliveries that are older are kept no longer. Notes are taken
/// out of the events first, by Marten's masking, and then an event says so, from which the rows follow: a clock is looked
/// at here and nowhere where history is folded, and whoever is cut off in between begins again.
/// </summary>
public sealed class Retention(
    NpgsqlDataSource database,
    IDocumentStore store,
    Appender appender,
    TimeProvider clock,
    ILogger<Retention> log
) : BackgroundService
{
    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    internal const long Lock = 0x7265_7465_6e74;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Comments whose notes are purged in one go.</summary>
    const int Stretch = 200;

    const string Sites = $"""
        select site, (settings::jsonb ->> 'retentionDays')::integer from {ReaderTables.Schema}.{ReaderTables.Sites}
        where settings::jsonb ->> 'retentionDays' is not null
        """;

    // while an appeal is open, whoever decides on it may have to read them
    const string OldNotes = $"""
        select f.comment_id, array_agg(f.id) from {ReaderTables.Schema}.{ReaderTables.Flags} f
        where f.site = $1 and f.note is not null and f.flagged_at < $2 and not exists (
          select 1 from {ReaderTables.Schema}.comment_rows c join {ReaderTables.Schema}.{ReaderTables.Appeals} a
            on a.site = c.site and a.id = c.appeal and a.outcome is null
          where c.site = f.site and c.id = f.comment_id)
        group by f.comment_id limit $3
        """;

    const string OldDeliveries =
        $"delete from {DeliveryTables.Deliveries} where site = $1 and queued_at < $2";

    /// <summary>What webhooks are still to be told is not old, however long they have been failing.</summary>
    const string OldMessages =
        $"delete from {WebhookTables.Deliveries} where site = $1 and queued_at < $2 and state <> 'pending'";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // whatever it is, it is tried again
                log.LogWarning("What is older than retentionDays could not be purged: {Reason}", e.Message);
            }
        }
    }

    /// <summary>Purges what is too old now, on one node at a time.</summary>
    public async Task PurgeAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        if (await ScalarAsync(connection, $"select pg_try_advisory_lock({Lock})") is not true)
            return;
        try
        {
            foreach (var (site, days) in await SitesAsync(connection, ct))
            {
                var now = clock.GetUtcNow().ToMicroseconds();
                var before = now - TimeSpan.FromDays(days);
                await using (var command = new NpgsqlCommand(OldDeliveries, connection))
                {
                    command.Parameters.AddValues(site, before);
                    await command.ExecuteNonQueryAsync(ct);
                }
                await using (var command = new NpgsqlCommand(OldMessages, connection))
                {
                    command.Parameters.AddValues(site, before);
                    await command.ExecuteNonQueryAsync(ct);
                }
                while (await PurgeNotesAsync(connection, site, before, now, ct)) { }
            }
        }
        finally
        {
            // the pool would keep it, since its connections are not reset (ThreadStoreStore.Tune)
            await ScalarAsync(connection, $"select pg_advisory_unlock({Lock})");
        }
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> PurgeNotesAsync(
        NpgsqlConnection connection,
        string site,
        DateTimeOffset before,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var comments = new Dictionary<Guid, Guid[]>();
        await using (var command = new NpgsqlCommand(OldNotes, connection))
        {
            command.Parameters.AddValues(site, before, Stretch);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                comments[reader.GetGuid(0)] = reader.GetFieldValue<Guid[]>(1);
        }
        if (comments.Count == 0)
            return false;
        await store.Advanced.ApplyEventDataMasking(
            masking =>
            {
                masking.ForTenant(site);
                foreach (var flag in comments.Values.SelectMany(f => f))
                    masking.IncludeStream(flag);
            },
            ct
        );
        foreach (var comment in comments.Keys)
        {
            var receipt = await appender.AppendAsync(new PurgeFlagNotes(site, comment, before, now), ct);
            if (receipt.Refusal is { } refusal)
                throw new InvalidOperationException(refusal.Detail);
        }
        return comments.Count == Stretch;
    }

    static async Task<List<(string Site, int Days)>> SitesAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Sites, connection);
        var sites = new List<(string, int)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            sites.Add((reader.GetString(0), reader.GetInt32(1)));
        return sites;
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
