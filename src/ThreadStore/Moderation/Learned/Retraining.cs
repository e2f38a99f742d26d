using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// Obeys the setting <c>learned.retrainDays</c>: asks for a new model, as somebody over HTTP would, when the newest is that
/// old and moderators have decided enough since. Whether the site screens by it is a person's to say.
/// </summary>
public sealed class Retraining(
    NpgsqlDataSource database,
    LearningQueue queue,
    TimeProvider clock,
    ILogger<Retraining> log
) : BackgroundService
{
    /// <summary>Texts that moderators decided on since the newest model: of fewer it would hardly be another.</summary>
    public const int MinNewDecisions = 50;

    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    const long Lock = 0x7265_7472_6169;

    /// <summary>Between two looks: it is about days.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    /// <summary>Sites whose newest model is old enough, none of which is in the making; one that failed is tried again
    /// after a day. With how far the history went that the newest was judged by.</summary>
    static readonly string Due = $"""
        select s.site, coalesce((select max((m.report->>'judgedTo')::bigint) from {LearnedTables.Models} m where m.site = s.site), 0)
        from (
          select site, (settings::jsonb->'learned'->>'retrainDays')::integer * interval '24 hours' as age
          from {ReaderTables.Schema}.{ReaderTables.Sites}) s
        where s.age is not null and not {DatabaseTables.LivesElsewhere("s.site")}
          and not exists (select 1 from {LearnedTables.Models} m where m.site = s.site and m.trained_at > $1 - s.age)
          and not exists (
            select 1 from {LearnedTables.Jobs} j where j.site = s.site and (
              j.state = 'running'
              or j.started_at > $1 - case j.state when 'failed' then interval '24 hours' else s.age end))
        order by s.site
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await AskAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // whatever it is, it is tried again
                log.LogWarning("Learning anew waits: {Reason}", e.GetBaseException().Message);
            }
        }
    }

    /// <summary>Asks for the models that are due now, on one node at a time.</summary>
    /// <returns>For how many.</returns>
    public async Task<int> AskAsync(CancellationToken ct)
    {
        var asked = 0;
        await using var connection = await database.OpenConnectionAsync(ct);
        // until the jobs are there for the next node to see
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var locked = new NpgsqlCommand($"select pg_try_advisory_xact_lock({Lock})", connection))
            if (await locked.ExecuteScalarAsync(ct) is not true)
                return asked;
        foreach (var (site, judgedTo) in await DueAsync(connection, ct))
        {
            var now = clock.GetUtcNow();
            var news = await LearningRun.CountDecisionsAsync(database, site, null, ct, after: judgedTo);
            if (news < MinNewDecisions)
                continue;
            if (await LearningRun.CountDecisionsAsync(database, site, null, ct) < LearningRun.MinDecisions)
                continue;
            await queue.AddAsync(LearningJob.New(site, Guid.CreateVersion7(now), now.ToMicroseconds()), ct);
            log.LogInformation("Learns anew of {Site}, on which {Decisions} decisions came", site, news);
            asked++;
        }
        await transaction.CommitAsync(ct);
        return asked;
    }

    async Task<List<(string Site, long JudgedTo)>> DueAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Due, connection);
        command.Parameters.AddValues(clock.GetUtcNow());
        var due = new List<(string, long)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            due.Add((reader.GetString(0), reader.GetInt64(1)));
        return due;
    }
}
