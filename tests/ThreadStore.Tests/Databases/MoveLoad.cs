using System.Collections.Concurrent;
using System.Diagnostics;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>People who write on a site, each on a node of their own, and look for what they wrote on another.</summary>
sealed class MoveLoad : IAsyncDisposable
{
    readonly CancellationTokenSource end = new();
    readonly ConcurrentQueue<Guid> posted = new();
    readonly Task[] people;
    long longest;

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longest));

    public MoveLoad(TestSite[] sites, string article, TestSite[] neighbours, string theirs) =>
        people = [
            .. sites.Select(
                (site, n) => Task.Run(() => WriteAsync(site, sites[(n + 1) % sites.Length], article, $"w{n}"))
            ),
            .. neighbours.Select(site => Task.Run(() => WriteBesideAsync(site, theirs))),
        ];

    async Task WriteAsync(TestSite here, TestSite there, string article, string by)
    {
        var last = 0L;
        for (var n = 0; !end.IsCancellationRequested; n++)
        {
            var began = Stopwatch.GetTimestamp();
            var reply = (await here.PostAsync(article, by, $"{by} writes {n}")).Expect(201);
            var took = Stopwatch.GetElapsedTime(began).Ticks;
            for (
                long known;
                (known = Interlocked.Read(ref longest)) < took
                    && Interlocked.CompareExchange(ref longest, took, known) != known;

            ) { }
            Assert.True(reply.Position > last, "Positions went back.");
            last = reply.Position;
            var id = reply["id"].GetGuid();
            posted.Enqueue(id);
            (await there.GetAsync($"/comments/{id}?minPosition={last}")).Expect(200);
        }
    }

    async Task WriteBesideAsync(TestSite site, string article)
    {
        for (var n = 0; !end.IsCancellationRequested; n++)
            (await site.PostAsync(article, "neighbour", $"Beside it {n}")).Expect(201);
    }

    /// <summary>Until so many more were written.</summary>
    public async Task GoOnAsync(int more)
    {
        var goal = posted.Count + more;
        await Until.TrueAsync(
            () => Task.FromResult(posted.Count >= goal || people.Any(p => p.IsCompleted)),
            "further comments"
        );
    }

    /// <returns>What was acknowledged.</returns>
    public async Task<IReadOnlyCollection<Guid>> EndAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(people);
        return posted;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(people).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }
}
