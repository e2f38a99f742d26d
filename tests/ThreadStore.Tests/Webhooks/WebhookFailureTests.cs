using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Webhooks;

/// <summary>Receivers that are away, slow or want no more.</summary>
public class WebhookFailureTests(HookNode node) : IClassFixture<HookNode>
{
    Node Node => node.Node;

    static async Task<string?> StateAsync(TestSite site) =>
        (await site.HookAsync("GET", "/crm")).Expect(200)["state"].GetString();

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    [InlineData(-1)]
    [InlineData(-2)]
    public async Task A_receiver_that_fails_is_told_again_under_the_same_id(int fault)
    {
        await using var receiver = await HookReceiver.StartAsync(async call =>
        {
            if (call.Number > 4)
                return Results.NoContent();
            // hangs, or closes early
            if (fault == -1 && call.Number == 1)
                await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            return fault == 302 ? Results.Redirect("/judge")
                : fault > 0 ? Results.StatusCode(fault)
                : new Cut();
        });
        var site = await Node.ASiteAsync();
        var secret = await site.AHookAsync(receiver);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        await site.HookDoneAsync();

        Assert.Equal(5, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(c => c.Id).Distinct());
        Assert.All(receiver.Calls, c => Assert.True(c.IsSignedWith(secret)));
        var attempts = (await site.HookDeliveriesAsync())[0]
            .GetProperty("attempts")
            .EnumerateArray()
            .ToArray();
        Assert.Equal(5, attempts.Length);
        Assert.All(attempts[..4], a => Assert.Equal(JsonValueKind.String, a.GetProperty("error").ValueKind));
        Assert.Equal(204, attempts[4].GetProperty("status").GetInt32());
        Assert.Equal("active", await StateAsync(site));
    }

    sealed class Cut : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task While_one_comment_waits_for_a_retry_others_go_on_and_its_own_order_is_kept()
    {
        var bad = Guid.Empty;
        await using var receiver = await HookReceiver.StartAsync(call =>
            new HookCall(call).CommentId == bad && call.Number < 12
                ? Results.StatusCode(503)
                : Results.NoContent()
        );
        var site = await Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        bad = await site.ACommentAsync(article, "ada", "Bad");
        await site.AHookAsync(receiver, after: 0);
        (
            await site.SendAsync("PATCH", $"/comments/{bad}", new { body = "Better" }, site.Token("ada"))
        ).Expect(200);
        for (var i = 0; i < 10; i++)
            await site.ACommentAsync(article, "ben", $"Good {i}");
        await site.HookDoneAsync();

        var told = receiver.Calls.Where(c => c.CommentId == bad).ToList();
        Assert.Equal("comment.edited", told[^1].Type);
        Assert.All(told.SkipLast(1), c => Assert.Equal("comment.published", c.Type));
        Assert.Equal(10, receiver.Calls.Count(c => c.CommentId != bad));
    }

    [Fact]
    public async Task Who_answers_410_is_told_nothing_more_until_it_is_configured_anew()
    {
        var isGone = true;
        await using var receiver = await HookReceiver.StartAsync(_ =>
            Results.StatusCode(isGone ? StatusCodes.Status410Gone : StatusCodes.Status200OK)
        );
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "One");
        await Until.TrueAsync(async () => await StateAsync(site) == "disabled", "the webhook is disabled");
        await site.ACommentAsync(article, "ada", "Two");
        var view = await site.HookAsync("GET", "/crm");
        Assert.Equal("answered 410", view["lastError"].GetString());
        Assert.True(view["lag"].GetInt64() > 0);
        Assert.Single(receiver.Calls);

        isGone = false;
        (await site.HookAsync("PUT", "/crm", new { url = receiver.Url })).Expect(200);
        await site.HookDoneAsync();

        Assert.Equal("active", await StateAsync(site));
        Assert.Equal(
            ["One", "One", "Two"],
            // of two comments, neither waits for the other
            receiver
                .Calls.Select(c => c.Comment.GetProperty("body").GetString())
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Who_asks_to_be_left_in_peace_is()
    {
        var times = new List<long>();
        await using var receiver = await HookReceiver.StartAsync(call =>
        {
            lock (times)
                times.Add(Stopwatch.GetTimestamp());
            return call.Number == 1 ? new Later(TimeSpan.FromSeconds(2)) : Results.NoContent();
        });
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "One");
        await receiver.CalledAsync(1);
        await Until.TrueAsync(async () => await StateAsync(site) == "failing", "it is failing");
        await site.ACommentAsync(article, "ada", "Two");
        await site.HookDoneAsync();

        Assert.Equal(3, times.Count);
        Assert.True(Stopwatch.GetElapsedTime(times[0], times[1]) > TimeSpan.FromSeconds(1.9));
    }

