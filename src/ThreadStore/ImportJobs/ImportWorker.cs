using System.Text.Json;
using System.Threading.Channels;
using ThreadStore.Jobs;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Transfer;

namespace ThreadStore.ImportJobs;

/// <summary>Works on imports, one at a time on each node.</summary>
public sealed class ImportWorker(
    ImportQueue queue,
    SessionConnections sessions,
    ErasureHash hash,
    TimeProvider clock,
    ILogger<ImportWorker> log
) : JobWorker<ImportJob>(queue, clock, log, "Imports")
{
    /// <summary>Between two looks for what nobody will come for.</summary>
    static readonly TimeSpan CleanInterval = TimeSpan.FromHours(1);

    /// <summary>Problems that wait to be stored.</summary>
    const int Waiting = 1_000;

    readonly ImportQueue queue = queue;
    readonly TimeProvider clock = clock;
    readonly ILogger<ImportWorker> log = log;
    DateTimeOffset cleaned = DateTimeOffset.MinValue;

    protected override async Task CleanAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() - cleaned <= CleanInterval)
            return;
        await queue.CleanAsync(ct);
        cleaned = clock.GetUtcNow();
    }

    protected override async Task WorkAsync(ImportJob job, CancellationTokenSource ending)
    {
        var ct = ending.Token;
        var folder = Directory.CreateTempSubdirectory("threadstore-upload-");
        try
        {
            var path = Path.Combine(folder.FullName, ImportInput.Unnamed);
            await using (var file = File.Create(path))
                await queue.CopyFileAsync(job, file, ct);
            await queue.ForgetProblemsAsync(job, ct);
            await using var problems = new Problems(queue, job);
            var state = ImportState.Done;
            var report = ImportReport.Nothing;
            try
            {
                report = await ImportAsync(job, path, problems, ending);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !Outage.Is(e))
            {
                state = ImportState.Failed;
                var reason = e is StartupException ? e.Message : ImportInput.Torn(e)?.Message;
                if (reason is null)
                    log.LogError(e, "The import {Import} of {Site} failed", job.Id, job.Site);
                problems.Tell(
                    new(ImportInput.Unnamed, 0, null, "failed", reason ?? "it failed on our side.")
                );
                report = problems.Report.Plus(job.Created, new(), new());
            }
            await problems.FlushAsync();
            await queue.EndAsync(job, state, report, ct);
            log.LogInformation(
                "The import {Import} into {Site} is {State}: {Created} created",
                job.Id,
                job.Site,
                state.Word(),
                report.Created
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    async Task<ImportReport> ImportAsync(
        ImportJob job,
        string path,
        Problems problems,
        CancellationTokenSource ending
    )
    {
        var ct = ending.Token;
        var inputs = ImportInput.Of(path, ImportInput.Unnamed);
        if (inputs.Count == 0)
            throw new StartupException("The archive is empty.");
        var format = job.Format ?? Recognition.FormatOf(inputs);
        await queue.RecogniseAsync(job, format, ct);
        var report = await new ImportRun(
            sessions.Database,
            new(
                job.Site,
                format,
                Secret: null,
                job.DryRun,
                job.Strict,
                PageAddresses.Of(job.SiteUrl, null),
                job.Article
            ),
            new(
                problems.Tell,
                (_, _, _) => { },
                async (created, connection) =>
                {
                    if (await ImportQueue.CreatedAsync(job, created, connection))
                        return;
                    // whoever goes on with it must find what was stored, and only that, in its report
                    await ending.CancelAsync();
                    throw new OperationCanceledException("Another has it now.", ending.Token);
                }
            ),
            hash,
            clock
        ).RunAsync(inputs, ending.Token);
        // what an earlier try stored is met again as there already
        return report with
        {
            Created = report.Created + job.Created,
            Already = report.Already - job.Created,
        };
    }

    /// <summary>Stores problems as they are told, some hundred at a time.</summary>
    sealed class Problems : IAsyncDisposable
    {
        readonly Channel<ImportProblem> told = Channel.CreateBounded<ImportProblem>(Waiting);
        readonly Task storing;

        public Problems(ImportQueue queue, ImportJob job) => storing = StoreAsync(queue, job);

        public ImportReport Report { get; private set; } = ImportReport.Nothing;

        public void Tell(ImportProblem problem)
        {
            lock (told)
                Report = Report.Warn(problem.Kind);
            // whoever reads waits for those who store: memory does not grow with what is wrong
            if (told.Writer.TryWrite(problem))
                return;
            try
            {
                told.Writer.WriteAsync(problem).AsTask().GetAwaiter().GetResult();
            }
            catch (ChannelClosedException)
            {
                // they can't be stored; whoever waits for the last of them learns why
            }
        }

        async Task StoreAsync(ImportQueue queue, ImportJob job)
        {
            var (lines, count) = (new List<string>(), 0L);
            try
            {
                while (await told.Reader.WaitToReadAsync())
                {
                    lines.Clear();
                    while (lines.Count < Waiting && told.Reader.TryRead(out var problem))
                        lines.Add(JsonSerializer.Serialize(problem, Json.Options));
                    await queue.TellAsync(job, count, lines, CancellationToken.None);
                    count += lines.Count;
                }
            }
            finally
            {
                // or those who tell more would wait for ever
                told.Writer.TryComplete();
            }
        }

        public Task FlushAsync()
        {
            told.Writer.TryComplete();
            return storing;
        }

        public async ValueTask DisposeAsync() =>
            await FlushAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
