using System.CommandLine;
using System.Text.Json;
using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.Benchmarks;

/// <summary>W2 to W5: what readers ask for, beside Kestrel with bytes in memory and with one prepared statement.</summary>
static class Reads
{
    public const string Small = "read-small";
    public const string Large = "read-large";
    public const int SmallComments = 1_000;
    public const int CountedArticles = 50;
    const int ProlificComments = 10_000;

    /// <summary>For a comment: a tenth of what news sites have, to save disk.</summary>
    public const double Reactions = 0.5;

    /// <summary>Of replies, as deep as the site allows: an article of about 1,000 comments.</summary>
    const int Chains = 30;
    const string Site = CommentRequests.Site;

    public const string Hot = "first page, hot";
    public const string NotModified = "first page, 304";
    public const string Cold = "first page, cold";
    public const string ColdLarge = "first page of the large one, cold";
    public const string Page500 = "page 500";
    public const string Permalink = "permalink";
    public const string Commenter = "commenter's history";
    public const string Counts = "counts of 50";
    public const string ColdCounts = "counts of 50, cold";
    const string Bytes = "kestrel, bytes";
    const string NginxFile = "nginx, the same bytes as a file";
    const string Bytes304 = "kestrel, 304";
    const string Query = "kestrel, one query of 50 rows";
    const string CountsQuery = "kestrel, = any on a counter table";
    const string NotKept = "minPosition=0";

    public static Command Command()
    {
        var large = RunOptions.Number("--large", "Comments of the largest article", 100_000);
        var comments = RunOptions.Number("--comments", "Comments in all", 130_000);
        var command = new Command("reads", "Read pages, permalinks, histories and counts (W2 to W5)")
        {
            large,
            comments,
        };
        var options = RunOptions.AddTo(command);
        command.SetAction(
            (parsed, ct) => RunAsync(options(parsed), parsed.GetValue(large), parsed.GetValue(comments), ct)
        );
        return command;
    }

    static async Task RunAsync(RunOptions options, int large, int comments, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await options.OpenAsync(80, ct);
        await using var store = await StartAsync(options, cluster, large, comments, ct);
        var page = await PageAsync(store, ct);
        await using var plain = await StartPlainAsync(store, page, ct);
        await using var nginx = await StaticNginx.StartAsync(page, ct);
        var sides = await SidesAsync(store, cluster.Postmaster, ct);
        var others = OtherSides(plain, cluster.Postmaster);
        if (nginx is not null)
            others.Add(
                RequestSide.Of(
                    NginxFile,
                    nginx.Process,
                    cluster.Postmaster,
                    [RequestSide.Get(nginx.Process.EndPoint, StaticNginx.Page)]
                )
            );
        var rounds = await options.RunAsync([.. sides, .. others], cluster, ct);
        Report.Write(
            Console.Out,
            "W2 to W5: read",
            [
                .. options.Circumstances(cluster, load),
                $"{comments:N0} comments, {large:N0} of them in one article, {ProlificComments:N0} by one commenter",
            ]
        );
        Report.WriteRounds(Console.Out, rounds);
        static double? Rate(Figures f) => f.PerSecond;
        Comparison Ratio(string goal, string side, string other, double least) =>
            new(goal, rounds, side, other, "requests/s", Rate, AtLeast: least);
        Report.WriteRatios(
            Console.Out,
            [
                Ratio("W2", Hot, Bytes, 0.95),
                .. nginx is null ? (Comparison[])[] : [Ratio("W2, nginx", Hot, NginxFile, 0.9)],
                Ratio("W2b", NotModified, Bytes304, 0.95),
                Ratio("W3", Cold, Query, 0.8),
                Ratio("W3 large", ColdLarge, Query, 0.8),
                Ratio("W3 large to small", ColdLarge, Cold, 1 / 1.2),
                Ratio("W4", Page500, Cold, 0.85),
                Ratio("W4", Permalink, Cold, 0.85),
                Ratio("W4", Commenter, Cold, 0.85),
                Ratio("W5", Counts, CountsQuery, 0.95),
                Ratio("W5, cold", ColdCounts, CountsQuery, 0.95),
            ]
        );
    }

