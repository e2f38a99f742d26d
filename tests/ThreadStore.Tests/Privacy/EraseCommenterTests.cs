using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Privacy;

public class EraseCommenterTests(Store store)
{
    static async Task<JsonElement[]> ThreadAsync(TestSite site, string article)
    {
        var thread = (await site.GetAsync($"/articles/{article}/comments?sort=oldest")).Expect(200);
        var bodies = 0;
        void Walk(JsonElement comment)
        {
            bodies += comment.GetProperty("body").ValueKind == JsonValueKind.String ? 1 : 0;
            foreach (var reply in comment.GetProperty("replies").GetProperty("items").EnumerateArray())
                Walk(reply);
        }
        JsonElement[] items = [.. thread["items"].EnumerateArray()];
        foreach (var item in items)
            Walk(item);
        Assert.Equal(bodies, thread["commentCount"].GetInt32());
        return items;
    }

    [Fact]
    public async Task Comments_become_deleted_and_stay_as_tombstones_where_they_have_replies()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var answered = await site.ACommentAsync(article, "ada", "One");
        var reply = await site.ACommentAsync(article, "ben", "Two", answered);
        var lone = await site.ACommentAsync(article, "ada", "Three");
        var last = await site.ACommentAsync(article, "ada", "Four", reply);
        (await site.SendAsync("PUT", $"/comments/{reply}/reactions/like", null, site.Token("ada"))).Expect(
            200
        );

        var done = (await site.EraseAsync("ada", site.Token("ada"))).Expect(200);

