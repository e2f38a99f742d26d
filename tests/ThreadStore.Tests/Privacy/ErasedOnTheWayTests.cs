using Microsoft.AspNetCore.Http;
using ThreadStore.Benchmarks;
using ThreadStore.Tests.Mail;
using ThreadStore.Tests.Notices;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Somebody is erased while what tells of them waits to be sent: to a receiver, or a mail server, that is away.</summary>
public class ErasedOnTheWayTests(Store store, HookNode hooks) : IClassFixture<HookNode>
{
    [Fact]
    public async Task What_a_receiver_did_not_take_before_is_told_without_them()
    {
        var isAway = true;
        await using var receiver = await HookReceiver.StartAsync(_ =>
            Results.StatusCode(Volatile.Read(ref isAway) ? 503 : 204)
        );
        var site = await hooks.Node.ASiteAsync(MarkedPerson.Settings);
        await site.AHookAsync(receiver, after: 0);
        await MarkedPerson.WriteAsync(site);
        // who fails that often is called once at a time
        await receiver.CalledAsync(12);

        (await site.EraseAsync(MarkedPerson.Key)).Expect(200);

        // and so what was under way at that moment has arrived
        var told = receiver.Calls.Count;
        await receiver.CalledAsync(told + 3);
        told = receiver.Calls.Count;
        Volatile.Write(ref isAway, false);
        await AssertToldWithoutAsync(site, receiver, told);
    }

    [Fact]
    public async Task What_waits_for_a_slow_receiver_is_told_without_them()
    {
        var answers = new TaskCompletionSource();
        await using var receiver = await HookReceiver.StartAsync(async _ =>
        {
            await answers.Task;
            return Results.NoContent();
        });
        var site = await hooks.Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        for (var i = 0; i < 30; i++)
            await site.ACommentAsync(article, MarkedPerson.Key, $"{MarkedPerson.Needle} {i}");
        await site.AHookAsync(receiver, after: 0);
        // as many as are called at a time: all others were made ready with these
        await receiver.CalledAsync(8);

        (await site.EraseAsync(MarkedPerson.Key)).Expect(200);

        var told = receiver.Calls.Count;
        answers.SetResult();
        await AssertToldWithoutAsync(site, receiver, told);
    }

    /// <param name="before">Calls that had arrived.</param>
    static async Task AssertToldWithoutAsync(TestSite site, HookReceiver receiver, int before)
    {
        await site.HookDoneAsync();
        var calls = receiver.Calls.Skip(before).ToList();
        Assert.Contains("commenter.erased", calls.Select(c => c.Type));
        Assert.Contains("comment.published", calls.Select(c => c.Type));
        Assert.All(
            calls,
            c => Assert.DoesNotContain(MarkedPerson.Needle, c.Call.Body, StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public async Task Mail_that_waits_for_its_server_is_not_sent_to_them_and_has_nothing_of_them()
    {
        var port = MailServer.FreePort();
        await using var node = await Node.StartAsync(
            store,
            connectionString: null,
            MailNode.Settings($"smtp://127.0.0.1:{port}")
        );
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var ada = await site.WantsMailAsync("ada");
        var own = $"{MarkedPerson.Needle}@example.org";
        await site.WantsMailAsync(MarkedPerson.Key, address: own);
        var root = await site.ACommentAsync(article, "ada", "One");
        var theirs = await site.ACommentAsync(article, MarkedPerson.Key, $"{MarkedPerson.Needle} two", root);
        await site.ACommentAsync(article, "ben", "Three", theirs);
        (await site.ReportAsync(root, ANotice(own), by: MarkedPerson.Key)).Expect(201);
        var other = $"{Guid.NewGuid():N}@example.org";
        (await site.ReportAsync(root, ANotice(other))).Expect(201);
        await Until.TrueAsync(
            async () => await node.ScalarAsync("select count(*) from threadstore.mail_outbox") is 2L,
            "two in the outbox"
        );

        (await site.EraseAsync(MarkedPerson.Key)).Expect(200);
        await site.ACommentAsync(article, "ben", "Four", root);
        await using var server = MailServer.Start(port);

        await server.GotAsync(other);
        var mail = Assert.Single(await server.GotAsync(ada));
        Assert.Equal(["> Four"], mail.Quoted());
        Assert.DoesNotContain(MarkedPerson.Needle, mail.Said(), StringComparison.OrdinalIgnoreCase);
        await Until.TrueAsync(
            async () => await node.ScalarAsync("select count(*) from threadstore.mail_outbox") is 0L,
            "nothing in the outbox"
        );
        Assert.Empty(server.To(own));
    }

    static object ANotice(string email) =>
        new
        {
            reason = "defamation",
            explanation = "I am none.",
            name = MarkedPerson.Needle,
            email,
            goodFaith = true,
        };
}
