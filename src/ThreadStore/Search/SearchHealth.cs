using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ThreadStore.Storage;

namespace ThreadStore.Search;

/// <summary>How far search lags behind. A server whose search lags still serves: it is never reason to send readers away.</summary>
public sealed class SearchHealth(NpgsqlDataSource database, Positions positions) : IHealthCheck
{
    /// <summary>Events; more than come while writers are let go first (WritingPace), and minutes of indexing on a small
    /// machine.</summary>
    const long WorthATelling = 250_000;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        if (positions.IsSilent)
            return HealthCheckResult.Degraded("The database does not answer.");
        try
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(new(ProjectionProgress.Sql(SearchRows.Name)));
            batch.BatchCommands.Add(new(Positions.NewestSql));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var position = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var lag = Math.Max(0, reader.GetInt64(0) - position);
            var data = new Dictionary<string, object> { ["position"] = position, ["lag"] = lag };
            return lag > WorthATelling
                ? HealthCheckResult.Degraded($"search is {lag} events behind", data: data)
                : HealthCheckResult.Healthy($"position {position}, {lag} events behind", data);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return HealthCheckResult.Degraded("The database can't be read.");
        }
    }
}
