namespace ThreadStore.EventStore;

/// <summary>Waits for the append lock, which the end of the transaction gives back.</summary>
static class AppendLock
{
    /// <summary>The advisory lock that all nodes share; any number that nobody else in the database uses.</summary>
    public const long Key = 0x7468_7265_6164;

    public static readonly string Sql = $"select pg_advisory_xact_lock({Key})";
}
