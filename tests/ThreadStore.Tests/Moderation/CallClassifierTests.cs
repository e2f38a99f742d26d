using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThreadStore.Deliveries;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>A server that is impatient with classifiers, on a database of its own.</summary>
public sealed class ImpatientNode(Store store) : IAsyncLifetime
{
    public static readonly (string, string)[] Settings =
    [
        ("ThreadStore:Deliveries:Timeout", "00:00:02"),
        ("ThreadStore:Deliveries:FirstRetry", "00:00:00.050"),
        ("ThreadStore:Deliveries:LongestRetry", "00:00:00.200"),
    ];

    Node? node;

    public Node Node => node ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() =>
        node = await Node.StartAsync(store, connectionString: null, Settings);

    public ValueTask DisposeAsync() => node?.DisposeAsync() ?? ValueTask.CompletedTask;
}

public class CallClassifierTests(ImpatientNode impatient) : IClassFixture<ImpatientNode>
{
    const string Secret = "a secret ☂";

    Node Node => impatient.Node;

    Task<TestSite> ASiteAsync(string url) =>
        Node.ASiteAsync(new { language = "english", classifier = new { url, secret = Secret } });

    Task<TestSite> ASiteAsync(Receiver receiver) => ASiteAsync(receiver.Url);

    static async Task<JsonElement> CommentAsync(TestSite site, Guid id) =>
        await site.LookAsync($"/comments/{id}");

    static async Task<string?> StateAsync(TestSite site, Guid id) =>
        (await CommentAsync(site, id)).GetProperty("state").GetString();

    static Task HeldAsync(TestSite site, Guid id) =>
        Until.TrueAsync(async () => await StateAsync(site, id) == "pending", "the comment is held");

    Task<long> WaitingAsync(TestSite site) => WaitingAsync(Node, site);

    static async Task<long> WaitingAsync(Node node, TestSite site) =>
        (long)
            (
                await node.ScalarAsync(
                    $"select count(*) from threadstore.deliveries where site = '{site.Key}'"
                )
            )!;

    /// <summary>Nothing is on its way any more, nor will be: what was posted has become deliveries, and these are done.</summary>
    Task QuietAsync(TestSite site) => QuietAsync(Node, site);

    static async Task QuietAsync(Node node, TestSite site)
    {
        var newest = (long)(await node.ScalarAsync("select max(seq_id) from threadstore.mt_events"))!;
        await Until.TrueAsync(
            async () =>
                (long)(await node.ScalarAsync("select position from threadstore.delivery_progress"))!
                    >= newest
                && await WaitingAsync(node, site) == 0,
            "all is delivered"
        );
    }

