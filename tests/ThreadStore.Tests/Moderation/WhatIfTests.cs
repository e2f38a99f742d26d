using System.Text.Json.Nodes;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

public sealed class WhatIfTests(Store store)
{
    static async Task<Reply> AskAsync(TestSite site, object settings) =>
        (
            await site.SendAsync("POST", "/analytics/what-if", settings, site.Token("ana", Role.Analyst))
        ).Expect(200);

    static string Counts(Reply reply) =>
        string.Join(
            ' ',
            new[] { "judged", "held", "rejected", "published", "differs" }.Select(m => reply[m].GetInt64())
        );

    static Task<Reply> FlagAsync(TestSite site, Guid comment, string by) =>
        site.SendAsync("POST", $"/comments/{comment}/flags", new { reason = "spam" }, site.Token(by));

    [Fact]
    public async Task Posts_and_edits_are_judged_under_the_settings_given_and_nothing_changes()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "cure" } });
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "A cure");
        var poison = await site.ACommentAsync(article, "ada", "Poison");
        var edited = await site.ACommentAsync(article, "ben", "Fine");
        (
            await site.SendAsync(
                "PATCH",
                $"/comments/{edited}",
                new { body = "More poison" },
                site.Token("ben")
            )
        ).Expect(200);
        var events = await site.CountEventsAsync();

        var same = await AskAsync(site, new { });
        var other = await AskAsync(site, new { bannedWords = new[] { "poison" } });

        Assert.Equal("4 1 0 3 0", Counts(same));
        Assert.Equal("4 1 2 1 2", Counts(other));
        Assert.Equal("""{"bannedWord":2,"suspectWord":1}""", other["byRule"].GetRawText());
        var examples = other["examples"].EnumerateArray().ToList();
        Assert.Equal([edited, poison], examples.Select(e => e.GetProperty("comment").GetGuid()));
        Assert.Equal("published", examples[1].GetProperty("was").GetString());
        Assert.Equal("rejected", examples[1].GetProperty("wouldBe").GetString());
        Assert.Equal(
            """[{"rule":"bannedWord","match":"Poison"}]""",
            examples[1].GetProperty("reasons").GetRawText()
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Authors_are_judged_by_what_they_had_written_at_that_time()
    {
        var site = await store.ASiteAsync();
        var (one, two) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        foreach (var text in (string[])["Same", "b", "c"])
            await site.ACommentAsync(one, "ada", text);
        await site.ACommentAsync(two, "ada", "Same");
        await site.ACommentAsync(two, "ben", "Same");

        Assert.Equal("5 3 0 2 3", Counts(await AskAsync(site, new { newCommentersHeldForReview = 2 })));
        Assert.Equal("5 2 0 3 2", Counts(await AskAsync(site, new { floodHeldForReview = 2 })));
        Assert.Equal("5 1 0 4 1", Counts(await AskAsync(site, new { repeatedTextHeldForReview = true })));
        Assert.Equal("5 5 0 0 5", Counts(await AskAsync(site, new { moderationMode = "pre" })));
    }

    [Theory]
    [InlineData("""{"bannedWords":["poison"],"linksHeldForReview":1}""", 2, 1)]
    [InlineData("""{"suspectPatterns":["p.is"],"floodHeldForReview":3}""", 2, 0)]
    [InlineData("""{"moderationMode":"pre","bannedPatterns":["^x$"]}""", 4, 0)]
    public async Task It_is_what_a_site_with_such_settings_does(string json, int held, int rejected)
    {
        var settings = JsonNode.Parse(json)!;
        var (before, after) = (await store.ASiteAsync(), await store.ASiteAsync(settings));
        var states = new List<string>();
        foreach (var site in (TestSite[])[before, after])
        {
            var article = await site.AnArticleAsync();
            foreach (
                var text in (string[])
                    ["Fine", "**p**oison", "See https://news.example and", "Last https://a.example"]
            )
                states.Add((await site.PostAsync(article, "ada", text)).Expect(201)["state"].GetString()!);
        }

        var answer = await AskAsync(before, settings);

        Assert.All(states[..4], s => Assert.Equal("published", s));
        Assert.Equal(
            (states[4..].Count(s => s == "pending"), states[4..].Count(s => s == "rejected")),
            ((int)answer["held"].GetInt64(), (int)answer["rejected"].GetInt64())
        );
        Assert.Equal(
            (held, rejected),
            (states.Count(s => s == "pending"), states.Count(s => s == "rejected"))
        );
    }

    [Fact]
    public async Task Flags_hold_at_the_threshold_given()
    {
        var site = await store.ASiteAsync(new { flagsHeldForReview = 2 });
        var article = await site.AnArticleAsync();
        var once = await site.ACommentAsync(article, "ada", "a");
        var twice = await site.ACommentAsync(article, "ada", "b");
        (await FlagAsync(site, once, "ben")).Expect(201);
        (await FlagAsync(site, twice, "ben")).Expect(201);
        (await FlagAsync(site, twice, "cyd")).Expect(201);

        Assert.Equal("2 1 0 1 0", Counts(await AskAsync(site, new { })));
        var sooner = await AskAsync(site, new { flagsHeldForReview = 1 });
        Assert.Equal("2 2 0 0 1", Counts(sooner));
        Assert.Equal(once, sooner["examples"][0].GetProperty("comment").GetGuid());
        Assert.Equal("2 0 0 2 1", Counts(await AskAsync(site, new { flagsHeldForReview = (int?)null })));
    }

    [Fact]
    public async Task Bad_settings_are_refused()
    {
        var site = await store.ASiteAsync();
        foreach (var bad in (object[])[new { nope = 1 }, new { linksHeldForReview = 0 }])
            (await site.SendAsync("POST", "/analytics/what-if", bad, site.Token("ana", Role.Analyst))).Expect(
                400,
                "validation"
            );
    }
}
