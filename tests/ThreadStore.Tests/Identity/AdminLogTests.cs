using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Identity;

public class AdminLogTests(Store store)
{
    static async Task<List<JsonElement>> LogAsync(TestSite site, string query = "") =>
        [
            .. (await site.GetAsync($"/admin/log{query}", site.Token("root", Role.Admin)))
                .Expect(200)["items"]
                .EnumerateArray(),
        ];

    static (string?, string?, string?) Of(JsonElement action) =>
        (
            action.GetProperty("by").GetString(),
            action.GetProperty("action").GetString(),
            action.GetProperty("target").GetString()
        );

    [Fact]
    public async Task What_administrators_do_is_told_with_the_key_by_which_they_came()
    {
        var site = await store.ASiteAsync();
        var root = site.Token("root", Role.Admin);
        using var pair = SigningPair.Of("ES256", "2026-05");

        (await site.SendAsync("PUT", "", new { maxDepth = 5, name = "N" }, root)).Expect(200);
        var key = await site.SendAsync(
            "PUT",
            "/keys/2026-05",
            new { algorithm = "ES256", jwk = pair.Jwk() },
            root
        );
        var made = await site.SendAsync(
            "POST",
            "/api-keys",
            new { name = "x", roles = (string[])["admin"] },
            pair.Token(site.Key, "eva", "admin")
        );
        var id = made.Expect(201)["id"].GetString();
        (await site.SendAsync("POST", "/commenters/ada/sign-out", null, made["secret"].GetString())).Expect(
            204
        );
        // what is refused, what moderators do, and what people do for themselves is elsewhere
        (await site.SendAsync("PUT", "", new { maxDepth = -1 }, root)).Expect(400);
        (await site.SendAsync("DELETE", "/keys/2026-05", null, site.Token("x"))).Expect(403);
        (await site.SendAsync("POST", "/commenters/ben/sign-out", null, site.Token("ben"))).Expect(204);
        await site.SendAsync("POST", "/moderation/claims", new { ids = new[] { Guid.NewGuid() } }, root);

        var log = await LogAsync(site);

        Assert.Equal(
            [
                ($"api-key:{id}", "signOutCommenter", "ada"),
                ("eva", "makeApiKey", null),
                ("root", "putSiteKey", "2026-05"),
                ("root", "putSite", "maxDepth, name"),
                ("root", "putSite", null),
            ],
            log.Select(Of)
        );
        Assert.Equal($"api-key:{id}", log[0].GetProperty("key").GetString());
        Assert.Equal("2026-05", log[1].GetProperty("key").GetString());
        Assert.Equal(key.Position, log[2].GetProperty("position").GetInt64());
        Assert.All(log, a => Assert.True(a.GetProperty("done").GetBoolean()));
        Assert.Equal(["putSiteKey"], (await LogAsync(site, "?action=putSiteKey")).Select(a => Of(a).Item2));
        Assert.Equal(["makeApiKey"], (await LogAsync(site, "?by=eva")).Select(a => Of(a).Item2));
    }

    [Fact]
    public async Task The_log_is_paged_and_for_administrators()
    {
        var site = await store.ASiteAsync();
        var root = site.Token("root", Role.Admin);
        for (var n = 0; n < 5; n++)
            (await site.SendAsync("PUT", "", new { name = $"N{n}" }, root)).Expect(200);

        var ids = new List<string?>();
        for (var cursor = ""; cursor is not null; )
        {
            var page = (await site.GetAsync($"/admin/log?limit=2{cursor}", root)).Expect(200);
            ids.AddRange(page["items"].EnumerateArray().Select(i => i.GetProperty("id").GetString()));
            cursor = page["nextCursor"].GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(6, ids.Distinct().Count());
        Assert.Equal((await LogAsync(site)).Select(a => a.GetProperty("id").GetString()), ids);
        (await site.GetAsync("/admin/log", site.Token("mona", Role.Moderator))).Expect(403, "forbidden");
    }
}
