using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;

namespace ThreadStore.Search;

/// <summary>
/// How far search lags behind, and whether search and reports get on. A server where they lag still serves: it is never
/// reason to send readers away.
/// </summary>
public sealed class SearchHealth(NpgsqlDataSource database, Positions positions, TimeProvider clock)
    : IHealthCheck
{
    readonly LagWatch watch = new(clock);

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
            batch.BatchCommands.Add(new(ProjectionProgress.Sql(ReportRows.Name)));
            // last: what is written meanwhile makes it lag, never lead
            batch.BatchCommands.Add(new(Positions.NewestSql));
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            var position = await NextAsync(reader, cancellationToken);
            var reported = await NextAsync(reader, cancellationToken);
            var newest = await NextAsync(reader, cancellationToken);
            var lag = Math.Max(0, newest - position);
            var data = new Dictionary<string, object> { ["position"] = position, ["lag"] = lag };
            if ((Stuck("search", position, newest) ?? Stuck("reports", reported, newest)) is { } stuck)
                return HealthCheckResult.Degraded(stuck, data: data);
            return lag > WorthATelling
                ? HealthCheckResult.Degraded($"search is {lag} events behind", data: data)
                : HealthCheckResult.Healthy($"position {position}, {lag} events behind", data);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return HealthCheckResult.Degraded("The database can't be read.");
        }
    }

    string? Stuck(string what, long position, long newest) =>
        watch.StuckFor(what, position, newest - position) is { } time
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{what} has stood still for {time.TotalSeconds:0} s at position {position}, {newest - position} events behind: the log says why"
            )
            : null;

    static async Task<long> NextAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        await reader.ReadAsync(ct);
        var number = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        return number;
    }
}