    /// <summary>Three quarters of a store, for the article that is measured.</summary>
    public static int LargeOf(int comments) => Math.Min(comments / 4 * 3, 1_000_000);

    public static HistorySpec Spec(int large, int comments) =>
        new(
            [
                (Small, SmallComments),
                (Large, large),
                // as many articles at every size as are counted at once
                .. Enumerable.Range(1, CountedArticles).Select(n => ($"counted-{n}", 1)),
            ],
            Math.Max(comments, large + SmallComments + CountedArticles),
            Math.Min(ProlificComments, large),
            Reactions,
            Chains
        );

    /// <summary>A ThreadStore with a generated history.</summary>
    public static async Task<ThreadStoreServer> StartAsync(
        RunOptions options,
        Cluster cluster,
        int large,
        int comments,
        CancellationToken ct
    )
    {
        var database = await cluster.CreateDatabaseAsync($"reads-{comments}", ct);
        await using (await ReadyDatabase.OpenAsync(database, ct)) { }
        var loaded = await HistoryLoad.RunAsync(
            database,
            Site,
            new(Site, seed: 1),
            Spec(large, comments),
            RunOptions.Log,
            ct
        );
        RunOptions.Log($"{loaded.Events:N0} events and their rows in {loaded.Time.TotalSeconds:N0} s.");
        return await ServeAsync(options, database, ct);
    }

    /// <summary>A ThreadStore on a history that is there; it indexes nothing for search.</summary>
    public static Task<ThreadStoreServer> ServeAsync(
        RunOptions options,
        string database,
        CancellationToken ct
    ) => ThreadStoreServer.StartAsync("threadstore", options.Server, database, indexes: false, ct);

    /// <param name="build">Follows the names, where several builds are measured.</param>
    public static async Task<List<Side>> SidesAsync(
        ThreadStoreServer store,
        int? postmaster,
        CancellationToken ct,
        string build = ""
    )
    {
        var server = store.Process;
        using var http = new HttpClient { BaseAddress = server.Address };
        var hot = Path(Small);
        using var page = await http.GetAsync(hot, ct);
        var etag = page.Headers.ETag?.ToString() ?? throw new BenchmarkException("A page without an ETag.");
        var page500 = await Page500Async(http, Large, ct);
        var articles = await KeysAsync(
            store.Database,
            "select key from threadstore.article_rows where key like 'counted-%' order by key",
            ct
        );
        var comments = await KeysAsync(
            store.Database,
            "select id::text from threadstore.comment_rows where text_hash % 97 = 0 and state = 'published' limit 1000",
            ct
        );
        var counts =
            $"/v1/sites/{Site}/counts?{string.Join('&', articles.Take(CountedArticles).Select(a => $"article={a}"))}";
        Side Side(string name, int status, params IEnumerable<byte[]> requests) =>
            RequestSide.Of($"{name}{build}", server, postmaster, [.. requests], status);
        return
        [
            Side(Hot, 200, Get(hot)),
            Side(NotModified, 304, Get(hot, $"If-None-Match: {etag}")),
            // what is not kept ready-made: an address that names a position
            Side(Cold, 200, Get($"{hot}?{NotKept}")),
            Side(ColdLarge, 200, Get($"{Path(Large)}?{NotKept}")),
            Side(Page500, 200, Get($"{page500}&{NotKept}")),
            Side(Permalink, 200, comments.Select(id => Get($"/v1/sites/{Site}/comments/{id}"))),
            Side(Commenter, 200, Get($"/v1/sites/{Site}/commenters/{GeneratedHistory.Prolific}/comments")),
            Side(Counts, 200, Get(counts)),
            Side(ColdCounts, 200, Get($"{counts}&{NotKept}")),
        ];
        byte[] Get(string path, params string[] headers) => RequestSide.Get(server.EndPoint, path, headers);
    }

