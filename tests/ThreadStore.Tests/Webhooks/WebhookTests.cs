using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Transfer;
using ThreadStore.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

public class WebhookTests(HookNode node) : IClassFixture<HookNode>
{
    Node Node => node.Node;

    [Fact]
    public async Task A_comment_is_told_as_the_api_shows_it_and_signed()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.PutArticleAsync("bridge", new { title = "Bridge", url = "https://news.example/b" });
        await site.ACommentAsync("bridge", "ben", "From before");
        var secret = await site.AHookAsync(receiver);
        var posted = (await site.PostAsync("bridge", "ada", "Über *all*")).Expect(201);
        await site.HookDoneAsync();

        var call = Assert.Single(receiver.Calls);

        Assert.True(call.IsSignedWith(secret));
        Assert.False(call.IsSignedWith(WebhookSecret.Make()));
        Assert.Equal("application/json", call.Call.Headers.ContentType);
        Assert.Equal("comment.published", call.Type);
        Assert.Equal(site.Key, call.Data.GetProperty("site").GetString());
        Assert.Equal(posted.Position, call.Position);
        Assert.Equal(
            """{"key":"bridge","title":"Bridge","url":"https://news.example/b"}""",
            call.Data.GetProperty("article").GetRawText()
        );
        Assert.Equal(posted.Text, call.Comment.GetRawText());
        Assert.Equal(["type", "timestamp", "data"], call.Call.Json.EnumerateObject().Select(m => m.Name));
        var view = (await site.HookAsync("GET", "/crm")).Expect(200);
        Assert.Equal(
            ("crm", receiver.Url, "active", 0L, true),
            (
                view["name"].GetString(),
                view["url"].GetString(),
                view["state"].GetString(),
                view["lag"].GetInt64(),
                view["lastSuccessAt"].ValueKind == JsonValueKind.String
            )
        );
        Assert.Equal(JsonValueKind.Null, view["lastError"].ValueKind);
        Assert.DoesNotContain(secret, view.Text, StringComparison.Ordinal);
        var list = (await site.HookAsync("GET", "")).Expect(200);
        Assert.Equal("crm", Assert.Single(list["items"].EnumerateArray()).GetProperty("name").GetString());
        var delivery = Assert.Single(await site.HookDeliveriesAsync());
        Assert.Equal(
            (call.Id, posted.Position, "comment.published", "delivered"),
            (
                delivery.GetProperty("id").GetString(),
                delivery.GetProperty("position").GetInt64(),
                delivery.GetProperty("type").GetString(),
                delivery.GetProperty("state").GetString()
            )
        );
        var attempt = Assert.Single(delivery.GetProperty("attempts").EnumerateArray());
        Assert.Equal(
            (204, JsonValueKind.Null),
            (attempt.GetProperty("status").GetInt32(), attempt.GetProperty("error").ValueKind)
        );
        Assert.Equal(JsonValueKind.Null, delivery.GetProperty("nextAttemptAt").ValueKind);
        // addresses and secrets are in no event
        var feed = await site.GetAsync("/events", site.Token("ana", Role.Analyst));
        Assert.DoesNotContain(secret, feed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_type_is_told_and_in_order_for_each_comment()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync(new { suspectWords = (string[])["hotel"] });
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        var plain = await site.ACommentAsync(article, "ada", "One");
        (await site.SendAsync("PATCH", $"/comments/{plain}", new { body = "Two" }, site.Token("ada"))).Expect(
            200
        );
        (
            await site.SendAsync(
                "POST",
                $"/comments/{plain}/flags",
                new { reason = "spam" },
                site.Token("ben")
            )
        ).Expect(201);
        await site.DecideAsync(plain, "feature", "mona");
        await site.DecideAsync(plain, "reject", "mona");
        var appeal = await site.SendAsync(
            "POST",
            $"/comments/{plain}/appeal",
            new { text = "It was a quotation" },
            site.Token("ada")
        );
        (
            await site.SendAsync(
                "POST",
                $"/moderation/appeals/{appeal.Expect(201)["id"]}",
                new { uphold = false, reason = "It was" },
                site.Token("max", Role.Moderator)
            )
        ).Expect(200);
        (await site.SendAsync("DELETE", $"/comments/{plain}", token: site.Token("ada"))).Expect(204);
        var held = await site.ACommentAsync(article, "ben", "My hotel");
        await site.DecideAsync(held, "approve", "mona");
        (await site.ModerateAsync("/commenters/ben/ban", new { reason = "Enough" })).Expect(200);
        (await site.ModerateAsync("/commenters/ben/reinstate", new { reason = "Well" })).Expect(200);
        (await site.ModerateAsync($"/articles/{article}/discussion/close")).Expect(200);
        (await site.ModerateAsync($"/articles/{article}/discussion/open")).Expect(200);
        await site.HookDoneAsync();

        string[] OfSubject(Func<HookCall, bool> which) =>
            [.. receiver.Calls.Where(which).Select(c => c.Type)];
        Assert.Equal(
            [
                "comment.published",
                "comment.edited",
                "comment.flagged",
                "comment.featured",
                "comment.rejected",
                "appeal.made",
                "appeal.decided",
                "comment.published",
                "comment.deleted",
            ],
            OfSubject(c => c.Comment.ValueKind == JsonValueKind.Object && c.CommentId == plain)
        );
        Assert.Equal(
            ["comment.held", "comment.published"],
            OfSubject(c => c.Comment.ValueKind == JsonValueKind.Object && c.CommentId == held)
        );
        Assert.Equal(
            ["commenter.banned", "commenter.reinstated"],
            OfSubject(c => c.Data.TryGetProperty("commenter", out _))
        );
        Assert.Equal(
            ["discussion.closed", "discussion.opened"],
            OfSubject(c => c.Type.StartsWith("discussion", StringComparison.Ordinal))
        );
        Assert.Equal(receiver.Calls.Count, receiver.Calls.Select(c => c.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_readers_see_no_more_is_told_only_where_the_message_is_about_that()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var gone = await site.ACommentAsync(article, "ada", "Forget this");
        (await site.SendAsync("DELETE", $"/comments/{gone}", token: site.Token("ada"))).Expect(204);
        var rejected = await site.ACommentAsync(article, "ben", "Buy this");
        await site.DecideAsync(rejected, "reject", "mona");
        await site.AHookAsync(receiver, after: 0);
        await site.HookDoneAsync();

        Assert.All(
            receiver.Calls,
            c => Assert.DoesNotContain("Forget this", c.Call.Body, StringComparison.Ordinal)
        );
        var told = receiver.Calls.Where(c => c.CommentId == rejected).ToDictionary(c => c.Type);
        Assert.Equal(JsonValueKind.Null, told["comment.published"].Comment.GetProperty("body").ValueKind);
        Assert.Equal("Buy this", told["comment.rejected"].Comment.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_webhook_is_told_of_the_types_that_it_asks_for()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver, types: ["comment.deleted"]);
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "One");
        await site.ACommentAsync(article, "ada", "Two");
        (await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ada"))).Expect(204);
        await site.HookDoneAsync();

        Assert.Equal(["comment.deleted"], receiver.Types);
    }

    [Fact]
    public async Task After_0_gives_the_whole_history_and_ends_at_what_stands()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var random = new Random(7);
        var comments = new List<Guid>();
        for (var i = 0; i < 60; i++)
        {
            comments.Add(await site.ACommentAsync(article, $"c{i % 7}", $"Text {i}"));
            var one = comments[random.Next(comments.Count)];
            await (
                random.Next(4) switch
                {
                    0 => site.ModerateAsync($"/comments/{one}/reject", new { reason = "spam" }),
                    1 => site.ModerateAsync($"/comments/{one}/approve"),
                    2 => site.ModerateAsync($"/comments/{one}/feature"),
                    _ => site.SendAsync(
                        "DELETE",
                        $"/comments/{one}",
                        token: site.Token("mona", Role.Moderator)
                    ),
                }
            );
        }
        await site.AHookAsync(receiver, after: 0);
        await site.HookDoneAsync();

        var told = receiver.Calls.GroupBy(c => c.CommentId).ToDictionary(g => g.Key, g => g.Last().Comment);
        Assert.Equal(comments.Order(), told.Keys.Order());
        foreach (var id in comments)
        {
            var state = await Node.ScalarAsync(
                $"select state from threadstore.comment_rows where id = '{id}'"
            );
            Assert.Equal(state, told[id].GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task A_test_is_a_ping_also_where_nothing_else_is_sent()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        var secret = await site.AHookAsync(receiver);
        (await site.HookAsync("PUT", "/crm", new { url = receiver.Url, paused = true })).Expect(200);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");

        var id = (await site.HookAsync("POST", "/crm/test")).Expect(202)["id"].GetString();
        var call = (await receiver.CalledAsync(1))[0];

        Assert.Equal(("ping", id), (call.Type, call.Id));
        Assert.True(call.IsSignedWith(secret));
        Assert.Equal("paused", (await site.HookAsync("GET", "/crm")).Expect(200)["state"].GetString());
        Assert.True((await site.HookAsync("GET", "/crm"))["lag"].GetInt64() > 0);
        (await site.HookAsync("PUT", "/crm", new { url = receiver.Url })).Expect(200);
        await site.HookDoneAsync();
        Assert.Equal(["ping", "comment.published"], receiver.Types);
    }

    [Fact]
    public async Task A_new_secret_signs_beside_the_old_one_for_a_day()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        var old = await site.AHookAsync(receiver);
        var fresh = (await site.HookAsync("POST", "/crm/secret")).Expect(200)["secret"].GetString()!;
        await site.HookAsync("POST", "/crm/test");
        var both = (await receiver.CalledAsync(1))[0];
        await Node.ScalarAsync(
            $"update threadstore.webhooks set old_secret_until = old_secret_until - interval '1 day' where site = '{site.Key}'"
        );
        await site.HookAsync("POST", "/crm/test");
        var later = (await receiver.CalledAsync(2))[1];

        Assert.NotEqual(old, fresh);
        Assert.Equal((true, true), (both.IsSignedWith(old), both.IsSignedWith(fresh)));
        Assert.Equal((false, true), (later.IsSignedWith(old), later.IsSignedWith(fresh)));
    }

    [Fact]
    public async Task A_replay_sends_the_same_again_under_the_same_ids()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        var first = (await site.PostAsync(article, "ada", "One")).Expect(201);
        var second = (await site.PostAsync(article, "ada", "Two")).Expect(201);
        await site.PostAsync(article, "ada", "Three");
        await site.HookDoneAsync();
        var before = receiver.Calls;

        (
            await site.HookAsync(
                "POST",
                "/crm/replay",
                new { after = first.Position - 1, until = second.Position }
            )
        ).Expect(202);
        var all = await receiver.CalledAsync(5);
        await site.HookDoneAsync();

        Assert.Equal(5, receiver.Calls.Count);
        string[] Sorted(IEnumerable<HookCall> calls) => [.. calls.Select(c => c.Id).Order()];
        Assert.Equal(Sorted(before.Where(c => c.Position <= second.Position)), Sorted(all.Skip(3)));
        Assert.All(
            (await site.HookDeliveriesAsync()).Where(d =>
                d.GetProperty("position").GetInt64() <= second.Position
            ),
            d => Assert.Equal(2, d.GetProperty("attempts").GetArrayLength())
        );
    }

    [Fact]
    public async Task One_delivery_can_be_had_again()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        await site.HookDoneAsync();
        var id = (await site.HookDeliveriesAsync())[0].GetProperty("id").GetString();

        (await site.HookAsync("POST", $"/crm/deliveries/{id}/retry")).Expect(202);
        var calls = await receiver.CalledAsync(2);

        Assert.Equal([id, id], calls.Select(c => c.Id));
        (await site.HookAsync("POST", $"/crm/deliveries/{Guid.NewGuid()}/retry")).Expect(
            404,
            "delivery-not-found"
        );
    }

