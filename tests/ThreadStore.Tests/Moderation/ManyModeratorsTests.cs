using System.Collections.Concurrent;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public class ManyModeratorsTests(Store store)
{
    const int Moderators = 100;

    /// <summary>The same holds of 10,000, which take half a minute.</summary>
    const int Queue = 1_000;

    /// <summary>How many moderators, on average, decide on each comment.</summary>
    const int Overlap = 5;
    const int Bulk = 25;

    sealed record Decided(Guid Id, string Action, int Status);

    [Fact]
    public async Task A_hundred_moderators_who_decide_at_once_on_one_queue_decide_each_comment_once()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Queue),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (n, _) => await site.ACommentAsync(article, $"c{n % 50}", $"Text {n}")
        );
        var queue = (
            await Walk.PagesAsync(
                site,
                "/moderation/queue?state=pending&limit=100",
                site.Token("mona", Role.Moderator)
            )
        ).ConvertAll(i => i.GetProperty("comment"));
        Assert.Equal(Queue, queue.Count);

        var decided = new ConcurrentBag<Decided>();
        await Task.WhenAll(
            Enumerable
                .Range(0, Moderators)
                .Select(async m =>
                {
                    var random = new Random(m);
                    for (var done = 0; done < Overlap * Queue / Moderators; done += Bulk)
                        await DecideAsync(site, $"m{m}", random, random.GetItems([.. queue], Bulk), decided);
                })
        );
        // whoever comes last finds what is left
        foreach (var rest in queue.Chunk(100))
            await DecideAsync(site, "last", new Random(0), rest, decided);

        // every decision but the first on a comment was told that what it was about had changed
        Assert.All(decided, d => Assert.Contains(d.Status, (int[])[200, 412]));
        var accepted = decided.Where(d => d.Status == 200).ToDictionary(d => d.Id, d => d.Action);
        Assert.Equal(Queue, accepted.Count);
        var token = site.Token("mona", Role.Moderator);
        var log = await Walk.PagesAsync(site, "/moderation/log?limit=100", token);
        Assert.Equal(
            accepted.Select(a => $"{a.Key} {a.Value}").Order(),
            log.Select(l =>
                    $"{l.GetProperty("target").GetProperty("id").GetGuid()} {l.GetProperty("action").GetString()}"
                )
                .Order()
        );
        Assert.Equal(
            """{"pending":0,"flagged":0}""",
            (await site.LookAsync("/moderation/counts")).GetRawText()
        );
        var thread = (await site.GetAsync($"/articles/{article}")).Expect(200);
        Assert.Equal(accepted.Values.Count(a => a == "approve"), thread["commentCount"].GetInt32());
    }

    static async Task DecideAsync(
        TestSite site,
        string moderator,
        Random random,
        JsonElement[] comments,
        ConcurrentBag<Decided> decided
    )
    {
        var wanted = comments
            .DistinctBy(c => c.GetProperty("id").GetGuid())
            .Select(c => (Id: c.GetProperty("id").GetGuid(), IsGood: random.Next(2) == 0, Comment: c))
            .Select(c => new
            {
                id = c.Id,
                action = c.IsGood ? "approve" : "reject",
                reason = c.IsGood ? null : "other",
                version = c.Comment.GetProperty("version").GetInt32(),
            })
            .ToArray();
        var reply = await site.ModerateAsync("/moderation/decisions", new { decisions = wanted }, moderator);
        foreach (var (want, outcome) in wanted.Zip(reply.Expect(200)["outcomes"].EnumerateArray()))
            decided.Add(new(want.id, want.action, outcome.GetProperty("status").GetInt32()));
    }
}
