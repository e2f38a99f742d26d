using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>
/// W1: readers post comments, on 64 connections and on one, beside pgbench and a plain CRUD service. Exit code 0 says
/// that it was measured, not that the goals were met.
/// </summary>
static class W1
{
    const string PgBenchName = "pgbench";
    const string CrudName = "crud";
    const string ThreadStoreName = "threadstore";

    /// <summary>ThreadStore, with commenters whose tokens an OpenID Connect issuer signed as RS256.</summary>
    const string IssuerName = "threadstore-rs256";

    /// <summary>For what a side does beside its requests; all that threadstore needs, for its Appender uses one.</summary>
    const int SpareConnections = 10;

    static int ConnectionsFor(string side, int clients) =>
        SpareConnections
        + side switch
        {
            PgBenchName => clients,
            CrudName => CrudService.PoolSize,
            _ => 0,
        };

    public static Command Command()
    {
        var sides = new Option<string[]>("--sides")
        {
            Description = "Whom to measure",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [PgBenchName, CrudName, ThreadStoreName],
        };
        sides.AcceptOnlyFromAmong(PgBenchName, CrudName, ThreadStoreName, IssuerName);
        var command = new Command("w1", "Post comments, beside pgbench and a plain CRUD service") { sides };
        var options = RunOptions.AddTo(command);
        command.SetAction(
            (parsed, ct) => RunAsync(options(parsed), [.. parsed.GetRequiredValue(sides).Distinct()], ct)
        );
        return command;
    }

    static async Task RunAsync(RunOptions options, IReadOnlyList<string> chosen, CancellationToken ct)
    {
        var loadAverage = Machine.LoadAverage;
        // looked for first: it would be a pity to miss it after a minute
        var pgBench = chosen.Contains(PgBenchName) ? await PgBench.FindAsync(ct) : null;
        await using var cluster = await options.OpenAsync(
            chosen.Sum(side => ConnectionsFor(side, options.Connections)),
            ct
        );
        await using var servers = new Servers();
        var sides = new List<Side>();
        foreach (var name in chosen)
        {
            Log($"Preparing {name}.");
            sides.Add(
                pgBench is not null && name == PgBenchName
                    ? await StartPgBenchAsync(pgBench, cluster, ct)
                    : await servers.StartAsync(name, options.Server, cluster, ct)
            );
        }

        async Task SettleAsync(CancellationToken token)
        {
            await servers.CatchUpAsync(token);
            await cluster.CheckpointAsync(token);
        }
        var w1 = await options.RunAsync(sides, SettleAsync, ct);
        Log("W1c: 1 connection.");
        var servedSides = sides.Where(s => s.Name != PgBenchName).ToList();
        var one = options.Many with { Connections = 1 };
        var w1C = await Rounds.RunAsync(servedSides, options.Rounds, one, SettleAsync, Log, ct);
        await servers.CatchUpAsync(ct);
        await servers.VerifyAsync(ct);

        Report.Write(
            Console.Out,
            "W1: post a comment",
            [
                .. options.Circumstances(cluster, loadAverage),
                $"{PostingSide.ArticleCount} articles, "
                    + $"{PostingSide.CommenterCount:N0} commenters; every 201 found again in the counters",
                .. servers.PutOff,
            ]
        );
        Report.WriteRounds(Console.Out, w1);
        Report.WriteRounds(Console.Out, w1C);
        Report.WriteRatios(
            Console.Out,
            [
                new("W1", w1, ThreadStoreName, PgBenchName, "requests/s", f => f.PerSecond, AtLeast: 0.6),
                new("W1b", w1, ThreadStoreName, CrudName, "requests/s", f => f.PerSecond, AtLeast: 1.8),
                new("W1c", w1C, ThreadStoreName, CrudName, "p50", f => f.P50, AtMost: 1.25),
                new("RS256", w1, IssuerName, ThreadStoreName, "requests/s", f => f.PerSecond, AtLeast: 0.95),
            ]
        );
    }

    static async Task<Side> StartPgBenchAsync(string program, Cluster cluster, CancellationToken ct)
    {
        var database = await cluster.CreateDatabaseAsync(PgBenchName, ct);
        await PgBench.PrepareAsync(database, ct);
        return new(
            PgBenchName,
            async (measure, token) =>
            {
                Task<double> PerSecondAsync(TimeSpan time) =>
                    PgBench.RunAsync(program, database, measure.Connections, time, token);
                var before = CpuTimes.OfFamily(cluster.Postmaster);
                var perSecond = await PerSecondAsync(measure.Time);
                var used = CpuTimes.OfFamily(cluster.Postmaster) - before;
                var requests = perSecond * measure.Time.TotalSeconds;
                return new(perSecond, requests, null, null, null, new(null, null, used));
            }
        );
    }

    /// <summary>The servers under test, stopped together.</summary>
    sealed class Servers : IAsyncDisposable
    {
        readonly List<PostingSide> started = [];
        OpenIdIssuer? issuer;

        public async Task<Side> StartAsync(string name, string program, Cluster cluster, CancellationToken ct)
        {
            if (name == IssuerName)
                issuer ??= await OpenIdIssuer.StartAsync(ct);
            var side =
                name == CrudName
                    ? await PostingSide.StartCrudAsync(name, cluster, ct)
                    : await PostingSide.StartThreadStoreAsync(
                        name,
                        program,
                        cluster,
                        ct,
                        name == IssuerName ? issuer : null
                    );
            started.Add(side);
            return new(name, side.MeasureAsync);
        }

        public async Task CatchUpAsync(CancellationToken ct)
        {
            foreach (var side in started)
            {
                if (side.PutOff is { } putOff)
                    await putOff.CatchUpAsync(ct);
            }
        }

        public IEnumerable<string> PutOff => started.Select(s => s.PutOff?.ToString()).OfType<string>();

        public async Task VerifyAsync(CancellationToken ct)
        {
            foreach (var side in started)
                await side.VerifyAsync(ct);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var side in started)
                await side.DisposeAsync();
            await (issuer?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    static void Log(string line) => RunOptions.Log(line);
}
