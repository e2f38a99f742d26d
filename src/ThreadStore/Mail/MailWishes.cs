using ThreadStore.Inbox;

namespace ThreadStore.Mail;

/// <summary>When somebody is written to.</summary>
public enum MailFrequency
{
    Never,

    /// <summary>At once, each thing by itself.</summary>
    Instant,

    /// <summary>Together, on the hour.</summary>
    Hourly,

    /// <summary>Together, in the morning.</summary>
    Daily,
}

/// <summary>What somebody may want mail about.</summary>
public enum MailKind
{
    /// <summary>Answers to their comments.</summary>
    Replies,

    /// <summary>What moderators did to their comments, or about them.</summary>
    Decisions,

    /// <summary>Comments that name them.</summary>
    Mentions,
}

/// <summary>How often one is written to, about what.</summary>
/// <param name="Replies">Answers to one's comments.</param>
/// <param name="Decisions">What moderators did to one's comments, or about oneself: warnings and decided appeals, too.</param>
/// <param name="Mentions">Comments that name one.</param>
public sealed record MailWishes(MailFrequency Replies, MailFrequency Decisions, MailFrequency Mentions)
{
    public static readonly MailWishes None = new(
        MailFrequency.Never,
        MailFrequency.Never,
        MailFrequency.Never
    );

    public MailFrequency For(MailKind kind) =>
        kind switch
        {
            MailKind.Replies => Replies,
            MailKind.Mentions => Mentions,
            _ => Decisions,
        };

    public static MailKind KindOf(NotificationType type) =>
        type switch
        {
            NotificationType.Reply => MailKind.Replies,
            NotificationType.Mention => MailKind.Mentions,
            _ => MailKind.Decisions,
        };
}
