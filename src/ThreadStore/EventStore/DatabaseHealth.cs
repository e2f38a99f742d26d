using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ThreadStore.EventStore;

/// <summary>Ready: the database answers, and its schema is there.</summary>
public sealed class DatabaseHealth(NpgsqlDataSource database, Positions positions) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        if (positions.IsSilent)
            return HealthCheckResult.Unhealthy("The database does not answer.");
        if (positions.Trouble is { } trouble)
            return HealthCheckResult.Unhealthy(trouble);
        try
        {
            await using var command = database.CreateCommand(Positions.NewestSql);
            var newest = (long)(await command.ExecuteScalarAsync(cancellationToken) ?? 0L);
            positions.Observe(newest);
            return HealthCheckResult.Healthy($"position {newest}");
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return HealthCheckResult.Unhealthy("The database can't be read.");
        }
    }
}
