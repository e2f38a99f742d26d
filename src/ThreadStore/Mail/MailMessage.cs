using MimeKit;
using ThreadStore.Setup;

namespace ThreadStore.Mail;

/// <summary>Makes a mail: the same content always gets the same id, and all about one article refer to one beginning.</summary>
public sealed class MailMessage(SmtpOptions options, UnsubscribeLinks links)
{
    const int MaxName = 80;

    public MimeMessage Make(MailContent content, DateTimeOffset now)
    {
        var mail = content.Mail;
        var texts = MailTexts.Of(content.Site.Language);
        var siteName = MailBody.OneLine(content.Site.Name ?? mail.Site, MaxName);
        var link = links.Of(options.PublicUrl ?? content.BaseUrl, mail.Site, mail.Commenter);
        var body = MailBody.Of(content, texts, siteName, link);
        var domain = MailboxAddress.EncodeAddrspec(options.From.Address).Split('@')[^1];
        var message = new MimeMessage
        {
            MessageId = $"{mail.Id:N}@{domain}",
            Date = now,
            Subject = body.Subject,
            Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = body.Text },
                new TextPart("html") { Text = body.Html.Text },
            },
        };
        message.From.Add(
            new MailboxAddress(
                options.From.Name is { Length: > 0 } name ? name : siteName,
                options.From.Address
            )
        );
        message.To.Add(new MailboxAddress("", content.Address));
        // nobody has got the beginning, and mail programs put under it what refers to it all the same
        if (content.Items.Select(i => i.Article).Distinct().ToList() is [{ } article])
        {
            var beginning = $"{article:N}.{mail.Commenter:N}@{domain}";
            message.InReplyTo = beginning;
            message.References.Add(beginning);
        }
        message.Headers.Add(HeaderId.ListId, $"<{mail.Site}.comments.{domain}>");
        message.Headers.Add(HeaderId.ListUnsubscribe, $"<{link}>");
        message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        // no answer of a machine is wanted, nor read
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }
}
