using Npgsql;

namespace ThreadStore.Notices;

/// <summary>Takes away the names and addresses of those who gave notices, when nobody can complain any more.</summary>
public sealed class ForgetNotifiers(
    NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<ForgetNotifiers> log
) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await ForgetAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // whatever it is, it is tried again
                log.LogWarning("Who gave notices could not be forgotten yet: {Reason}", e.Message);
            }
    }

    /// <returns>Of how many.</returns>
    public async Task<int> ForgetAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(NoticeContacts.Forget);
        command.Parameters.Add(new() { Value = clock.GetUtcNow() - NoticeContacts.Kept });
        await using var connection = await database.OpenConnectionAsync(ct);
        command.Connection = connection;
        return await command.ExecuteNonQueryAsync(ct);
    }
}
