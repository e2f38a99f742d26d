using MailKit.Net.Smtp;

namespace ThreadStore.Mail;

/// <summary>What a mail server's refusal is about: the person, the mail, or us.</summary>
public static class SmtpAnswer
{
    const int Permanent = 500;

    /// <param name="text">What it said; an enhanced status code (RFC 3463) may stand at its beginning.</param>
    public static MailOutcome Outcome(SmtpErrorCode refused, SmtpStatusCode status, string text)
    {
        // it goes away (421), or does not know us: neither the mail nor its recipient can help it
        if (
            status
                is SmtpStatusCode.ServiceNotAvailable
                    or SmtpStatusCode.AuthenticationRequired
                    or SmtpStatusCode.AuthenticationMechanismTooWeak
                    or SmtpStatusCode.EncryptionRequiredForAuthenticationMechanism
            || refused == SmtpErrorCode.SenderNotAccepted
        )
            return MailOutcome.ServerAway;
        if (refused == SmtpErrorCode.UnexpectedStatusCode)
            return MailOutcome.BrokenOff;
        if ((int)status < Permanent)
            return MailOutcome.PutOff;
        // its policy: set up wrongly, perhaps, and no reason to take somebody for gone
        if (Says(text, "5.7."))
            return MailOutcome.PutOff;
        return refused == SmtpErrorCode.RecipientNotAccepted || Says(text, "5.1.") || Says(text, "5.2.1")
            ? MailOutcome.AddressRefused
            : MailOutcome.MailRefused;
    }

    static bool Says(string text, string code) => text.StartsWith(code, StringComparison.Ordinal);
}