        Assert.Equal(3, done["comments"].GetInt32());
        var item = Assert.Single(await ThreadAsync(site, article));
        Assert.Equal(
            ("deleted", "author", JsonValueKind.Null),
            (
                item.GetProperty("state").GetString(),
                item.GetProperty("removedBy").GetString(),
                item.GetProperty("author").ValueKind
            )
        );
        var kept = Assert.Single(item.GetProperty("replies").GetProperty("items").EnumerateArray());
        Assert.Equal(
            (reply, """{"like":1}""", 0),
            (
                kept.GetProperty("id").GetGuid(),
                kept.GetProperty("reactions").GetRawText(),
                kept.GetProperty("replyCount").GetInt32()
            )
        );
        (await site.GetAsync($"/comments/{lone}")).Expect(410, "comment-deleted");
        (await site.GetAsync($"/comments/{last}")).Expect(410, "comment-deleted");
        (await site.GetAsync("/commenters/ada")).Expect(404, "commenter-not-found");
        // what a moderator could bring back would be empty
        (
            await site.SendAsync(
                "POST",
                $"/comments/{lone}/restore",
                new { },
                site.Token("mona", Role.Moderator)
            )
        ).Expect(409, "comment-deleted");
    }

    [Fact]
    public async Task Whoever_comes_with_the_key_afterwards_is_a_new_person_who_starts_anew()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var before = (await site.PostAsync(article, "ada", "Hello", null, ("Idempotency-Key", "k"))).Expect(
            201
        );
        await site.FlagAsync(await site.ACommentAsync(article, "ben", "Other"), "ada");
        (await site.ModerateAsync("/commenters/ada/ban", new { reason = "Enough" })).Expect(200);
        (await site.EraseAsync("ada")).Expect(200);

        (await site.PostAsync(article, "ada", "Hello", null, ("Idempotency-Key", "k"))).Expect(410, "erased");
        (await site.PostAsync(article, "ada", "Another", null, ("Idempotency-Key", "k"))).Expect(
            410,
            "erased"
        );
        var again = (await site.PostAsync(article, "ada", "Hello")).Expect(201);

        Assert.NotEqual(before["id"].GetGuid(), again["id"].GetGuid());
        var profile = (await site.GetAsync("/commenters/ada", site.Token("ada"))).Expect(200);
        Assert.Equal((1, "good"), (profile["commentCount"].GetInt32(), profile["standing"].GetString()));
        (await site.SendAsync("DELETE", $"/comments/{before["id"]}", null, site.Token("ada"))).Expect(
            403,
            "forbidden"
        );
        // and may be erased in turn, with a certificate of their own
        var second = (await site.EraseAsync("ada")).Expect(200);
        Assert.Equal(1, second["comments"].GetInt32());
        var page = (await site.GetAsync("/erasures", site.Token("root", Role.Admin))).Expect(200);
        Assert.Equal(
            second["id"].GetString(),
            page["items"].EnumerateArray().First().GetProperty("id").GetString()
        );
        Assert.Equal(2, page["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_key_from_before_is_gone_for_flags_and_decisions_too()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ben", "Flag me");
        Task<Reply> FlagAsync() =>
            site.SendAsync(
                "POST",
                $"/comments/{comment}/flags",
                new { reason = "spam" },
                site.Token("ada"),
                ("Idempotency-Key", "f")
            );
        Task<Reply> RejectAsync() =>
            site.ModerateAsync(
                $"/comments/{comment}/reject",
                new { reason = "spam" },
                "mona",
                ("Idempotency-Key", "r")
            );
        (await FlagAsync()).Expect(201);
        (await RejectAsync()).Expect(200);
        (await site.EraseAsync("ada")).Expect(200);
        (await site.EraseAsync("mona")).Expect(200);

        (await FlagAsync()).Expect(410, "erased");
        (await RejectAsync()).Expect(410, "erased");
    }

    [Fact]
    public async Task Again_while_nothing_new_is_held_it_is_the_same_certificate()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => site.EraseAsync("ada")));
        var events = await site.CountEventsAsync();

        var again = (await site.EraseAsync("ada")).Expect(200);

        Assert.Single(replies.Append(again).Select(r => (r.Status, r.Text)).Distinct());
        Assert.Equal(events, await site.CountEventsAsync());
        (await site.EraseAsync("nobody")).Expect(404, "commenter-not-found");
    }

    [Fact]
    public async Task Only_they_themselves_and_administrators_of_the_site_may()
    {
        var site = await store.ASiteAsync();
        var other = await store.ASiteAsync();
        foreach (var each in (TestSite[])[site, other])
            await each.ACommentAsync(await each.AnArticleAsync(), "ada", "Hello");

        (await site.EraseAsync("ada", site.Token("ben"))).Expect(403, "forbidden");
        (await site.EraseAsync("ada", site.Token("mona", Role.Moderator))).Expect(403, "forbidden");
        (await site.EraseAsync("ada", other.Token("ada"))).Expect(403, "forbidden");
        (await site.EraseAsync("ada")).Expect(200);

        (await other.GetAsync("/commenters/ada")).Expect(200);
    }

    [Fact]
    public async Task No_token_may_claim_a_random_key()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        (await site.EraseAsync("ada")).Expect(200);
        var events = (
            await site.GetAsync("/events?type=commenter-erased", site.Token("ann", Role.Analyst))
        ).Expect(200);
        var random = JsonDocument
            .Parse(events.Text)
            .RootElement.GetProperty("data")
            .GetProperty("commenterKey")
            .GetString()!;

        Assert.StartsWith(Caller.ErasedPrefix, random, StringComparison.Ordinal);
        (await site.PostAsync(article, random, "I am back")).Expect(403, "forbidden");
    }

    [Fact]
    public async Task Receivers_of_webhooks_are_told_without_a_name()
    {
        await using var node = await Node.StartAsync(store);
        await using var receiver = await HookReceiver.StartAsync();
        var site = await node.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        await site.AHookAsync(receiver, types: ["comment.deleted", "commenter.erased"]);

        (await site.EraseAsync("ada")).Expect(200);

        var calls = await receiver.CalledAsync(2);
        Assert.Equal(
            ["comment.deleted", "commenter.erased"],
            calls.Select(c => c.Type).Order(StringComparer.Ordinal)
        );
        Assert.All(
            calls,
            c =>
            {
                Assert.DoesNotContain("\"ada\"", c.Data.GetRawText(), StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("Hello", c.Data.GetRawText(), StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public async Task What_others_see_of_the_past_has_no_name_and_no_text_of_theirs()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "Secretly");
        var then = (await site.PostAsync(article, "ben", "Openly", comment)).Expect(201).Position;
        var path = $"/articles/{article}/comments?atPosition={then}";
        Assert.Contains(
            "Secretly",
            (await site.GetAsync(path, site.Token("ann", Role.Analyst))).Expect(200).Text,
            StringComparison.Ordinal
        );

        (await site.EraseAsync("ada")).Expect(200);

        var past = (await site.GetAsync(path, site.Token("ann", Role.Analyst))).Expect(200);
        Assert.DoesNotContain("Secretly", past.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"ada\"", past.Text, StringComparison.Ordinal);
        Assert.Contains("Openly", past.Text, StringComparison.Ordinal);
        Assert.Equal(2, past["commentCount"].GetInt32());
    }
}
