using Npgsql;
using ThreadStore.Deliveries;
using ThreadStore.Inbox;
using ThreadStore.Mail;

namespace ThreadStore.Databases.Moves;

/// <summary>
/// Has those who hand events on where a site lived come to its last event, so that each is handed on once: what they have
/// made of it moves with the site, and the new database's pass by what happened elsewhere.
/// </summary>
static class OldWorkers
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads on up to a position, beside servers that do the same, and where none runs.</summary>
    public static async Task CatchUpAsync(MovePlace place, long position, CancellationToken ct)
    {
        var deliveries = place.Services.GetRequiredService<DeliveryIntake>();
        var clock = place.Services.GetRequiredService<TimeProvider>();
        await deliveries.BeginAsync(ct);
        await ReadOnAsync(
            async () => (await deliveries.TakeAsync(clock.GetUtcNow(), ct)).Position,
            position,
            ct
        );
        if (!await IsMailSentAsync(place.Database, ct))
            return;
        // what people were told, and of that what they want mail about
        var inboxes = place.Services.GetRequiredService<InboxReader>();
        var mail = place.Services.GetRequiredService<MailIntake>();
        await inboxes.BeginAsync(ct);
        await ReadOnAsync(async () => (await inboxes.ReadOnAsync(ct))?.Position, position, ct);
        await ReadOnAsync(async () => (await mail.ReadOnAsync(null, ct))?.Position, position, ct);
    }

    /// <param name="readOn">A stretch; gives how far it is, null where a server is at it.</param>
    static async Task ReadOnAsync(Func<Task<long?>> readOn, long position, CancellationToken ct)
    {
        while (await readOn() is var reached && (reached is null || reached < position))
            if (reached is null)
                await Task.Delay(Pause, ct);
    }

    /// <summary>Whether there ever was a server that does.</summary>
    static async Task<bool> IsMailSentAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select exists (select 1 from {MailTables.Progress} where name = 'mail')"
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
