using System.Collections.Concurrent;
using System.Diagnostics;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Storage;

/// <summary>The real program with its own PostgreSQL, killed and stopped under load.</summary>
public sealed class CrashTests(Store store)
{
    const int Rounds = 3;
    const int Writers = 8;

    /// <summary>An orchestrator kills what has not ended by then.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_answered_survives_kill_9_of_server_and_database_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var random = new Random();
        using var program = new ThreadStoreProgram();
        var load = new Load(store);
        var server = await program.ServeAsync();
        await load.PrepareAsync(server);
        for (var round = 0; round < Rounds; round++)
        {
            var writing = load.WriteAsync(server);
            // sooner or later: while some are on their way, and others done
            await load.UntilAsync(answered: random.Next(20, 200));
            using (var postmaster = Assert.IsType<Process>(program.Postmaster()))
            {
                var first = random.Next(2) == 0 ? server.KillAsync() : KillAsync(postmaster);
                await Task.WhenAll(first, server.KillAsync(), KillAsync(postmaster));
            }
            await writing;
            server = await program.ServeAsync();
            await load.AssertKeptAsync(server);
        }
        await load.RepeatAllAsync(server);
        await load.AssertKeptAsync(server);

        // positions that the crashes left out must not stop a rebuild; doctor compares all rows with the events
        var rebuilt = await program.RunAsync("projections", "rebuild");
        rebuilt.Expect(0);
        var doctor = await program.RunAsync("doctor", "--full");
        doctor.Expect(0);
        Assert.Equal(0, await server.TerminateAsync(Grace));
        Assert.Null(program.Postmaster());
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_answers_what_it_took_and_ends()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        var load = new Load(store);
        var server = await program.ServeAsync();
        await load.PrepareAsync(server);
        var writing = load.WriteAsync(server);
        await load.UntilAsync(answered: 50);

        Assert.Equal(0, await server.TerminateAsync(Grace));

        // none waits for an answer that never comes
        await writing.WaitAsync(Grace);
        Assert.Null(program.Postmaster());
        server = await program.ServeAsync();
        await load.AssertKeptAsync(server);
        // the first answer knows how far the history goes
        var site = load.On(server);
        var (newest, again) = (load.LastPosition, await site.GetAsync("/articles/a"));
        Assert.True(again.Position >= newest, $"{again.Position} < {newest}");
        Assert.Equal(0, await server.TerminateAsync(Grace));
    }

    static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Writers that post and reply, each request with a key of its own, and what they were answered.</summary>
    sealed class Load(Store store)
    {
        readonly ConcurrentDictionary<string, Sent> sent = new();
        readonly ConcurrentDictionary<Guid, Sent> answered = new();
        Guid root;
        int next;
        long position;

        sealed record Sent(string By, string Key, Guid? Parent)
        {
            public Guid? Id { get; set; }
        }

        public long LastPosition => Interlocked.Read(ref position);

        public TestSite On(ServerProcess server) => new(store, "crash") { Client = server.Client };

        public async Task PrepareAsync(ServerProcess server)
        {
            var site = On(server);
            (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);
            (await site.PutArticleAsync("a")).Expect(201);
            root = await site.ACommentAsync("a", "root", "Root");
        }

        /// <summary>Ends when the server takes no more requests.</summary>
        public Task WriteAsync(ServerProcess server) =>
            Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(On(server), $"w{w}")));

        async Task WriteAsync(TestSite site, string by)
        {
            try
            {
                while (true)
                {
                    var n = Interlocked.Increment(ref next);
                    await SendAsync(site, new(by, $"key {n}", n % 3 == 0 ? root : null));
                }
            }
            catch (HttpRequestException)
            {
                // refused, or cut off: whether it was done is not known
            }
        }

        async Task SendAsync(TestSite site, Sent request)
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
                throw new HttpRequestException("The database is gone.");
            var id = reply.Expect(201)["id"].GetGuid();
            Assert.True(request.Id is null || request.Id == id);
            request.Id = id;
            answered[id] = request;
            InterlockedMax(reply.Position);
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
        public async Task AssertKeptAsync(ServerProcess server)
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
}
