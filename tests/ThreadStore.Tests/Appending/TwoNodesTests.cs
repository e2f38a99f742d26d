using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Appending;

/// <summary>Two of the real program on one database, of which one is killed again and again.</summary>
public sealed class TwoNodesTests(Store store)
{
    static readonly int Kills = Endurance.Kills(2);

    [Fact]
    public async Task A_node_that_is_killed_costs_the_other_no_request_and_no_live_reader_an_event()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        var random = new Random();
        using var program = new ThreadStoreProgram();
        (string, string?) database = ("ConnectionStrings__ThreadStore", await store.CreateDatabaseAsync());
        var load = new CrashLoad(store);
        var steady = await program.ServeAsync(database);
        await load.PrepareAsync(steady);
        var mortal = Task.FromResult(await program.ServeAsync(database));
        var site = load.On(steady);
        var opened = (await site.GetAsync("/articles/a")).Position;
        var readers = Task.WhenAll(
            FollowAsync(load, () => Task.FromResult(steady), $"{opened}"),
            FollowAsync(load, () => mortal, $"{opened}")
        );

        using var stop = new CancellationTokenSource();
        var writing = load.WriteAsync(steady, stop.Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            var server = await mortal;
            var beside = load.WriteAsync(server);
            await load.UntilAsync(answered: random.Next(50, 300));
            await server.KillAsync();
            mortal = program.ServeAsync(database);
            await beside;
        }
        await mortal;
        await stop.CancelAsync();
        // not one of its requests failed
        await writing;
        var close = await site.SendAsync(
            "POST",
            "/articles/a/discussion/close",
            token: site.Token("cms", Role.Service)
        );
        close.Expect(200);

        var there = await load.AssertKeptAsync(steady);
        foreach (var published in await WithinAsync(readers, steady, await mortal))
        {
            Assert.Equal(published.Count, published.Distinct().Count());
            Assert.Equal(there.Order(), published.Append(load.Root).Order());
        }
        (await program.RunAsync(["doctor", "--full"], database)).Expect(0);
    }

    /// <summary>A server that ended by itself would be waited for without end.</summary>
    static async Task<List<Guid>[]> WithinAsync(Task<List<Guid>[]> readers, params ServerProcess[] servers)
    {
        try
        {
            return await readers.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"A live reader was never told of the end.\n{string.Join("\n\n", servers.Select(s => s.Said))}"
            );
        }
    }

    /// <summary>Reads a live stream as a browser does, which comes back by its last id, until the discussion is closed.</summary>
    /// <returns>The comments that were said to be published.</returns>
    static async Task<List<Guid>> FollowAsync(CrashLoad load, Func<Task<ServerProcess>> server, string last)
    {
        var published = new List<Guid>();
        // of a thread that was read anew, comments that the stream may still tell of
        var read = new HashSet<Guid>();
        while (true)
        {
            try
            {
                var node = await server();
                await using var reader = await LiveReader.OpenAsync(
                    node.Client,
                    "/v1/sites/crash/articles/a/live",
                    last
                );
                while (await reader.ReadAsync() is { } item)
                {
                    if (item.Name == "discussion-closed")
                        return published;
                    if (item.Name == "comment-published" && !read.Remove(item.Comment))
                        published.Add(item.Comment);
                    // on a fast machine more is written during a start than a stream makes up for
                    if (item.Name == "resync")
                    {
                        var (isClosed, there) = await ReadAnewAsync(load.On(node), load.Root, item.Id);
                        read = [.. there.Except(published)];
                        published.AddRange(read);
                        if (isClosed)
                            return published;
                    }
                    if (item.Key.Length > 0)
                        last = item.Key;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // it was killed; the next one is on its way
            }
        }
    }

    static async Task<(bool IsClosed, List<Guid> There)> ReadAnewAsync(
        TestSite site,
        Guid root,
        long position
    )
    {
        var least = $"minPosition={position}";
        var isClosed = (await site.GetAsync($"/articles/a?{least}"))["discussion"].GetString() == "closed";
        var thread = await Walk.ThreadAsync(site, "a", limit: 100, replies: 10, and: $"&{least}");
        return (isClosed, [.. thread.Select(c => c.GetProperty("id").GetGuid()).Where(id => id != root)]);
    }
}
