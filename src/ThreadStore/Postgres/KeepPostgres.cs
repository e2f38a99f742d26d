namespace ThreadStore.Postgres;

/// <summary>
/// Starts the server's own PostgreSQL again where it has ended by itself: killed, or since its disk was full. It goes on
/// trying until that works.
/// </summary>
public sealed class KeepPostgres(EmbeddedPostgres postgres, TimeProvider clock, ILogger<KeepPostgres> log)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How often a person is told that it does not work yet.</summary>
    static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        long? told = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await postgres.ReviveAsync(stoppingToken))
                    log.LogWarning("PostgreSQL had ended, and was started again.");
                told = null;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (told is { } last && clock.GetElapsedTime(last) < Reminder)
                    continue;
                told = clock.GetTimestamp();
                log.LogError("PostgreSQL has ended, and can't be started yet: {Reason}", e.Message);
            }
        }
    }
}
