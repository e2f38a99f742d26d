using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class RetrainingTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_learned_anew_when_it_is_old_and_enough_was_decided_once_among_all_nodes()
    {
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var clock = new ManualClock();
        Retraining On(Node at) =>
            ActivatorUtilities.CreateInstance<Retraining>(
                at.Services,
                (TimeProvider)clock,
                at.Services.GetRequiredService<LearningQueue>()
            );
        Task<int> AskAsync() => On(node).AskAsync(Ct);
        async Task<int> AskAllAsync() =>
            (await Task.WhenAll(On(node).AskAsync(Ct), On(other).AskAsync(Ct), On(node).AskAsync(Ct))).Sum();
        var careless = await node.ASiteAsync();
        await careless.TeachAsync(await careless.AnArticleAsync(), 200);
        var site = await node.ASiteAsync(new { learned = new { retrainDays = 30 } });
        var article = await site.AnArticleAsync();
        await site.TeachAsync(article, 199);

        Assert.Equal(0, await AskAllAsync());
        await site.TeachAsync(article, 1, first: 199);
        Assert.Equal(1, await AskAllAsync());
        await ModelsAsync(site, 1);
        Assert.Equal(0, await AskAllAsync());

        // old enough, and too little is new
        await site.TeachAsync(article, Retraining.MinNewDecisions - 1, first: 200);
        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(0, await AskAsync());
        await site.TeachAsync(article, 1, first: 300);
        Assert.Equal(1, await AskAllAsync());
        await ModelsAsync(site, 2);

        // enough is new, and the newest is not old enough
        await site.TeachAsync(article, Retraining.MinNewDecisions, first: 400);
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, await AskAsync());
        // somebody asked for one meanwhile, from which the days are counted too
        await HaveJobAsync(site, "running", clock.GetUtcNow().AddDays(-40));
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await AskAsync());
        await HaveJobAsync(site, "done", clock.GetUtcNow().AddDays(-29));
        Assert.Equal(0, await AskAsync());
        await HaveJobAsync(site, "failed", clock.GetUtcNow().AddHours(-23));
        Assert.Equal(0, await AskAsync());
        await HaveJobAsync(site, "failed", clock.GetUtcNow().AddHours(-25));
        Assert.Equal(1, await AskAllAsync());
        await ModelsAsync(site, 3);
        var times = (await ListAsync(site)).ConvertAll(m => m.GetProperty("trainedAt").GetDateTimeOffset());
        Assert.Equal(times.OrderDescending(), times);

        Assert.Empty(await ListAsync(careless));

        // a job as it would be in the queue, and not to be worked on
        Task HaveJobAsync(TestSite of, string state, DateTimeOffset started) =>
            node.ScalarAsync(
                $"""
                delete from threadstore.learning_jobs where site = '{of.Key}';
                insert into threadstore.learning_jobs (site, id, state, progress, started_at, taken_until)
                values ('{of.Key}', gen_random_uuid(), '{state}', 0, '{started:O}', 'infinity')
                """
            );
    }

    /// <summary>Waits until the site has so many models, none of which anybody adopted.</summary>
    static async Task ModelsAsync(TestSite site, int count) =>
        await Until.TrueAsync(
            async () =>
            {
                var models = await ListAsync(site);
                Assert.All(models, m => Assert.False(m.GetProperty("adopted").GetBoolean()));
                return models.Count == count;
            },
            $"{count} models"
        );

    static async Task<List<JsonElement>> ListAsync(TestSite site) =>
        [
            .. (await site.GetAsync("/moderation/models", site.AsAdmin()))
                .Expect(200)["items"]
                .EnumerateArray(),
        ];
}
