using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>
/// C4: three times the posts that it takes, at a fixed pace whether answers come or not. What it accepts must come in
/// bounded time, the rest must be refused at once, nothing may be lost, and afterwards all must be as before.
/// </summary>
static class Overload
{
    const int Articles = 50;
    const int Commenters = 1_000;
    const int Times = 3;
    const int SecondsAfter = 8;
    const string Site = CommentRequests.Site;

    /// <summary>Enough that none need wait for its answer before it is to send the next.</summary>
    const int Connections = 6_000;

    public static Command Command()
    {
        var command = new Command("overload", "Post three times what it takes (C4)");
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), ct));
        return command;
    }

    static async Task RunAsync(RunOptions options, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        await using var store = await ThreadStoreServer.StartAsync(
            "threadstore",
            options.Server,
            await cluster.CreateDatabaseAsync("overload", ct),
            indexes: true,
            ct
        );
        var articles = Enumerable.Range(1, Articles).Select(CommentRequests.ArticleKey).ToList();
        await store.PrepareAsync(articles, ct);
        var requests = CommentRequests.To(store, articles, Commenters);
        var side = RequestSide.Of("posts", store.Process, cluster.Postmaster, requests.Write, 201);
        await side.MeasureAsync(new(options.Connections, RunOptions.RampUp, options.WarmUp), ct);
        var capacity = (await side.MeasureAsync(options.Many, ct)).PerSecond;
        RunOptions.Log($"It takes {capacity:N0}/s; now {Times} times that.");
        var counted = await CountAsync(store, articles, ct);
        var (accepted, refused) = await FloodAsync(store, requests, capacity * Times, options.Time, ct);
        var megabytes = store.Process.Megabytes;
        var lost = accepted.Count - (await CountAsync(store, articles, ct) - counted);
        var after = new List<double>();
        for (var second = 0; second < SecondsAfter; second++)
            after.Add(
                (await side.MeasureAsync(options.Many with { Time = TimeSpan.FromSeconds(1) }, ct)).PerSecond
            );

        accepted.Sort();
        refused.Sort();
        static string Ms(List<long> sorted, double percent) =>
            sorted.Count == 0
                ? "–"
                : Report.Text(
                    Statistics.Percentile(
                        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sorted),
                        percent
                    )
                        * 1_000d
                        / Stopwatch.Frequency,
                    1
                );
        Report.Write(
            Console.Out,
            "C4: three times what it takes",
            [
                .. options.Circumstances(cluster, load),
                $"takes {capacity:N0} posts/s; was sent {capacity * Times:N0}/s for {options.Time.TotalSeconds} s on {Connections:N0} connections",
                $"accepted {accepted.Count / options.Time.TotalSeconds:N0}/s: p50 {Ms(accepted, 50)} ms, p99 {Ms(accepted, 99)} ms (at most 1,000)",
                $"refused {refused.Count / options.Time.TotalSeconds:N0}/s by 503: p50 {Ms(refused, 50)} ms, p99 {Ms(refused, 99)} ms",
                $"answered 201 and not counted: {lost} (0); resident memory {Report.Text(megabytes, 0)} MB",
                $"in the seconds after, it takes {string.Join(", ", after.Select(p => $"{p:N0}"))}/s",
            ]
        );
    }

    static async Task<(List<long> Accepted, List<long> Refused)> FloodAsync(
        ThreadStoreServer store,
        CommentRequests requests,
        double perSecond,
        TimeSpan time,
        CancellationToken ct
    )
    {
        var pace = TimeSpan.FromSeconds(Connections / perSecond);
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var (accepted, refused) = (new List<long>(), new List<long>());
        await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(n => Task.Run(() => OneAsync(new Random(n), n), ct))
        );
        return (accepted, refused);

        async Task OneAsync(Random random, int number)
        {
            using var socket = new Socket(
                store.Process.EndPoint.AddressFamily,
                SocketType.Stream,
                ProtocolType.Tcp
            )
            {
                NoDelay = true,
            };
            await Task.Delay(pace * number / Connections, ct);
            await socket.ConnectAsync(store.Process.EndPoint, ct);
            var (buffer, response) = (new byte[4096], new byte[8192]);
            for (
                var next = Stopwatch.GetTimestamp();
                next < end;
                next += (long)(pace.TotalSeconds * Stopwatch.Frequency)
            )
            {
                var wait = next - Stopwatch.GetTimestamp();
                if (wait > 0)
                    await Task.Delay(TimeSpan.FromSeconds(wait / (double)Stopwatch.Frequency), ct);
                var length = requests.Write(buffer, random);
                var sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(buffer.AsMemory(0, length), ct);
                var received = 0;
                int status;
                do
                {
                    var read = await socket.ReceiveAsync(response.AsMemory(received), ct);
                    if (read == 0)
                        throw new BenchmarkException("The server closed a connection.");
                    received += read;
                } while (!HttpResponse.IsComplete(response.AsSpan(0, received), out status));
                var list =
                    status == 201 ? accepted
                    : status == 503 ? refused
                    : throw new BenchmarkException($"A post was answered {status}.");
                lock (list)
                    list.Add(Stopwatch.GetTimestamp() - sent);
            }
        }
    }

    static async Task<long> CountAsync(ThreadStoreServer store, List<string> articles, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        var counts = await http.GetFromJsonAsync<JsonElement>(
            $"/v1/sites/{Site}/counts?{string.Join('&', articles.Select(a => $"article={a}"))}",
            ct
        );
        return counts.EnumerateObject().Sum(c => c.Value.GetInt64());
    }
}
