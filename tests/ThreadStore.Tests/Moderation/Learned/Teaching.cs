using System.Collections.Concurrent;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

/// <summary>Moderators who reject what is rude, so that there is something to learn.</summary>
static class Teaching
{
    static readonly string[] Friendly =
    [
        "thank you for this",
        "a good point",
        "well said",
        "i agree with that",
        "nice article",
        "you make sense",
    ];
    static readonly string[] Rude =
    [
        "you idiot",
        "what a moron",
        "shut up you fool",
        "a stupid liar",
        "pathetic clown",
        "you are scum",
    ];
    static readonly string[] Streets = ["mill", "bridge", "station", "market", "harbour", "castle", "school"];

    const int Bulk = 100;

    static readonly ConcurrentDictionary<string, Task> Taught = new();

    /// <summary>The nth text; each third is rude.</summary>
    public static string Text(int n)
    {
        var said = IsRude(n) ? Rude : Friendly;
        return $"The {Streets[n % 7]} street plan number {n}: {said[n / 3 % 6]}, and {Streets[n / 7 % 7]} too";
    }

    public static bool IsRude(int n) => n % 3 == 0;

    /// <summary>Posts, and then decisions.</summary>
    /// <returns>The comments.</returns>
    /// <param name="first">The first of the texts.</param>
    public static async Task<List<Guid>> TeachAsync(
        this TestSite site,
        string article,
        int count = 250,
        int first = 0
    )
    {
        var ids = new Guid[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (n, _) => ids[n] = await site.ACommentAsync(article, $"writer{n % 40}", Text(first + n))
        );
        for (var from = 0; from < count; from += Bulk)
            (
                await site.ModerateAsync(
                    "/moderation/decisions",
                    new
                    {
                        decisions = Enumerable
                            .Range(from, Math.Min(Bulk, count - from))
                            .Select(n => new
                            {
                                id = ids[n],
                                action = IsRude(first + n) ? "reject" : "approve",
                                reason = IsRude(first + n) ? "offensive" : null,
                            }),
                    }
                )
            ).Expect(200);
        return [.. ids];
    }

    public static Task TeachOnceAsync(this TestSite site, string article) =>
        Taught.GetOrAdd(site.Key, _ => site.TeachAsync(article, 210));

    public static string AsAdmin(this TestSite site) => site.Token("root", Role.Admin);

    /// <summary>A model of the same kind, put among the site's own.</summary>
    /// <returns>Its hash.</returns>
    public static Task<string> AModelAsync(this TestSite site) => AModelAsync(site.Store.Database, site.Key);

    /// <param name="thresholds">What its report says of them.</param>
    public static async Task<string> AModelAsync(
        NpgsqlDataSource database,
        string site,
        params ThresholdFigures[] thresholds
    )
    {
        using var models = new LearnedModels(database);
        var report = new ModelReport(
            9,
            12,
            300,
            250,
            80,
            40,
            12,
            false,
            0.9,
            0.8,
            [],
            thresholds,
            [],
            [],
            []
        );
        await models.KeepAsync(
            site,
            new(Model.Value, report),
            DateTimeOffset.UtcNow.ToMicroseconds(),
            CancellationToken.None
        );
        return Model.Value.Hash;
    }

    /// <summary>
    /// The site holds by a model; moderators reject 8 of the 24 that it holds and let 16 stand, and of four that it does not
    /// hold they reject two and approve one.
    /// </summary>
    /// <returns>Where that ends.</returns>
    public static async Task<long> DriftAsync(this TestSite site, string article, string hash, string admin)
    {
        (
            await site.SendAsync("POST", $"/moderation/models/{hash}/adopt", new { holdAbove = 0.65 }, admin)
        ).Expect(200);
        var decisions = new List<object>();
        for (var n = 0; n < 28; n++)
        {
            var isHeld = n < 24;
            var posted = await site.PostAsync(
                article,
                $"writer{n}",
                Text(isHeld ? 300 + 3 * n : 301 + 3 * n)
            );
            Assert.Equal(isHeld ? "pending" : "published", posted.Expect(201)["state"].GetString());
            var isRejected = n is < 8 or 24 or 25;
            if (n < 27)
                decisions.Add(
                    new
                    {
                        id = posted["id"].GetGuid(),
                        action = isRejected ? "reject" : "approve",
                        reason = isRejected ? "offensive" : null,
                    }
                );
        }
        return (await site.SendAsync("POST", "/moderation/decisions", new { decisions }, admin))
            .Expect(200)
            .Position;
    }

    static readonly Lazy<LearnedModel> Model = new(() =>
    {
        var lessons = new Lessons();
        for (var n = 0; n < 240; n++)
            lessons.Add(LookAlikes.Unmask(Text(n)), new(Facts.None, IsRude(n), 1));
        return Learner.Learn(lessons, [.. Enumerable.Range(0, lessons.Count)]);
    });

    public static async Task<Guid> ALearningAsync(this TestSite site, string article)
    {
        await site.TeachOnceAsync(article);
        return (await site.SendAsync("POST", "/moderation/model", new { }, site.AsAdmin()))
            .Expect(202)["id"]
            .GetGuid();
    }

    /// <summary>Waits for a job to end.</summary>
    public static async Task<Reply> LearnAsync(this TestSite site, object body)
    {
        var asked = (await site.SendAsync("POST", "/moderation/model", body, site.AsAdmin())).Expect(202);
        var job = asked;
        await Until.TrueAsync(
            async () =>
            {
                job = (
                    await site.GetAsync($"/moderation/model/{asked["id"].GetGuid()}", site.AsAdmin())
                ).Expect(200);
                return job["state"].GetString() != "running";
            },
            "a model",
            TimeSpan.FromMinutes(2)
        );
        return job;
    }
}
