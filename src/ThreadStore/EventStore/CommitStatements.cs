using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.EventStore;

/// <summary>Waits for the append lock, which the end of the transaction gives back.</summary>
static class TakeLock
{
    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    public const long Key = 0x7468_7265_6164;

    public static readonly string Sql = $"select pg_advisory_xact_lock({Key})";
}

/// <summary>
/// Under the append lock, ends the transaction by an error unless nobody has written since a position, and nobody has
/// posted of late what is about to be posted. To come before anything takes a position, so that none is lost.
/// </summary>
sealed record StillTrue(long Newest, long[] Texts, DateTimeOffset Now)
{
    /// <summary>No number: what it is read as one for shows in PostgreSQL's log, and says that it is no fault.</summary>
    const string Denial = "threadstore: another node wrote, or a text comes again; it is decided once more";

    // not a constant, which the planner would try to read as a number at once
    static readonly string Sql =
        $"select case when n.newest <> $1 or exists ({RowStore.Live.AnyRecentText}$2) and r.posted_at > $3) "
        + $"then ('{Denial} ' || n.newest)::int end from ({Positions.NewestSql}) as n(newest)";

    public void AddTo(NpgsqlBatch batch) =>
        batch.Add(Sql, Newest, RowStore.Repeated(Texts, Now), Now - RowStore.RepetitionWindow);

    /// <summary>The transaction ended for no other reason.</summary>
    public static bool IsDenied(PostgresException e) =>
        e.SqlState == PostgresErrorCodes.InvalidTextRepresentation
        && e.MessageText.Contains(Denial, StringComparison.Ordinal);
}

/// <summary>
/// Leaves out the positions that were told to somebody before the history went back (a failover or a restored backup that
/// lost its tail), so that none is given to two events. Only under the append lock, before anything takes a position.
/// </summary>
static class SkipPositions
{
    /// <summary>Beyond the highest that this node knows: others may have told of later ones.</summary>
    const int Margin = 1_000;

    const string Sequence = $"{ReaderTables.Schema}.mt_events_sequence";

    // by taking them, which needs no right that appending does not need
    const string Sql = $"""
        select count(nextval('{Sequence}'))
        from generate_series(1, $1 - (select last_value from {Sequence}))
        """;

    /// <param name="highest">The highest that this node ever knew.</param>
    public static async Task RunAsync(NpgsqlConnection connection, long highest)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters = { new() { Value = highest + Margin } },
        };
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Tells all nodes, at commit, the last position that this transaction appended.</summary>
static class NotifyPosition
{
    const string Sql =
        $"select pg_notify('{Positions.Channel}', currval('{ReaderTables.Schema}.mt_events_sequence')::text || $1)";

    /// <param name="changed">Whose discussions changed; null: nobody knows, so any.</param>
    public static void AddTo(NpgsqlBatch batch, IReadOnlyCollection<Guid>? changed) =>
        batch.Add(Sql, Heard.Suffix(changed));
}

/// <summary>What this node knows of a transaction's end.</summary>
sealed class Commit
{
    /// <summary>From here on only the database knows what became of the transaction.</summary>
    public bool MayBeSent { get; private set; }

    public void IsSent() => MayBeSent = true;

    /// <summary>PostgreSQL refused a statement, and with it all of the transaction.</summary>
    public static bool IsRefused(Exception? e) =>
        e is not null && (e is PostgresException || IsRefused(e.InnerException));

    /// <summary>The database said that the transaction came to nothing.</summary>
    public void IsUndone() => MayBeSent = false;
}
