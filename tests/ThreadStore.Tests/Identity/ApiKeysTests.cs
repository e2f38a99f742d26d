using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class ApiKeysTests(Store store)
{
    static Task<Reply> MakeAsync(TestSite site, object body, params (string, string)[] headers) =>
        site.SendAsync("POST", "/api-keys", body, site.Token("root", Role.Admin), headers);

    static async Task<JsonElement> OnlyAsync(TestSite site) =>
        Assert.Single(
            (await site.GetAsync("/api-keys", site.Token("root", Role.Admin)))
                .Expect(200)["items"]
                .EnumerateArray()
        );

    [Fact]
    public async Task A_key_has_its_roles_on_its_site_until_it_is_revoked_on_every_node()
    {
        await using var other = await Node.StartAsync(store, store.ConnectionString);
        var site = await store.ASiteAsync();
        var (there, next) = (other.Site(site.Key), await store.ASiteAsync());

        var made = (await MakeAsync(site, new { name = "The CMS", roles = (string[])["service"] })).Expect(
            201
        );
        var secret = made["secret"].GetString()!;
        Assert.StartsWith("tsk_", secret, StringComparison.Ordinal);
        await Until.TrueAsync(
            async () =>
                (await there.SendAsync("PUT", "/articles/a", new { title = "T" }, secret)).Status < 300,
            "the other node knows the key",
            TimeSpan.FromSeconds(1)
        );
        (await site.SendAsync("PUT", "/articles/b", new { title = "T" }, secret)).Expect(201);
        (await site.GetAsync("/moderation/counts", secret)).Expect(403, "forbidden");
        (await next.SendAsync("PUT", "/articles/b", new { title = "T" }, secret)).Expect(403, "forbidden");

        (
            await site.SendAsync(
                "DELETE",
                $"/api-keys/{made["id"].GetString()}",
                null,
                site.Token("root", Role.Admin)
            )
        ).Expect(204);

        (await site.SendAsync("PUT", "/articles/b", new { title = "U" }, secret)).Expect(401, "unauthorized");
        await Until.TrueAsync(
            async () =>
                (await there.SendAsync("PUT", "/articles/a", new { title = "T" }, secret)).Status == 401,
            "the other node knows the key no more",
            TimeSpan.FromSeconds(1)
        );
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_stands_nowhere()
    {
        var site = await store.ASiteAsync();
        var body = new { name = "The CMS", roles = (string[])["service", "analyst"] };

        var made = (await MakeAsync(site, body, ("Idempotency-Key", "once"))).Expect(201);
        var again = (await MakeAsync(site, body, ("Idempotency-Key", "once"))).Expect(201);
        var listed = await OnlyAsync(site);
        var feed = await site.GetAsync("/events", made["secret"].GetString());

        Assert.Equal(made["id"].GetString(), again["id"].GetString());
        Assert.Equal(JsonValueKind.Null, again["secret"].ValueKind);
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("secret").ValueKind);
        Assert.Contains("api-key-made", feed.Expect(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(made["secret"].GetString()!, feed.Text, StringComparison.Ordinal);
        await using var rows = store.Database.CreateCommand(
            "select string_agg(k::text, ' ') from threadstore.api_keys k where site = $1"
        );
        rows.Parameters.Add(new() { Value = site.Key });
        Assert.DoesNotContain(
            made["secret"].GetString()!,
            (string)(await rows.ExecuteScalarAsync(TestContext.Current.CancellationToken))!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task It_is_known_when_a_key_was_used()
    {
        var site = await store.ASiteAsync();
        var made = (await MakeAsync(site, new { name = "x", roles = (string[])["moderator"] })).Expect(201);
        Assert.Equal(JsonValueKind.Null, (await OnlyAsync(site)).GetProperty("lastUsedAt").ValueKind);

        (await site.GetAsync("/moderation/counts", made["secret"].GetString())).Expect(200);

        var used = (await OnlyAsync(site)).GetProperty("lastUsedAt").GetDateTimeOffset();
        Assert.True(used >= made["createdAt"].GetDateTimeOffset());
        // not for each request
        (await site.GetAsync("/moderation/counts", made["secret"].GetString())).Expect(200);
        Assert.Equal(used, (await OnlyAsync(site)).GetProperty("lastUsedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_key_expires()
    {
        var site = await store.ASiteAsync();
        var made = await MakeAsync(
            site,
            new
            {
                name = "x",
                roles = (string[])["moderator"],
                expiresAt = DateTimeOffset.UtcNow.AddSeconds(2),
            }
        );
        var secret = made.Expect(201)["secret"].GetString();

        (await site.GetAsync("/moderation/counts", secret)).Expect(200);

        await Until.TrueAsync(
            async () => (await site.GetAsync("/moderation/counts", secret)).Status == 401,
            "the key is over"
        );
    }

    [Theory]
    [InlineData("""{ "name": "", "roles": ["service"] }""")]
    [InlineData("""{ "name": "x", "roles": [] }""")]
    [InlineData("""{ "name": "x", "roles": ["root"] }""")]
    [InlineData("""{ "name": "x", "roles": ["Service"] }""")]
    [InlineData("""{ "name": "x", "roles": ["service"], "expiresAt": "2020-01-01T00:00:00Z" }""")]
    public async Task What_is_no_key_is_refused(string body)
    {
        var site = await store.ASiteAsync();
        var events = await site.CountEventsAsync();

        (await site.SendAsync("POST", "/api-keys", body, site.Token("root", Role.Admin))).Expect(
            400,
            "validation"
        );

        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("tsk_")]
    [InlineData("tsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("tsk_a.b.c")]
    public async Task A_key_that_nobody_made_is_none(string secret)
    {
        var site = await store.ASiteAsync();

        (await site.GetAsync("/moderation/counts", secret)).Expect(401, "unauthorized");
        (await site.GetAsync("/moderation/counts", secret + new string('x', 9_000))).Expect(
            401,
            "unauthorized"
        );
    }
}