    [Fact]
    public async Task The_end_of_an_import_is_told()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver, types: ["import.ended"]);
        var file = """[{"id":"1","page_key":"/a","content":"x"}]"""u8.ToArray();

        var job = (await site.SendAsync("POST", "/imports?format=artrans", file, site.Admin())).Expect(202);
        var call = (await receiver.CalledAsync(1))[0];
        await site.HookDoneAsync();

        Assert.Equal("import.ended", call.Type);
        var import = call.Data.GetProperty("import");
        Assert.Equal(
            (job["id"].GetString(), "done"),
            (import.GetProperty("id").GetString(), import.GetProperty("state").GetString())
        );
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task A_replay_tells_the_end_of_an_import_again_where_it_is_in_the_stretch()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        async Task<long> ImportAsync(string id)
        {
            var ended = await ImportJobTests.SendAsync(
                site,
                "/imports?format=artrans",
                Encoding.UTF8.GetBytes($$"""[{"id":"{{id}}","page_key":"/a","content":"x"}]""")
            );
            return ended["position"].GetInt64();
        }
        // before the webhook was there
        var first = await ImportAsync("1");
        await site.AHookAsync(receiver, types: ["import.ended"]);
        var second = await ImportAsync("2");
        var told = await receiver.CalledAsync(1);
        await site.HookDoneAsync();

        (await site.HookAsync("POST", "/crm/replay", new { after = first })).Expect(202);
        var again = await receiver.CalledAsync(2);
        await site.HookDoneAsync();
        (await site.HookAsync("POST", "/crm/replay", new { after = 0, until = first })).Expect(202);
        var all = await receiver.CalledAsync(3);
        await site.HookDoneAsync();

        Assert.Equal([second, second, first], all.Select(c => c.Position));
        Assert.Equal(told[0].Id, again[1].Id);
        Assert.NotEqual(told[0].Id, all[2].Id);
    }

    [Fact]
    public async Task A_webhook_that_is_gone_is_told_nothing_and_is_not_found()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);

        (await site.HookAsync("DELETE", "/crm")).Expect(204);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");

        (await site.HookAsync("DELETE", "/crm")).Expect(404, "webhook-not-found");
        (await site.HookAsync("GET", "/crm")).Expect(404, "webhook-not-found");
        foreach (var path in (string[])["test", "secret"])
            (await site.HookAsync("POST", $"/crm/{path}")).Expect(404, "webhook-not-found");
        // made anew, it is told of what comes
        await site.AHookAsync(receiver);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Two");
        await site.HookDoneAsync();
        Assert.Equal("Two", Assert.Single(receiver.Calls).Comment.GetProperty("body").GetString());
    }

    public static TheoryData<string, string> Refused =>
        new()
        {
            { """{ "url": "nowhere" }""", "url" },
            { """{ "url": "ftp://crm.example/" }""", "url" },
            { """{ "url": "https://me:secret@crm.example/" }""", "url" },
            { """{ "url": "https://crm.example/", "types": ["comment.liked"] }""", "types" },
            { """{ "url": "https://crm.example/", "types": [] }""", "types" },
            { """{ "url": "https://crm.example/", "secret": "whsec_c2hvcnQ=" }""", "secret" },
            { """{ "url": "https://crm.example/", "after": -1 }""", "after" },
            { """{ "url": "https://crm.example/", "tipes": [] }""", "tipes" },
            { """{ }""", "url" },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_webhook_that_can_be_none_is_refused(string body, string member)
    {
        var site = await Node.ASiteAsync();

        var refused = (await site.HookAsync("PUT", "/crm", body)).Expect(400, "validation");

        Assert.True(refused["errors"].TryGetProperty(member, out _), refused.Text);
        (await site.HookAsync("GET", "/crm")).Expect(404, "webhook-not-found");
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://localhost/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://2130706433/")]
    public void A_private_address_needs_leave(string url)
    {
        Assert.Equal("validation", new PutWebhook(url).Refuse(allowPrivate: false)?.Code);
        Assert.Null(new PutWebhook(url).Refuse(allowPrivate: true));
    }

    [Fact]
    public async Task A_name_has_the_form_of_a_sites_key()
    {
        var site = await Node.ASiteAsync();

        (await site.HookAsync("PUT", "/My%20CRM", new { url = "https://crm.example/" })).Expect(
            400,
            "validation"
        );
        (await site.HookAsync("POST", "/crm/replay", new { after = 5, until = 4 })).Expect(400, "validation");
    }
}