    [Fact]
    public void The_guide_shows_a_true_signature()
    {
        var guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "moderation.md"));
        var time = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600);

        var signature = SignedPost.Sign("s3cret", time, """{"id":"0198"}"""u8);

        Assert.Contains($"ThreadStore-Signature: {signature}\n", guide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_is_sent_signed_and_with_its_surroundings()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.NoContent());
        var site = await ASiteAsync(receiver);
        await site.PutArticleAsync(
            "bridge",
            new
            {
                title = "Bridge",
                url = "https://news.example/b",
                section = "local",
            }
        );
        var root = await site.ACommentAsync("bridge", "ben", "Too *late*");
        var reply = (await site.PostAsync("bridge", "ada", "Never", root)).Expect(201);
        await QuietAsync(site);

        var call = receiver.Calls.Single(c => c.Text == "Never");

        Assert.True(call.IsSignedWith(Secret));
        Assert.False(call.IsSignedWith("another"));
        Assert.Equal("application/json", call.Headers.ContentType);
        Assert.Equal($"{site.Key}/{reply.Position}", call.Headers["ThreadStore-Delivery"]);
        var sent = call.Json;
        foreach (var member in reply.Json.EnumerateObject())
            Assert.Equal(member.Value.GetRawText(), sent.GetProperty(member.Name).GetRawText());
        Assert.Equal(
            (site.Key, "english", "comment-posted"),
            (
                sent.GetProperty("site").GetString(),
                sent.GetProperty("language").GetString(),
                sent.GetProperty("event").GetString()
            )
        );
        var context = sent.GetProperty("context");
        Assert.Equal(
            """{"key":"bridge","title":"Bridge","url":"https://news.example/b","section":"local"}""",
            context.GetProperty("article").GetRawText()
        );
        Assert.Equal("Too *late*", context.GetProperty("parent").GetProperty("body").GetString());
        Assert.Equal(1, context.GetProperty("author").GetProperty("commentCount").GetInt32());
    }

    [Theory]
    [InlineData("hold", "pending")]
    [InlineData("release", "published")]
    [InlineData(null, "published")]
    public async Task A_verdict_in_the_answer_is_applied_at_once(string? action, string state)
    {
        await using var receiver = await Receiver.StartAsync(call => Receiver.Verdict(call, action));
        var site = await ASiteAsync(receiver);

        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await QuietAsync(site);

        Assert.Equal(state, await StateAsync(site, comment));
        var history = await site.LookAsync($"/comments/{comment}/history");
        var judged = history.GetProperty("items")[1];
        Assert.Equal("comment-judged", judged.GetProperty("type").GetString());
        Assert.Equal("classifier", judged.GetProperty("by").GetString());
        Assert.Single(receiver.Calls);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(200)]
    public async Task A_verdict_may_come_later(int status)
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.StatusCode(status));
        var site = await ASiteAsync(receiver);
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await QuietAsync(site);
        var call = Assert.Single(receiver.Calls);

        (
            await site.SendAsync(
                "POST",
                $"/comments/{call.Comment}/verdicts",
                new
                {
                    classifier = "tox",
                    version = call.Version,
                    score = 1,
                    action = "hold",
                },
                site.Token("cls", Role.Service)
            )
        ).Expect(200);

        Assert.Equal("pending", await StateAsync(site, comment));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-2)]
    [InlineData(-3)]
    [InlineData(-4)]
    public async Task A_classifier_that_fails_is_asked_again_until_it_answers(int fault)
    {
        await using var receiver = await Receiver.StartAsync(async call =>
        {
            if (call.Number > 4)
                return Receiver.Verdict(call);
            if (fault == -4 && call.Number == 1)
                await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return fault switch
            {
                > 0 => Results.Redirect("/judge").StatusOr(fault),
                0 => Results.Text("What?"),
                -1 => Results.Json(new { classifier = "tox", verdict = "bad" }),
                -2 => Receiver.Verdict(call, version: 7),
                _ => Results.Text(new string('x', 70_000)),
            };
        });
        var site = await ASiteAsync(receiver);

        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await QuietAsync(site);

        Assert.Equal("pending", await StateAsync(site, comment));
        Assert.Equal(5, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(c => c.Headers["ThreadStore-Delivery"].ToString()).Distinct());
    }

    [Fact]
    public async Task One_that_is_gone_is_asked_no_more()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.StatusCode(410));
        var site = await ASiteAsync(receiver);

        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await QuietAsync(site);

        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task An_edited_comment_is_sent_again_and_a_verdict_on_the_old_text_does_nothing()
    {
        var edited = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(async call =>
        {
            if (call.Text == "Fool")
                await edited.Task;
            return Receiver.Verdict(call, call.Text == "Fool" ? "hold" : null);
        });
        var site = await ASiteAsync(receiver);
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await receiver.CalledAsync(1);

        (
            await site.SendAsync("PATCH", $"/comments/{comment}", new { body = "Friend" }, site.Token("ada"))
        ).Expect(200);
        await receiver.CalledAsync(2);
        edited.SetResult();
        await QuietAsync(site);

        Assert.Equal("published", await StateAsync(site, comment));
        Assert.Equal(
            [("Fool", 1, "comment-posted"), ("Friend", 2, "comment-edited")],
            receiver.Calls.Select(c => (c.Text, c.Version, c.Json.GetProperty("event").GetString()!))
        );
    }

    [Fact]
    public async Task A_classifier_that_hangs_holds_up_neither_posting_nor_other_sites()
    {
        var free = new TaskCompletionSource();
        await using var hanging = await Receiver.StartAsync(async call =>
        {
            await free.Task;
            return Receiver.Verdict(call);
        });
        await using var quick = await Receiver.StartAsync(call => Receiver.Verdict(call));
        var (stuck, other) = (await ASiteAsync(hanging), await ASiteAsync(quick));
        var (a, b) = (await stuck.AnArticleAsync(), await other.AnArticleAsync());
        for (var i = 0; i < 30; i++)
            await stuck.ACommentAsync(a, $"w{i}", $"Text {i}");
        await hanging.CalledAsync(8);

        var comment = await other.ACommentAsync(b, "ada", "Fool");
        await HeldAsync(other, comment);

        Assert.Equal(30, (await stuck.GetAsync($"/articles/{a}"))["commentCount"].GetInt32());
        free.SetResult();
        await QuietAsync(stuck);
        Assert.Equal(30, (await stuck.LookAsync("/moderation/counts")).GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task One_comment_that_a_classifier_chokes_on_holds_up_no_other()
    {
        await using var receiver = await Receiver.StartAsync(call =>
            call.Text == "Choke" && call.Number < 20 ? Results.StatusCode(500) : Receiver.Verdict(call)
        );
        var site = await ASiteAsync(receiver);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Choke");
        await receiver.CalledAsync(1);

        await HeldAsync(site, await site.ACommentAsync(article, "ada", "Fool"));

        await QuietAsync(site);
        Assert.Equal(20, receiver.Calls.Count(c => c.Text == "Choke") + 1);
    }

    [Fact]
    public async Task A_delivery_that_comes_twice_does_no_harm()
    {
        await using var receiver = await Receiver.StartAsync(call => Receiver.Verdict(call));
        var site = await ASiteAsync(receiver);
        var posted = (await site.PostAsync(await site.AnArticleAsync(), "ada", "Fool")).Expect(201);
        await QuietAsync(site);
        var events = await EventsAsync(site);

        // as when a node dies after it took the answer in, and before it noted that
        await Node.ScalarAsync(
            $"""
            insert into threadstore.deliveries (site, recipient, position, subject, queued_at, due_at, attempts)
            values ('{site.Key}', 'classifier', {posted.Position}, '{posted[
                "id"
            ].GetGuid()}', now(), now(), 1)
            """
        );
        await QuietAsync(site);

        Assert.Equal(2, receiver.Calls.Count);
        Assert.Equal(events, await EventsAsync(site));
    }

    async Task<long> EventsAsync(TestSite site) =>
        (long)
            (
                await Node.ScalarAsync(
                    $"select count(*) from threadstore.mt_events where tenant_id = '{site.Key}'"
                )
            )!;

    [Fact]
    public async Task Only_what_comes_after_a_classifier_was_named_is_sent_and_nothing_after_it_was_taken_away()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.NoContent());
        var site = await Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        async Task ConfigureAsync(object? classifier) =>
            (await site.SendAsync("PUT", "", new { classifier }, site.Token("root", Role.Admin))).Expect(200);

        await site.ACommentAsync(article, "ada", "Before");
        await ConfigureAsync(new { url = receiver.Url, secret = Secret });
        await site.ACommentAsync(article, "ada", "Meanwhile");
        await QuietAsync(site);
        await ConfigureAsync(null);
        await site.ACommentAsync(article, "ada", "After");
        await QuietAsync(site);

        Assert.Equal("Meanwhile", Assert.Single(receiver.Calls).Text);
    }

    [Fact]
    public async Task What_waits_goes_to_the_new_address_once_it_is_put_right()
    {
        await using var receiver = await Receiver.StartAsync(call => Receiver.Verdict(call));
        var site = await ASiteAsync("http://127.0.0.1:9/nobody");
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await Until.TrueAsync(
            async () =>
                await Node.ScalarAsync(
                    $"select last_failure from threadstore.deliveries where site = '{site.Key}'"
                ) is string,
            "it fails"
        );

        await site.SendAsync(
            "PUT",
            "",
            new { classifier = new { url = receiver.Url, secret = "new" } },
            site.Token("root", Role.Admin)
        );

        await HeldAsync(site, comment);
        Assert.True(receiver.Calls[0].IsSignedWith("new"));
    }

    [Fact]
    public async Task What_was_deleted_meanwhile_is_not_sent()
    {
        await using var receiver = await Receiver.StartAsync(call =>
            call.Number == 1 ? Results.StatusCode(503) : Receiver.Verdict(call)
        );
        await using var node = await Node.StartAsync(
            impatient.Node.Store,
            null,
            [
                ("ThreadStore:Deliveries:FirstRetry", "01:00:00"),
                ("ThreadStore:Deliveries:LongestRetry", "01:00:00"),
            ]
        );
        var site = await node.ASiteAsync(new { classifier = new { url = receiver.Url, secret = Secret } });
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await receiver.CalledAsync(1);
        await Until.TrueAsync(
            async () => await node.ScalarAsync("select last_failure from threadstore.deliveries") is string,
            "it failed"
        );
        (await site.SendAsync("DELETE", $"/comments/{comment}", token: site.Token("ada"))).Expect(204);

        await node.ScalarAsync("update threadstore.deliveries set due_at = now()");
        await QuietAsync(node, site);

        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.StatusCode(503));
        var site = await ASiteAsync(receiver);
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await receiver.CalledAsync(2);

        await Node.ScalarAsync(
            $"update threadstore.deliveries set queued_at = queued_at - interval '1 day' where site = '{site.Key}'"
        );
        await QuietAsync(site);

        Assert.Equal("published", await StateAsync(site, comment));
    }

    [Fact]
    public async Task Two_nodes_share_the_calls_and_make_each_once()
    {
        await using var receiver = await Receiver.StartAsync(call => Receiver.Verdict(call));
        await using var another = await Node.AnotherAsync();
        var site = await ASiteAsync(receiver);
        var (article, there) = (await site.AnArticleAsync(), another.Site(site.Key));

        // few at once: a busy machine would refuse more
        foreach (var some in Enumerable.Range(0, 32).Chunk(8))
            await Task.WhenAll(
                some.Select(i => (i % 2 == 0 ? site : there).ACommentAsync(article, $"w{i}", $"Text {i}"))
            );
        await QuietAsync(site);

        Assert.Equal(32, receiver.Calls.Count);
        Assert.Equal(32, receiver.Calls.Select(c => c.Comment).Distinct().Count());
        Assert.Equal(32, (await site.LookAsync("/moderation/counts")).GetProperty("pending").GetInt32());
    }

    [Fact]
    public async Task What_waits_and_who_fails_is_told_to_operators()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.StatusCode(503));
        var site = await ASiteAsync(receiver);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await receiver.CalledAsync(4);

        var ready = await Store.SendAsync(Node.Client, "GET", "/health/ready");
        var check = ready.Expect(200)["checks"].GetProperty("deliveries");
        var metrics = await Store.SendAsync(Node.Client, "GET", "/metrics");

        Assert.Contains(
            $"classifier of {site.Key}",
            check.GetProperty("data").GetProperty("failing").EnumerateArray().Select(f => f.GetString())
        );
        Assert.NotEqual(0, check.GetProperty("data").GetProperty("waiting").GetInt64());
        Assert.Contains("threadstore_deliveries_total{", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("outcome=\"failed\"", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_killed_with_an_answer_on_its_way_asks_again_and_judges_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        (string, string?)[] settings =
        [
            .. ImpatientNode.Settings.Select(s =>
                (s.Item1.Replace(":", "__", StringComparison.Ordinal), (string?)s.Item2)
            ),
        ];
        var server = await program.ServeAsync(settings);
        var killed = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(async call =>
        {
            if (call.Number == 1)
            {
                await server.KillAsync();
                killed.SetResult();
            }
            return Receiver.Verdict(call);
        });
        TestSite Site() => new(impatient.Node.Store, "killed") { Client = server.Client };
        (
            await Site()
                .SendAsync(
                    "PUT",
                    "",
                    new { classifier = new { url = receiver.Url, secret = Secret } },
                    Store.Token("*", "root", Role.Admin)
                )
        ).Expect(201);
        var article = await Site().AnArticleAsync();
        try
        {
            await Site().PostAsync(article, "ada", "Fool", null, ("Idempotency-Key", "k"));
        }
        catch (HttpRequestException)
        {
            // killed before it could answer
        }
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        server = await program.ServeAsync(settings);
        var posted = (await Site().PostAsync(article, "ada", "Fool", null, ("Idempotency-Key", "k"))).Expect(
            201
        );
        var comment = posted["id"].GetGuid();
        await HeldAsync(Site(), comment);

        var history = await Site().LookAsync($"/comments/{comment}/history");
        Assert.Equal(
            ["comment-posted", "comment-judged"],
            history.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString())
        );
        // a slow machine may ask once more than needed
        Assert.InRange(receiver.Calls.Count, 2, 4);
        Assert.Equal(0, await server.TerminateAsync(TimeSpan.FromSeconds(30)));
    }
}

static class Answers
{
    /// <summary>That status; a redirect as it is.</summary>
    public static IResult StatusOr(this IResult redirect, int status) =>
        status == 302 ? redirect : Results.StatusCode(status);
}
