using MailKit.Net.Smtp;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Setup;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>How mail servers are named, and what their answers mean.</summary>
public class SmtpTests
{
    [Theory]
    [InlineData("smtp://mail.example", "mail.example", 25, false, false, null, null)]
    [InlineData("smtp://me:p%40ss%3A@mail.example", "mail.example", 587, false, true, "me", "p@ss:")]
    [InlineData("smtp://me:pass@127.0.0.1:2525", "127.0.0.1", 2525, false, false, "me", "pass")]
    [InlineData(
        "smtps://me%40news.example:x@mail.example/",
        "mail.example",
        465,
        true,
        true,
        "me@news.example",
        "x"
    )]
    [InlineData("smtp://[::1]:26", "::1", 26, false, false, null, null)]
    public void A_mail_server_is_named_by_an_address(
        string url,
        string host,
        int port,
        bool isTls,
        bool requiresTls,
        string? user,
        string? password
    ) =>
        Assert.Equal(
            new SmtpServerAddress(host, port, isTls, requiresTls, user, password),
            Settings.Of(("ThreadStore:Smtp:Url", url)).Smtp.Server
        );

    [Theory]
    [InlineData("Smtp:Url", "mail.elsewhere")]
    [InlineData("Smtp:Url", "https://mail.example")]
    [InlineData("Smtp:Url", "smtp://mail.example/path")]
    [InlineData("Smtp:From", "nobody")]
    [InlineData("Smtp:From", "a@example.org\r\nBcc: b@example.org")]
    [InlineData("Smtp:PublicUrl", "news.example")]
    [InlineData("Smtp:PublicUrl", "https://news.example/?a=b")]
    public void What_is_no_address_is_refused_without_being_told(string name, string value)
    {
        var refused = Assert.Throws<StartupException>(() => Settings.Of(($"ThreadStore:{name}", value)));

        Assert.StartsWith(
            $"ThreadStore__{name.Replace(":", "__", StringComparison.Ordinal)} is an",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(value, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_is_not_told()
    {
        var options = Settings.Of(("ThreadStore:Smtp:Url", "smtp://me:password@mail.example"));

        Assert.DoesNotContain(
            options.Shown,
            s => s.Key == "ThreadStore:Smtp:Url" || s.Value.Contains("password", StringComparison.Ordinal)
        );
        Assert.Empty(options.Unknown);
        Assert.Equal("comments@mail.example", options.Smtp.From.Address);
    }

    [Theory]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "No such user", MailOutcome.AddressRefused)]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 553, "5.1.3 bad address", MailOutcome.AddressRefused)]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 550, "5.7.1 relaying denied", MailOutcome.PutOff)]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 450, "4.2.0 greylisted", MailOutcome.PutOff)]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 421, "closing", MailOutcome.ServerAway)]
    [InlineData(SmtpErrorCode.RecipientNotAccepted, 530, "5.7.0 who are you?", MailOutcome.ServerAway)]
    [InlineData(SmtpErrorCode.SenderNotAccepted, 550, "not yours", MailOutcome.ServerAway)]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 554, "spam", MailOutcome.MailRefused)]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 550, "5.1.1 unknown user", MailOutcome.AddressRefused)]
    [InlineData(SmtpErrorCode.MessageNotAccepted, 452, "disk full", MailOutcome.PutOff)]
    [InlineData(SmtpErrorCode.UnexpectedStatusCode, 500, "what?", MailOutcome.BrokenOff)]
    public void A_refusal_is_about_the_person_the_mail_or_us(
        SmtpErrorCode refused,
        int status,
        string text,
        MailOutcome outcome
    ) => Assert.Equal(outcome, SmtpAnswer.Outcome(refused, (SmtpStatusCode)status, text));

    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("ada+news@müller.example", "ada+news@xn--mller-kva.example")]
    [InlineData("Ada <ada@example.org>", null)]
    [InlineData("ada@example.org,ben@example.org", null)]
    [InlineData("ada@example.org\r\nBcc: ben@example.org", null)]
    [InlineData("ada", null)]
    [InlineData("@example.org", null)]
    [InlineData("ada@", null)]
    [InlineData("", null)]
    public void An_address_is_one_and_nothing_else(string claimed, string? address) =>
        Assert.Equal(address, EmailAddress.Of(claimed));
}