    sealed class Later(TimeSpan wish) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            httpContext.Response.Headers.RetryAfter = wish.TotalSeconds.ToString(
                CultureInfo.InvariantCulture
            );
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_is_endless_or_trickles_is_not_waited_for(bool isLong)
    {
        await using var receiver = await HookReceiver.StartAsync(_ => new Answering(isLong));
        var site = await Node.ASiteAsync();
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 3; i++)
            await site.ACommentAsync(article, "ada", $"Text {i}");
        await site.HookDoneAsync();

        Assert.True(
            receiver.Calls.Count == 3,
            string.Join('\n', (await site.HookDeliveriesAsync()).Select(d => d.GetRawText()))
        );
        Assert.Equal("active", await StateAsync(site));
    }

    sealed class Answering(bool isLong) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var piece = new byte[isLong ? 10 * 1024 * 1024 : 1];
            for (var i = 0; i < 60 && !httpContext.RequestAborted.IsCancellationRequested; i++)
            {
                await httpContext.Response.Body.WriteAsync(piece, httpContext.RequestAborted);
                await httpContext.Response.Body.FlushAsync(httpContext.RequestAborted);
                if (isLong)
                    return;
                await Task.Delay(TimeSpan.FromSeconds(1), httpContext.RequestAborted);
            }
        }
    }

    /// <summary>Of five receivers one hangs, one fails half the time and one is gone.</summary>
    [Fact]
    public async Task One_slow_receiver_holds_up_no_other()
    {
        const int comments = 60;
        await using var good = await HookReceiver.StartAsync();
        await using var alsoGood = await HookReceiver.StartAsync();
        await using var hangs = await HookReceiver.StartAsync(async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            return Results.NoContent();
        });
        await using var flaky = await HookReceiver.StartAsync(call =>
            Results.StatusCode(call.Number % 2 == 0 ? 500 : 204)
        );
        await using var gone = await HookReceiver.StartAsync();
        var site = await Node.ASiteAsync();
        foreach (
            var (name, receiver) in (IEnumerable<(string, HookReceiver)>)
                [("good", good), ("also-good", alsoGood), ("hangs", hangs), ("flaky", flaky), ("gone", gone)]
        )
            await site.AHookAsync(receiver, name);
        await gone.DisposeAsync();
        var article = await site.AnArticleAsync();
        for (var i = 0; i < comments; i++)
        {
            var id = await site.ACommentAsync(article, $"c{i % 5}", $"Text {i}");
            await site.SendAsync(
                "PATCH",
                $"/comments/{id}",
                new { body = $"New {i}" },
                site.Token($"c{i % 5}")
            );
        }

        foreach (var name in (string[])["good", "also-good", "flaky"])
            await site.HookDoneAsync(name);

        foreach (var receiver in (HookReceiver[])[good, alsoGood])
        {
            Assert.Equal(2 * comments, receiver.Calls.Count);
            foreach (var comment in receiver.Calls.GroupBy(c => c.CommentId))
                Assert.Equal(["comment.published", "comment.edited"], comment.Select(c => c.Type));
        }
        Assert.Equal(2 * comments, flaky.Calls.Select(c => c.Id).Distinct().Count());
        Assert.Equal("failing", (await site.HookAsync("GET", "/gone")).Expect(200)["state"].GetString());
    }

    [Fact]
    public async Task A_delivery_that_fails_for_too_long_is_given_up()
    {
        await using var receiver = await HookReceiver.StartAsync(call =>
            Results.StatusCode(
                new HookCall(call).Comment.GetProperty("body").GetString() == "Bad" ? 500 : 204
            )
        );
        await using var impatient = await Node.StartAsync(
            Node.Store,
            connectionString: null,
            [.. HookNode.Settings, ("ThreadStore:Webhooks:GiveUpAfter", "00:00:00.500")]
        );
        var site = await impatient.ASiteAsync();
        await site.AHookAsync(receiver);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Bad");
        // it is not the receiver that fails
        await Until.TrueAsync(
            async () =>
            {
                await site.PostAsync(article, "ada", $"Good {Guid.NewGuid()}");
                return (await site.HookDeliveriesAsync(query: "&state=failed")).Length == 1
                    || await StateAsync(site) == "disabled";
            },
            "it is given up"
        );

        if (await StateAsync(site) == "disabled")
            (await site.HookAsync("PUT", "/crm", new { url = receiver.Url })).Expect(200);
        await Until.TrueAsync(
            async () => (await site.HookDeliveriesAsync(query: "&state=failed")).Length == 1,
            "it is given up"
        );
    }
}
