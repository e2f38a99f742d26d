using SmtpServer.Protocol;
using ThreadStore.Benchmarks;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>Mail servers that refuse, hang and are away, and servers that end, die and share a database.</summary>
public class MailFailureTests(Store store, MailNode mail) : IClassFixture<MailNode>
{
    static readonly int Rounds = Endurance.Kills(1);

    static readonly SmtpResponse NobodyHere = new(SmtpReplyCode.MailboxUnavailable, "nobody here");

    async Task<(TestSite Site, string Article, Guid Root, string Address)> AdaWantsMailAsync(
        Node? node = null
    )
    {
        var site = await (node ?? mail.Node).ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        return (site, article, root, await site.WantsMailAsync("ada"));
    }

    Task OutboxIsEmptyAsync(TestSite site, Node? node = null) =>
        Until.TrueAsync(
            async () =>
                await (node ?? mail.Node).ScalarAsync(
                    $"""
                    select (select position from threadstore.mail_progress) >= (select max(seq_id) from threadstore.mt_events)
                      and not exists (select 1 from threadstore.mail_outbox where site = '{site.Key}')
                    """
                )
                    is true,
            "an empty outbox"
        );

    [Fact]
    public async Task An_address_that_is_nobody_s_is_left_alone_until_a_token_brings_another()
    {
        var (site, article, root, address) = await AdaWantsMailAsync();
        var asked = 0;
        mail.Mail.Recipient = to =>
            to != address ? null
            : Interlocked.Increment(ref asked) > 0 ? NobodyHere
            : null;
        await site.ACommentAsync(article, "ben", "Two", root);
        await Until.TrueAsync(() => Task.FromResult(asked > 0), "the address was asked for");
        await OutboxIsEmptyAsync(site);

        await site.ACommentAsync(article, "ben", "Three", root);
        (
            await site.SendAsync(
                "PUT",
                "/me/preferences",
                new { email = new { replies = "instant" } },
                site.TokenWith("ada", address)
            )
        ).Expect(200);
        await site.ACommentAsync(article, "ben", "Four", root);
        await OutboxIsEmptyAsync(site);
        var another = await site.WantsMailAsync("ada");
        await site.ACommentAsync(article, "ben", "Five", root);

        Assert.Equal(["> Five"], Assert.Single(await mail.Mail.GotAsync(another)).Quoted());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_mail_that_is_put_off_comes_later_and_holds_up_no_other()
    {
        var (site, article, root, address) = await AdaWantsMailAsync();
        var (isFull, asked) = (true, 0);
        mail.Mail.Recipient = to =>
        {
            if (to != address || !isFull)
                return null;
            Interlocked.Increment(ref asked);
            return new((SmtpReplyCode)452, "full");
        };
        await site.ACommentAsync(article, "ben", "Two", root);
        await Until.TrueAsync(() => Task.FromResult(asked > 1), "two attempts");
        var other = await site.WantsMailAsync("cleo");
        await site.ACommentAsync(article, "cleo", "Three");
        await site.ACommentAsync(article, "ben", "Four, @cleo");
        await mail.Mail.GotAsync(other);
        Assert.Empty(mail.Mail.To(address));

        isFull = false;

        await mail.Mail.GotAsync(address);
        await OutboxIsEmptyAsync(site);
        Assert.Single(mail.Mail.To(address));
    }

    [Fact]
    public async Task A_mail_that_is_refused_is_dropped_and_the_next_is_sent()
    {
        var (site, article, root, address) = await AdaWantsMailAsync();
        var answers = new Queue<SmtpResponse>([
            new(SmtpReplyCode.TransactionFailed, "looks like spam"),
            SmtpResponse.Ok,
        ]);
        mail.Mail.Answer = (to, _) => Task.FromResult(to == address ? answers.Dequeue() : SmtpResponse.Ok);

        await site.ACommentAsync(article, "ben", "Two", root);
        await OutboxIsEmptyAsync(site);
        await site.ACommentAsync(article, "ben", "Three", root);
        await OutboxIsEmptyAsync(site);

        Assert.Equal(2, mail.Mail.To(address).Length);
        Assert.Empty(answers);
    }

    [Fact]
    public async Task A_mail_whose_answer_is_lost_is_repeated_once_under_the_same_id()
    {
        var (site, article, root, address) = await AdaWantsMailAsync();
        mail.Mail.Answer = async (to, ct) =>
        {
            if (to == address)
                await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return SmtpResponse.Ok;
        };

        await site.ACommentAsync(article, "ben", "Two", root);
        await OutboxIsEmptyAsync(site);

        var mails = mail.Mail.To(address);
        Assert.Equal(2, mails.Length);
        Assert.Single(mails.Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task A_mail_server_that_is_away_delays_mail_and_nothing_else()
    {
        var port = MailServer.FreePort();
        await using var node = await Node.StartAsync(
            store,
            connectionString: null,
            MailNode.Settings($"smtp://127.0.0.1:{port}")
        );
        var (site, article, root, address) = await AdaWantsMailAsync(node);
        for (var i = 0; i < 5; i++)
            await site.ACommentAsync(article, "ben", $"Text {i}", root);
        await Until.TrueAsync(
            async () => await node.ScalarAsync("select count(*) from threadstore.mail_outbox") is 5L,
            "five in the outbox"
        );
        // another node shares the work, and nothing is sent twice
        await using var second = await node.AnotherAsync();

        await using var server = MailServer.Start(port);

        var mails = await server.GotAsync(address, 5);
        await OutboxIsEmptyAsync(site, node);
        Assert.Equal(5, server.To(address).Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(5, server.To(address).Length);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"> Text {i}"), mails.SelectMany(m => m.Quoted()));
    }

    [Fact]
    public async Task A_server_that_is_killed_before_it_hears_the_answer_loses_none_and_repeats_that_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        using var program = new ThreadStoreProgram();
        await using var server = MailServer.Start();
        (string, string?)[] settings =
        [
            ("ConnectionStrings__ThreadStore", await store.CreateDatabaseAsync()),
            .. MailNode
                .Settings(server.Url)
                .Select(s => (s.Item1.Replace(":", "__", StringComparison.Ordinal), (string?)s.Item2)),
        ];
        var process = await program.ServeAsync(settings);
        var site = new TestSite(store, $"s{Guid.NewGuid():N}") { Client = process.Client };
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var address = await site.WantsMailAsync("ada");
        var (left, killed) = (0, new TaskCompletionSource());
        server.Answer = async (_, _) =>
        {
            // the mail server has this one, and whom it would tell is gone
            if (Interlocked.Decrement(ref left) == 0)
            {
                await process.KillAsync();
                killed.SetResult();
            }
            return SmtpResponse.Ok;
        };
        var posted = new List<string>();
        async Task PostAsync()
        {
            posted.Add($"> Text {posted.Count}");
            await site.ACommentAsync(article, "ben", posted[^1][2..], root);
        }
        for (var round = 0; round < Rounds; round++)
        {
            var count = Random.Shared.Next(1, 5);
            (left, killed) = (count, new());
            for (var i = 0; i < count; i++)
                await PostAsync();
            await killed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            process = await program.ServeAsync(settings);
            site = site with { Client = process.Client };
            await server.GotAsync(address, posted.Count + round + 1);
        }
        await PostAsync();

        var mails = await server.GotAsync(address, posted.Count + Rounds);
        Assert.Equal(posted, mails.DistinctBy(m => m.MessageId).SelectMany(m => m.Quoted()));
        Assert.Equal(Rounds, mails.CountBy(m => m.MessageId ?? "").Count(m => m.Value == 2));
        Assert.Equal(posted.Count + Rounds, mails.Length);
        await process.KillAsync();
    }
}
