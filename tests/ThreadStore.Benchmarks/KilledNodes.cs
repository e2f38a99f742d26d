using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ThreadStore.Benchmarks;

/// <summary>A server that runs, and how it is killed as by <c>kill -9</c>.</summary>
sealed record MortalNode(Uri Address, Func<Task> KillAsync);

/// <summary>A database that nodes are on.</summary>
/// <param name="Site">A site that is made in it.</param>
/// <param name="KillAsync">As by <c>kill -9</c>.</param>
/// <param name="ReviveAsync">With what it had.</param>
sealed record MortalDatabase(
    string Name,
    string Site,
    Func<Task> KillAsync,
    Func<CancellationToken, Task> ReviveAsync
);

/// <summary>Several databases, and what is done with them.</summary>
/// <param name="BesideAsync">What goes on beside each kill; ends by itself.</param>
/// <param name="CheckAsync">At the end, while both nodes run.</param>
sealed record MortalDatabases(
    IReadOnlyList<MortalDatabase> All,
    Func<CancellationToken, Task> BesideAsync,
    Func<CancellationToken, Task> CheckAsync
);

/// <summary>How often who was told of how much.</summary>
/// <param name="Acknowledged">Comments that were answered 201.</param>
/// <param name="Stored">Those and the ones whose answer a kill cut off.</param>
/// <param name="Repeated">Messages that came again, under the same id, by who got them.</param>
/// <param name="CaughtUp">After the last comment, until everybody had been told.</param>
/// <param name="Handover">From a node's death until the other one had indexed what was posted then, at most.</param>
sealed record KilledReport(
    int Kills,
    int Acknowledged,
    int Stored,
    IReadOnlyDictionary<string, int> Repeated,
    TimeSpan CaughtUp,
    TimeSpan Handover
);

