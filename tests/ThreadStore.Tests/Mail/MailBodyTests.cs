using MimeKit;
using ThreadStore.Comments;
using ThreadStore.Identity;
using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Setup;
using ThreadStore.Sites;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>What a mail looks like, whatever the names, titles and texts in it.</summary>
public class MailBodyTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 29, 12, 0, 0, TimeSpan.Zero);
    static readonly Guid Article = new("0198c0de-0000-7000-8000-000000000001");
    static readonly SmtpOptions Options = Settings
        .Of(
            ("ThreadStore:Smtp:Url", "smtp://mail.example"),
            ("ThreadStore:Smtp:From", "comments@news.example")
        )
        .Smtp;
    static readonly Vault Vault = new("a secret of thirty-two bytes, or more");

    static MailItem Reply(string by, string title, string text) =>
        new(7, NotificationType.Reply, Now, by, Article, title, text, CommentState.Published);

    static MailContent Content(SiteSettings site, params MailItem[] items) =>
        new(
            new(new("0198c0de-0000-7000-8000-000000000002"), "news", Guid.Empty, [7], 0, null, 0),
            "ada@example.org",
            "ada@example.org",
            site,
            "https://comments.news.example",
            items
        );

    static MimeMessage Made(MailContent content)
    {
        using var made = new MailMessage(Options, new(Vault)).Make(content, Now);
        using var bytes = new MemoryStream();
        made.WriteTo(bytes, TestContext.Current.CancellationToken);
        bytes.Position = 0;
        return MimeMessage.Load(bytes, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("Eve\r\nBcc: all@example.org")]
    [InlineData("Eve\nBcc: all@example.org")]
    [InlineData("Eve\u2028Bcc: all@example.org\r\n\r\nBody")]
    [InlineData("Eve\" <eve@example.org>, \"")]
    [InlineData("=?utf-8?q?Eve=0d=0aBcc:_all=40example.org?=")]
    [InlineData("\u202eevE")]
    public void No_name_and_no_title_makes_a_header(string evil)
    {
        var plain = Made(Content(new() { Name = "News" }, Reply("Eve", "Bridge", "Hello")));

        var made = Made(Content(new() { Name = evil }, Reply(evil, evil, evil)));

        Assert.Equal(plain.Headers.Select(h => h.Field), made.Headers.Select(h => h.Field));
        Assert.Equal("ada@example.org", made.To.ToString());
        Assert.Equal("comments@news.example", Assert.Single(made.From.Mailboxes).Address);
        Assert.DoesNotContain(made.Subject ?? "", c => char.IsControl(c) || c is '\u2028' or '\u202e');
    }

    [Fact]
    public void Whatever_people_write_is_text_in_HTML()
    {
        const string evil = "</p><script>alert('1')</script>\"&amp;";

        var html = Made(Content(new() { Name = evil }, Reply(evil, evil, evil))).HtmlBody ?? "";

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("&amp;amp;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_the_site_s_in_its_language()
    {
        var site = new SiteSettings { Language = "spanish", TimeZone = "Europe/Madrid" };

        var text = Made(Content(site, Reply("Eva", "Puente", "Hola"))).TextBody ?? "";

        Assert.Contains("29 de marzo de 2026, 14:00", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_texts_end_and_many_are_counted()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 600));
        var items = Enumerable.Range(0, 53).Select(i => Reply($"c{i}", "Bridge", text)).ToArray();

        var said = (Made(Content(new(), items)).TextBody ?? "").ReplaceLineEndings("\n");

        Assert.Equal(
            50,
            said.Split('\n').Count(l => l == $"> {string.Concat(Enumerable.Repeat("😀", 500))}…")
        );
        Assert.Contains("And 3 more.", said, StringComparison.Ordinal);
    }

    public static TheoryData<string> Languages => [.. MailLanguages.All.Select(l => l.Language)];

    [Theory, MemberData(nameof(Languages))]
    public void Each_language_has_a_sentence_for_all_that_happens(string language)
    {
        var texts = MailLanguages.All.Single(l => l.Language == language);
        var sentences = Enum.GetValues<NotificationType>()
            .SelectMany(type =>
                Enum.GetValues<CommentState>()
                    .Select(state => new MailItem(1, type, Now, "{0}ada", Article, "{9}bridge", "x", state))
            )
            .Append(new(1, NotificationType.Decision, Now))
            .Select(texts.Of)
            .Distinct()
            .ToList();

        // reply, mention, featured, four decisions, appeal, warning, and one about the person
        Assert.Equal(10, sentences.Count);
        Assert.All(sentences, s => Assert.Matches(@"\S.*\.$", s));
        Assert.Contains(sentences, s => s.Contains("{0}ada", StringComparison.Ordinal));
        Assert.Equal(8, sentences.Count(s => s.Contains("{9}bridge", StringComparison.Ordinal)));
        foreach (var text in (string[])[texts.Why, texts.Ask, texts.Done, texts.More, texts.DigestSubject])
            Assert.Contains("{0}", text, StringComparison.Ordinal);
    }
}
