using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>The link in a mail, followed as mail programs do it.</summary>
public class UnsubscribeTests(MailNode mail) : IClassFixture<MailNode>
{
    /// <summary>The path of somebody's link.</summary>
    public static string LinkOf(Store store, TestSite site, string who) =>
        store
            .Services.GetRequiredService<UnsubscribeLinks>()
            .Of("", site.Key, StreamId.Commenter(site.Key, who));

    [Fact]
    public async Task A_mail_program_s_one_click_ends_the_mail_without_a_sign_in()
    {
        var site = await mail.Node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "One");
        var address = await site.WantsMailAsync("ada");
        await site.ACommentAsync(article, "ben", "Two", root);
        var message = Assert.Single(await mail.Mail.GotAsync(address));
        var link = message.Headers[HeaderId.ListUnsubscribe]!.Trim('<', '>');
        Assert.StartsWith($"{mail.Node.Client.BaseAddress}unsubscribe/", link, StringComparison.Ordinal);
        // as it came: whoever folds a header may not fold an address
        var header = message.Headers.Single(h => h.Id == HeaderId.ListUnsubscribe);
        Assert.Contains($"<{link}>", Encoding.ASCII.GetString(header.RawValue), StringComparison.Ordinal);
        Assert.Contains(link, message.Said(), StringComparison.Ordinal);
        Assert.Contains(link, message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("List-Unsubscribe=One-Click", message.Headers[HeaderId.ListUnsubscribePost]);

        using var client = new HttpClient();
        using var click = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        using var answer = await client.PostAsync(link, click, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)answer.StatusCode);
        await site.ACommentAsync(article, "ben", "Three", root);
        var second = await site.WantsMailAsync("cleo");
        await site.ACommentAsync(article, "cleo", "Four");
        await site.ACommentAsync(article, "ben", "Five, @cleo");
        await mail.Mail.GotAsync(second);
        Assert.Single(mail.Mail.To(address));
    }
}
