using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>What a file of another system says: one thing after the other, in any order.</summary>
public abstract record ForeignRecord
{
    /// <summary>Of the file, where it begins; from 1. For a database the row's own number.</summary>
    public long Line { get; init; }
}

/// <summary>A page that was discussed.</summary>
/// <param name="Ref">What comments of the same file name it by.</param>
/// <param name="Id">The system's own id of it, which becomes its key.</param>
/// <param name="Url">As it came: maybe relative, maybe none.</param>
/// <param name="IsImplied">Only known because something names it: the same again is no second one.</param>
/// <param name="Body">Paragraphs, where the source has them.</param>
public sealed record ForeignArticle(
    string Ref,
    string Id,
    string? Url,
    string? Title,
    DateTimeOffset? PublishedAt = null,
    bool IsClosed = false,
    bool IsHidden = false,
    bool IsImplied = false,
    IReadOnlyList<string>? Body = null
) : ForeignRecord;

/// <summary>
/// A person, by the best that is known of them: their id there, else their address, else their name, else nobody. The
/// address is used to tell people apart, and is kept nowhere.
/// </summary>
/// <param name="Role">What they are there, where that is more than somebody who writes; see <see cref="Staff"/>.</param>
public sealed record ForeignPerson(
    string? User,
    string? Email,
    string? Name,
    string? Picture = null,
    string? Role = null
)
{
    public static readonly ForeignPerson Nobody = new(null, null, null);

    /// <summary>The first of these words by which a system names somebody of the house; null: none is.</summary>
    public static string? Staff(params IEnumerable<string?> words) =>
        words.Select(w => w?.ToLowerInvariant()).FirstOrDefault(w => w is "admin" or "moderator" or "staff");
}

/// <summary>What the source's list of people says of one.</summary>
/// <param name="IsBlocked">They may write no more there.</param>
/// <param name="BlockedUntil">Null: for good.</param>
public sealed record ForeignCommenter(
    ForeignPerson Person,
    DateTimeOffset? JoinedAt = null,
    bool IsBlocked = false,
    DateTimeOffset? BlockedUntil = null
) : ForeignRecord;

/// <summary>What readers of the source may see of a comment.</summary>
public enum ForeignState
{
    Approved,

    /// <summary>Nobody there has looked at it yet.</summary>
    Pending,

    /// <summary>A moderator or a filter took it away.</summary>
    Rejected,

    /// <summary>Its author took it away, or it lies in the bin.</summary>
    Deleted,
}

/// <summary>A text that a comment had, and since when.</summary>
public sealed record ForeignText(string Body, DateTimeOffset? At);

/// <summary>A comment as the source has it.</summary>
/// <param name="Parent">The id of the comment that it replies to; null: none.</param>
/// <param name="Article">The <see cref="ForeignArticle.Ref"/> of its page.</param>
/// <param name="PostedAt">Null: the source does not say.</param>
/// <param name="Status">What the source calls its state.</param>
/// <param name="Later">Texts that replaced the first one, oldest first.</param>
/// <param name="Score">Votes of which nobody knows who gave them, summed up; null: none are told.</param>
public sealed record ForeignComment(
    string Id,
    string? Parent,
    string Article,
    ForeignPerson Author,
    string Body,
    BodyFormat Format,
    DateTimeOffset? PostedAt,
    ForeignState State,
    string? Status = null,
    IReadOnlyList<ForeignText>? Later = null,
    int? Score = null,
    bool IsFeatured = false
) : ForeignRecord;

/// <summary>One person's vote on a comment.</summary>
public sealed record ForeignReaction(string Comment, ForeignPerson By, bool IsUp, DateTimeOffset? At)
    : ForeignRecord;

/// <summary>One person's complaint about a comment.</summary>
public sealed record ForeignFlag(
    string Comment,
    ForeignPerson By,
    FlagReason Reason,
    string? Note,
    DateTimeOffset? At
) : ForeignRecord;

/// <summary>What is missing because of a problem.</summary>
public enum Lost
{
    /// <summary>Nothing: it is worth telling all the same.</summary>
    Nothing,
    Article,
    Commenter,
    Comment,
    Reaction,

    /// <summary>Whatever came after it in the file.</summary>
    Rest,
}

/// <summary>Something about the file that a person should know.</summary>
/// <param name="Id">Of the record, where it has one.</param>
/// <param name="Kind">A word that a program can count.</param>
/// <param name="Message">A sentence.</param>
public sealed record ForeignProblem(string? Id, string Kind, string Message, Lost Lost) : ForeignRecord;

/// <summary>Something that is left out on purpose, and only counted.</summary>
public sealed record ForeignSkip(string Kind) : ForeignRecord;
