using Npgsql;
using ThreadStore.EventStore;

namespace ThreadStore.History.Reports;

/// <summary>By which version of <see cref="ReportRows"/> what reports are counted from was filled.</summary>
static class ReportVersion
{
    /// <summary>
    /// Empties the tables and sends the projection back to the beginning where another version filled them: rows that lack
    /// what this one counts would be wrong in silence. Until it has come to the end again, answers say by their position
    /// how far it is.
    /// </summary>
    /// <param name="connection">Of whoever alone may index now.</param>
    /// <returns>Whether there is something to count anew.</returns>
    public static async Task<bool> RenewAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var told = new NpgsqlCommand(
            $"""
            insert into {ReportTables.Version} as v (version)
            select {ReportRows.Version} where not exists (select from {ReportTables.Version} where version = {ReportRows.Version})
            """,
            connection,
            transaction
        );
        if (await told.ExecuteNonQueryAsync(ct) == 0)
            return false;
        // Marten inserts the row of who is at the beginning: one that says 0 would be in its way for good
        await using var renew = new NpgsqlCommand(
            $"""
            delete from {ReportTables.Version} where version <> {ReportRows.Version};
            delete from {ReportTables.Comments};
            delete from {ReportTables.Facts};
            {ProjectionProgress.ForgetSql(ReportRows.Name)}
            """,
            connection,
            transaction
        )
        {
            CommandTimeout = 0,
        };
        var isBehind = await renew.ExecuteNonQueryAsync(ct) > 0;
        await transaction.CommitAsync(ct);
        return isBehind;
    }
}
