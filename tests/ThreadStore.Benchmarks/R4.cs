using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>R4: pages of a thread of 10,000 comments as it stood at random positions, one request at a time.</summary>
static class R4
{
    const string Site = "bench";
    const string Article = "busy";
    const int Commenters = 1_000;

    /// <summary>Requests under way at once while the discussion is made.</summary>
    const int Writers = 64;

    // shares, after news sites' comments
    const double Replies = 0.6;
    const double Edits = 0.05;

    /// <summary>Requests of each kind before those that are measured.</summary>
    const int WarmUp = 30;

    static readonly string[] Sorts = ["newest", "oldest", "best", "hot", "controversial", "replies"];

    public static Command Command()
    {
        var comments = new Option<int>("--comments")
        {
            Description = "Of the article",
            DefaultValueFactory = _ => 10_000,
        };
        var reactions = new Option<int>("--reactions")
        {
            Description = "To its comments",
            DefaultValueFactory = _ => 10_000,
        };
        var requests = new Option<int>("--requests")
        {
            Description = "Measured",
            DefaultValueFactory = _ => 300,
        };
        var server = RunOptions.Program();
        var connectionString = RunOptions.Database();
        var command = new Command("r4", "Read a thread as it stood at random positions")
        {
            comments,
            reactions,
            requests,
            server,
            connectionString,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetValue(comments),
                    parsed.GetValue(reactions),
                    parsed.GetValue(requests),
                    Path.GetFullPath(parsed.GetRequiredValue(server)),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    static async Task RunAsync(
        int comments,
        int reactions,
        int requests,
        string program,
        string? connectionString,
        CancellationToken ct
    )
    {
        var loadAverage = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(connectionString, Writers, Log, ct);
        var key = RandomNumberGenerator.GetHexString(64, lowercase: true);
        await using var server = await ServerProcess.StartAsync(
            "threadstore",
            program,
            ["serve"],
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ConnectionStrings__ThreadStore"] = await cluster.CreateDatabaseAsync("r4", ct),
                ["Logging__LogLevel__Default"] = "Warning",
                ["ThreadStore__RateLimits__Enabled"] = "false",
                ["ThreadStore__SigningKey"] = key,
            },
            ct
        );
        using var http = new HttpClient { BaseAddress = server.Address };
        string Bearer(string person, params string[] roles) =>
            ThreadStoreServer.BearerSignedWith(key, person == "root" ? "*" : Site, person, roles);

        await SendAsync(http, "PUT", "", new { name = "Bench" }, Bearer("root", "admin"), ct);
        await SendAsync(
            http,
            "PUT",
            $"/articles/{Article}",
            new { title = "Busy" },
            Bearer("root", "admin"),
            ct
        );
        var people = Enumerable.Range(0, Commenters).Select(n => Bearer($"p{n}")).ToArray();
        var (first, last) = await FillAsync(http, people, comments, reactions, ct);

        var analyst = Bearer("ana", "analyst");
        var random = new Random(1);
        string At() => $"&atPosition={random.NextInt64(first, last + 1)}";
        Log("Measuring.");
        CpuTimes Cpu() => new(null, CpuTimes.Of(server.Process), CpuTimes.OfFamily(cluster.Postmaster));
        var kinds = new (string What, Func<string> When)[]
        {
            ("live", () => ""),
            ("at a random position", At),
            ("at the last position (goal: p50 75 ms)", () => $"&atPosition={last}"),
        };
        var measured = new List<(string What, double[] Times, CpuTimes Cpu)>();
        foreach (var (what, when) in kinds)
        {
            await MeasureAsync(http, analyst, WarmUp, when, ct);
            var before = Cpu();
            measured.Add((what, await MeasureAsync(http, analyst, requests, when, ct), Cpu() - before));
        }

        Report.Write(
            Console.Out,
            "R4: a thread as it stood",
            [
                $"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores shared with the client, "
                    + $"load average {Report.Text(loadAverage, 2)} before the run",
                $"PostgreSQL {cluster.Version}; .NET {Environment.Version}, {Machine.Configuration} build",
                $"{comments:N0} comments on one article, {comments * Replies:N0} of them replies, {comments * Edits:N0} edits, "
                    + $"{reactions:N0} reactions; {requests} requests of each kind, all sorts in turn, one at a time",
            ]
        );
        Report.WriteTable(
            Console.Out,
            ["", "p50 ms", "p95 ms", "p99 ms", "CPU ms a request: server", "PostgreSQL"],
            measured.Select(m =>
                (string[])
                    [
                        m.What,
                        .. ((int[])[50, 95, 99]).Select(p => Report.Text(Percentile(m.Times, p), 1)),
                        Report.Text(m.Cpu.Server?.TotalMilliseconds / requests, 1),
                        Report.Text(m.Cpu.Postgres?.TotalMilliseconds / requests, 1),
                    ]
            )
        );
    }

    static async Task<(long First, long Last)> FillAsync(
        HttpClient http,
        string[] people,
        int comments,
        int reactions,
        CancellationToken ct
    )
    {
        Log($"Posting {comments:N0} comments.");
        var posted = new ConcurrentDictionary<int, (string Id, int By)>();
        long first = long.MaxValue,
            last = 0;
        var gate = new Lock();
        void Told(long position)
        {
            lock (gate)
                (first, last) = (Math.Min(first, position), Math.Max(last, position));
        }
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = ct };
        await Parallel.ForAsync(
            0,
            comments,
            parallel,
            async (n, token) =>
            {
                var random = new Random(n);
                var by = random.Next(people.Length);
                string? parent = null;
                if (random.NextDouble() < Replies && posted.TryGetValue(random.Next(n + 1), out var other))
                    parent = other.Id;
                var body =
                    $"Comment {n}: **well**, {new string('x', random.Next(20, 60))} {string.Join(' ', Enumerable.Repeat("as one says", random.Next(5, 25)))}.";
                var (answer, position) = await SendAsync(
                    http,
                    "POST",
                    $"/articles/{Article}/comments",
                    new { body, parentId = parent },
                    people[by],
                    token
                );
                posted[n] = (answer.GetProperty("id").GetString()!, by);
                Told(position);
                if (random.NextDouble() < Edits)
                    Told(
                        (
                            await SendAsync(
                                http,
                                "PATCH",
                                $"/comments/{posted[n].Id}",
                                new { body = body + " Or not." },
                                people[by],
                                token
                            )
                        ).Position
                    );
            }
        );
        await Parallel.ForAsync(
            0,
            reactions,
            parallel,
            async (n, token) =>
            {
                var random = new Random(-n);
                var (id, by) = posted[random.Next(comments)];
                var kind = random.NextDouble() < 0.7 ? "like" : "dislike";
                var who = (by + 1 + random.Next(people.Length - 1)) % people.Length;
                Told(
                    (
                        await SendAsync(
                            http,
                            "PUT",
                            $"/comments/{id}/reactions/{kind}",
                            null,
                            people[who],
                            token
                        )
                    ).Position
                );
            }
        );
        return (first, last);
    }

    static async Task<double[]> MeasureAsync(
        HttpClient http,
        string token,
        int requests,
        Func<string> when,
        CancellationToken ct
    )
    {
        var times = new List<double>();
        for (var n = 0; n < requests; n++)
        {
            var started = Stopwatch.GetTimestamp();
            var path = $"/articles/{Article}/comments?sort={Sorts[n % Sorts.Length]}{when()}";
            await SendAsync(http, "GET", path, null, token, ct);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return [.. times.Order()];
    }

    static double Percentile(double[] sorted, int percent) =>
        sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    static async Task<(JsonElement Answer, long Position)> SendAsync(
        HttpClient http,
        string method,
        string path,
        object? body,
        string bearer,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/sites/{Site}{path}");
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(bearer);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode)
            throw new BenchmarkException(
                $"{method} {path} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}"
            );
        return (
            await answer.Content.ReadFromJsonAsync<JsonElement>(ct),
            long.Parse(answer.Headers.GetValues("ThreadStore-Position").Single(), null)
        );
    }

    static void Log(string line) => Console.Error.WriteLine(line);
}
