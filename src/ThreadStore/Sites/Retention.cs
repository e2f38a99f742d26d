using System.Text.Json;
using Marten;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Databases;
using ThreadStore.Deliveries;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Rows;
using ThreadStore.Webhooks;

namespace ThreadStore.Sites;

/// <summary>
/// Obeys the settings <c>retention</c> and <c>retentionDays</c>: what is older is kept no longer. Notes and texts are taken
/// out of the events first, and then an event says so, from which the rows follow: a clock is looked at here and nowhere
/// where history is folded, and whoever is cut off in between begins again. Who gave notices is forgotten here, too.
/// </summary>
public sealed class Retention(
    SessionConnections sessions,
    IDocumentStore store,
    Appender appender,
    PurgedTexts texts,
    InactiveCommenters inactive,
    TimeProvider clock,
    ILogger<Retention> log
) : BackgroundService
{
    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    internal const long Lock = 0x7265_7465_6e74;

    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Comments whose notes are purged in one go.</summary>
    const int Stretch = 200;

    /// <summary>Texts and people are looked for among all of a site's, which notes and deliveries are not.</summary>
    static readonly TimeSpan LongInterval = TimeSpan.FromHours(1);

    static readonly string Sites = $"""
        select s.site, s.settings from {ReaderTables.Schema}.{ReaderTables.Sites} s
        where (s.settings::jsonb ->> 'retentionDays' is not null
          or jsonb_path_exists(s.settings::jsonb, '$.retention.* ? (@ != null)'))
          and not {DatabaseTables.LivesElsewhere("s.site")}
        """;

    static readonly string OldNotes = $"""
        select f.comment_id, array_agg(f.id) from {ReaderTables.Schema}.{ReaderTables.Flags} f
        where f.site = $1 and f.note is not null and f.flagged_at < $2 and not {PurgedTexts.IsUnderReview(
            "f.site",
            "f.comment_id"
        )}
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
        var thorough = clock.GetUtcNow();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var isThorough = clock.GetUtcNow() - thorough >= LongInterval;
                await PurgeAsync(stoppingToken, isThorough);
                if (isThorough)
                    thorough = clock.GetUtcNow();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // whatever it is, it is tried again
                log.LogWarning("What is older than a site keeps it could not be purged: {Reason}", e.Message);
            }
        }
    }

    /// <summary>Purges what is too old now, on one node at a time.</summary>
    /// <param name="isThorough">Also texts of comments, and people.</param>
    public async Task PurgeAsync(CancellationToken ct, bool isThorough = true)
    {
        var sites = new List<(string Site, SiteSettings Settings)>();
        await using (var connection = await sessions.Database.OpenConnectionAsync(ct))
        await using (var turn = await SessionLock.TryTakeAsync(connection, Lock, ct))
        {
            if (turn is null)
                return;
            if (isThorough)
                await NoticeContacts.ForgetAsync(connection, clock.GetUtcNow(), ct);
            sites = await SitesAsync(connection, ct);
            foreach (var (site, settings) in sites)
                await PurgeAsync(connection, site, settings, isThorough, ct);
        }
        // an erasure takes the same lock, on a connection of its own
        if (isThorough)
            foreach (var (site, settings) in sites)
                if (settings.Retention.InactiveCommenterDays is { } days)
                    await inactive.EraseAsync(site, Before(days), clock.GetUtcNow().ToMicroseconds(), ct);
    }

    DateTimeOffset Before(int days) => clock.GetUtcNow().ToMicroseconds() - TimeSpan.FromDays(days);

    async Task PurgeAsync(
        NpgsqlConnection connection,
        string site,
        SiteSettings settings,
        bool isThorough,
        CancellationToken ct
    )
    {
        var (kept, now) = (settings.Retention, clock.GetUtcNow().ToMicroseconds());
        if ((kept.DeliveriesDays ?? settings.RetentionDays) is { } deliveries)
            foreach (var sql in (string[])[OldDeliveries, OldMessages])
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.AddValues(site, Before(deliveries));
                await command.ExecuteNonQueryAsync(ct);
            }
        if ((kept.FlagNotesDays ?? settings.RetentionDays) is { } notes)
            while (await PurgeNotesAsync(connection, site, Before(notes), now, ct)) { }
        if (!isThorough)
            return;
        if (kept.RejectedDays is { } rejected)
            await texts.PurgeAsync(connection, site, CommentState.Rejected, Before(rejected), now, ct);
        if (kept.DeletedDays is { } deleted)
            await texts.PurgeAsync(connection, site, CommentState.Deleted, Before(deleted), now, ct);
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

    static async Task<List<(string Site, SiteSettings Settings)>> SitesAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Sites, connection);
        var sites = new List<(string, SiteSettings)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (JsonSerializer.Deserialize<SiteSettings>(reader.GetString(1), Json.Options) is { } settings)
                sites.Add((reader.GetString(0), settings));
        return sites;
    }
}
