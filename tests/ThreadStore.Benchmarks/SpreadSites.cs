using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Posts on two sites that live in two databases, beside the same in one: two writers at once must not be slower than one.
/// Both are on one machine and one PostgreSQL, so there is nothing to gain but what one writer leaves of the cores.
/// </summary>
static class SpreadSites
{
    const string OneName = "two sites in one database";
    const string TwoName = "two sites in two databases";
    const int Articles = 50;
    const int Commenters = 1_000;

    static readonly string[] Sites = [CommentRequests.Site, $"{CommentRequests.Site}-2"];

    public static Command Command()
    {
        var command = new Command("spread", "Post on sites in two databases, beside the same in one");
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), ct));
        return command;
    }

    static async Task RunAsync(RunOptions options, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        await using var one = await StartAsync(OneName, options, cluster, isSpread: false, ct);
        await using var two = await StartAsync(TwoName, options, cluster, isSpread: true, ct);
        var rounds = await options.RunAsync([one.Side, two.Side], cluster, ct);
        await one.VerifyAsync(ct);
        await two.VerifyAsync(ct);
        Report.Write(
            Console.Out,
            "Posts on sites in two databases, beside one",
            [
                .. options.Circumstances(cluster, load),
                $"two sites of {Articles} articles, {Commenters:N0} commenters; both databases on one PostgreSQL; "
                    + "no node indexes; every 201 found again in the counters",
                $"resident memory with its sites made, {Report.Text(one.AtStart, 0)} MB with one database and "
                    + $"{Report.Text(two.AtStart, 0)} with two; after it {Report.Text(one.Megabytes, 0)} and {Report.Text(two.Megabytes, 0)}",
            ]
        );
        Report.WriteRounds(Console.Out, rounds);
        Report.WriteRatios(
            Console.Out,
            [new("spread", rounds, TwoName, OneName, "requests/s", f => f.PerSecond, AtLeast: 1)]
        );
    }

    static async Task<Posting> StartAsync(
        string name,
        RunOptions options,
        Cluster cluster,
        bool isSpread,
        CancellationToken ct
    )
    {
        const string second = "b";
        var further = isSpread
            ? new Dictionary<string, string> { [second] = await cluster.CreateDatabaseAsync("spread2", ct) }
            : null;
        var store = await ThreadStoreServer.StartAsync(
            name,
            options.Server,
            await cluster.CreateDatabaseAsync(isSpread ? "spread1" : "together", ct),
            indexes: false,
            ct,
            further: further
        );
        var articles = Enumerable.Range(1, Articles).Select(CommentRequests.ArticleKey).ToList();
        string?[] homes = isSpread ? [ThreadStoreServer.First, second] : [null, null];
        foreach (var (site, home) in Sites.Zip(homes))
            await store.PrepareAsync(articles, ct, site, home);
        return new(name, store, articles, cluster.Postmaster);
    }

    sealed class Posting(string name, ThreadStoreServer store, List<string> articles, int? postmaster)
        : IAsyncDisposable
    {
        readonly CommentRequests[] requests =
        [
            .. Sites.Select(site => CommentRequests.To(store, articles, Commenters, site)),
        ];
        long posted;

        /// <summary>Of memory.</summary>
        public double AtStart { get; } = store.Process.Megabytes;

        public double Megabytes => store.Process.Megabytes;

        public Side Side => new(name, MeasureAsync);

        async Task<Figures> MeasureAsync(Measure measure, CancellationToken ct)
        {
            var result = await RequestSide.LoadAsync(
                name,
                store.Process,
                postmaster,
                measure,
                (buffer, random) => requests[random.Next(requests.Length)].Write(buffer, random),
                201,
                ct
            );
            posted += result.Answered;
            return result.Figures;
        }

        /// <exception cref="BenchmarkException">Something was answered 201 and is not counted.</exception>
        public async Task VerifyAsync(CancellationToken ct)
        {
            using var http = new HttpClient { BaseAddress = store.Process.Address };
            var counted = 0L;
            foreach (var site in Sites)
                counted += (
                    await http.GetFromJsonAsync<JsonElement>(
                        $"/v1/sites/{site}/counts?{string.Join('&', articles.Select(a => $"article={a}"))}",
                        ct
                    )
                )
                    .EnumerateObject()
                    .Sum(c => c.Value.GetInt64());
            if (counted != posted)
                throw new BenchmarkException(
                    $"{name}: {posted} comments were answered 201 and the articles' counters add up to {counted}."
                );
        }

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
