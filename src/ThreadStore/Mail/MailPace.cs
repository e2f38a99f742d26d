using ThreadStore.Deliveries;
using ThreadStore.Setup;

namespace ThreadStore.Mail;

/// <summary>How an attempt to send a mail ended.</summary>
public enum MailOutcome
{
    /// <summary>The mail server has it.</summary>
    Sent,

    /// <summary>There was nothing left to tell, or nobody to tell it to.</summary>
    Nothing,

    /// <summary>Nobody has this address.</summary>
    AddressRefused,

    /// <summary>This mail will never be taken.</summary>
    MailRefused,

    /// <summary>This mail may be taken later; others may be taken now.</summary>
    PutOff,

    /// <summary>The mail server had all of it, and nobody knows whether it took it.</summary>
    AnswerLost,

    /// <summary>The mail server broke off before it had all of it: it, or this mail, is not well.</summary>
    BrokenOff,

    /// <summary>No mail is taken now, this one or another.</summary>
    ServerAway,
}

/// <summary>A mail that is to be sent now, whatever it says.</summary>
public interface IDueMail
{
    Guid Id { get; }

    /// <summary>How often it was tried.</summary>
    int Tries { get; }

    /// <summary>When it was tried first; null: never yet.</summary>
    DateTimeOffset? TriedAt { get; }

    /// <summary>Attempts of which nobody knows whether the mail server took it.</summary>
    int Unsure { get; }
}

/// <summary>How long to wait after failures, and when to wait no more.</summary>
public static class MailPace
{
    /// <summary>A mail server that twice took a mail without saying so takes it for good.</summary>
    const int MostUnsure = 2;

    /// <summary>Whether a mail is not tried again.</summary>
    /// <param name="outcome">Of the last attempt.</param>
    public static bool IsOver(SmtpOptions options, IDueMail mail, MailOutcome outcome, DateTimeOffset now) =>
        outcome switch
        {
            MailOutcome.AnswerLost => mail.Unsure + 1 >= MostUnsure,
            MailOutcome.PutOff or MailOutcome.BrokenOff => now - (mail.TriedAt ?? now) >= options.GiveUpAfter,
            _ => true,
        };

    /// <param name="failures">Before this one.</param>
    /// <param name="chance">As <see cref="Backoff.Spread"/> has it.</param>
    public static TimeSpan Doubled(SmtpOptions options, int failures, double chance) =>
        Backoff.Doubled(options.FirstRetry, failures, options.LongestRetry).Spread(chance);
}
