using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using ThreadStore.Http;
using ThreadStore.Mail;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>What is written to whom, and when.</summary>
public class MailTests(MailNode mail) : IClassFixture<MailNode>
{
    Task<TestSite> ASiteAsync(object? settings = null) => mail.Node.ASiteAsync(settings);

    [Fact]
    public async Task A_reply_is_mailed_at_once_as_text_and_as_HTML()
    {
        var site = await ASiteAsync(new { name = "The Daily" });
        await site.PutArticleAsync(
            "bridge",
            new { title = "Bridge & tunnel", url = "https://news.example/b" }
        );
        var root = await site.ACommentAsync("bridge", "ada", "One");
        var address = await site.WantsMailAsync("ada");

        var reply = await site.ACommentAsync("bridge", "ben", "Two < <b>three</b>\n\nFour", root);

        var message = Assert.Single(await mail.Mail.GotAsync(address));
        Assert.Equal("New answer: Bridge & tunnel", message.Subject);
        Assert.Equal("\"The Daily\" <comments@news.example>", message.From.ToString());
        Assert.Equal(address, message.To.ToString());
        Assert.Contains(
            $"ben replied to you on “Bridge & tunnel”.",
            message.Said(),
            StringComparison.Ordinal
        );
        Assert.Contains("> Two < <b>three</b>", message.Said(), StringComparison.Ordinal);
        Assert.Contains($"https://news.example/b#comment-{reply}", message.Said(), StringComparison.Ordinal);
        Assert.Contains("on “Bridge &amp; tunnel”.", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Two &lt; &lt;b&gt;three&lt;/b&gt;", message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", message.Headers[HeaderId.AutoSubmitted]);
    }

    [Fact]
    public async Task All_about_one_article_is_kept_together_by_mail_programs()
    {
        var site = await ASiteAsync();
        var (article, other) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        var root = await site.ACommentAsync(article, "ada", "One");
        var elsewhere = await site.ACommentAsync(other, "ada", "One");
        var address = await site.WantsMailAsync("ada");

        await site.ACommentAsync(article, "ben", "Two", root);
        await site.ACommentAsync(article, "cleo", "Three, @ada");
        await site.ACommentAsync(other, "ben", "Two", elsewhere);

        var mails = await mail.Mail.GotAsync(address, 3);
        Assert.Equal(3, mails.Select(m => m.MessageId).Distinct().Count());
        Assert.All(mails, m => Assert.Equal(m.InReplyTo, Assert.Single(m.References)));
        Assert.Equal([2, 1], mails.CountBy(m => (m.InReplyTo, m.Subject)).Select(g => g.Value));
        Assert.All(
            mails,
            m => Assert.Equal($"<{site.Key}.comments.news.example>", m.Headers[HeaderId.ListId])
        );
    }

