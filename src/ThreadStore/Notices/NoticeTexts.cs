using System.Globalization;
using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Notices;

/// <summary>
/// What whoever gave a notice is told, in one language. Plain text; in braces: the article's title, and what the comment
/// was rejected for.
/// </summary>
/// <param name="Grounds">What comments are rejected for, in words that end a sentence.</param>
/// <param name="Automation">How it was decided (DSA, article 16 (6)).</param>
public sealed record NoticeTexts(
    string Language,
    string ReceiptSubject,
    string DecisionSubject,
    string Receipt,
    string Upheld,
    string Dismissed,
    string Reversed,
    string RejectedFor,
    string Removed,
    string Kept,
    string Returned,
    string DeletedByAuthor,
    string Automation,
    string Redress,
    string Number,
    string Because,
    IReadOnlyDictionary<RejectReason, string> Grounds
)
{
    /// <summary>By the name of the site's language, as mail is written.</summary>
    public static NoticeTexts Of(string language) =>
        language switch
        {
            "german" => NoticeLanguages.German,
            "french" => NoticeLanguages.French,
            "spanish" => NoticeLanguages.Spanish,
            _ => NoticeLanguages.English,
        };

    /// <summary>Null while nobody has decided.</summary>
    public NoticeWhy? Why(Notice notice) =>
        notice.Reversal is not null ? new("reversed", Returned)
        : notice.End is { } end ? Why(end)
        : null;

    NoticeWhy Why(NoticeEnd end) =>
        end switch
        {
            { Ground: { } ground } => new(ground.Word(), Fill(RejectedFor, Grounds[ground])),
            { Outcome: NoticeOutcome.Upheld } => new("removed", Removed),
            { Outcome: NoticeOutcome.Dismissed } => new("kept", Kept),
            _ => new("deletedByAuthor", DeletedByAuthor),
        };

    public static string Fill(string text, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, text, values);
}
