using System.Diagnostics;
using Npgsql;
using ThreadStore.Deliveries;
using ThreadStore.Mail;

namespace ThreadStore.Databases.Moves;

/// <summary>
/// Has those who hand events on where a site lived come to its last event, so that each is handed on once: what they have
/// made of it moves with the site, and the new database's pass by what happened elsewhere.
/// </summary>
static class OldWorkers
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Mail is sent where there is a server that does; how long it may be behind before it is not waited for.</summary>
    static readonly TimeSpan ForMail = TimeSpan.FromSeconds(1);

    public static async Task CatchUpAsync(MovePlace place, long position, CancellationToken ct)
    {
        var intake = place.Services.GetRequiredService<DeliveryIntake>();
        var clock = place.Services.GetRequiredService<TimeProvider>();
        await intake.BeginAsync(ct);
        while (
            await ReachedAsync(place.Database, $"{DeliveryTables.Progress} where name = 'history'", ct)
            < position
        )
            // null: a server is at it
            if ((await intake.TakeAsync(clock.GetUtcNow(), ct)).Position is null)
                await Task.Delay(Pause, ct);
        var began = Stopwatch.GetTimestamp();
        while (
            Stopwatch.GetElapsedTime(began) < ForMail
            && await ReachedAsync(
                place.Database,
                $"{MailTables.Progress} where name = 'mail' and taken_until > now()",
                ct
            ) < position
        )
            await Task.Delay(Pause, ct);
    }

    static async Task<long> ReachedAsync(NpgsqlDataSource database, string progress, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"select position from {progress}");
        return await command.ExecuteScalarAsync(ct) as long? ?? long.MaxValue;
    }
}
