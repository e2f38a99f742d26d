using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ThreadStore.Databases;

namespace ThreadStore.Deliveries;

/// <summary>What waits to be delivered.</summary>
/// <param name="OldestSince">When the oldest of it was queued.</param>
/// <param name="Failing">Recipients that fail, and of which sites.</param>
public sealed record Backlog(long Waiting, DateTimeOffset? OldestSince, IReadOnlyList<string> Failing)
{
    static readonly string Sql = $"""
        select w.waiting, w.oldest,
          (select coalesce(array_agg(r.name || ' of ' || r.site order by r.site, r.name), '{"{}"}')
           from {DeliveryTables.Recipients} r
           where r.failures >= {DeliveryPace.FailuresBeforeRest} and not {DatabaseTables.LivesElsewhere(
            "r.site"
        )})
        from (
          select count(*) as waiting, min(d.queued_at) as oldest from {DeliveryTables.Deliveries} d
          where not {DatabaseTables.LivesElsewhere("d.site")}) w
        """;

    public static async Task<Backlog> ReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(
            reader.GetInt64(0),
            reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1),
            reader.GetFieldValue<string[]>(2)
        );
    }

    public override string ToString() =>
        Waiting == 0
            ? "none waits"
            : $"{Waiting} wait, the oldest since {Kernel.Json.Format(OldestSince!.Value)}"
                + (Failing.Count == 0 ? "" : $"; failing: {string.Join(", ", Failing)}");
}

/// <summary>What waits to be delivered. A server whose recipients fail still serves: it is never reason to send readers away.</summary>
public sealed class DeliveryHealth(
    NpgsqlDataSource database,
    EventStore.Positions positions,
    TimeProvider clock
) : IHealthCheck
{
    /// <summary>Longer than retries take that need nobody's help.</summary>
    static readonly TimeSpan WorthATelling = TimeSpan.FromMinutes(15);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        if (positions.IsSilent)
            return HealthCheckResult.Degraded("The database does not answer.");
        try
        {
            var backlog = await Backlog.ReadAsync(database, cancellationToken);
            var age = backlog.OldestSince is { } since ? clock.GetUtcNow() - since : TimeSpan.Zero;
            var data = new Dictionary<string, object>
            {
                ["waiting"] = backlog.Waiting,
                ["oldestSeconds"] = Math.Max(0, (long)age.TotalSeconds),
                ["failing"] = backlog.Failing,
            };
            return age > WorthATelling
                ? HealthCheckResult.Degraded(backlog.ToString(), data: data)
                : HealthCheckResult.Healthy(backlog.ToString(), data);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return HealthCheckResult.Degraded("The database can't be read.");
        }
    }
}
