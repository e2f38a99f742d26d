using System.Text.Json;
using System.Threading.Channels;
using Npgsql;
using ThreadStore.Storage;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.ImportJobs;

/// <summary>Works on imports, one at a time on each node.</summary>
public sealed class ImportWorker(
    ImportQueue queue,
    NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<ImportWorker> log
) : BackgroundService
{
    /// <summary>Between two looks for what other nodes left; a third of their turn.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks for what nobody will come for.</summary>
    static readonly TimeSpan CleanInterval = TimeSpan.FromHours(1);

    /// <summary>Problems that wait to be stored.</summary>
    const int Waiting = 1_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // the server is to listen first
        await Task.Yield();
        var cleaned = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (clock.GetUtcNow() - cleaned > CleanInterval)
                {
                    await queue.CleanAsync(stoppingToken);
                    cleaned = clock.GetUtcNow();
                }
                while (await queue.TakeAsync(stoppingToken) is { } job)
                    await WorkAsync(job, stoppingToken);
                await queue.WaitAsync(Interval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                // the schema is not settled yet; whoever settles it is told what is missing
                await Task.Delay(Interval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                if (Outage.Is(e))
                    log.LogWarning("Imports wait for the database: {Reason}", e.GetBaseException().Message);
                else
                    log.LogError(e, "Imports stumbled");
                await Task.Delay(Interval, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task WorkAsync(ImportJob job, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var keeping = KeepAsync(job, ending);
        try
        {
            await RunAsync(job, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // cancelled, or the server stops: then another goes on with it
            if (stopping.IsCancellationRequested)
                await queue.LeaveAsync(job);
        }
        finally
        {
            await ending.CancelAsync();
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says that it is worked on, and finds out that it was cancelled.</summary>
    async Task KeepAsync(ImportJob job, CancellationTokenSource ending)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, ending.Token);
            try
            {
                if (!await queue.KeepAsync(job, ending.Token))
                    await ending.CancelAsync();
            }
            catch (Exception e) when (Outage.Is(e))
            {
                // the import itself finds out
            }
        }
    }

    async Task RunAsync(ImportJob job, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("threadstore-upload-");
        try
        {
            var path = Path.Combine(folder.FullName, "upload");
            await using (var file = File.Create(path))
                await queue.CopyFileAsync(job, file, ct);
            await queue.ForgetProblemsAsync(job, ct);
            await using var problems = new Problems(queue, job);
            var state = ImportState.Done;
            var report = ImportReport.Nothing;
            try
            {
                report = await ImportAsync(job, path, problems, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && !Outage.Is(e))
            {
                state = ImportState.Failed;
                if (e is not (StartupException or InvalidDataException))
                    log.LogError(e, "The import {Import} of {Site} failed", job.Id, job.Site);
                var reason = e is StartupException or InvalidDataException
                    ? e.Message
                    : "it failed on our side.";
                problems.Tell(new("upload", 0, null, "failed", reason));
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

    async Task<ImportReport> ImportAsync(ImportJob job, string path, Problems problems, CancellationToken ct)
    {
        var inputs = ImportInput.Of(path, "upload");
        if (inputs.Count == 0)
            throw new StartupException("The archive is empty.");
        var format = job.Format ?? Recognition.FormatOf(inputs);
        await queue.RecogniseAsync(job, format, ct);
        var report =
            format == ImportFeed.Format && !NeutralFormat.IsNeutral(inputs[0].Head())
                ? await ImportFeedAsync(job, inputs, problems, ct)
                : await new ForeignImport(
                    database,
                    new(
                        job.Site,
                        format,
                        await ImportSecret.OfAsync(database, job.Site, keep: !job.DryRun, ct),
                        job.DryRun,
                        job.Strict,
                        PageAddresses.Of(job.SiteUrl, null),
                        job.Article
                    ),
                    new(
                        problems.Tell,
                        (_, _, _) => { },
                        (created, connection) => ImportQueue.CreatedAsync(job, created, connection)
                    ),
                    clock
                ).RunAsync(inputs, ct);
        // what an earlier try stored is met again as there already
        return report with
        {
            Created = report.Created + job.Created,
            Already = report.Already - job.Created,
        };
    }

    async Task<ImportReport> ImportFeedAsync(
        ImportJob job,
        IReadOnlyList<ImportInput> inputs,
        Problems problems,
        CancellationToken ct
    )
    {
        await using var import = await ImportFeed.OpenAsync(database, job.Site, job.DryRun, ct);
        import.Alongside = (created, connection) => ImportQueue.CreatedAsync(job, created, connection);
        foreach (var input in inputs)
        {
            await using var file = input.Open();
            await import.RunAsync(
                file,
                p => problems.Tell(new(input.Name, p.Line, null, "refused", p.Reason)),
                (_, _) => { },
                ct
            );
        }
        var (created, already, rejected) = import.Tallies;
        return problems.Report.Plus(created, already, rejected);
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
            if (!told.Writer.TryWrite(problem))
                told.Writer.WriteAsync(problem).AsTask().GetAwaiter().GetResult();
        }

        async Task StoreAsync(ImportQueue queue, ImportJob job)
        {
            var (lines, count) = (new List<string>(), 0L);
            while (await told.Reader.WaitToReadAsync())
            {
                lines.Clear();
                while (lines.Count < Waiting && told.Reader.TryRead(out var problem))
                    lines.Add(JsonSerializer.Serialize(problem, Json.Options));
                await queue.TellAsync(job, count, lines, CancellationToken.None);
                count += lines.Count;
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
