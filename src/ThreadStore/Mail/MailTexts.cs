using System.Globalization;
using ThreadStore.Comments;
using ThreadStore.Inbox;

namespace ThreadStore.Mail;

/// <summary>
/// What mails and their pages say in one language. In braces: a name, then a title. Plain text: whatever is put between
/// is encoded together with it where HTML is made.
/// </summary>
public sealed record MailTexts(
    string Language,
    string DateFormat,
    string AnswerSubject,
    string DecisionSubject,
    string AccountSubject,
    string DigestSubject,
    string Reply,
    string Mention,
    string Featured,
    string Published,
    string Rejected,
    string Removed,
    string Held,
    string Appeal,
    string Account,
    string Warning,
    string Read,
    string More,
    string Why,
    string Unsubscribe,
    string Ask,
    string Done,
    string NoLink
)
{
    /// <summary>By the name of the site's language, which is a text search configuration of PostgreSQL.</summary>
    public static MailTexts Of(string language) =>
        language switch
        {
            "german" => MailLanguages.German,
            "french" => MailLanguages.French,
            "spanish" => MailLanguages.Spanish,
            _ => MailLanguages.English,
        };

    public string Date(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(DateFormat, CultureInfo.GetCultureInfo(Language));

    /// <summary>What happened, in a sentence.</summary>
    public string Of(MailItem item) =>
        item.Type switch
        {
            NotificationType.Reply => Fill(Reply, item.By, item.Title),
            NotificationType.Mention => Fill(Mention, item.By, item.Title),
            NotificationType.Featured => Fill(Featured, item.Title),
            NotificationType.Appeal => Fill(Appeal, item.Title),
            NotificationType.Warning => Warning,
            _ => item.State switch
            {
                null => Account,
                CommentState.Published => Fill(Published, item.Title),
                CommentState.Pending => Fill(Held, item.Title),
                CommentState.Deleted => Fill(Removed, item.Title),
                _ => Fill(Rejected, item.Title),
            },
        };

    /// <summary>Of a mail about one thing: the same for all answers on an article, so that mail programs keep them together.</summary>
    public string SubjectOf(MailItem item, string site) =>
        item switch
        {
            { Title: null } => Fill(AccountSubject, site),
            { Type: NotificationType.Reply or NotificationType.Mention } => Fill(AnswerSubject, item.Title),
            _ => Fill(DecisionSubject, item.Title),
        };

    public static string Fill(string text, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, text, values);
}
