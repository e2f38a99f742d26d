using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ThreadStore.Benchmarks;

/// <summary>
/// W7: many readers follow one article live while a comment is posted every 100 ms. What counts is when each of them has
/// it, reckoned from its 201, and what a connection costs the server in memory.
/// </summary>
static class W7
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>For the last comment to reach the last reader.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>For buffers to be given back and the garbage of opening to be collected.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    const int WarmUpConnections = 500;

    public static Command Command()
    {
        var connections = new Option<int>("--connections")
        {
            Description = "Readers, each on a connection of their own",
            DefaultValueFactory = _ => 5_000,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "For which comments are posted",
            DefaultValueFactory = _ => 20,
        };
        var server = RunOptions.Program();
        var command = new Command("w7", "Follow an article live, on many connections")
        {
            connections,
            seconds,
            server,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                await RunAsync(
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(connections),
                    (int)(TimeSpan.FromSeconds(parsed.GetValue(seconds)) / Interval),
                    ct
                );
                return 0;
            }
        );
        return command;
    }

    static async Task RunAsync(string program, int connections, int posts, CancellationToken ct)
    {
        LoadGenerator.UseOneEventLoop();
        var loadAverage = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(null, 20, Log, ct);
        await using var store = await ThreadStoreServer.StartAsync(
            "w7",
            program,
            await cluster.CreateDatabaseAsync("w7", ct),
            indexes: true,
            ct
        );
        var server = store.Process;
        var article = CommentRequests.ArticleKey(1);
        await store.PrepareAsync([article], ct);
        var path = $"/v1/sites/{CommentRequests.Site}/articles/{article}";
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(
            store.Bearer(CommentRequests.Site, "writer")
        );
        async Task PostAsync(string text)
        {
            using var reply = await http.PostAsJsonAsync($"{path}/comments", new { body = text }, ct);
            reply.EnsureSuccessStatusCode();
        }

        Log("Warming up.");
        using (var first = new LiveCrowd(server.EndPoint, $"{path}/live", WarmUpConnections, 1))
        {
            await first.OpenAsync(server.EndPoint, ct);
            for (var n = 0; n < 20; n++)
                await PostAsync($"Warming up {n}");
        }
        await Task.Delay(Settling, ct);
        var before = Resident(server);
        Log($"Opening {connections} connections.");
        using var crowd = new LiveCrowd(server.EndPoint, $"{path}/live", connections, posts);
        await crowd.OpenAsync(server.EndPoint, ct);
        await Task.Delay(Settling, ct);
        var opened = Resident(server);

        Log($"Posting {posts} comments.");
        var written = new long[posts];
        var cpu = CpuTimes.Of(server.Process);
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < posts; n++)
        {
            if (Interval * n - clock.Elapsed is { Ticks: > 0 } early)
                await Task.Delay(early, ct);
            await PostAsync($"w7-{n.ToString($"D{LiveCrowd.Digits}", null)}");
            written[n] = Stopwatch.GetTimestamp();
        }
        var time = clock.Elapsed;
        while (crowd.ArrivalsOf(posts - 1).Contains(0) && clock.Elapsed < time + Patience)
            await Task.Delay(50, ct);
        cpu = CpuTimes.Of(server.Process) - cpu;
        var under = Resident(server);

        var late = new List<long>(connections * posts);
        var missing = 0;
        for (var n = 0; n < posts; n++)
            foreach (var arrival in crowd.ArrivalsOf(n))
                if (arrival == 0)
                    missing++;
                else
                    late.Add(Math.Max(0, arrival - written[n]));
        var sorted = late.Order().ToArray();
        double Milliseconds(double percent) =>
            Statistics.Percentile(sorted, percent) * 1_000d / Stopwatch.Frequency;
        string Each(long bytes) => Report.Text((bytes - before) / 1024d / connections, 1);
        Report.Write(
            Console.Out,
            "W7: follow an article live",
            [
                Report.Circumstances(loadAverage),
                $"{connections} connections, {posts} comments in {Report.Text(time.TotalSeconds, 1)} s; "
                    + $"{missing} of {(long)connections * posts} not delivered, {crowd.Lost} connections lost",
                $"delivered after the 201: p50 {Report.Text(Milliseconds(50), 1)} ms, p95 {Report.Text(Milliseconds(95), 1)} ms, "
                    + $"p99 {Report.Text(Milliseconds(99), 1)} ms, max {Report.Text(Milliseconds(100), 1)} ms (goal: p99 at most 250)",
                $"resident memory a connection: {Each(opened)} KB idle, {Each(under)} KB after the load (goal: at most 20); "
                    + $"{before / 1024 / 1024} MB before",
                $"server CPU: {Report.Text(cpu.TotalMicroseconds / ((double)connections * posts), 2)} µs a delivery",
            ]
        );
    }

    static long Resident(ServerProcess server)
    {
        server.Process.Refresh();
        return server.Process.WorkingSet64;
    }

    static void Log(string line) => Console.Error.WriteLine(line);
}
