using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class LearnedModerationTests(Store store)
{
    const string Insult = "Only an idiot and a moron would build the school there";
    const string Kind = "Thank you for this, a good point about the school";

    static Task<Reply> TryAsync(TestSite site, string article, string body, string token) =>
        site.SendAsync("POST", $"/articles/{article}/comments?dryRun=true", new { body }, token);

    [Fact]
    public async Task What_moderators_rejected_is_learned_judged_adopted_and_held_with_its_reasons()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        (await site.SendAsync("POST", "/moderation/model", new { }, site.AsAdmin())).Expect(
            409,
            "not-enough-decisions"
        );
        await site.TeachAsync(article);
        Assert.Equal(
            "published",
            (await TryAsync(site, article, Insult, site.Token("zoe"))).Expect(200)["state"].GetString()
        );
        Assert.Equal(
            JsonValueKind.Null,
            (await TryAsync(site, article, Insult, site.Token("zoe")))["learned"].ValueKind
        );

        var job = await site.LearnAsync(new { });

        Assert.Equal("done", job["state"].GetString());
        var (hash, report) = (job["hash"].GetString()!, job["report"]);
        Assert.True(report.GetProperty("auc").GetDouble() > 0.95, report.GetRawText());
        Assert.True(report.GetProperty("texts").GetInt32() > 10, report.GetRawText());
        Assert.Equal(10, report.GetProperty("calibration").GetArrayLength());
        var strong = report
            .GetProperty("ngrams")
            .EnumerateArray()
            .Select(n => n.GetProperty("text").GetString()!)
            .ToList();
        // whole words are named, and none twice by its parts
        Assert.Single(strong, n => n.Contains("idiot", StringComparison.Ordinal));
        Assert.DoesNotContain(strong, n => n.Trim() is "idio" or "diot" or "oron");
        foreach (var word in (string[])["moron", "clown", "scum", "fool"])
            Assert.True(
                strong.Exists(n => n.Contains(word, StringComparison.Ordinal)),
                string.Join('|', strong)
            );

        (
            await site.SendAsync(
                "POST",
                "/moderation/models/absent/adopt",
                new { holdAbove = 0.6 },
                site.AsAdmin()
            )
        ).Expect(404, "model-not-found");
        (
            await site.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 6 },
                site.AsAdmin()
            )
        ).Expect(400, "validation");
        foreach (
            var (body, member) in ((object, string)[])
                [
                    (new { holdAbove = 0 }, "holdAbove"),
                    (new { adviseAbove = 0.5 }, "holdAbove"),
                    (new { holdAbove = 0.6, adviseAbove = 0 }, "adviseAbove"),
                    (new { holdAbove = 0.6, adviseAbove = 0.61 }, "adviseAbove"),
                ]
        )
            Assert.Equal(
                [member],
                (await site.SendAsync("POST", $"/moderation/models/{hash}/adopt", body, site.AsAdmin()))
                    .ExpectProblem(400, "validation")
                    .Members()
            );
        var adopted = (
            await site.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 0.6, adviseAbove = 0.55 },
                site.AsAdmin()
            )
        ).Expect(200);
        Assert.True(adopted["adopted"].GetBoolean());
        var events = await site.CountEventsAsync();
        (
            await site.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 0.6, adviseAbove = 0.55 },
                site.AsAdmin()
            )
        ).Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());

        var held = (await site.PostAsync(article, "zoe", Insult)).Expect(201);
        Assert.Equal("pending", held["state"].GetString());
        Assert.Equal(
            "published",
            (await site.PostAsync(article, "zoe", Kind)).Expect(201)["state"].GetString()
        );
        var reasons = (await site.LookAsync("/moderation/queue?state=pending"))
            .GetProperty("items")[0]
            .GetProperty("reasons")
            .GetRawText();
        Assert.Contains("\"learned\"", reasons, StringComparison.Ordinal);
        Assert.Contains("idiot", reasons, StringComparison.Ordinal);

        var verdict = await VerdictAsync(site, held["id"].GetGuid());
        Assert.Equal(hash, verdict.GetProperty("model").GetString());
        Assert.InRange(verdict.GetProperty("score").GetDouble(), 0.6, 1);
    }

    [Fact]
    public async Task Writers_are_told_the_score_and_moderators_alone_the_words()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var hash = await site.AModelAsync();
        (
            await site.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 1, adviseAbove = 0.5 },
                site.AsAdmin()
            )
        ).Expect(200);

        var writer = (await TryAsync(site, article, Insult, site.Token("zoe"))).Expect(200);
        var moderator = (await TryAsync(site, article, Insult, site.Token("mona", Role.Moderator))).Expect(
            200
        );
        var kind = (await TryAsync(site, article, Kind, site.Token("zoe"))).Expect(200);

        Assert.Equal("published", writer["state"].GetString());
        Assert.InRange(writer["learned"].GetDouble(), 0.5, 1);
        Assert.Equal("""[{"rule":"learned","match":null}]""", writer["reasons"].GetRawText());
        Assert.Contains("idiot", moderator["reasons"].GetRawText(), StringComparison.Ordinal);
        Assert.InRange(kind["learned"].GetDouble(), 0, 0.5);
        Assert.Equal("[]", kind["reasons"].GetRawText());
    }

    [Fact]
    public async Task The_settings_turn_it_off_and_on_and_name_no_model()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var hash = await site.AModelAsync();
        async Task<Reply> PutAsync(object settings) =>
            await site.SendAsync("PUT", "", settings, site.AsAdmin());
        async Task<bool> IsAdoptedAsync() =>
            (await site.GetAsync("/moderation/models", site.AsAdmin()))
                .Expect(200)["items"][0]
                .GetProperty("adopted")
                .GetBoolean();
        // they may be set before there is a model; an adoption brings its own
        (await PutAsync(new { learned = new { holdAbove = 0.6 } })).Expect(200);
        (await PutAsync(new { learned = new { retrainDays = 30 } })).Expect(200);
        (
            await site.SendAsync(
                "POST",
                $"/moderation/models/{hash}/adopt",
                new { holdAbove = 0.6 },
                site.AsAdmin()
            )
        ).Expect(200);

        // who adopts a model changes thresholds, and nothing else
        Assert.Equal(
            """{"holdAbove":0.6,"adviseAbove":null,"retrainDays":30}""",
            (await site.GetAsync("", site.AsAdmin()))["learned"].GetRawText()
        );
        Assert.True(await IsAdoptedAsync());
        (await PutAsync(new { learned = (object?)null })).Expect(200);
        Assert.False(await IsAdoptedAsync());
        var off = (await site.PostAsync(article, "zoe", Insult)).Expect(201);
        (await PutAsync(new { learned = new { holdAbove = 0.6, adviseAbove = 0.5 } })).Expect(200);
        var on = (await site.PostAsync(article, "zoe", $"{Insult}!")).Expect(201);

        Assert.Equal(("published", "pending"), (off["state"].GetString(), on["state"].GetString()));
        (await PutAsync(new { learned = new { holdAbove = 1.5 } })).Expect(400, "validation");
        (await PutAsync(new { learnedModel = "another" })).Expect(400, "validation");
        Assert.Equal(
            ["learned.model"],
            (await PutAsync(new { learned = new { holdAbove = 0.6, model = hash } }))
                .ExpectProblem(400, "validation")
                .Members()
        );
        (await PutAsync((await site.GetAsync("", site.AsAdmin())).Json)).Expect(200);
    }

    [Fact]
    public async Task The_same_history_gives_the_same_model_on_the_command_line()
    {
        var site = await store.ASiteAsync();
        await site.TeachAsync(await site.AnArticleAsync());
        using var program = new ThreadStoreProgram();

        var job = await site.LearnAsync(new { });
        var to = job["report"].GetProperty("trainedTo").GetInt64();
        var ran = (
            await program.RunAsync(
                ["learn", "--site", site.Key, "--to", $"{to}", "--json"],
                ("ConnectionStrings__ThreadStore", store.ConnectionString)
            )
        );

        Assert.Equal(
            job["hash"].GetString(),
            JsonSerializer.Deserialize<JsonElement>(ran.Expect(0).Out).GetProperty("hash").GetString()
        );
        var all = await program.RunAsync(
            ["learn", "--site", site.Key, "--to", "999999999"],
            ("ConnectionStrings__ThreadStore", store.ConnectionString)
        );
        Assert.Contains("judged by nothing", all.Expect(0).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("AUC", all.Out, StringComparison.Ordinal);
        var few = await program.RunAsync(
            ["learn", "--site", (await store.ASiteAsync()).Key],
            ("ConnectionStrings__ThreadStore", store.ConnectionString)
        );
        Assert.Contains("not enough decisions yet: 0 of 200", few.Expect(1).Error, StringComparison.Ordinal);
    }

    static async Task<JsonElement> VerdictAsync(TestSite site, Guid comment)
    {
        var events = (
            await site.GetAsync("/events?type=comment-posted&limit=10000", site.Token("ana", Role.Analyst))
        ).Expect(200);
        return events
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("data"))
            .Single(data => data.GetProperty("commentId").GetGuid() == comment)
            .GetProperty("verdicts")
            .EnumerateArray()
            .Single(v => v.GetProperty("rule").GetString() == "learned");
    }
}
