using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Sites;

public class ConfigureSiteTests(Store store)
{
    static string Root => Store.Token("*", "root", Role.Admin);

    Task<Reply> PutAsync(TestSite site, object? settings) =>
        store.SendAsync("PUT", site.Path, settings, Root);

    [Fact]
    public async Task A_new_site_has_the_defaults_of_the_contract()
    {
        var site = await store.ASiteAsync();

        var settings = (await site.GetAsync("", Root)).Expect(200);

        var expected = $$"""
            {
              "key": "{{site.Key}}", "name": "{{site.Key}}", "language": "simple", "timeZone": "UTC",
              "moderationMode": "post", "bannedWords": [], "suspectWords": [], "bannedPatterns": [],
              "suspectPatterns": [], "linksHeldForReview": null, "newCommentersHeldForReview": 0,
              "repeatedTextHeldForReview": false, "floodHeldForReview": null, "newcomerWritesPerMinute": 10,
              "newcomerWriteBurst": 20, "flagsHeldForReview": 5,
              "maxCommentLength": 10000, "maxDepth": 32, "editWindowMinutes": 15, "closeAfterDays": null,
              "reactions": { "dislike": -1, "like": 1 }, "allowedOrigins": [], "retentionDays": null,
              "retention": { "rejectedDays": null, "deletedDays": null, "flagNotesDays": null, "deliveriesDays": null,
                "inactiveCommenterDays": null },
              "classifier": null, "learned": null, "guests": "off", "challenge": null, "mayComment": null, "badges": {},
              "rejectionRateHeldForReview": null, "trust": null, "trustedSkip": []
            }
            """;
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(settings.Text)),
            settings.Text
        );
        Assert.StartsWith("private", settings.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("nan")]
    [InlineData("true")]
    public async Task A_new_site_is_not_called_by_a_word_that_tools_take_for_a_value(string key)
    {
        var refused = await PutAsync(new TestSite(store, key), new { });

        Assert.True(refused.Expect(400, "validation")["errors"].TryGetProperty("site", out _));
        (await store.SendAsync("GET", $"/v1/sites/{key}", token: Root)).Expect(404, "site-not-found");
    }

    [Fact]
    public async Task The_first_time_creates_the_site_and_the_next_changes_it()
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");

        (await PutAsync(site, new { name = "One" })).Expect(201);
        (await PutAsync(site, new { name = "Two" })).Expect(200);
        Assert.Equal(2, await site.CountEventsAsync());
    }

    [Fact]
    public async Task The_same_again_appends_no_event()
    {
        var settings = new { name = "News", reactions = new { up = 1, down = -1 } };
        var site = await store.ASiteAsync(settings);

        var (first, again, nothing) = (
            (await PutAsync(site, settings)).Expect(200),
            (await PutAsync(site, settings)).Expect(200),
            (await PutAsync(site, new { })).Expect(200)
        );

        Assert.Equal((first.Text, first.ETag), (again.Text, again.ETag));
        Assert.Equal(first.Text, nothing.Text);
        Assert.Equal(1, await site.CountEventsAsync());
    }

    [Fact]
    public async Task What_was_answered_may_be_sent_back()
    {
        var site = await store.ASiteAsync();
        var answered = (await site.GetAsync("", Root)).Expect(200);

        var sentBack = (await PutAsync(site, answered.Text)).Expect(200);

        Assert.Equal(answered.Text, sentBack.Text);
        Assert.Equal(1, await site.CountEventsAsync());
        (await PutAsync(site, new { key = "another" })).ExpectProblem(400, "validation");
    }

    [Fact]
    public async Task Members_left_out_keep_their_value()
    {
        var site = await store.ASiteAsync(
            new
            {
                name = "News",
                maxDepth = 7,
                bannedWords = new[] { "word" },
            }
        );

        var changed = (await PutAsync(site, new { language = "german" })).Expect(200);

        Assert.Equal("News", changed["name"].GetString());
        Assert.Equal(7, changed["maxDepth"].GetInt32());
        Assert.Equal("word", Assert.Single(changed["bannedWords"].EnumerateArray()).GetString());
        Assert.Equal("german", changed["language"].GetString());
        Assert.Equal(changed.Text, (await site.GetAsync("", Root)).Text);
    }

    [Theory]
    [InlineData("linksHeldForReview", "3")]
    [InlineData("floodHeldForReview", "3")]
    [InlineData("flagsHeldForReview", "3")]
    [InlineData("closeAfterDays", "3")]
    [InlineData("retentionDays", "3")]
    [InlineData("classifier", """{"url":"https://judge.example/","secret":"s","kind":"threadstore"}""")]
    public async Task Null_takes_back_what_may_be_absent(string member, string value)
    {
        var site = await store.ASiteAsync();
        var set = (await PutAsync(site, $$"""{"{{member}}":{{value}}}""")).Expect(200);
        Assert.Equal(
            value.Replace("\"s\"", "\"********\"", StringComparison.Ordinal),
            set[member].GetRawText()
        );

        (await PutAsync(site, $$"""{"{{member}}":null}""")).Expect(200);

        Assert.Equal(JsonValueKind.Null, (await site.GetAsync("", Root))[member].ValueKind);
    }

    [Fact]
    public async Task A_name_taken_back_is_the_key_again()
    {
        var site = await store.ASiteAsync(new { name = "News" });

        Assert.Equal(site.Key, (await PutAsync(site, """{"name":null}""")).Expect(200)["name"].GetString());
    }

    [Theory]
    [InlineData("language", "\"german\"")]
    [InlineData("timeZone", "\"Europe/Berlin\"")]
    [InlineData("timeZone", "\"America/Argentina/Buenos_Aires\"")]
    [InlineData("moderationMode", "\"pre\"")]
    [InlineData("bannedPatterns", """["^spam\\d+$","(?i)casino"]""")]
    [InlineData("suspectWords", """["a phrase","日本"]""")]
    [InlineData("newCommentersHeldForReview", "0")]
    [InlineData("maxDepth", "0")]
    [InlineData("maxCommentLength", "1")]
    [InlineData("editWindowMinutes", "0")]
    [InlineData("learned", """{"holdAbove":null,"adviseAbove":null,"retrainDays":1}""")]
    [InlineData("learned", """{"holdAbove":null,"adviseAbove":null,"retrainDays":365}""")]
    // before a model is adopted, too
    [InlineData("learned", """{"holdAbove":0.5,"adviseAbove":0.4}""")]
    [InlineData("learned", """{"holdAbove":null,"adviseAbove":0.4}""")]
    [InlineData("reactions", """{"meh":0,"thumbs-down":-1,"thumbs_up":1}""")]
    [InlineData("reactions", "{}")]
    [InlineData(
        "retention",
        """{"rejectedDays":1,"deletedDays":36500,"flagNotesDays":null,"deliveriesDays":30,"inactiveCommenterDays":730}"""
    )]
    [InlineData("allowedOrigins", """["https://news.example","http://localhost:3000"]""")]
    public async Task A_setting_within_its_bounds_is_kept(string member, string value)
    {
        var site = await store.ASiteAsync();

        (await PutAsync(site, $$"""{"{{member}}":{{value}}}""")).Expect(200);

        Assert.Equal(value, (await site.GetAsync("", Root))[member].GetRawText());
    }

    [Theory]
    [InlineData("name", "\"\"")]
    [InlineData("name", "\"  \"")]
    [InlineData("language", "\"\"")]
    [InlineData("language", "\"klingon\"")]
    [InlineData("language", "\"English\"")]
    [InlineData("timeZone", "\"\"")]
    [InlineData("timeZone", "\"Mars/Olympus\"")]
    [InlineData("timeZone", "\"W. Europe Standard Time\"")]
    [InlineData("timeZone", "\"../../../etc/passwd\"")]
    [InlineData("timeZone", "\"+02:00\"")]
    [InlineData("bannedWords", """[""]""")]
    [InlineData("bannedWords", """["ok"," "]""")]
    [InlineData("bannedWords", """[null]""")]
    [InlineData("suspectWords", """["\t"]""")]
    [InlineData("bannedPatterns", """["("]""")]
    [InlineData("bannedPatterns", """["(a)\\1"]""")]
    [InlineData("bannedPatterns", """["(?=a)b"]""")]
    [InlineData("suspectPatterns", """["[z-a]"]""")]
    [InlineData("suspectPatterns", """[""]""")]
    [InlineData("suspectPatterns", """[null]""")]
    [InlineData("linksHeldForReview", "0")]
    [InlineData("linksHeldForReview", "-1")]
    [InlineData("newCommentersHeldForReview", "-1")]
    [InlineData("floodHeldForReview", "0")]
    [InlineData("flagsHeldForReview", "0")]
    [InlineData("maxCommentLength", "0")]
    [InlineData("maxCommentLength", "2000000000")]
    [InlineData("maxDepth", "-1")]
    [InlineData("maxDepth", "2000000000")]
    [InlineData("editWindowMinutes", "-1")]
    [InlineData("newcomerWritesPerMinute", "0")]
    [InlineData("newcomerWriteBurst", "10001")]
    [InlineData("closeAfterDays", "0")]
    [InlineData("closeAfterDays", "-3")]
    [InlineData("closeAfterDays", "2000000000")]
    [InlineData("retentionDays", "0")]
    [InlineData("retention", """{"rejectedDays":0}""")]
    [InlineData("retention", """{"deletedDays":36501}""")]
    [InlineData("retention", """{"inactiveCommenterDays":-1}""")]
    [InlineData("learned", """{"retrainDays":0}""")]
    [InlineData("learned", """{"retrainDays":366}""")]
    [InlineData("learned", """{"holdAbove":0}""")]
    [InlineData("learned", """{"holdAbove":1.01}""")]
    [InlineData("learned", """{"adviseAbove":0}""")]
    [InlineData("learned", """{"holdAbove":0.5,"adviseAbove":0.51}""")]
    [InlineData("reactions", """{"":1}""")]
    [InlineData("reactions", """{"like it":1}""")]
    [InlineData("reactions", """{"like":2}""")]
    [InlineData("reactions", """{"like":-2}""")]
    [InlineData("allowedOrigins", """["news.example"]""")]
    [InlineData("allowedOrigins", """["https://news.example/"]""")]
    [InlineData("allowedOrigins", """["https://news.example/path"]""")]
    [InlineData("allowedOrigins", """["ftp://news.example"]""")]
    [InlineData("allowedOrigins", """["*"]""")]
    [InlineData("allowedOrigins", """["null"]""")]
    [InlineData("allowedOrigins", """[null]""")]
    [InlineData("classifier", """{"url":"judge.example","secret":"s"}""")]
    [InlineData("classifier", """{"url":"file:///etc/passwd","secret":"s"}""")]
    [InlineData("classifier", """{"url":"https://judge.example","secret":""}""")]
    public async Task A_setting_out_of_its_bounds_is_refused_and_changes_nothing(string member, string value)
    {
        var site = await store.ASiteAsync(new { name = "News" });

        var refused = (
            await PutAsync(
                site,
                $$"""{"maxDepth":3,"{{member}}":{{value}}}""".Replace(
                    member == "maxDepth" ? "\"maxDepth\":3," : "\0",
                    "",
                    StringComparison.Ordinal
                )
            )
        ).ExpectProblem(400, "validation");

        Assert.Equal([member], refused.Members());
        Assert.Equal(1, await site.CountEventsAsync());
        Assert.Equal(32, (await site.GetAsync("", Root))["maxDepth"].GetInt32());
    }

    [Fact]
    public async Task Fifty_kinds_of_reaction_are_enough()
    {
        var site = await store.ASiteAsync();
        Dictionary<string, int> Kinds(int n) => Enumerable.Range(0, n).ToDictionary(i => $"k{i}", _ => 1);

        (await PutAsync(site, new { reactions = Kinds(51) })).ExpectProblem(400, "validation");
        (await PutAsync(site, new { reactions = Kinds(50) })).Expect(200);
    }

    [Fact]
    public async Task A_site_that_was_refused_does_not_exist()
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");

        (await PutAsync(site, new { maxDepth = -1 })).ExpectProblem(400, "validation");

        (await site.GetAsync("", Root)).ExpectProblem(404, "site-not-found");
        Assert.Equal(0, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("-a")]
    [InlineData("UPPER")]
    [InlineData("with_underscore")]
    [InlineData("with.dot")]
    [InlineData("with%20space")]
    [InlineData("%C3%A9")]
    [InlineData("a%2Fb")]
    [InlineData("a123456789a123456789a123456789a123456789a123456789a123456789a123")]
    public async Task What_is_no_key_of_a_site_is_refused(string key)
    {
        (await store.SendAsync("PUT", $"/v1/sites/{key}", new { }, Root)).ExpectProblem(400, "validation");
        (await store.SendAsync("GET", $"/v1/sites/{key}", token: Root)).ExpectProblem(404, "site-not-found");
    }

    [Fact]
    public async Task A_key_of_a_site_may_have_63_characters_and_begin_with_a_digit()
    {
        var key = $"0{Guid.NewGuid():N}-{Guid.NewGuid():N}"[..63];

        (await store.SendAsync("PUT", $"/v1/sites/{key}", new { }, Root)).Expect(201);
    }

    [Fact]
    public async Task Its_moderators_and_administrators_read_the_settings_of_a_site()
    {
        var site = await store.ASiteAsync();

        var byModerator = (await site.GetAsync("", site.Token("m", Role.Moderator))).Expect(200);
        var byAdministrator = (await site.GetAsync("", site.Token("a", Role.Admin))).Expect(200);

        Assert.Equal(byModerator.Text, byAdministrator.Text);
        (await site.GetAsync("", headers: ("If-None-Match", byModerator.ETag))).ExpectProblem(
            401,
            "unauthorized"
        );
        var unchanged = await site.GetAsync(
            "",
            site.Token("m", Role.Moderator),
            ("If-None-Match", byModerator.ETag)
        );
        unchanged.Expect(304);
    }

    [Fact]
    public async Task An_administrator_of_one_site_configures_that_site()
    {
        var site = await store.ASiteAsync();

        (await store.SendAsync("PUT", site.Path, new { maxDepth = 1 }, site.Token("a", Role.Admin))).Expect(
            200
        );
    }

    [Fact]
    public async Task The_list_of_sites_is_paged_and_complete()
    {
        var sites = new List<string>();
        for (var i = 0; i < 7; i++)
            sites.Add((await store.ASiteAsync(new { name = $"Site {i}" })).Key);

        var met = new List<string>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={cursor}";
            var page = (await store.SendAsync("GET", $"/v1/sites?limit=3{next}", token: Root)).Expect(200);
            Assert.InRange(page["items"].GetArrayLength(), 1, 3);
            met.AddRange(page["items"].EnumerateArray().Select(s => s.GetProperty("key").GetString()!));
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);

        Assert.Equal(met.Count, met.Distinct().Count());
        Assert.Equal(sites, met.Where(sites.Contains));
    }

    [Fact]
    public async Task Settings_hold_for_what_is_written_after_them()
    {
        var site = await store.ASiteAsync(new { maxCommentLength = 3 });
        var article = await site.AnArticleAsync();
        (await site.PostAsync(article, "ada", "four")).ExpectProblem(400, "validation");

        (await PutAsync(site, new { maxCommentLength = 4 })).Expect(200);

        (await site.PostAsync(article, "ada", "four")).Expect(201);
    }
}
