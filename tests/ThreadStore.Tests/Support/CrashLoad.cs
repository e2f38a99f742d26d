using System.Collections.Concurrent;
using System.Diagnostics;
using ThreadStore.Http;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Writers that post and reply, each request with a key of its own, and what they were answered.</summary>
/// <param name="database">Of several, where the site is to live.</param>
public sealed class CrashLoad(Store store, string key = "crash", string? database = null)
{
    const int Writers = 8;

    readonly ConcurrentDictionary<string, Sent> sent = new();
    readonly ConcurrentDictionary<Guid, Sent> answered = new();
    int next;
    long position;

    sealed record Sent(string By, string Key, Guid? Parent)
    {
        public Guid? Id { get; set; }
    }

    /// <summary>The comment that a third of the others reply to.</summary>
    public Guid Root { get; private set; }

    public string? Database => database;

    public long LastPosition => Interlocked.Read(ref position);

    public TestSite On(ServerProcess server) => new(store, key) { Client = server.Client };

    public async Task PrepareAsync(ServerProcess server)
    {
        var site = On(server);
        (await site.SendAsync("PUT", "", new { database }, Store.Token("*", "root", Role.Admin))).Expect(201);
        (await site.PutArticleAsync("a")).Expect(201);
        Root = await site.ACommentAsync("a", "root", "Root");
    }

    /// <summary>Ends when the server takes no more requests.</summary>
    public async Task WriteAsync(ServerProcess server)
    {
        try
        {
            await WriteAsync(server, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // refused, or cut off: whether it was done is not known
        }
    }

    /// <summary>Writes until it is told to stop.</summary>
    /// <exception cref="HttpRequestException">A request was refused or cut off.</exception>
    public Task WriteAsync(ServerProcess server, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(On(server), $"w{w}", stop)));

    async Task WriteAsync(TestSite site, string by, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await WriteOneAsync(site, by);
    }

    Task<Guid> WriteOneAsync(TestSite site, string by)
    {
        var n = Interlocked.Increment(ref next);
        return SendAsync(site, new(by, $"key {n}", n % 3 == 0 ? Root : null));
    }

    /// <summary>Writes one comment more, as soon as the server takes any.</summary>
    public async Task WriteOneAgainAsync(ServerProcess server, TimeSpan patience)
    {
        for (var started = Stopwatch.GetTimestamp(); ; )
        {
            try
            {
                await WriteOneAsync(server);
                return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>One comment more.</summary>
    public Task<Guid> WriteOneAsync(ServerProcess server) => WriteOneAsync(On(server), "last");

    async Task<Guid> SendAsync(TestSite site, Sent request)
    {
        sent[request.Key] = request;
        var reply = await site.PostAsync(
            "a",
            request.By,
            $"Text of {request.Key}",
            request.Parent,
            ("Idempotency-Key", request.Key)
        );
        if (reply.Status == 503)
            throw new HttpRequestException(reply.Text);
        var id = reply.Expect(201)["id"].GetGuid();
        Assert.True(request.Id is null || request.Id == id);
        request.Id = id;
        answered[id] = request;
        InterlockedMax(reply.Position);
        return id;
    }

    void InterlockedMax(long value)
    {
        long seen;
        while (value > (seen = Interlocked.Read(ref position)))
            Interlocked.CompareExchange(ref position, value, seen);
    }

    public async Task UntilAsync(int answered)
    {
        var wanted = this.answered.Count + answered;
        var started = Stopwatch.GetTimestamp();
        while (this.answered.Count < wanted)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>All that was answered is there, once; what was not answered at most once.</summary>
    /// <returns>The ids of the comments that are there.</returns>
    public async Task<List<Guid>> AssertKeptAsync(ServerProcess server)
    {
        var site = On(server);
        var thread = await Walk.ThreadAsync(site, "a", limit: 100, replies: 10);
        var there = thread.ConvertAll(c => c.GetProperty("id").GetGuid());
        Assert.Equal(there.Count, there.Distinct().Count());
        Assert.Empty(answered.Keys.Except(there));
        var texts = thread.ConvertAll(c => c.GetProperty("body").GetString());
        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.Empty(texts.Except(sent.Keys.Select(k => $"Text of {k}").Append("Root")));
        Assert.Equal(there.Count, (await site.GetAsync("/articles/a"))["commentCount"].GetInt32());
        return there;
    }

    /// <summary>A client repeats what it was never answered, and may repeat the rest.</summary>
    public async Task RepeatAllAsync(ServerProcess server)
    {
        var site = On(server);
        foreach (var stretch in sent.Values.Chunk(Writers))
            await Task.WhenAll(stretch.Select(s => SendAsync(site, s)));
        Assert.Equal(sent.Count, answered.Count);
    }
}