    [Fact]
    public async Task What_moderators_do_is_mailed_without_their_names_in_the_site_s_language()
    {
        var site = await ASiteAsync(
            new
            {
                name = "Die Zeitung",
                language = "german",
                timeZone = "Europe/Berlin",
            }
        );
        await site.PutArticleAsync("bridge", new { title = "Brücke" });
        var comment = await site.ACommentAsync("bridge", "ada", "One");
        var address = await site.WantsMailAsync("ada");

        await site.DecideAsync(comment, "reject");
        var rejected = Assert.Single(await mail.Mail.GotAsync(address));
        (
            await site.SendAsync(
                "POST",
                "/commenters/ada/warn",
                new { message = "Be kind" },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(200);

        var warned = (await mail.Mail.GotAsync(address, 2))[1];
        Assert.Equal("Ihr Kommentar: Brücke", rejected.Subject);
        Assert.StartsWith(
            "Die Moderation hat Ihren Kommentar zu „Brücke“ abgelehnt.",
            rejected.Said(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("mod", rejected.Said(), StringComparison.Ordinal);
        Assert.Equal("Ihr Konto bei Die Zeitung", warned.Subject);
        Assert.Empty(warned.References);
    }

    [Fact]
    public async Task Who_wants_none_or_has_no_verified_address_gets_none()
    {
        var site = await ASiteAsync();
        var article = await site.AnArticleAsync();
        var people = new Dictionary<string, Guid>();
        foreach (var who in (string[])["ada", "ben", "cleo", "dan", "eve"])
            people[who] = await site.ACommentAsync(article, who, "One");
        var email = new { replies = "instant" };
        var last = MailReader.AnAddress();
        // says nothing; wants none; not verified; only decisions
        (await site.SendAsync("GET", "/me/preferences", null, site.TokenWith("ada", last))).Expect(200);
        (await site.WishAsync(site.TokenWith("ben", last), new { email = new { replies = "never" } })).Expect(
            200
        );
        (await site.WishAsync(site.TokenWith("cleo", last, verified: false), new { email })).Expect(200);
        (
            await site.WishAsync(site.TokenWith("dan", last), new { email = new { decisions = "instant" } })
        ).Expect(200);
        (await site.WishAsync(site.TokenWith("eve", last), new { email })).Expect(200);

        foreach (var (who, comment) in people.OrderBy(p => p.Key))
            await site.ACommentAsync(article, "fay", $"To {who}", comment);

        var only = Assert.Single(await mail.Mail.GotAsync(last));
        Assert.Contains("To eve", only.Said(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_goes_to_the_address_that_the_person_s_newest_token_has()
    {
        var site = await ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var before = await site.WantsMailAsync("ada");
        var after = MailReader.AnAddress();
        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/comments",
                new { body = "I moved" },
                site.TokenWith("ada", after)
            )
        ).Expect(201);
        await Until.TrueAsync(
            async () => await AddressesAsync(site) is [var address] && address == after,
            "the new address"
        );

        await site.ACommentAsync(article, "ben", "Two", root);

        await mail.Mail.GotAsync(after);
        Assert.Empty(mail.Mail.To(before));
    }

    [Fact]
    public async Task Of_who_wants_no_mail_no_address_is_kept()
    {
        var site = await ASiteAsync();
        var article = await site.AnArticleAsync();
        (
            await site.SendAsync(
                "POST",
                $"/articles/{article}/comments",
                new { body = "One" },
                site.TokenWith("ben", MailReader.AnAddress())
            )
        ).Expect(201);
        var address = await site.WantsMailAsync("ada");
        Assert.Equal([address], await AddressesAsync(site));

        await site.WantsMailAsync("ada", "never", address);

        Assert.Empty(await AddressesAsync(site));
        Assert.Equal(
            0L,
            await mail.Node.ScalarAsync(
                $"select count(*) from threadstore.mail_preferences where site = '{site.Key}'"
            )
        );
    }

    [Fact]
    public async Task What_became_unseen_and_who_is_ignored_is_not_mailed()
    {
        var site = await ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var address = await site.WantsMailAsync("ada", "hourly");
        var rejected = await site.ACommentAsync(article, "ben", "Rejected", root);
        var deleted = await site.ACommentAsync(article, "ben", "Deleted", root);
        await site.ACommentAsync(article, "cleo", "Ignored", root);
        await site.ACommentAsync(article, "dan", "Seen", root);
        await WaitingAsync(site, 4);

        await site.DecideAsync(rejected, "reject");
        (await site.SendAsync("DELETE", $"/comments/{deleted}", null, site.Token("ben"))).Expect(204);
        (await site.SendAsync("PUT", "/me/ignored/cleo", null, site.Token("ada"))).Expect(204);
        await HurryAsync(site);

        var message = Assert.Single(await mail.Mail.GotAsync(address));
        Assert.Equal(["> Seen"], message.Quoted());
    }

    [Fact]
    public async Task What_waits_comes_together_in_order_when_it_is_time()
    {
        var site = await ASiteAsync(new { name = "The Daily", timeZone = "Asia/Kolkata" });
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var address = await site.WantsMailAsync("ada", "daily");
        foreach (var text in (string[])["First", "Second", "Third"])
            await site.ACommentAsync(article, "ben", text, root);
        await WaitingAsync(site, 3);

        // 08:00 in Kolkata
        Assert.Equal(
            "02:30:00",
            await mail.Node.ScalarAsync(
                $"select distinct (due_at at time zone 'utc')::time::text from threadstore.mail_outbox where site = '{site.Key}'"
            )
        );
        Assert.Empty(mail.Mail.To(address));
        await HurryAsync(site);

        var message = Assert.Single(await mail.Mail.GotAsync(address));
        Assert.Equal("What is new for you at The Daily", message.Subject);
        Assert.Equal(["> First", "> Second", "> Third"], message.Quoted());
        await WaitingAsync(site, 0);
    }

    [Fact]
    public async Task What_waits_is_sent_when_it_is_wanted_at_once_and_not_at_all_when_it_is_wanted_no_more()
    {
        var site = await ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var (ada, cleo) = (
            await site.WantsMailAsync("ada", "daily"),
            await site.WantsMailAsync("cleo", "daily")
        );
        await site.ACommentAsync(article, "cleo", "Two", root);
        await site.ACommentAsync(article, "ben", "Three, @cleo", root);
        await WaitingAsync(site, 3);

        await site.WantsMailAsync("cleo", "never", cleo);
        await site.WantsMailAsync("ada", "instant", ada);

        var message = Assert.Single(await mail.Mail.GotAsync(ada));
        Assert.Equal(["> Two", "> Three, @cleo"], message.Quoted());
        await WaitingAsync(site, 0);
        Assert.Empty(mail.Mail.To(cleo));
    }

    /// <summary>Those that are kept, as they are when they are decrypted.</summary>
    async Task<string[]> AddressesAsync(TestSite site)
    {
        var kept =
            await mail.Node.ScalarAsync(
                $"""
                select coalesce(array_agg(commenter_id || ' ' || address), array[]::text[])
                from threadstore.mail_addresses where site = '{site.Key}'
                """
            ) as string[]
            ?? [];
        Assert.All(kept, k => Assert.DoesNotContain('@', k));
        var addresses = mail.Node.Services.GetRequiredService<MailAddresses>();
        return
        [
            .. kept.Select(k => k.Split(' '))
                .Select(k => addresses.Open(site.Key, new(k[0]), k[1]) ?? "unreadable"),
        ];
    }

    Task WaitingAsync(TestSite site, long count) =>
        Until.TrueAsync(
            async () =>
                (long)
                    (
                        await mail.Node.ScalarAsync(
                            $"select count(*) from threadstore.mail_outbox where site = '{site.Key}'"
                        )
                    )! == count,
            $"{count} in the outbox"
        );

    /// <summary>As if the hour had come.</summary>
    Task<object?> HurryAsync(TestSite site) =>
        mail.Node.ScalarAsync(
            $"update threadstore.mail_outbox set due_at = now() - interval '1 second' where site = '{site.Key}'"
        );
}
