using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>A server that takes comments, as a child process, with a site, articles and commenters.</summary>
sealed class PostingSide : IAsyncDisposable
{
    public const int ArticleCount = 50;
    public const int CommenterCount = 1_000;

    readonly ServerProcess server;
    readonly CommentRequests requests;
    readonly int? postmaster;
    readonly Func<CancellationToken, Task<long>> countAsync;
    long posted;

    PostingSide(
        string name,
        ServerProcess server,
        IEnumerable<string> commenterHeaders,
        int? postmaster,
        Func<CancellationToken, Task<long>> countAsync
    )
    {
        (Name, this.server, this.postmaster, this.countAsync) = (name, server, postmaster, countAsync);
        requests = new(server.EndPoint, Articles, commenterHeaders);
    }

    static IEnumerable<string> Articles =>
        Enumerable.Range(1, ArticleCount).Select(CommentRequests.ArticleKey);

    static IEnumerable<string> Commenters =>
        Enumerable.Range(1, CommenterCount).Select(CommentRequests.CommenterKey);

    public string Name { get; }

    /// <summary>Null where a side does all at once.</summary>
    public PutOff? PutOff { get; private init; }

    public static async Task<PostingSide> StartCrudAsync(string name, Cluster cluster, CancellationToken ct)
    {
        var database = await cluster.CreateDatabaseAsync(name, ct);
        await CrudService.PrepareAsync(database, Articles, Commenters, ct);
        var server = await ServerProcess.StartAsync(
            name,
            Path.Combine(AppContext.BaseDirectory, "threadstore-bench.dll"),
            ["crud"],
            // this garbage collector is what projects of the Web SDK get, which ThreadStore is and this one is not
            new Dictionary<string, string>
            {
                ["ConnectionStrings__ThreadStore"] = database,
                ["DOTNET_gcServer"] = "1",
            },
            ct
        );
        var headers = Commenters.Select(key => $"X-Commenter: {key}");
        return new(name, server, headers, cluster.Postmaster, token => CountRowsAsync(database, token));
    }

    /// <param name="name">Of the side.</param>
    /// <param name="program">The server's <c>.dll</c> or executable file.</param>
    /// <param name="cluster">Where its database is made.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <param name="issuer">Who says who the commenters are; null: the server's own key.</param>
    public static async Task<PostingSide> StartThreadStoreAsync(
        string name,
        string program,
        Cluster cluster,
        CancellationToken ct,
        OpenIdIssuer? issuer = null
    )
    {
        var threadStore = await ThreadStoreServer.StartAsync(
            name,
            program,
            await cluster.CreateDatabaseAsync(name, ct),
            indexes: true,
            ct,
            issuer
        );
        var server = threadStore.Process;
        try
        {
            await threadStore.PrepareAsync(Articles, ct);
            var headers = Commenters.Select(key =>
                issuer?.Authorization(CommentRequests.Site, key, ThreadStoreServer.TokenLife)
                ?? threadStore.Authorization(key)
            );
            return new(name, server, headers, cluster.Postmaster, token => SumCountsAsync(server, token))
            {
                PutOff = new(threadStore, cluster.Postmaster),
            };
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<Figures> MeasureAsync(Measure measure, CancellationToken ct)
    {
        var result = await RequestSide.LoadAsync(
            Name,
            server,
            postmaster,
            measure,
            requests.Write,
            (int)HttpStatusCode.Created,
            ct
        );
        posted += result.Answered;
        return result.Figures;
    }

    /// <summary>A fast answer counts only if what it says was done: every comment answered 201 is in the counters.</summary>
    /// <exception cref="BenchmarkException">The counters say otherwise.</exception>
    public async Task VerifyAsync(CancellationToken ct)
    {
        if (await countAsync(ct) is var counted && counted != posted)
            throw new BenchmarkException(
                $"{Name}: {posted} comments were answered 201 and the articles' counters add up to {counted}."
            );
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    static async Task<long> SumCountsAsync(ServerProcess server, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var sum = 0L;
        foreach (var key in Articles)
        {
            var path = $"/v1/sites/{CommentRequests.Site}/articles/{key}";
            var article = await http.GetFromJsonAsync<JsonElement>(path, ct);
            sum += article.GetProperty("commentCount").GetInt64();
        }
        return sum;
    }

    static async Task<long> CountRowsAsync(string connectionString, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(
            """
            select case when a.sum = r.count and c.sum = r.count then r.count else -1 end
            from (select sum(comment_count) from bench.article) a, (select sum(comment_count) from bench.commenter) c,
              (select count(*) from bench.comment) r
            """
        );
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
