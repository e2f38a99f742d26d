using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Every report over a year, and a discount of 200 people, on stores of two sizes: how long they take when nobody has
/// asked before, how long to who asks again while people write, and how soon a report is filled with a history that it
/// had not counted.
/// </summary>
static class ReportTimes
{
    const int Anew = 3;
    const int Again = 15;

    /// <summary>As many rows as somebody looks at.</summary>
    const int Limit = 100;
    const int Discounted = 200;
    const string Site = CommentRequests.Site;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Command Command()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Comments in the store, the largest last",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [100_000, 1_000_000],
        };
        var command = new Command("reports", "Measure reports, their filling, and discounting") { sizes };
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), parsed.GetRequiredValue(sizes), ct));
        return command;
    }

    sealed record Times(string Store, double EventsPerSecond, IReadOnlyDictionary<string, Asked> P50);

    /// <summary>Milliseconds.</summary>
    sealed record Asked(double Anew, double? Again);

    static async Task RunAsync(RunOptions options, int[] sizes, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        var stores = new List<Times>();
        foreach (var size in sizes)
        {
            // the report is to be filled while the time runs: the first server indexes nothing
            string database;
            await using (var first = await Reads.StartAsync(options, cluster, Reads.LargeOf(size), size, ct))
                database = first.Database;
            await cluster.CheckpointAsync(ct);
            await using var store = await ThreadStoreServer.StartAsync(
                "threadstore",
                options.Server,
                database,
                indexes: true,
                ct
            );
            stores.Add(await MeasureAsync(store, $"{size:N0}", ct));
        }
        Report.Write(
            Console.Out,
            "Reports over a year: p50 in milliseconds, by comments in the store",
            [
                .. options.Circumstances(cluster, load),
                $"anew: what nobody asked before, the median of {Anew}; again: the same question {Again} times, a comment posted before each; {Limit} rows",
                "goals: again 50 ms at the largest, and 1.5 times the smallest; a discount 2,000 ms",
            ]
        );
        Report.WriteTable(
            Console.Out,
            [
                "",
                .. stores.SelectMany(s => (string[])[$"{s.Store} anew", $"{s.Store} again"]),
                "again, largest / smallest",
            ],
            [
                .. stores[0]
                    .P50.Keys.Select(name =>
                        (string[])
                            [
                                name,
                                .. stores.SelectMany(s =>
                                    (string[])
                                        [Report.Text(s.P50[name].Anew, 1), Report.Text(s.P50[name].Again, 1)]
                                ),
                                Report.Text(stores[^1].P50[name].Again / stores[0].P50[name].Again, 2),
                            ]
                    ),
                [
                    "filled, events/s",
                    .. stores.SelectMany(s => (string[])[Report.Text(s.EventsPerSecond, 0), ""]),
                    "",
                ],
            ]
        );
    }

    static async Task<Times> MeasureAsync(ThreadStoreServer store, string name, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(store.Database);
        var rate = await FillAsync(database, ct);
        RunOptions.Log($"{name}: reports are filled, {rate:N0} events/s");
        var newest = (DateTime)(
            await ScalarAsync(database, "select max(timestamp) from threadstore.mt_events", ct)
        );
        using var http = new HttpClient
        {
            BaseAddress = store.Process.Address,
            Timeout = TimeSpan.FromMinutes(10),
        };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(
            store.Bearer(Site, "ana", "analyst")
        );
        var writer = store.Bearer(Site, CommentRequests.CommenterKey(1));
        var times = new Dictionary<string, Asked>();
        foreach (var report in History.Reports.Report.All.Select(r => r.Name))
        {
            times[report] = new(
                await P50Async(Anew, n => AskAsync(http, report, newest.AddMinutes(-n), ct)),
                await P50Async(
                    Again,
                    _ => AskAsync(http, report, newest, ct),
                    () => PostAsync(http, writer, ct)
                )
            );
            RunOptions.Log(
                $"{name}: {report}, anew {Report.Text(times[report].Anew, 1)} ms, again {Report.Text(times[report].Again, 1)} ms"
            );
        }
        var people = await PeopleAsync(database, ct);
        times["discount of 200 people"] = new(
            await P50Async(Anew, n => SendAsync(http, people, newest.AddMinutes(-n), ct)),
            Again: null
        );
        RunOptions.Log($"{name}: discount, {Report.Text(times["discount of 200 people"].Anew, 1)} ms");
        return new(name, rate, times);
    }

    /// <returns>Events a second.</returns>
    static async Task<double> FillAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        const string reached =
            "select coalesce((select last_seq_id from threadstore.mt_event_progression where name = 'Reports:All'), 0)";
        var end = (long)
            await ScalarAsync(database, "select coalesce(max(seq_id), 0) from threadstore.mt_events", ct);
        var (began, first) = (Stopwatch.GetTimestamp(), (long)await ScalarAsync(database, reached, ct));
        while ((long)await ScalarAsync(database, reached, ct) < end)
            await Task.Delay(Look, ct);
        return (end - first) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    static async Task<object> ScalarAsync(NpgsqlDataSource database, string sql, CancellationToken ct)
    {
        await using var command = database.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Who reacted or flagged, each some times.</summary>
    static async Task<string[]> PeopleAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select array(select data->>'by' from threadstore.mt_events
              where type in ('reaction-set', 'comment-flagged') group by 1 order by count(*) desc, 1 limit {Discounted})
            """
        );
        command.CommandTimeout = 0;
        return (string[])(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<double> P50Async(int count, Func<int, Task> askAsync, Func<Task>? beforeAsync = null)
    {
        // the compiler works through the first one
        await askAsync(count);
        var times = new List<double>();
        for (var n = 0; n < count; n++)
        {
            if (beforeAsync is not null)
                await beforeAsync();
            var began = Stopwatch.GetTimestamp();
            await askAsync(n);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return Statistics.Median(times);
    }

    static string Text(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static async Task AskAsync(HttpClient http, string report, DateTime to, CancellationToken ct) =>
        await DoneAsync(
            await http.GetAsync(
                $"/v1/sites/{Site}/analytics/{report}?from={Text(to.AddYears(-1))}&to={Text(to)}&limit={Limit}",
                ct
            ),
            ct
        );

    static async Task PostAsync(HttpClient http, string writer, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/v1/sites/{Site}/articles/{Reads.Large}/comments"
        )
        {
            Content = JsonContent.Create(new { body = $"One more, {Guid.NewGuid()}" }),
        };
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(writer);
        await DoneAsync(await http.SendAsync(request, ct), ct);
    }

    static async Task SendAsync(HttpClient http, string[] people, DateTime to, CancellationToken ct) =>
        await DoneAsync(
            await http.PostAsJsonAsync(
                $"/v1/sites/{Site}/analytics/discount",
                new { commenters = people, to = Text(to) },
                ct
            ),
            ct
        );

    static async Task DoneAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using (answer)
            if (!answer.IsSuccessStatusCode)
                throw new BenchmarkException(
                    $"{answer.RequestMessage?.RequestUri} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}"
                );
    }
}
