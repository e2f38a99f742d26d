using System.Diagnostics;
using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>
/// Whether a connection that listens hears: a pooler that gives each transaction a server connection of its own says yes
/// to LISTEN and to session locks, and means somebody else's connection by the time it matters.
/// </summary>
static class SessionProof
{
    public const string Mend =
        "Notifications do not arrive, so this server would not hear what others write: a pooler in between gives each transaction a connection of its own. Set pool_mode = session for this database in PgBouncer, or name PostgreSQL itself in ConnectionStrings__ThreadStoreSession (of several databases, in ThreadStore__DatabaseSessions__NAME, or by databases add --session).";

    public const string MendSession =
        "What ConnectionStrings__ThreadStoreSession leads to is taken apart by a pooler, too: name PostgreSQL itself there.";

    /// <summary>Sends a word by another connection, and waits for it on this one, which must listen already.</summary>
    public static async Task<bool> ArrivesAsync(
        NpgsqlConnection listening,
        Func<ValueTask<NpgsqlConnection>> openAsync,
        TimeSpan patience,
        CancellationToken ct
    )
    {
        var word = $"proof {Guid.NewGuid():N}";
        var isHere = false;
        void Hear(object sender, NpgsqlNotificationEventArgs e) => isHere |= e.Payload == word;
        listening.Notification += Hear;
        try
        {
            await using (var other = await openAsync())
            await using (
                var tell = new NpgsqlCommand($"select pg_notify('{Positions.Channel}', $1)", other)
                {
                    Parameters = { new() { Value = word } },
                }
            )
                await tell.ExecuteNonQueryAsync(ct);
            // without a statement of its own, which the pooler would give some server connection, and with it what it says
            var started = Stopwatch.GetTimestamp();
            // Npgsql counts whole milliseconds, and takes none of them for no end
            while (
                !isHere && patience - Stopwatch.GetElapsedTime(started) is { TotalMilliseconds: >= 1 } left
            )
                await listening.WaitAsync(left, ct);
            return isHere;
        }
        finally
        {
            listening.Notification -= Hear;
        }
    }
}

/// <summary>The connection that listens does not hear.</summary>
sealed class DeafException() : Exception(SessionProof.Mend);
