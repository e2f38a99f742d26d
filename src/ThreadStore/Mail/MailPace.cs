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

/// <summary>How long to wait after failures.</summary>
public static class MailPace
{
    /// <param name="failures">Before this one.</param>
    /// <param name="chance">As <see cref="Backoff.Spread"/> has it.</param>
    public static TimeSpan Doubled(SmtpOptions options, int failures, double chance) =>
        Backoff.Doubled(options.FirstRetry, failures, options.LongestRetry).Spread(chance);
}
