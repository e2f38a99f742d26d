using System.Diagnostics.Metrics;
using Npgsql;
using ThreadStore.Telemetry;

namespace ThreadStore.Moderation.Learned;

/// <summary>Tells operators how adopted models do at work, as two gauges for each site.</summary>
public sealed class DriftWatch : BackgroundService
{
    /// <summary>The server is to come up first.</summary>
    static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks: it is about weeks.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    readonly NpgsqlDataSource database;
    readonly TimeProvider clock;
    readonly ILogger<DriftWatch> log;

    // of its own, so that it ends with this server
    readonly Meter meter = new(Meters.Name);
    IReadOnlyList<LearnedDrift> known = [];

    public DriftWatch(NpgsqlDataSource database, TimeProvider clock, ILogger<DriftWatch> log)
    {
        (this.database, this.clock, this.log) = (database, clock, log);
        meter.CreateObservableGauge("threadstore.learned.precision", () => Measure(d => d.Precision));
        meter.CreateObservableGauge("threadstore.learned.recall", () => Measure(d => d.Recall));
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    public async Task LookAsync(CancellationToken ct) =>
        known = await LearnedDrift.ReadAsync(database, clock.GetUtcNow(), ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await PauseAsync(Start, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                log.LogWarning("How learned models do is not known: {Reason}", e.GetBaseException().Message);
            }
            await PauseAsync(Interval, stoppingToken);
        }
    }

    async Task PauseAsync(TimeSpan time, CancellationToken stopping) =>
        await Task.Delay(time, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    IEnumerable<Measurement<double>> Measure(Func<LearnedDrift, double?> figure) =>
        known
            .Where(d => figure(d) is not null)
            .Select(d => new Measurement<double>(
                figure(d)!.Value,
                new KeyValuePair<string, object?>("site", d.Site)
            ));
}
