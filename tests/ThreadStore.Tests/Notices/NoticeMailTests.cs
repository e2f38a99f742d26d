using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Sites;
using ThreadStore.Tests.Mail;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Notices;

/// <summary>What is written to who gave a notice and said where.</summary>
public class NoticeMailTests(MailNode mail) : IClassFixture<MailNode>
{
    [Fact]
    public async Task A_notifier_is_told_that_it_came_what_became_of_it_and_once_more_when_that_changes()
    {
        var (site, comment) = await ACommentAsync(new { name = "The Daily" });
        var address = $"{Guid.NewGuid():N}@example.org";

        var report = await site.ReportAsync(comment, From(address));

        var receipt = Assert.Single(await mail.Mail.GotAsync(address));
        Assert.Equal("We received your report: Bridge & tunnel", receipt.Subject);
        Assert.Equal("\"The Daily\" <comments@news.example>", receipt.From.ToString());
        Assert.Contains(report["id"].GetString()!, receipt.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            $"https://news.example/b#comment-{comment}",
            receipt.TextBody,
            StringComparison.Ordinal
        );
        Assert.Contains("on “Bridge &amp; tunnel”", receipt.HtmlBody, StringComparison.Ordinal);

        await site.DecideAsync(comment, "reject");

        var decision = (await mail.Mail.GotAsync(address, 2))[1];
        Assert.Equal("What became of your report: Bridge & tunnel", decision.Subject);
        Assert.Contains(
            "A moderator rejected the comment: spam.",
            decision.TextBody,
            StringComparison.Ordinal
        );
        Assert.Contains("out-of-court dispute settlement", decision.TextBody, StringComparison.Ordinal);
        Assert.Equal(receipt.InReplyTo, decision.InReplyTo);

        (await site.ModerateAsync($"/moderation/log/{await site.NewestDecisionAsync()}/undo")).Expect(200);
        await site.DecideAsync(comment, "approve");

        var mails = await mail.Mail.GotAsync(address, 3);
        Assert.Contains("no action was taken", mails[2].TextBody, StringComparison.Ordinal);
        Assert.Equal(3, mails.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_notifier_is_told_that_what_was_taken_away_is_back_and_how_to_contest_it()
    {
        var (site, comment) = await ACommentAsync();
        var address = $"{Guid.NewGuid():N}@example.org";
        await site.ReportAsync(comment, From(address));
        await site.DecideAsync(comment, "reject");
        await mail.Mail.GotAsync(address);
        var appeal = (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/appeal",
                new { text = "He is" },
                site.Token("ada")
            )
        )
            .Expect(201)["id"]
            .GetGuid();
        await Until.TrueAsync(
            () => Task.FromResult(mail.Mail.To(address)[^1].Subject is ['W', 'h', ..]),
            "the decision"
        );
        var before = mail.Mail.To(address).Length;

        (
            await site.ModerateAsync(
                $"/moderation/appeals/{appeal}",
                new { uphold = false, reason = "He was convicted" },
                "max"
            )
        ).Expect(200);

        var told = (await mail.Mail.GotAsync(address, before + 1))[^1];
        Assert.Contains("the comment is published again", told.TextBody, StringComparison.Ordinal);
        Assert.Contains("out-of-court dispute settlement", told.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("convicted", told.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_written_in_the_site_s_language()
    {
        var (site, comment) = await ACommentAsync(new { language = "german" });
        var address = $"{Guid.NewGuid():N}@example.org";

        await site.ReportAsync(comment, From(address));
        var receipt = Assert.Single(await mail.Mail.GotAsync(address));
        (await site.SendAsync("DELETE", $"/comments/{comment}", null, site.Token("ada"))).Expect(204);

        Assert.StartsWith("Ihre Meldung ist eingegangen", receipt.Subject, StringComparison.Ordinal);
        var decision = (await mail.Mail.GotAsync(address, 2))[1];
        Assert.Contains("Es gibt nichts mehr zu entscheiden", decision.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_not_had_the_receipt_when_it_is_decided_is_told_the_decision_alone()
    {
        var (site, comment) = await ACommentAsync();
        var address = $"{Guid.NewGuid():N}@example.org";
        var refused = 0;
        mail.Mail.Recipient = to =>
            to == address && Interlocked.Increment(ref refused) > 0
                ? new(SmtpServer.Protocol.SmtpReplyCode.ServiceUnavailable, "later")
                : null;
        await site.ReportAsync(comment, From(address));
        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref refused) > 0), "a first attempt");
        await site.DecideAsync(comment, "approve");
        // one attempt may have been under way with the receipt; the next one knows of the decision
        var before = Volatile.Read(ref refused);
        await Until.TrueAsync(
            () => Task.FromResult(Volatile.Read(ref refused) >= before + 2),
            "two attempts after the decision"
        );
        mail.Mail.Recipient = _ => null;

        var first = (await mail.Mail.GotAsync(address))[0];
        Assert.StartsWith("What became of your report", first.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_addresses_go_when_nobody_can_complain_any_more()
    {
        var (site, comment) = await ACommentAsync();
        var report = await site.ReportAsync(comment, From("x@example.org"));
        var open = await site.ReportAsync(
            await site.ACommentAsync("bridge", "ben", "Two"),
            From("y@example.org")
        );
        await site.DecideAsync(comment, "approve");
        await using (
            var command = mail.Node.Database.CreateCommand(
                "update threadstore.notice_rows set ended_at = ended_at - interval '184 days' where ended_at is not null and site = $1"
            )
        )
        {
            command.Parameters.Add(new() { Value = site.Key });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await mail
            .Node.Services.GetRequiredService<Retention>()
            .PurgeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(false, await HasContactAsync(site, report));
        Assert.Equal(true, await HasContactAsync(site, open));
        // and what became of it can still be asked for
        Assert.Equal("dismissed", (await site.AskAsync(report))["state"].GetString());
    }

    async Task<object?> HasContactAsync(TestSite site, Reply report)
    {
        await using var command = mail.Node.Database.CreateCommand(
            "select sealed is not null from threadstore.notice_contacts where site = $1 and id = $2"
        );
        command.Parameters.Add(new() { Value = site.Key });
        command.Parameters.Add(new() { Value = report["id"].GetGuid() });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    static object From(string address) =>
        new
        {
            reason = "defamation",
            explanation = "I am none.",
            name = "Ben",
            email = address,
            goodFaith = true,
        };

    async Task<(TestSite Site, Guid Comment)> ACommentAsync(object? settings = null)
    {
        var site = await mail.Node.ASiteAsync(settings);
        await site.PutArticleAsync(
            "bridge",
            new { title = "Bridge & tunnel", url = "https://news.example/b" }
        );
        return (site, await site.ACommentAsync("bridge", "ada", "Ben is a thief."));
    }
}
