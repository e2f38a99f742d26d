using System.CommandLine;

namespace ThreadStore.Benchmarks;

/// <summary>What the server keeps in memory after many posts and as many reads of their pages.</summary>
static class Memory
{
    const int Articles = 50;
    const int Commenters = 1_000;

    /// <summary>Resident, in megabytes.</summary>
    const double Goal = 200;

    public static Command Command()
    {
        var requests = RunOptions.Number(
            "--requests",
            "Half of them posts and half of them reads",
            1_000_000
        );
        var command = new Command("memory", "Look at memory after many requests") { requests };
        var options = RunOptions.AddTo(command);
        command.SetAction((parsed, ct) => RunAsync(options(parsed), parsed.GetValue(requests), ct));
        return command;
    }

    static async Task RunAsync(RunOptions options, int requests, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        await using var store = await ThreadStoreServer.StartAsync(
            "threadstore",
            options.Server,
            await cluster.CreateDatabaseAsync("memory", ct),
            indexes: true,
            ct
        );
        var articles = Enumerable.Range(1, Articles).Select(CommentRequests.ArticleKey).ToList();
        await store.PrepareAsync(articles, ct);
        var started = store.Process.Megabytes;
        var posts = CommentRequests.To(store, articles, Commenters);
        Side[] sides =
        [
            RequestSide.Of("posts", store.Process, cluster.Postmaster, posts.Write, 201),
            RequestSide.Of(
                "reads",
                store.Process,
                cluster.Postmaster,
                [
                    .. articles.Select(a =>
                        RequestSide.Get(
                            store.Process.EndPoint,
                            $"/v1/sites/{CommentRequests.Site}/articles/{a}/comments"
                        )
                    ),
                ]
            ),
        ];
        var rows = new List<string[]> { Row("started", 0, started) };
        foreach (var side in sides)
        {
            var (done, most) = (0.0, 0.0);
            while (done < requests / 2.0)
            {
                done += (await side.MeasureAsync(options.Many, ct)).Requests;
                most = Math.Max(most, store.Process.Megabytes);
            }
            rows.Add(Row(side.Name, done, most));
            RunOptions.Log($"{side.Name}: {Report.Text(most, 0)} MB");
        }
        var end = store.Process.Megabytes;
        rows.Add(Row("end", 0, end));
        Report.Write(
            Console.Out,
            "Memory: the server's, resident, after posts and reads of their pages",
            [
                .. options.Circumstances(cluster, load),
                $"{Report.Text(end, 0)} MB after {requests:N0} requests; aim: at most {Report.Text(Goal, 0)}, "
                    + (end <= Goal ? "met" : "not met"),
            ]
        );
        Report.WriteTable(Console.Out, ["after", "requests", "MB at most"], rows);
    }

    static string[] Row(string after, double requests, double megabytes) =>
        [after, Report.Text(requests, 0), Report.Text(megabytes, 0)];
}