/// <summary>
/// Two nodes, of which one or the other is killed again and again while comments are posted to both, or one of the databases
/// that they are on: nothing that was answered may be lost, and a webhook, a broker, somebody's mail and their inbox must be
/// told of every comment that is there, and of each under one id.
/// </summary>
/// <param name="startAsync">Starts a node on the database; with the key that signs tokens, and those outside in its settings.</param>
/// <param name="key">It signs tokens.</param>
/// <param name="several">Databases that are killed, too; null: there is one, which lives on.</param>
sealed class KilledNodes(
    Func<CancellationToken, Task<MortalNode>> startAsync,
    byte[] key,
    Outside outside,
    Action<string> log,
    MortalDatabases? several = null
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

    /// <summary>A database is away for no longer.</summary>
    static readonly TimeSpan LongestAway = TimeSpan.FromSeconds(3);

    static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    readonly SigningCredentials signing = new(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
    readonly HttpClient?[] clients = new HttpClient?[2];
    readonly MortalNode?[] nodes = new MortalNode?[2];
    readonly IReadOnlyList<MortalDatabase> databases = several?.All ?? [];
    readonly ConcurrentDictionary<Guid, bool> acknowledged = new();
    TimeSpan handover;

    /// <summary>A site, and the comment there that all others answer.</summary>
    sealed record Place(string Site, Guid Root);

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
        var places = new List<Place>();
        foreach (
            var (site, database) in databases
                .Select(d => (d.Site, (string?)d.Name))
                .DefaultIfEmpty((Site, null))
        )
            places.Add(await PrepareAsync(site, database, ct));
        await BeginAsync(1, ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.WhenAll(
            Enumerable.Range(0, Writers).Select(w => WriteAsync(w, places[w % places.Count], stop.Token, ct))
        );
        for (var kill = 1; kill <= kills; kill++)
        {
            var beside = several?.BesideAsync(ct) ?? Task.CompletedTask;
            await Task.Delay(shortest + (longest - shortest) * Random.Shared.NextDouble(), ct);
            if (writing.IsFaulted)
                await writing;
            var victim = Random.Shared.Next(nodes.Length + databases.Count);
            log(
                $"kill {kill} of {kills}: {acknowledged.Count} comments so far, {await KillAsync(victim, places, ct)}"
            );
            await beside;
        }
        await stop.CancelAsync();
        await writing;
        var started = Stopwatch.GetTimestamp();
        var there = new Dictionary<string, HashSet<Guid>>();
        foreach (var place in places)
            there[place.Site] = await StoredAsync(place, ct);
        var all = there.Values.SelectMany(t => t).ToHashSet();
        if (acknowledged.Keys.Except(all).Count() is > 0 and var lost)
            throw new BenchmarkException($"{lost} comments were answered 201 and are not there.");
        var (before, changed) = ("", started);
        while (await MissingAsync(there, all, ct) is { } missing)
        {
            // mail comes one by one, and may be minutes behind
            if (missing != before)
                (before, changed) = (missing, Stopwatch.GetTimestamp());
            else if (Stopwatch.GetElapsedTime(changed) > Patience)
                throw new BenchmarkException(missing);
            await Task.Delay(LookInterval, ct);
        }
        var report = new KilledReport(
            kills,
            acknowledged.Count,
            all.Count,
            outside.Told(Address).ToDictionary(t => t.Key, t => Repeats(t.Key, t.Value)),
            Stopwatch.GetElapsedTime(started),
            handover
        );
        await (several?.CheckAsync(ct) ?? Task.CompletedTask);
        foreach (var node in nodes)
            await node!.KillAsync();
        return report;
    }

    /// <returns>Who was killed, in words.</returns>
    async Task<string> KillAsync(int victim, List<Place> places, CancellationToken ct)
    {
        if (victim < nodes.Length)
        {
            await nodes[victim]!.KillAsync();
            if (databases.Count > 0)
                await MeasureHandoverAsync(1 - victim, places, ct);
            await BeginAsync(victim, ct);
            return $"node {victim}";
        }
        var database = databases[victim - nodes.Length];
        await database.KillAsync();
        await Task.Delay(LongestAway * Random.Shared.NextDouble(), ct);
        await database.ReviveAsync(ct);
        return $"database {database.Name}";
    }

    async Task BeginAsync(int which, CancellationToken ct)
    {
        nodes[which] = await startAsync(ct);
        // who has the one before sees for themselves that nobody answers
        clients[which] = new() { BaseAddress = nodes[which]!.Address, Timeout = Silence };
    }

    Person Who(string site, int node, string sub, string? email = null, params string[] roles) =>
        Who(site, clients[node]!, sub, email, roles);

    Person Who(string site, HttpClient http, string sub, string? email = null, params string[] roles) =>
        new(
            http,
            site,
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

    async Task<Place> PrepareAsync(string site, string? database, CancellationToken ct)
    {
        var admin = Who(site, 0, "root", null, "admin");
        await admin.PutAsync("", new { name = "Kills", database }, ct);
        await admin.PutAsync("/articles/a", new { title = "About a", url = "https://news.example/a" }, ct);
        await admin.PutAsync(
            "/webhooks/crm",
            new { url = outside.WebhookUrl, types = (string[])["comment.published"] },
            ct
        );
        var reader = Who(site, 0, Reader, Address);
        var root = await reader.PostAsync("/articles/a/comments", new { body = "What do you think?" }, ct);
        await reader.PutAsync("/me/preferences", new { email = new { replies = "instant" } }, ct);
        return new(site, root.Json.GetProperty("id").GetGuid());
    }

    /// <summary>Writes to the one or the other node; what was cut off may be there or not.</summary>
    async Task WriteAsync(int writer, Place place, CancellationToken stop, CancellationToken ct)
    {
        var last = 0L;
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var http = clients[(writer + n) % nodes.Length]!;
            try
            {
                var posted = await Who(place.Site, http, $"w{writer}")
                    .PostAsync(
                        "/articles/a/comments",
                        new { body = $"Answer {n} of {writer}", parentId = place.Root },
                        ct
                    );
                acknowledged[posted.Json.GetProperty("id").GetGuid()] = true;
                if (posted.Position <= last)
                    throw new BenchmarkException($"Position {posted.Position} came after {last}.");
                last = posted.Position;
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

    /// <summary>How long it takes until the node that lives has indexed in each database what is posted now.</summary>
    async Task MeasureHandoverAsync(int node, List<Place> places, CancellationToken ct)
    {
        var died = Stopwatch.GetTimestamp();
        foreach (var place in places)
        {
            var person = Who(place.Site, node, "watch");
            var word = $"w{Guid.NewGuid():N}";
            // it may be on its way elsewhere
            var posted = await AgainAsync(
                () => person.PostAsync("/articles/a/comments", new { body = $"Found by {word}" }, ct),
                ct
            );
            await AgainAsync(
                async () =>
                    (await person.GetAsync($"/search?q={word}&minPosition={posted.Position}", ct))
                        .Json.GetProperty("items")
                        .GetArrayLength() == 1
                        ? default(Answered)
                        : throw new HttpRequestException("It is not found yet."),
                ct
            );
        }
        if (Stopwatch.GetElapsedTime(died) is var took && took > handover)
            handover = took;
    }

    /// <summary>Until it is answered, for as long as it may take.</summary>
    static async Task<T> AgainAsync<T>(Func<Task<T>> askAsync, CancellationToken ct)
    {
        for (var started = Stopwatch.GetTimestamp(); ; )
        {
            try
            {
                return await askAsync();
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(LookInterval, ct);
            }
        }
    }

    /// <summary>Replies that are there.</summary>
    Task<HashSet<Guid>> StoredAsync(Place place, CancellationToken ct) =>
        AgainAsync(
            () =>
                WalkAsync(
                    Who(place.Site, 0, Reader),
                    $"/comments/{place.Root}/replies?limit=100",
                    i => i.GetProperty("id").GetGuid(),
                    ct
                ),
            ct
        );

    Task<HashSet<Guid>> InboxAsync(string site, CancellationToken ct) =>
        AgainAsync(
            () =>
                WalkAsync(
                    Who(site, 0, Reader),
                    "/me/notifications?limit=100",
                    i => i.GetProperty("comment").GetProperty("id").GetGuid(),
                    ct
                ),
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
    async Task<string?> MissingAsync(
        Dictionary<string, HashSet<Guid>> there,
        HashSet<Guid> all,
        CancellationToken ct
    )
    {
        foreach (var (who, told) in outside.Told(Address))
            if (all.Except(told.Select(t => t.Comment)).Count() is > 0 and var missing)
                return $"{who} was not told of {missing} of {all.Count} comments.";
        foreach (var (site, comments) in there)
            if (comments.Except(await InboxAsync(site, ct)).Count() is > 0 and var unseen)
                return $"The inbox of {site} has not {unseen} of {comments.Count} comments.";
        return null;
    }

    static int Repeats(string who, IReadOnlyList<(Guid Comment, string Id)> told)
    {
        foreach (var comment in told.GroupBy(t => t.Comment))
            if (comment.Select(t => t.Id).Distinct().Count() > 1)
                throw new BenchmarkException($"{who} was told of {comment.Key} under more than one id.");
        return told.Count - told.DistinctBy(t => t.Comment).Count();
    }
}
