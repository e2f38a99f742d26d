using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Appending;

/// <summary>
/// Under the append lock, ends the transaction by an error unless nobody has written since a position, and nobody has
/// posted of late what is about to be posted. To come before anything takes a position, so that none is lost.
/// </summary>
sealed record OptimisticCheck(long Newest, long[] Texts, DateTimeOffset Now)
{
    /// <summary>Cast to a number, it fails on purpose, and becomes the error's text, in PostgreSQL's log too.</summary>
    const string Denial = "threadstore: another node wrote, or a text comes again; it is decided once more";

    // not a constant, which the planner would try to read as a number at once
    static readonly string Sql =
        $"select case when n.newest <> $1 or exists ({RowStore.Live.AnyRecentText}$2) and r.posted_at > $3) "
        + $"then ('{Denial} ' || n.newest)::int end from ({Positions.NewestSql}) as n(newest)";

    public void AddTo(NpgsqlBatch batch) =>
        batch.Add(Sql, Newest, RowStore.DuplicatesOf(Texts, Now), Now - RowStore.DuplicateWindow);

    /// <summary>The transaction ended for no other reason.</summary>
    public static bool IsDenied(PostgresException e) =>
        e.SqlState == PostgresErrorCodes.InvalidTextRepresentation
        && e.MessageText.Contains(Denial, StringComparison.Ordinal);
}
