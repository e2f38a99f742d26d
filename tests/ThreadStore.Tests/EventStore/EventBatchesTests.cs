using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.EventStore;

public sealed class EventBatchesTests(Store store)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Long_texts_make_shorter_stretches_and_every_event_comes_once_in_order(int cores)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var node = await Node.StartAsync(store);
        const string events = """
            select n, 's', gen_random_uuid(), 1::bigint, 'comment-flagged',
              json_build_object('commentId', gen_random_uuid(), 'articleKey', 'a', 'reason', 'spam', 'by', 'ben',
                'at', '2026-03-01T12:00:00Z', 'note', repeat('x', case when n between 40 and 60 then 500000 else 9 end))::text
            from generate_series($1 + 1, 100::bigint) n order by n limit $2
            """;
        NpgsqlCommand Next(long after, int limit) => node.Database.CreateCommand(events, after, limit);

        static object? Note(object e) => ((CommentFlagged)e).Note;

        var stretches = new List<IReadOnlyList<PastFact>>();
        await foreach (var stretch in EventBatches.ReadAsync(0, 20, Next, beside: true, Note, ct, cores))
            stretches.Add(stretch);

        Assert.Equal(
            Enumerable.Range(1, 100).Select(n => (long)n),
            stretches.SelectMany(s => s.Select(f => f.Position))
        );
        Assert.Equal(20, stretches[0].Count);
        Assert.Equal(20, stretches.Max(s => s.Count));
        Assert.All(
            stretches,
            s => Assert.InRange(s.Sum(f => ((CommentFlagged)f.Event).Note!.Length), 1, 2_600_000)
        );
        Assert.All(stretches.SelectMany(s => s), f => Assert.Same(Note(f.Event), f.Prepared));
    }
}
