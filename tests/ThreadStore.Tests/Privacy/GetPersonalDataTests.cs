using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Mail;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

public class GetPersonalDataTests(Store store)
{
    static Task<Reply> GetAsync(TestSite site, string key, string? token) =>
        site.GetAsync($"/commenters/{Uri.EscapeDataString(key)}/data", token);

    [Fact]
    public async Task All_that_was_ever_written_by_or_of_a_person_is_in_what_administrators_get()
    {
        var site = await store.ASiteAsync(MarkedPerson.Settings);
        var person = await MarkedPerson.WriteAsync(site);

        var data = (await GetAsync(site, MarkedPerson.Key, site.Token("root", Role.Admin))).Expect(200);

        Assert.All(person.Marks, mark => Assert.Contains(mark, data.Text, StringComparison.Ordinal));
        Assert.Equal("attachment; filename=\"personal-data.json\"", data.Headers["Content-Disposition"]);
        Assert.Equal("private, no-store", data.Headers["Cache-Control"]);
        var types = data["events"]
            .EnumerateArray()
            .Select(e => e.GetProperty("type").GetString())
            .ToHashSet();
        Assert.All(
            (string[])
                [
                    "comment-posted",
                    "comment-rejected",
                    "article-registered",
                    "site-key-set",
                    "commenter-signed-out",
                ],
            type => Assert.Contains(type, types)
        );
        Assert.Equal(data.Position, data["position"].GetInt64());
    }

    [Fact]
    public async Task They_get_themselves_what_they_wrote_and_what_they_are_told()
    {
        var site = await store.ASiteAsync(MarkedPerson.Settings);
        var person = await MarkedPerson.WriteAsync(site);

        var data = (await GetAsync(site, MarkedPerson.Key, site.Token(MarkedPerson.Key))).Expect(200);

        string[] forModerators = ["note", "noted", "label", "othersnote", "mercy"];
        var hidden = forModerators.Select(w => MarkedPerson.Needle + w).ToList();
        Assert.All(
            person.Marks.Except(hidden),
            mark => Assert.Contains(mark, data.Text, StringComparison.Ordinal)
        );
        // what moderators noted, and their names
        Assert.All(
            hidden.Where(m => !m.EndsWith("mercy", StringComparison.Ordinal)).Select(m => $"\"{m}\""),
            mark => Assert.DoesNotContain(mark, data.Text, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("mona", data.Text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, data["events"].ValueKind);
        Assert.Equal(JsonValueKind.Null, data["rows"].ValueKind);
        var edited = data["comments"].EnumerateArray().First();
        Assert.Equal(
            [$"I think **{MarkedPerson.Needle}body**", $"{MarkedPerson.Needle}edited"],
            edited.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("body").GetString())
        );
        Assert.Equal(
            MarkedPerson.Other,
            Assert
                .Single(data["preferences"].GetProperty("ignored").EnumerateArray())
                .GetProperty("key")
                .GetString()
        );
        Assert.Equal(MarkedPerson.Email, data["email"].GetString());
        Assert.Equal(
            """{"replies" : "daily", "decisions" : "never", "mentions" : "never"}""",
            data["preferences"].GetProperty("email").GetRawText()
        );
    }

    [Fact]
    public async Task Who_only_asked_for_mail_is_known_too()
    {
        var site = await store.ASiteAsync();
        var token = site.TokenWith("reader", "reader@example.org");
        (await site.WishAsync(token, new { email = new { mentions = "hourly" } })).Expect(200);

        Assert.Equal(
            "reader@example.org",
            (await GetAsync(site, "reader", token)).Expect(200)["email"].GetString()
        );
    }

    /// <summary>Who wants no mail leaves no address, whatever they do; nor does one whose address nobody has verified.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task An_address_is_kept_only_of_who_wants_mail_and_where_it_is_verified(
        bool wants,
        bool isVerified
    )
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var token = site.TokenWith("ada", "ada@example.org", isVerified);
        if (wants)
            (await site.WishAsync(token, new { email = new { replies = "instant" } })).Expect(200);
        (await site.SendAsync("POST", $"/articles/{article}/comments", new { body = "Hello" }, token)).Expect(
            201
        );
        // somebody who does, later: whatever was noted before is kept by then
        await site.WishAsync(
            site.TokenWith("ben", "ben@example.org"),
            new { email = new { replies = "instant" } }
        );
        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/comments",
                new { body = "Hello" },
                site.TokenWith("ben", "ben2@example.org")
            )
        ).Expect(201);
        await Until.TrueAsync(
            async () =>
                (await GetAsync(site, "ben", site.Token("root", Role.Admin))).Expect(200)["email"].GetString()
                == "ben2@example.org",
            "the newer address"
        );

        Assert.Equal(1L, await node.ScalarAsync("select count(*) from threadstore.mail_addresses"));
        Assert.DoesNotContain(
            "ada@example.org",
            (await GetAsync(site, "ada", site.Token("root", Role.Admin))).Expect(200).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_is_shadowed_does_not_find_out()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "eve", "Before");
        (
            await site.SendAsync(
                "POST",
                "/commenters/eve/shadow",
                new { reason = "Secretly" },
                site.Token("mona", Role.Moderator)
            )
        ).Expect(200);
        await site.ACommentAsync(article, "eve", "After");

        var own = (await GetAsync(site, "eve", site.Token("eve"))).Expect(200);
        var full = (await GetAsync(site, "eve", site.Token("root", Role.Admin))).Expect(200);

        Assert.DoesNotContain("shadow", own.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Secretly", own.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["published", "published"],
            own["comments"].EnumerateArray().Select(c => c.GetProperty("state").GetString())
        );
        Assert.Equal(2, own["profile"].GetProperty("commentCount").GetInt32());
        Assert.Equal("good", own["profile"].GetProperty("standing").GetString());
        Assert.Contains("Secretly", full.Text, StringComparison.Ordinal);
        Assert.Equal("shadowed", full["profile"].GetProperty("standing").GetString());
    }

    [Fact]
    public async Task It_is_for_themselves_and_administrators_of_the_site()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");

        (await GetAsync(site, "ada", site.Token("ben"))).Expect(403, "forbidden");
        (await GetAsync(site, "ada", site.Token("mona", Role.Moderator))).Expect(403, "forbidden");
        (await GetAsync(site, "ada", Store.Token("elsewhere", "ada"))).Expect(403, "forbidden");
        (await GetAsync(site, "ada", null)).Expect(401, "unauthorized");
        (await GetAsync(site, "nobody", site.Token("nobody"))).Expect(404, "commenter-not-found");
        (await GetAsync(site, "nobody", site.Token("root", Role.Admin))).Expect(404, "commenter-not-found");
    }

    [Fact]
    public async Task Nothing_of_another_site_is_in_it()
    {
        var (here, there) = (await store.ASiteAsync(), await store.ASiteAsync());
        await here.ACommentAsync(await here.AnArticleAsync(), "ada", "Here");
        await there.ACommentAsync(await there.AnArticleAsync(), "ada", "Elsewhere");

        var data = (await GetAsync(here, "ada", here.Token("root", Role.Admin))).Expect(200);

        Assert.Contains("Here", data.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Elsewhere", data.Text, StringComparison.Ordinal);
    }
}
