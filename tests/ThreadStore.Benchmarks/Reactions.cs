using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>W6: reactions on one comment that everybody talks about, beside comments all over the place.</summary>
static class Reactions
{
    const string Posts = "posts";
    const string OnOne = "reactions on one comment";
    const int Articles = 50;
    const int Commenters = 1_000;
    const string Site = CommentRequests.Site;

    public static Command Command()
    {
        var command = new Command("reactions", "React to one comment (W6)");
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
            await cluster.CreateDatabaseAsync("reactions", ct),
            indexes: true,
            ct
        );
        var articles = Enumerable.Range(1, Articles).Select(CommentRequests.ArticleKey).ToList();
        await store.PrepareAsync(articles, ct);
        var rounds = await options.RunAsync(
            await SidesAsync(store, cluster.Postmaster, articles, ct),
            cluster,
            ct
        );

        Report.Write(Console.Out, "W6: react to one comment", options.Circumstances(cluster, load));
        Report.WriteRounds(Console.Out, rounds);
        Report.WriteRatios(
            Console.Out,
            [new("W6", rounds, OnOne, Posts, "requests/s", f => f.PerSecond, AtLeast: 0.8)]
        );
    }

    static async Task<List<Side>> SidesAsync(
        ThreadStoreServer store,
        int? postmaster,
        List<string> articles,
        CancellationToken ct
    )
    {
        return
        [
            RequestSide.Of(
                Posts,
                store.Process,
                postmaster,
                CommentRequests.To(store, articles, Commenters).Write,
                201
            ),
            await OnOneCommentAsync(OnOne, store, postmaster, articles[0], ct),
        ];
    }

    /// <summary>By one commenter after the other, on a comment that is posted for it.</summary>
    public static async Task<Side> OnOneCommentAsync(
        string name,
        ThreadStoreServer store,
        int? postmaster,
        string article,
        CancellationToken ct
    )
    {
        var comment = await PostAsync(store, article, ct);
        byte[] Request(string method, string kind, int commenter) =>
            RequestSide.Bytes(
                method,
                store.Process.EndPoint,
                $"/v1/sites/{Site}/comments/{comment}/reactions/{kind}",
                store.Authorization(CommentRequests.CommenterKey(commenter))
            );
        byte[][] Way(string method, string kind) =>
            [.. Enumerable.Range(1, Commenters).Select(c => Request(method, kind, c))];
        byte[][][] ways = [Way("PUT", "like"), Way("PUT", "dislike"), Way("DELETE", "dislike")];
        var turn = 0L;
        return RequestSide.Of(
            name,
            store.Process,
            postmaster,
            (buffer, _) =>
            {
                // each time another way, so that each changes something
                var n = Interlocked.Increment(ref turn);
                var request = ways[n / Commenters % ways.Length][n % Commenters];
                request.CopyTo(buffer);
                return request.Length;
            },
            200
        );
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
            new { body = $"Everybody talks about this. {Guid.NewGuid()}" },
            ct
        );
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
    }
}
