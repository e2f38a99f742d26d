using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Webhooks whose receivers are well, alone and beside three that are not: one hangs, one fails half the time, one is
/// gone. What counts is when the two that are well have been told of everything, and in which order.
/// </summary>
static class Deliveries
{
    const string Alone = "two alone";
    const string Among = "among five";
    const int Writers = 16;
    const int Commenters = 100;

    /// <summary>One comment in so many is edited, and one in as many deleted: there is an order to keep.</summary>
    const int Changed = 10;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "Comments that are posted in a turn", 10_000);
        var rounds = RunOptions.Number("--rounds", "Rounds; a ratio counts from 3 on", 3);
        var server = RunOptions.Program();
        var command = new Command("deliveries", "Webhooks beside receivers that hang, fail and are gone")
        {
            comments,
            rounds,
            server,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await RunAsync(
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(comments),
                    parsed.GetValue(rounds),
                    ct
                );
                return 0;
            }
        );
        return command;
    }

    static async Task RunAsync(string program, int comments, int rounds, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(null, 60, RunOptions.Log, ct);
        await using var store = await ThreadStoreServer.StartAsync(
            "deliveries",
            program,
            await cluster.CreateDatabaseAsync("deliveries", ct),
            indexes: true,
            ct
        );
        var turns = new Turns(store, cluster);
        Side[] sides =
        [
            new(Alone, (_, token) => turns.RunAsync(comments, beside: false, token)),
            new(Among, (_, token) => turns.RunAsync(comments, beside: true, token)),
        ];
        RunOptions.Log("Warming up.");
        foreach (var beside in (bool[])[false, true])
            await turns.RunAsync(Math.Min(comments, 2_000), beside, ct);
        var measured = await Rounds.RunAsync(
            sides,
            rounds,
            new(Writers, TimeSpan.Zero, TimeSpan.Zero),
            cluster.CheckpointAsync,
            RunOptions.Log,
            ct
        );
        Report.Write(
            Console.Out,
            "Deliveries: two receivers alone, and among five",
            [
                Report.Circumstances(load),
                $"{comments} comments by {Writers} writers, of which each {Changed}th is edited and each {Changed}th deleted; "
                    + "a request is a message to both, percentiles are from posting to arrival",
                "beside them in the second: one that never answers, one that answers 500 to half of the calls, one where nobody listens",
                $"each message came to both, of each comment in order: {turns.Checked} messages looked at",
            ]
        );
        Report.WriteRounds(Console.Out, measured);
        Report.WriteRatios(
            Console.Out,
            [
                new(
                    "time until both have all",
                    measured,
                    Among,
                    Alone,
                    "time",
                    f => f.Requests / f.PerSecond,
                    AtMost: 1.2
                ),
            ]
        );
    }

    /// <summary>Each turn is on a site of its own, with webhooks of its own.</summary>
    sealed class Turns(ThreadStoreServer store, Cluster cluster)
    {
        int count;

        public int Checked { get; private set; }

        public async Task<Figures> RunAsync(int comments, bool beside, CancellationToken ct)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(Patience);
            ct = deadline.Token;
            var site = $"turn-{++count}";
            using var http = new HttpClient { BaseAddress = store.Process.Address };
            var root = new Person(http, site, store.Bearer("*", "root", "admin"));
            await root.PutAsync("", new { name = "Bench" }, ct);
            await root.PutAsync("/articles/a", new { title = "About a" }, ct);
            await using var first = await WebhookReceiver.StartAsync(ct);
            await using var second = await WebhookReceiver.StartAsync(ct);
            await using var hanging = await WebhookReceiver.StartAsync(ct, HangAsync);
            var odd = 0;
            await using var failing = await WebhookReceiver.StartAsync(
                ct,
                _ => Task.FromResult(Interlocked.Increment(ref odd) % 2 == 0)
            );
            var webhooks = new Dictionary<string, string> { ["first"] = first.Url, ["second"] = second.Url };
            if (beside)
            {
                webhooks["hanging"] = hanging.Url;
                webhooks["failing"] = failing.Url;
                webhooks["gone"] = WebhookReceiver.NobodyThere();
            }
            foreach (var (name, url) in webhooks)
                await root.PutAsync($"/webhooks/{name}", new { url }, ct);

            var before = Cpu();
            var started = Stopwatch.GetTimestamp();
            var messages = await WriteAsync(site, comments, ct);
            while (Math.Min(first.Count, second.Count) < messages.Count)
                await Task.Delay(5, ct);
            var cpu = Cpu() - before;
            foreach (var name in webhooks.Keys)
                await root.DeleteAsync($"/webhooks/{name}", ct);

            var (late, end) = (new List<long>(2 * messages.Count), 0L);
            foreach (var receiver in (WebhookReceiver[])[first, second])
            {
                Check(receiver.Told, messages);
                late.AddRange(receiver.Told.Select(t => Math.Max(0, t.At - messages[t.Position])));
                end = Math.Max(end, receiver.Told.Max(t => t.At));
            }
            Checked += late.Count;
            var time = Stopwatch.GetElapsedTime(started, end);
            long[] sorted = [.. late.Order()];
            double Milliseconds(double percent) =>
                Statistics.Percentile(sorted, percent) * 1_000d / Stopwatch.Frequency;
            return new(
                messages.Count / time.TotalSeconds,
                messages.Count,
                Milliseconds(50),
                Milliseconds(95),
                Milliseconds(99),
                cpu
            );
        }

        static async Task<bool> HangAsync(HttpContext http)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
            return false;
        }

        CpuTimes Cpu() =>
            new(
                CpuTimes.OfThisProcess(),
                CpuTimes.Of(store.Process.Process),
                CpuTimes.OfFamily(cluster.Postmaster)
            );

        /// <returns>When what is to be told was answered, by position.</returns>
        async Task<Dictionary<long, long>> WriteAsync(string site, int comments, CancellationToken ct)
        {
            var answered = new Dictionary<long, long>();
            var next = 0;
            using var http = new HttpClient { BaseAddress = store.Process.Address };
            Person[] people =
            [
                .. Enumerable
                    .Range(0, Commenters)
                    .Select(n => new Person(http, site, store.Bearer(site, $"c{n}"))),
            ];
            JsonElement Keep(Answered answer)
            {
                lock (answered)
                    answered[answer.Position] = Stopwatch.GetTimestamp();
                return answer.Json;
            }
            async Task WriteAsync()
            {
                while (Interlocked.Increment(ref next) is var n && n <= comments)
                {
                    var (person, body) = (
                        people[n % Commenters],
                        $"What somebody says of it, for the {n}th time."
                    );
                    var posted = Keep(await person.PostAsync("/articles/a/comments", new { body }, ct));
                    var path = $"/comments/{posted.GetProperty("id").GetGuid()}";
                    if (n % Changed == 0)
                        Keep(
                            await person.SendAsync(
                                HttpMethod.Patch,
                                path,
                                new { body = $"{body} Or so." },
                                ct
                            )
                        );
                    if (n % Changed == 1)
                        Keep(await person.DeleteAsync(path, ct));
                }
            }
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAsync()));
            return answered;
        }

        /// <exception cref="BenchmarkException">Something did not come, or overtook.</exception>
        static void Check(IReadOnlyList<Told> told, Dictionary<long, long> messages)
        {
            var newest = new Dictionary<Guid, long>();
            var came = new HashSet<long>();
            foreach (var message in told)
            {
                if (!came.Add(message.Position) || !messages.ContainsKey(message.Position))
                    throw new BenchmarkException($"A message came twice, or is of nothing: {message}");
                var comment = message.Comment!.Value;
                if (newest.GetValueOrDefault(comment) is var before && before > message.Position)
                    throw new BenchmarkException($"A message was overtaken: {message}, after {before}.");
                newest[comment] = message.Position;
            }
            if (came.Count != messages.Count)
                throw new BenchmarkException($"{messages.Count - came.Count} messages did not come.");
        }
    }
}
