using CsCheck;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Appending;

/// <summary>Where everybody writes in one place at once: the counters, ranks and pages of one article.</summary>
public sealed class OneArticleTests(Store store)
{
    const int Connections = 32;
    const int Histories = 2;
    static readonly string[] Sorts = ["newest", "oldest", "best", "hot", "controversial", "replies"];

    /// <summary>What one connection does next; comments by number, counted in the order in which they were made.</summary>
    public abstract record Move;

    public sealed record Write(int? Parent) : Move;

    public sealed record React(int Comment, string Kind) : Move;

    public sealed record Unreact(int Comment) : Move;

    public sealed record Edit(int Comment) : Move;

    public sealed record Delete(int Comment) : Move;

    static readonly Gen<int> Any = Gen.Int[0, 1_000];

    static readonly Gen<Move> Moves = Gen.Frequency(
        (2, Gen.Const((Move)new Write(null))),
        (3, Any.Select(c => (Move)new Write(c))),
        (6, Gen.Select(Any, Gen.OneOf("like", "dislike"), (c, k) => (Move)new React(c, k))),
        (2, Any.Select(c => (Move)new Unreact(c))),
        (2, Any.Select(c => (Move)new Edit(c))),
        (2, Any.Select(c => (Move)new Delete(c)))
    );

    [Fact]
    public async Task Two_writers_on_32_connections_leave_what_a_rebuild_makes_of_their_history()
    {
        await using var node = await Node.StartAsync(store);
        await Moves
            .Array[5, 9]
            .Array[Connections]
            .SampleAsync(
                async connections =>
                {
                    var site = await node.ASiteAsync();
                    var article = await site.AnArticleAsync();
                    var run = new Run(site, article);
                    await Task.WhenAll(connections.Select((moves, c) => run.MakeAsync(c, moves)));

                    var pages = await PagesAsync(site, article);
                    await Walk.AssertLawOfCountsAsync(site, article);
                    await run.AssertReactionsAsync();
                    await node.AssertRowsFollowFromEventsAsync(7);
                    Assert.Equal(pages, await PagesAsync(site, article));
                },
                iter: Histories,
                threads: 1
            );
    }

    /// <summary>Every page of every sort, and the article, as readers get them.</summary>
    static async Task<List<string>> PagesAsync(TestSite site, string article)
    {
        var pages = new List<string> { (await site.GetAsync($"/articles/{article}")).Expect(200).Text };
        foreach (var sort in Sorts)
            pages.AddRange((await Walk.ThreadAsync(site, article, sort)).Select(c => $"{sort} {c}"));
        return pages;
    }

    /// <summary>Even connections are Ada's, odd ones Ben's.</summary>
    sealed class Run(TestSite site, string article)
    {
        readonly Lock gate = new();
        readonly List<(Guid Id, string By)> comments = [];
        int texts;

        public async Task MakeAsync(int connection, Move[] moves)
        {
            var me = connection % 2 == 0 ? "ada" : "ben";
            foreach (var move in moves)
            {
                var reply = await MakeAsync(me, move);
                // what somebody else has just taken away, or what is one's own
                Assert.True(reply is null or { Status: < 300 or 403 or 404 or 409 or 410 }, reply?.Text);
            }
        }

        async Task<Reply?> MakeAsync(string me, Move move)
        {
            var token = site.Token(me);
            switch (move)
            {
                case Write { Parent: var parent }:
                    var text = $"Text {Interlocked.Increment(ref texts)}";
                    var posted = await site.PostAsync(
                        article,
                        me,
                        text,
                        parent is { } p ? Find(p)?.Id : null
                    );
                    lock (gate)
                        if (posted.Status == 201)
                            comments.Add((posted["id"].GetGuid(), me));
                    return posted;
                case React m when Find(m.Comment) is var (id, _):
                    return await site.SendAsync("PUT", $"/comments/{id}/reactions/{m.Kind}", token: token);
                case Unreact m when Find(m.Comment) is var (id, _):
                    return await site.SendAsync("DELETE", $"/comments/{id}/reactions/like", token: token);
                case Edit m when Find(m.Comment) is var (id, _):
                    var body = new { body = $"Text {Interlocked.Increment(ref texts)}" };
                    return await site.SendAsync("PATCH", $"/comments/{id}", body, token);
                case Delete m when Find(m.Comment) is var (id, _):
                    return await site.SendAsync("DELETE", $"/comments/{id}", token: token);
                default:
                    return null; // nothing is there yet
            }
        }

        (Guid Id, string By)? Find(int number)
        {
            lock (gate)
                return comments.Count == 0 ? null : comments[number % comments.Count];
        }

        /// <summary>Each of the two sees a reaction of theirs where the comment counts it, and nowhere else.</summary>
        public async Task AssertReactionsAsync()
        {
            var placed = new Dictionary<string, Dictionary<string, int>>();
            foreach (var me in (string[])["ada", "ben"])
            {
                var own = (await site.GetAsync($"/articles/{article}/me", site.Token(me))).Expect(200);
                foreach (var reaction in own["reactions"].EnumerateObject())
                {
                    if (!placed.TryGetValue(reaction.Name, out var kinds))
                        placed[reaction.Name] = kinds = [];
                    var kind = reaction.Value.GetString()!;
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                }
            }
            foreach (var comment in await Walk.ThreadAsync(site, article))
            {
                if (comment.GetProperty("state").GetString() != "published")
                    continue;
                var counted = comment
                    .GetProperty("reactions")
                    .EnumerateObject()
                    .ToDictionary(r => r.Name, r => r.Value.GetInt32());
                Assert.Equal(placed.GetValueOrDefault(comment.GetProperty("id").GetString()!, []), counted);
            }
        }
    }
}