    /// <summary>What hangs below the deepest comments: the thread's first page, and a comment with all that stands above it.</summary>
    public static async Task<Side[]> DeepSidesAsync(
        ThreadStoreServer store,
        int? postmaster,
        CancellationToken ct
    )
    {
        var deepest = await KeysAsync(
            store.Database,
            $"""
            select c.id::text from threadstore.comment_rows c join threadstore.article_rows a on a.id = c.article_id
            where a.key = '{GeneratedHistory.Deep}' order by c.depth desc, c.id limit {Chains}
            """,
            ct
        );
        byte[] Get(string path) => RequestSide.Get(store.Process.EndPoint, path);
        return
        [
            RequestSide.Of(
                "first page of chains, cold",
                store.Process,
                postmaster,
                [Get($"{Path(GeneratedHistory.Deep)}?{NotKept}")]
            ),
            RequestSide.Of(
                "permalink at the end of a chain",
                store.Process,
                postmaster,
                [.. deepest.Select(id => Get($"/v1/sites/{Site}/comments/{id}"))]
            ),
        ];
    }

    static List<Side> OtherSides(ServerProcess plain, int? postmaster)
    {
        var counts = string.Join('&', Enumerable.Range(1, CountedArticles).Select(n => $"article=a{n}"));
        Side Side(string name, int status, string path, params string[] headers) =>
            RequestSide.Of(name, plain, postmaster, [RequestSide.Get(plain.EndPoint, path, headers)], status);
        return
        [
            Side(Bytes, 200, PlainReader.BytesPath),
            Side(Bytes304, 304, PlainReader.BytesPath, "If-None-Match: \"x\""),
            Side(Query, 200, PlainReader.RowsPath),
            Side(CountsQuery, 200, $"{PlainReader.CountsPath}?{counts}"),
        ];
    }

    /// <summary>ThreadStore's own answer.</summary>
    static async Task<byte[]> PageAsync(ThreadStoreServer store, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = store.Process.Address };
        return await http.GetByteArrayAsync(Path(Small), ct);
    }

    static async Task<ServerProcess> StartPlainAsync(
        ThreadStoreServer store,
        byte[] page,
        CancellationToken ct
    )
    {
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, page, ct);
        await using (var database = NpgsqlDataSource.Create(store.Database))
        await using (
            var table = database.CreateCommand(
                "create table bench_counts (key text primary key, comment_count int not null); "
                    + "insert into bench_counts select 'a' || n, n from generate_series(1, 1000) n; analyze bench_counts"
            )
        )
            await table.ExecuteNonQueryAsync(ct);
        return await ServerProcess.StartAsync(
            "plain",
            System.IO.Path.Combine(AppContext.BaseDirectory, "threadstore-bench.dll"),
            ["plain", "--file", file, "--under", $"{StreamId.Article(Site, Small)}"],
            new Dictionary<string, string>
            {
                ["ConnectionStrings__ThreadStore"] = store.Database,
                ["DOTNET_gcServer"] = "1",
            },
            ct
        );
    }

    static string Path(string article) => $"/v1/sites/{Site}/articles/{article}/comments";

    /// <summary>The address of the 500th page of 20, by its cursor.</summary>
    static async Task<string> Page500Async(HttpClient http, string article, CancellationToken ct)
    {
        var cursor = "";
        for (var page = 0; page < 100; page++)
        {
            var json = await http.GetStringAsync($"{Path(article)}?limit=100&replies=0{cursor}", ct);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("nextCursor").GetString() is not { } next)
                break;
            cursor = $"&cursor={next}";
        }
        return $"{Path(article)}?limit=20{cursor}";
    }

    static async Task<List<string>> KeysAsync(string connectionString, string sql, CancellationToken ct)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var keys = new List<string>();
        while (await reader.ReadAsync(ct))
            keys.Add(reader.GetString(0));
        return keys;
    }
}
