using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Articles;

/// <summary>What a front end may offer its reader, before they try.</summary>
public class OwnPermissionsTests(Store store)
{
    async Task<(TestSite Site, Guid Comment)> ADiscussionAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        return (site, await site.ACommentAsync("a", "ada", "Hello"));
    }

    static async Task<JsonElement> CanAsync(TestSite site) =>
        (await site.GetAsync("/articles/a/me", site.Token("ada"))).Expect(200)["can"];

    [Fact]
    public async Task Whoever_is_in_good_standing_may_write_edit_delete_react_and_flag()
    {
        var (site, comment) = await ADiscussionAsync();

        var can = await CanAsync(site);

        Assert.Equal(
            """{"allowed":true,"reason":null,"until":null,"message":null}""",
            can.GetProperty("comment").GetRawText()
        );
        Assert.True(
            can.GetProperty("edit").GetProperty($"{comment}").GetDateTimeOffset() > DateTimeOffset.UtcNow
        );
        Assert.Equal($"[\"{comment}\"]", can.GetProperty("delete").GetRawText());
        Assert.Equal("""{"allowed":true,"reason":null}""", can.GetProperty("react").GetRawText());
        Assert.Equal("""{"allowed":true,"reason":null}""", can.GetProperty("flag").GetRawText());
        (await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ada"))).Expect(204);
        Assert.Equal("[]", (await CanAsync(site)).GetProperty("delete").GetRawText());
    }

    [Fact]
    public async Task Whoever_is_kept_from_writing_reads_why_in_the_moderators_words()
    {
        var (site, comment) = await ADiscussionAsync();
        foreach (
            var (action, body, reason, until, message) in ((string, object, string, string, string)[])
                [
                    (
                        "warn",
                        new { message = "Mind your words" },
                        "warning-not-acknowledged",
                        "null",
                        "Mind your words"
                    ),
                    (
                        "suspend",
                        new { reason = "A while", until = "2999-01-01T00:00:00Z" },
                        "not-in-good-standing",
                        "\"2999-01-01T00:00:00Z\"",
                        "A while"
                    ),
                    ("ban", new { reason = "For good" }, "not-in-good-standing", "null", "For good"),
                ]
        )
        {
            (await site.ModerateAsync($"/commenters/ada/{action}", body)).Expect(200);

            var can = await CanAsync(site);

            Assert.Equal(
                $"{{\"allowed\":false,\"reason\":\"{reason}\",\"until\":{until},\"message\":\"{message}\"}}",
                can.GetProperty("comment").GetRawText()
            );
            foreach (var act in (string[])["react", "flag"])
                Assert.Equal(
                    $"{{\"allowed\":false,\"reason\":\"{reason}\"}}",
                    can.GetProperty(act).GetRawText()
                );
            Assert.Equal("{}", can.GetProperty("edit").GetRawText());
            // what one wrote, one may always take back
            Assert.Equal($"[\"{comment}\"]", can.GetProperty("delete").GetRawText());
        }
    }

    [Fact]
    public async Task A_closed_discussion_keeps_nobody_from_reacting()
    {
        var (site, _) = await ADiscussionAsync();
        (await site.ModerateAsync("/articles/a/discussion/close")).Expect(200);

        var can = await CanAsync(site);

        Assert.Equal("discussion-closed", can.GetProperty("comment").GetProperty("reason").GetString());
        Assert.True(can.GetProperty("react").GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task A_dry_run_shows_the_html_and_keeps_the_words_for_moderators()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "hmm" } });
        (await site.PutArticleAsync("a")).Expect(201);
        Task<Reply> TryAsync(string token) =>
            site.SendAsync("POST", "/articles/a/comments?dryRun=true", new { body = "*hmm*" }, token);

        var tried = (await TryAsync(site.Token("ada"))).Expect(200);
        var looked = (await TryAsync(site.Token("mona", Role.Moderator))).Expect(200);

        Assert.Equal("pending", tried["state"].GetString());
        Assert.Contains("<em>hmm</em>", tried["html"].GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, tried["learned"].ValueKind);
        Assert.Equal("""[{"rule":"suspectWord","match":null}]""", tried["reasons"].GetRawText());
        Assert.Equal("""[{"rule":"suspectWord","match":"hmm"}]""", looked["reasons"].GetRawText());
    }

    [Fact]
    public async Task The_author_of_a_rejected_comment_reads_which_rule_it_was_but_not_the_word()
    {
        var site = await store.ASiteAsync(new { bannedWords = new[] { "drivel" } });
        (await site.PutArticleAsync("a")).Expect(201);
        var id = (await site.PostAsync("a", "ada", "Such drivel")).Expect(201)["id"].GetGuid();
        await site.DecideAsync(id, "reject");

        var history = (await site.GetAsync($"/comments/{id}/history", site.Token("ada"))).Expect(200)[
            "items"
        ];

        Assert.Equal(
            """[{"rule":"bannedWord","match":null}]""",
            history[0].GetProperty("data").GetProperty("reasons").GetRawText()
        );
        Assert.Equal("spam", history[1].GetProperty("data").GetProperty("reason").GetString());
    }
}
