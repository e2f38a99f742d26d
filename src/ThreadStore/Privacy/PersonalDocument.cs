using System.Text.Json.Nodes;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Notices;

namespace ThreadStore.Privacy;

// What GET …/data answers, described; it is put together from bytes, section by section, as PersonalSections reads them.

/// <summary>All that is held on a person, on one site.</summary>
/// <param name="Key">The person's.</param>
/// <param name="Position">Up to which of the history it is.</param>
/// <param name="Email">The address to which they are written; null: none is held.</param>
/// <param name="Comments">All that they wrote, oldest first, with every version.</param>
/// <param name="Decisions">On them, and on what they wrote.</param>
/// <param name="Acts">What they did to others' as a moderator, a service or an administrator, or had happen by a flag.</param>
/// <param name="Events">For administrators, every event that names them, as the feed has it; else null.</param>
/// <param name="Rows">For administrators, all rows that are held of them, by table; else null.</param>
public sealed record PersonalDocument(
    string Site,
    string Key,
    long Position,
    PersonalProfile? Profile,
    string? Email,
    IReadOnlyList<PersonalComment> Comments,
    IReadOnlyList<PersonalReaction> Reactions,
    IReadOnlyList<PersonalFlag> Flags,
    IReadOnlyList<PersonalReport> Reports,
    IReadOnlyList<PersonalDecision> Decisions,
    IReadOnlyList<PersonalAppeal> Appeals,
    IReadOnlyList<PersonalNotification> Notifications,
    PersonalPreferences Preferences,
    IReadOnlyList<PersonalAct> Acts,
    IReadOnlyList<EventLineShape>? Events,
    JsonObject? Rows
);

/// <summary>A person as they stand.</summary>
/// <param name="Standing">For administrators as it is; for themselves as they are told.</param>
/// <param name="StandingReason">Why they have it.</param>
/// <param name="Warning">What they must acknowledge before they write again.</param>
/// <param name="SignedOutAt">Tokens from before are good no more; null: none were taken back.</param>
public sealed record PersonalProfile(
    string Key,
    string Name,
    string? Picture,
    DateTimeOffset JoinedAt,
    int CommentCount,
    int ReactionsReceived,
    Standing Standing,
    DateTimeOffset? StandingUntil,
    string? StandingReason,
    string? Warning,
    DateTimeOffset? SignedOutAt
);

/// <summary>Something that they wrote.</summary>
/// <param name="Article">The article's key.</param>
/// <param name="Versions">Its texts, the first first.</param>
public sealed record PersonalComment(
    Guid Id,
    string Article,
    Guid? ParentId,
    CommentState State,
    RemovedBy? RemovedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt,
    bool Featured,
    bool Locked,
    [property: Holds(typeof(IReadOnlyDictionary<string, int>))] JsonObject Reactions,
    IReadOnlyList<PersonalText> Versions
);

/// <summary>A version of what they wrote.</summary>
/// <param name="Body">As written, in <paramref name="Format"/>.</param>
/// <param name="Name">What they were called then; null in an edit.</param>
/// <param name="Picture">Their picture then.</param>
/// <param name="Badges">What they were then.</param>
/// <param name="Source">Where it was imported from: format and id.</param>
public sealed record PersonalText(
    DateTimeOffset At,
    string Body,
    BodyFormat Format,
    string? Name,
    string? Picture,
    IReadOnlyList<string>? Badges,
    ForeignSource? Source
);

/// <summary>A reaction of theirs that stands.</summary>
public sealed record PersonalReaction(Guid Comment, string Article, string Kind, DateTimeOffset At);

/// <summary>A notice that they gave, with their token, of a comment that they hold to be illegal.</summary>
/// <param name="Name">As they gave it; null: they did not, or it is kept no longer.</param>
/// <param name="Email">Likewise.</param>
public sealed record PersonalReport(
    Guid Id,
    Guid Comment,
    string Article,
    NoticeReason Reason,
    string Explanation,
    DateTimeOffset At,
    NoticeState State,
    DateTimeOffset? DecidedAt,
    string? Name,
    string? Email
);

/// <summary>A flag that they raised.</summary>
public sealed record PersonalFlag(
    Guid Comment,
    string Article,
    FlagReason Reason,
    string? Note,
    DateTimeOffset At
);

/// <summary>What was decided on them, or on what they wrote.</summary>
/// <param name="Type">Of the event, as the feed has it.</param>
/// <param name="Comment">Null: on themselves.</param>
/// <param name="By">For themselves, a moderator is <c>moderator</c>.</param>
/// <param name="Reason">What they may read of it.</param>
/// <param name="Note">For administrators, what moderators noted; else null.</param>
public sealed record PersonalDecision(
    long Position,
    DateTimeOffset At,
    string Type,
    Guid? Comment,
    string By,
    string? Reason,
    string? Note,
    DateTimeOffset? Until
);

/// <summary>An appeal of theirs.</summary>
/// <param name="Reason">What they were answered.</param>
public sealed record PersonalAppeal(
    Guid Id,
    Guid Comment,
    string Text,
    DateTimeOffset At,
    AppealOutcome? Outcome,
    string? Reason,
    DateTimeOffset? AnsweredAt
);

/// <summary>What they are told of, while it is seen.</summary>
/// <param name="By">The key of who wrote what they are told of; null: moderators, who are not named.</param>
public sealed record PersonalNotification(
    NotificationType Type,
    DateTimeOffset At,
    bool Read,
    Guid? Comment,
    string? By
);

/// <summary>What they chose.</summary>
/// <param name="Ignored">Whom they don't want to read.</param>
/// <param name="Email">What they want to be written to about; null: nothing.</param>
public sealed record PersonalPreferences(IReadOnlyList<PersonalIgnored> Ignored, MailWishes? Email);

/// <summary>Somebody whom they ignore.</summary>
public sealed record PersonalIgnored(string Key, DateTimeOffset Since);

/// <summary>Something that they did to others'.</summary>
/// <param name="Stream">Of what it was done to: the comment, or an id that follows from a key.</param>
/// <param name="Said">What they wrote with it.</param>
public sealed record PersonalAct(long Position, DateTimeOffset At, string Type, Guid Stream, string? Said);
