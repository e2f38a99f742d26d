using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Benchmarks;

/// <summary>A server that runs, and how it is killed as by <c>kill -9</c>.</summary>
sealed record MortalNode(Uri Address, Func<Task> KillAsync);

/// <summary>How often who was told of how much.</summary>
/// <param name="Acknowledged">Comments that were answered 201.</param>
/// <param name="Stored">Those and the ones whose answer a kill cut off.</param>
/// <param name="Repeated">Messages that came again, under the same id, by who got them.</param>
/// <param name="CaughtUp">After the last comment, until everybody had been told.</param>
sealed record KilledReport(
    int Kills,
    int Acknowledged,
    int Stored,
    IReadOnlyDictionary<string, int> Repeated,
    TimeSpan CaughtUp
);

/// <summary>
/// Two nodes on one database, of which one or the other is killed again and again while comments are posted to both: a
/// webhook, a broker, somebody's mail and their inbox must be told of every comment that is there, and of each under one id.
/// </summary>
/// <param name="startAsync">Starts a node on the database; with the key that signs tokens, and those outside in its settings.</param>
/// <param name="key">It signs tokens.</param>
sealed class KilledNodes(
    Func<CancellationToken, Task<MortalNode>> startAsync,
    byte[] key,
    Outside outside,
    Action<string> log
)
{
    public const string Site = "kills";

    /// <summary>Who wants to hear of replies, and where their mail goes.</summary>
    const string Reader = "ada";
    const string Address = "ada@example.org";

    const int Writers = 4;

    /// <summary>Between two comments of a writer: mail is the slowest, and not what is measured.</summary>
    static readonly TimeSpan WriterPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Longer than any request takes, however busy the machine is.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>For what a killed node had in hand: others wait until its turn is over.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly SigningCredentials signing = new(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
    readonly HttpClient?[] clients = new HttpClient?[2];
    readonly MortalNode?[] nodes = new MortalNode?[2];
    readonly ConcurrentDictionary<Guid, bool> acknowledged = new();

    /// <param name="shortest">Between two kills, from when both nodes run.</param>
    /// <exception cref="BenchmarkException">Something was lost, or told under two ids.</exception>
    public async Task<KilledReport> RunAsync(
        int kills,
        TimeSpan shortest,
        TimeSpan longest,
        CancellationToken ct
    )
    {
        await BeginAsync(0, ct);
        var root = await PrepareAsync(ct);
        await BeginAsync(1, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.WhenAll(
            Enumerable.Range(0, Writers).Select(w => WriteAsync(w, root, stop.Token, ct))
        );
        for (var kill = 1; kill <= kills; kill++)
        {
            await Task.Delay(shortest + (longest - shortest) * Random.Shared.NextDouble(), ct);
            var victim = Random.Shared.Next(nodes.Length);
            await nodes[victim]!.KillAsync();
            log($"kill {kill} of {kills}: {acknowledged.Count} comments so far");
            await BeginAsync(victim, ct);
        }
        await stop.CancelAsync();
        await writing;
        var started = Stopwatch.GetTimestamp();
        var there = await StoredAsync(root, ct);
        if (acknowledged.Keys.Except(there).Count() is > 0 and var lost)
            throw new BenchmarkException($"{lost} comments were answered 201 and are not there.");
        while (await MissingAsync(there, ct) is { } missing)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new BenchmarkException(missing);
            await Task.Delay(100, ct);
        }
        var report = new KilledReport(
            kills,
            acknowledged.Count,
            there.Count,
            outside.Told(Address).ToDictionary(t => t.Key, t => Repeats(t.Key, t.Value)),
            Stopwatch.GetElapsedTime(started)
        );
        foreach (var node in nodes)
            await node!.KillAsync();
        return report;
    }

    async Task BeginAsync(int which, CancellationToken ct)
    {
        nodes[which] = await startAsync(ct);
        // who has the one before sees for themselves that nobody answers
        clients[which] = new() { BaseAddress = nodes[which]!.Address, Timeout = Silence };
    }

    Person Who(int node, string sub, string? email = null, params string[] roles) =>
        Who(clients[node]!, sub, email, roles);

    Person Who(HttpClient http, string sub, string? email = null, params string[] roles) =>
        new(
            http,
            Site,
            "Bearer "
                + new JsonWebTokenHandler().CreateToken(
                    new SecurityTokenDescriptor
                    {
                        Claims = new Dictionary<string, object>
                        {
                            ["sub"] = sub,
                            ["name"] = sub,
                            ["site"] = "*",
                            ["roles"] = roles,
                            ["email"] = email ?? "",
                            ["email_verified"] = email is not null,
                        },
                        Expires = DateTime.UtcNow.AddHours(1),
                        SigningCredentials = signing,
                    }
                )
        );

    async Task<Guid> PrepareAsync(CancellationToken ct)
    {
        var admin = Who(0, "root", null, "admin");
        await admin.PutAsync("", new { name = "Kills" }, ct);
        await admin.PutAsync("/articles/a", new { title = "About a", url = "https://news.example/a" }, ct);
        await admin.PutAsync(
            "/webhooks/crm",
            new { url = outside.WebhookUrl, types = (string[])["comment.published"] },
            ct
        );
        var reader = Who(0, Reader, Address);
        var root = await reader.PostAsync("/articles/a/comments", new { body = "What do you think?" }, ct);
        await reader.PutAsync("/me/preferences", new { email = new { replies = "instant" } }, ct);
        return root.Json.GetProperty("id").GetGuid();
    }

    /// <summary>Writes to the one or the other node; what was cut off may be there or not.</summary>
    async Task WriteAsync(int writer, Guid root, CancellationToken stop, CancellationToken ct)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var http = clients[(writer + n) % nodes.Length]!;
            try
            {
                var posted = await Who(http, $"w{writer}")
                    .PostAsync(
                        "/articles/a/comments",
                        new { body = $"Answer {n} of {writer}", parentId = root },
                        ct
                    );
                acknowledged[posted.Json.GetProperty("id").GetGuid()] = true;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new BenchmarkException(
                    $"No answer to a comment within {Silence.TotalSeconds} s by {http.BaseAddress}, where a node "
                        + (
                            nodes.Any(node => node!.Address == http.BaseAddress)
                                ? "still runs."
                                : "was killed."
                        )
                );
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // it was killed, or is not there yet
            }
            await Task.Delay(WriterPause, ct);
        }
    }

    /// <summary>Replies that are there.</summary>
    async Task<HashSet<Guid>> StoredAsync(Guid root, CancellationToken ct) =>
        await WalkAsync(
            Who(0, Reader),
            $"/comments/{root}/replies?limit=100",
            i => i.GetProperty("id").GetGuid(),
            ct
        );

    Task<HashSet<Guid>> InboxAsync(CancellationToken ct) =>
        WalkAsync(
            Who(0, Reader),
            "/me/notifications?limit=100",
            i => i.GetProperty("comment").GetProperty("id").GetGuid(),
            ct
        );

    static async Task<HashSet<Guid>> WalkAsync(
        Person person,
        string path,
        Func<System.Text.Json.JsonElement, Guid> id,
        CancellationToken ct
    )
    {
        var found = new HashSet<Guid>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (await person.GetAsync($"{path}{cursor}", ct)).Json;
            foreach (var item in page.GetProperty("items").EnumerateArray())
                if (!found.Add(id(item)))
                    throw new BenchmarkException($"{path} has {id(item)} twice.");
            cursor = page.GetProperty("nextCursor").GetString() is { } next
                ? $"&cursor={Uri.EscapeDataString(next)}"
                : null;
        }
        return found;
    }

    /// <returns>Who was not told of what; null: all were told of everything.</returns>
    async Task<string?> MissingAsync(HashSet<Guid> there, CancellationToken ct)
    {
        foreach (var (who, told) in outside.Told(Address))
            if (there.Except(told.Select(t => t.Comment)).Count() is > 0 and var missing)
                return $"{who} was not told of {missing} of {there.Count} comments.";
        return there.Except(await InboxAsync(ct)).Count() is > 0 and var unseen
            ? $"The inbox has not {unseen} of {there.Count} comments."
            : null;
    }

    static int Repeats(string who, IReadOnlyList<(Guid Comment, string Id)> told)
    {
        foreach (var comment in told.GroupBy(t => t.Comment))
            if (comment.Select(t => t.Id).Distinct().Count() > 1)
                throw new BenchmarkException($"{who} was told of {comment.Key} under more than one id.");
        return told.Count - told.DistinctBy(t => t.Comment).Count();
    }
}
