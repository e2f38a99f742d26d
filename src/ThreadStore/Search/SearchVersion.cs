using Npgsql;
using ThreadStore.EventStore;

namespace ThreadStore.Search;

/// <summary>By which version of <see cref="SearchRows"/> a store is indexed.</summary>
static class SearchVersion
{
    /// <summary>Sends the projection back to the beginning where the store was indexed by another version. Rows are
    /// replaced one after the other; until then, what they held is found.</summary>
    /// <param name="connection">Of whoever alone may index now.</param>
    /// <returns>Whether there is something to index anew.</returns>
    public static async Task<bool> RenewAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Marten inserts the row of who is at the beginning: one that says 0 would be in its way for good
        await using var renew = new NpgsqlCommand(
            $"""
            with told as (
              insert into {SearchTables.Version} as v (version)
              select {SearchRows.Version} where not exists (select from {SearchTables.Version} where version = {SearchRows.Version})
              returning 1
            ), forgotten as (
              delete from {SearchTables.Version} where version <> {SearchRows.Version}
            )
            {ProjectionProgress.ForgetSql(SearchRows.Name)} and exists (select from told)
            """,
            connection,
            transaction
        );
        var isBehind = await renew.ExecuteNonQueryAsync(ct) > 0;
        await transaction.CommitAsync(ct);
        return isBehind;
    }
}
