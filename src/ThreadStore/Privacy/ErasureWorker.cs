using ThreadStore.Kernel;

namespace ThreadStore.Privacy;

/// <summary>
/// Erases those who wrote much, one after the other. Every node looks; whoever takes one holds its row until it is done, so
/// that another takes it over as soon as that node's connection is gone.
/// </summary>
public sealed class ErasureWorker(Erasures erasures, TimeProvider clock, ILogger<ErasureWorker> log)
    : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim bell = new(0);

    /// <summary>There is something to do.</summary>
    public void Ring() => bell.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await erasures.DoNextAsync(clock.GetUtcNow().ToMicroseconds(), stoppingToken))
                    log.LogInformation("Somebody who wrote much was erased");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // whatever it is, nothing of it was done, and it is tried again
                log.LogWarning("An erasure could not be done yet: {Reason}", e.Message);
            }
            await ((Task)bell.WaitAsync(Interval, stoppingToken)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing
            );
        }
    }

    public override void Dispose()
    {
        bell.Dispose();
        base.Dispose();
    }
}
