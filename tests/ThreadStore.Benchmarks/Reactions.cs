using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>W6: reactions on one comment that everybody talks about, beside comments all over the place; and memory.</summary>
static class Reactions
{
    const string Posts = "posts";
    const string OnOne = "reactions on one comment";
    const int Articles = 50;
    const int Commenters = 1_000;
    const string Site = CommentRequests.Site;

    /// <summary>Resident memory may not grow beyond it, in megabytes.</summary>
    const double MemoryGoal = 250;

    public static Command Command()
    {
        var requests = RunOptions.Number(
            "--memory-requests",
            "After how many requests memory is looked at, half of them posts and half of them reads",
            1_000_000
        );
        var command = new Command("reactions", "React to one comment (W6); start and memory") { requests };
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), parsed.GetValue(requests), ct));
        return command;
    }

    public static async Task RunAsync(RunOptions options, int memoryRequests, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        var database = await cluster.CreateDatabaseAsync("reactions", ct);
        Task<ThreadStoreServer> StartAsync() =>
            ThreadStoreServer.StartAsync("threadstore", options.Server, database, indexes: true, ct);
        var articles = Enumerable.Range(1, Articles).Select(CommentRequests.ArticleKey).ToList();
        await using (var first = await StartAsync())
            await first.PrepareAsync(articles, ct);

        // on a database that is there
        var starts = new List<double>();
        for (var n = 0; n < options.Rounds; n++)
        {
            await using var started = await StartAsync();
            starts.Add(started.Process.StartTime.TotalSeconds);
        }
        await using var store = await StartAsync();
        var rounds = await options.RunAsync(
            await SidesAsync(store, cluster.Postmaster, articles, ct),
            cluster,
            ct
        );
        var megabytes = await MemoryAsync(options, store, articles, cluster, memoryRequests, ct);

        Report.Write(
            Console.Out,
            "W6: react to one comment; start; memory",
            [
                .. options.Circumstances(cluster, load),
                $"start, from the process to its first good answer, on a database that is there: "
                    + $"{Report.Text(Statistics.Median(starts), 2)} s (at most 2.5; {string.Join(", ", starts.Select(s => Report.Text(s, 2)))})",
                $"resident memory after {memoryRequests:N0} requests: {Report.Text(megabytes, 0)} MB (at most {MemoryGoal:N0})",
            ]
        );
        Report.WriteRounds(Console.Out, rounds);
        Report.WriteRatios(
            Console.Out,
            [new("W6", rounds, OnOne, Posts, "requests/s", f => f.PerSecond, AtLeast: 0.8)]
        );
    }

    static WriteRequest PostsBy(ThreadStoreServer store, List<string> articles) =>
        new CommentRequests(
            store.Process.EndPoint,
            articles,
            Enumerable.Range(1, Commenters).Select(n => store.Authorization(CommentRequests.CommenterKey(n)))
        ).Write;

    static async Task<List<Side>> SidesAsync(
        ThreadStoreServer store,
        int? postmaster,
        List<string> articles,
        CancellationToken ct
    )
    {
        var server = store.Process;
        var comment = await PostAsync(store, articles[0], ct);
        byte[] Request(string method, string kind, int commenter) =>
            RequestSide.Bytes(
                method,
                server.EndPoint,
                $"/v1/sites/{Site}/comments/{comment}/reactions/{kind}",
                store.Authorization(CommentRequests.CommenterKey(commenter))
            );
        byte[][] Way(string method, string kind) =>
            [.. Enumerable.Range(1, Commenters).Select(c => Request(method, kind, c))];
        byte[][][] ways = [Way("PUT", "like"), Way("PUT", "dislike"), Way("DELETE", "dislike")];
        var turn = 0L;
        return
        [
            RequestSide.Of(Posts, server, postmaster, PostsBy(store, articles), 201),
            RequestSide.Of(
                OnOne,
                server,
                postmaster,
                (buffer, _) =>
                {
                    // one commenter after the other, each time another way, so that each changes something
                    var n = Interlocked.Increment(ref turn);
                    var request = ways[n / Commenters % ways.Length][n % Commenters];
                    request.CopyTo(buffer);
                    return request.Length;
                },
                200
            ),
        ];
    }

    static async Task<Guid> PostAsync(ThreadStoreServer store, string article, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        http.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization",
            store.Authorization("author")["Authorization: ".Length..]
        );
        using var answer = await http.PostAsJsonAsync(
            $"/v1/sites/{Site}/articles/{article}/comments",
            new { body = "Everybody talks about this." },
            ct
        );
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
    }

    static async Task<double> MemoryAsync(
        RunOptions options,
        ThreadStoreServer store,
        List<string> articles,
        Cluster cluster,
        int requests,
        CancellationToken ct
    )
    {
        RunOptions.Log($"Memory: {requests:N0} requests.");
        Side[] sides =
        [
            RequestSide.Of(Posts, store.Process, cluster.Postmaster, PostsBy(store, articles), 201),
            RequestSide.Of(
                "reads",
                store.Process,
                cluster.Postmaster,
                [
                    .. articles.Select(a =>
                        RequestSide.Get(store.Process.EndPoint, $"/v1/sites/{Site}/articles/{a}/comments")
                    ),
                ]
            ),
        ];
        foreach (var side in sides)
        {
            for (var done = 0.0; done < requests / 2.0; )
                done += (await side.MeasureAsync(options.Many, ct)).Requests;
        }
        return store.Process.Megabytes;
    }
}
