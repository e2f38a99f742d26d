using System.Text.Json;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>What a shadowed commenter writes is published to themselves, and unseen by others.</summary>
public class ShadowTests(Store store)
{
    const string Sly = "sly";

    async Task<(TestSite Site, Reply Posted)> APostInTheShadowAsync(object? settings = null)
    {
        var site = await store.ASiteAsync(settings);
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", Sly, "Before");
        (await site.ModerateAsync($"/commenters/{Sly}/shadow", new { reason = "Trolls" })).Expect(200);
        return (site, (await site.PostAsync("a", Sly, "Nobody *hears*")).Expect(201));
    }

    static Guid IdOf(Reply reply) => reply["id"].GetGuid();

    [Fact]
    public async Task Its_author_sees_it_as_published_wherever_they_look()
    {
        var (site, posted) = await APostInTheShadowAsync();
        var (id, token) = (IdOf(posted), site.Token(Sly));

        AssertLooksPublished(posted.Json);
        AssertLooksPublished((await site.GetAsync($"/comments/{id}", token)).Expect(200).Json);
        var me = (await site.GetAsync("/articles/a/me", token)).Expect(200);
        AssertLooksPublished(Assert.Single(me["own"].EnumerateArray()));
        Assert.Equal("good", me["commenter"].GetProperty("standing").GetString());
        var history = (await site.GetAsync($"/commenters/{Sly}/comments", token)).Expect(200);
        Assert.Equal(2, history["items"].GetArrayLength());
        Assert.All(history["items"].EnumerateArray(), AssertLooksPublished);
        var events = (await site.GetAsync($"/comments/{id}/history", token)).Expect(200);
        Assert.DoesNotContain("rejected", events.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("shadow", events.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Their_own_count_of_comments_goes_with_what_they_believe_is_published()
    {
        var (site, posted) = await APostInTheShadowAsync();
        async Task<string> CountsAsync()
        {
            var token = site.Token(Sly);
            var me = (await site.GetAsync("/articles/a/me", token)).Expect(200)["commenter"];
            return string.Join(
                ' ',
                me.GetProperty("commentCount").GetInt32(),
                (await site.GetAsync($"/commenters/{Sly}", token))["commentCount"].GetInt32(),
                (await site.GetAsync($"/commenters/{Sly}"))["commentCount"].GetInt32(),
                (await site.LookAsync($"/commenters/{Sly}")).GetProperty("commentCount").GetInt32()
            );
        }

        Assert.Equal("2 2 1 1", await CountsAsync());
        await site.DecideAsync(IdOf(posted), "approve");
        Assert.Equal("2 2 2 2", await CountsAsync());
        var deleted = await site.SendAsync("DELETE", $"/comments/{IdOf(posted)}", token: site.Token(Sly));
        deleted.Expect(204);
        Assert.Equal("1 1 1 1", await CountsAsync());
    }

    [Fact]
    public async Task A_shadowed_comment_that_its_author_deletes_is_counted_no_more()
    {
        var (site, posted) = await APostInTheShadowAsync();
        var token = site.Token(Sly);

        (await site.SendAsync("DELETE", $"/comments/{IdOf(posted)}", token: token)).Expect(204);

        Assert.Equal(1, (await site.GetAsync($"/commenters/{Sly}", token))["commentCount"].GetInt32());
    }

    [Fact]
    public async Task Nobody_else_sees_or_counts_it_and_moderators_see_what_it_is()
    {
        var (site, posted) = await APostInTheShadowAsync();
        var id = IdOf(posted);

        (await site.GetAsync($"/comments/{id}")).Expect(404, "comment-not-found");
        (await site.GetAsync($"/comments/{id}", site.Token("ada"))).Expect(404, "comment-not-found");
        var thread = (await site.GetAsync("/articles/a/comments")).Expect(200);
        Assert.Equal(1, thread["commentCount"].GetInt32());
        Assert.Single(thread["items"].EnumerateArray());
        Assert.Single((await site.GetAsync($"/commenters/{Sly}/comments"))["items"].EnumerateArray());
        await Walk.AssertLawOfCountsAsync(site, "a");
        var seen = await site.LookAsync($"/comments/{id}");
        Assert.Equal("rejected", seen.GetProperty("state").GetString());
        var queued = Assert.Single(
            (await site.LookAsync("/moderation/queue?state=rejected")).GetProperty("items").EnumerateArray()
        );
        Assert.Equal("shadow", queued.GetProperty("reasons")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Edits_replies_to_oneself_and_dry_runs_do_not_give_it_away()
    {
        var (site, posted) = await APostInTheShadowAsync(new { bannedWords = new[] { "drivel" } });
        var (id, token) = (IdOf(posted), site.Token(Sly));

        var edited = await site.SendAsync("PATCH", $"/comments/{id}", new { body = "Louder" }, token);
        AssertLooksPublished(edited.Expect(200).Json);
        Assert.Equal("Louder", edited["body"].GetString());
        var reply = (await site.PostAsync("a", Sly, "And a reply", id)).Expect(201);
        AssertLooksPublished(reply.Json);
        var below = (await site.GetAsync($"/comments/{IdOf(reply)}", token)).Expect(200);
        AssertLooksPublished(below["ancestors"][0]);
        var tried = await site.SendAsync(
            "POST",
            "/articles/a/comments?dryRun=true",
            new { body = "drivel" },
            token
        );
        // as anybody is told, without the word
        Assert.Equal("rejected", tried.Expect(200)["state"].GetString());
        Assert.Equal("""[{"rule":"bannedWord","match":null}]""", tried["reasons"].GetRawText());
        (await site.SendAsync("POST", $"/comments/{id}/appeal", new { text = "Why?" }, token)).Expect(
            409,
            "nothing-to-appeal"
        );
        (await site.PostAsync("a", "ada", "I hear you", id)).Expect(409, "parent-not-available");
    }

    [Fact]
    public async Task A_moderator_can_publish_it_and_a_rejection_is_told()
    {
        var (site, posted) = await APostInTheShadowAsync();
        var id = IdOf(posted);

        await site.DecideAsync(id, "approve");
        AssertLooksPublished((await site.GetAsync($"/comments/{id}")).Expect(200).Json);
        await site.DecideAsync(id, "reject");
        var own = (await site.GetAsync($"/comments/{id}", site.Token(Sly))).Expect(200);
        Assert.Equal("rejected", own["state"].GetString());
        Assert.Equal("moderator", own["removedBy"].GetString());
    }

    static void AssertLooksPublished(JsonElement comment)
    {
        Assert.Equal("published", comment.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, comment.GetProperty("removedBy").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, comment.GetProperty("body").ValueKind);
    }
}
