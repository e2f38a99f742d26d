using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class GuestsTests(Store store)
{
    static Task<Reply> BecomeAsync(TestSite site, object body) => site.SendAsync("POST", "/guests", body);

    static Task<Reply> ConfigureAsync(TestSite site, object settings) =>
        site.SendAsync("PUT", "", settings, site.Token("root", Role.Admin));

    static Task<Reply> WriteAsync(TestSite site, string article, string? token) =>
        site.SendAsync("POST", $"/articles/{article}/comments", new { body = $"{Guid.NewGuid()}" }, token);

    [Theory]
    [InlineData("held", "pending")]
    [InlineData("open", "published")]
    public async Task A_guest_writes_where_the_site_takes_guests(string mode, string state)
    {
        var site = await store.ASiteAsync(new { guests = mode });
        var article = await site.AnArticleAsync();

        var guest = (await BecomeAsync(site, new { name = "Passer-by", email = "p@example.org" })).Expect(
            201
        );
        var posted = (await WriteAsync(site, article, guest["token"].GetString())).Expect(201);

        Assert.Equal(state, posted["state"].GetString());
        Assert.Equal("Passer-by", posted["author"].GetProperty("name").GetString());
        Assert.StartsWith(
            "guest:",
            posted["author"].GetProperty("key").GetString(),
            StringComparison.Ordinal
        );
        Assert.True(guest["expiresAt"].GetDateTimeOffset() > DateTimeOffset.UtcNow);
        // whoever has an account is none
        Assert.Equal(
            "published",
            (await WriteAsync(site, article, site.Token("ada"))).Expect(201)["state"].GetString()
        );
        var another = (await BecomeAsync(site, new { name = "Passer-by" })).Expect(201);
        Assert.NotEqual(
            posted["author"].GetProperty("key").GetString(),
            (await WriteAsync(site, article, another["token"].GetString()))
                .Expect(201)["author"]
                .GetProperty("key")
                .GetString()
        );
    }

    [Fact]
    public async Task Where_guests_are_off_nobody_becomes_one_and_those_who_are_read_on()
    {
        var site = await store.ASiteAsync(new { guests = "open" });
        var article = await site.AnArticleAsync();
        var token = (await BecomeAsync(site, new { name = "Passer-by" })).Expect(201)["token"].GetString();

        (await ConfigureAsync(site, new { guests = "off" })).Expect(200);

        (await BecomeAsync(site, new { name = "Another" })).Expect(403, "forbidden");
        (await WriteAsync(site, article, token)).Expect(403, "forbidden");
        var can = (await site.GetAsync($"/articles/{article}/me", token))
            .Expect(200)["can"]
            .GetProperty("comment");
        Assert.False(can.GetProperty("allowed").GetBoolean());
        Assert.Equal("forbidden", can.GetProperty("reason").GetString());
        (await BecomeAsync(await store.ASiteAsync(), new { name = "x" })).Expect(403, "forbidden");
    }

    [Theory]
    [InlineData("""{ "name": "" }""")]
    [InlineData("""{ "name": "\u200b" }""")]
    [InlineData("""{ "name": "a\nb" }""")]
    [InlineData("""{ "name": "x", "email": "nobody" }""")]
    [InlineData("""{ }""")]
    public async Task Who_has_no_name_is_no_guest(string body)
    {
        var site = await store.ASiteAsync(new { guests = "open" });

        (await BecomeAsync(site, body)).Expect(400, "validation");
    }

    /// <summary>A challenge service, by the convention that they share.</summary>
    static async Task<WebApplication> VerifierAsync(Func<IFormCollection, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/siteverify", async (HttpRequest request) => answer(await request.ReadFormAsync()));
        await app.StartAsync();
        return app;
    }

    static object Challenged(WebApplication verifier, string secret = "hush-challenge") =>
        new { guests = "open", challenge = new { url = $"{verifier.Urls.First()}/siteverify", secret } };

    [Fact]
    public async Task A_challenge_is_asked_for_and_a_service_that_is_away_lets_nobody_in()
    {
        await using var verifier = await VerifierAsync(form =>
            Results.Json(new { success = form["secret"] == "hush-challenge" && form["response"] == "right" })
        );
        var site = await store.ASiteAsync(Challenged(verifier));

        (await BecomeAsync(site, new { name = "x", challenge = "right" })).Expect(201);
        (await BecomeAsync(site, new { name = "x", challenge = "wrong" })).Expect(403, "challenge-failed");
        (await BecomeAsync(site, new { name = "x", challenge = "" })).Expect(403, "challenge-failed");
        (await BecomeAsync(site, new { name = "x" })).Expect(403, "challenge-failed");
        await verifier.StopAsync(TestContext.Current.CancellationToken);

        var away = (await BecomeAsync(site, new { name = "x", challenge = "right" })).Expect(
            503,
            "unavailable"
        );
        Assert.Contains("Retry-After", away.Headers.Keys);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(302)]
    public async Task A_challenge_service_that_is_not_well_says_nothing_of_people(int status)
    {
        await using var verifier = await VerifierAsync(_ =>
            Results.Json(new { success = status != 500 }, statusCode: status)
        );
        var site = await store.ASiteAsync(Challenged(verifier));

        (await BecomeAsync(site, new { name = "x", challenge = "right" })).Expect(503, "unavailable");
    }

    [Theory]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("{\"success\":\"yes\"}")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task What_is_no_answer_of_a_challenge_service_lets_nobody_in(string answer)
    {
        await using var verifier = await VerifierAsync(_ => Results.Content(answer));
        var site = await store.ASiteAsync(Challenged(verifier));

        (await BecomeAsync(site, new { name = "x", challenge = "right" })).Expect(503, "unavailable");
    }

    [Fact]
    public async Task A_challenges_secret_is_in_no_answer_feed_or_table_and_stays_when_the_mask_comes_back()
    {
        await using var verifier = await VerifierAsync(form =>
            Results.Json(new { success = form["secret"] == "hush-challenge" })
        );
        var site = await store.ASiteAsync(Challenged(verifier));
        var root = site.Token("root", Role.Admin);

        var seen = (await site.GetAsync("", root)).Expect(200);
        (await site.SendAsync("PUT", "", seen.Json, root)).Expect(200);
        var events = await site.CountEventsAsync();
        (await ConfigureAsync(site, Challenged(verifier))).Expect(200);
        Assert.Equal(events, await site.CountEventsAsync());
        (await BecomeAsync(site, new { name = "x", challenge = "any" })).Expect(201);
        var feed = await site.GetAsync("/events", site.Token("ana", Role.Analyst));

        Assert.DoesNotContain("hush", seen.Text + feed.Expect(200).Text, StringComparison.Ordinal);
        await using var rows = store.Database.CreateCommand(
            "select settings || (select string_agg(convert_from(data::text::bytea, 'UTF8'), '') from threadstore.mt_events where tenant_id = $1) from threadstore.site_rows where site = $1"
        );
        rows.Parameters.Add(new() { Value = site.Key });
        Assert.DoesNotContain(
            "hush",
            (string)(await rows.ExecuteScalarAsync(TestContext.Current.CancellationToken))!,
            StringComparison.Ordinal
        );
        // another secret is another matter
        (await ConfigureAsync(site, Challenged(verifier, "other"))).Expect(200);
        (await BecomeAsync(site, new { name = "x", challenge = "any" })).Expect(403, "challenge-failed");
        // a mask alone is none
        var fresh = await store.ASiteAsync();
        (await ConfigureAsync(fresh, Challenged(verifier, "********"))).Expect(400, "validation");
    }
}
