namespace ThreadStore.Privacy;

/// <summary>What erasing a person does to something that is held of them.</summary>
public enum WhenErased
{
    /// <summary>It is their key, or an id that follows from it: a random one takes its place.</summary>
    Renamed,

    /// <summary>It says something of them, or is what they wrote: it is emptied.</summary>
    Emptied,

    /// <summary>The row goes.</summary>
    Deleted,

    /// <summary>It stays; why, <see cref="PersonalDatum.Why"/> says.</summary>
    Kept,
}

/// <summary>Something that is, or may be, held of a person.</summary>
/// <param name="Where">A member of an event by its path, such as <c>author.name</c>, after the event's name where others have
/// one of that path that is none; or <c>table.column</c>.</param>
/// <param name="What">What it says.</param>
/// <param name="Why">What it is for.</param>
/// <param name="Until">How long it is kept, where nobody erases the person.</param>
public sealed record PersonalDatum(
    string Where,
    string What,
    string Why,
    WhenErased Erased,
    string Until = PersonalData.WithTheSite
);

/// <summary>
/// All that is held of people: what it is, where, why, for how long, and what erasing somebody does to it. Answers about
/// what is held, and erasures, go by it. A member of an event, or a column, that is in no list here fails a test.
/// </summary>
public static partial class PersonalData
{
    public const string WithTheSite = "as long as the site keeps its history";
    const string Shown = "shown to readers";
    const string ForModerators = "moderators decide by it";
    const string Accountability = "who decided must be known, and is told in the log";

    static PersonalDatum Key(string where, string what, string why) =>
        new(where, what, why, WhenErased.Renamed);

    static PersonalDatum Text(string where, string what, string why, string until = WithTheSite) =>
        new(where, what, why, WhenErased.Emptied, until);

    static PersonalDatum Kept(string where, string what, string why) =>
        new(where, what, why, WhenErased.Kept);

    /// <summary>
    /// Members of events. What is emptied is emptied in events about the person: in the streams of what they wrote, of
    /// themselves, of their reactions, flags and notices, and of flags and notices on what they wrote. Keys are replaced wherever they stand.
    /// What a moderator wrote about others is theirs to read, and stays when the moderator is erased; so do articles.
    /// </summary>
    public static readonly IReadOnlyList<PersonalDatum> Members =
    [
        // who
        Key("by", "who did it", "whose it is, and who decided, must be known"),
        Key("commenterKey", "whom it is about", "whose it is must be known"),
        Key("author.key", "who wrote it", "whose it is must be known"),
        Key("decidedBy", "who took the decision appealed", Accountability),
        Key("before.decidedBy", "who took the decision before", Accountability),
        Key("restored.decidedBy", "who took the decision restored", Accountability),
        Key("withBanOf", "whose ban took the comment away", "one ban is one decision"),
        // what they are called
        Text("author.name", "what they were called when they wrote", Shown),
        Text("author.picture", "their picture then", Shown),
        Text("author.badges", "what they were then", Shown),
        Text("commenter-joined.name", "what they were called", Shown),
        Text("commenter-joined.picture", "their picture", Shown),
        Text("commenter-joined.badges", "what they were elsewhere", "kept from where they came from"),
        Text("commenter-renamed.name", "what they were called from then on", Shown),
        Text("commenter-renamed.picture", "their picture from then on", Shown),
        Text("comment-posted.source.id", "its id where it was imported from", "it tells where it came from"),
        Text(
            "commenter-joined.source.id",
            "their id where they were imported from",
            "it tells where they came from"
        ),
        // what they wrote
        Text(
            "body",
            "what they wrote",
            Shown,
            "as the site's setting retention says, where it was rejected or deleted"
        ),
        Text("decision-appealed.text", "why they appeal", ForModerators),
        Text(
            "comment-flagged.note",
            "what they wrote with a flag",
            ForModerators,
            "as the site's settings retention, or retentionDays, say"
        ),
        Text(
            "notice-received.explanation",
            "why somebody holds a comment to be illegal",
            "moderators decide by it, and it is shown with the notice"
        ),
        Text(
            "requestHash",
            "a hash of what they sent under an Idempotency-Key",
            "the same request is done once"
        ),
        Text(
            "request.bodyHash",
            "a hash of what was sent under an Idempotency-Key",
            "the same request is done once"
        ),
        // what is said of it, and of them
        Text("verdicts.match", "the words that a rule stumbled over", ForModerators),
        Text("before.reasons.match", "the words for which it was held before", ForModerators),
        Text("restored.reasons.match", "the words for which it is held again", ForModerators),
        Text("labels", "what an outside classifier called it", ForModerators),
        Text("note", "what a moderator noted with a decision", ForModerators),
        Text("reason", "why a moderator decided so", "told to the author"),
        Text("commenter-warned.message", "what they were told to acknowledge", "told to them"),
        Text("commenter-noted.text", "what a moderator noted of them", ForModerators),
        Text("before.reason", "why they had the standing before", "told to them"),
        Text("before.warning", "what they had to acknowledge before", "told to them"),
        Text("restored.reason", "why they have the standing restored", "told to them"),
        Text("restored.warning", "what they have to acknowledge again", "told to them"),
        // whoever wrote the article is the publisher's to name, in the article's next revision
        Kept("content.author", "who wrote the article", "the publisher says it, of its own staff"),
    ];

    /// <summary>Texts in events that say nothing of a person, whatever they hold.</summary>
    public static readonly IReadOnlyList<string> NothingPersonal =
    [
        // sites: what an administrator sets
        "site",
        "settings",
        // keys of sites and programs
        "kid",
        "algorithm",
        "api-key-made.name",
        "roles",
        // articles, and where they are
        "articleKey",
        "article",
        "from",
        "content.title",
        "content.url",
        "content.section",
        "content.tags",
        "content.body",
        "urls",
        "article-registered.source.id",
        // names that rules, classifiers, reactions and formats have
        "source.format",
        "verdicts.rule",
        "verdicts.model",
        "hash",
        "rule",
        "before.reasons.rule",
        "restored.reasons.rule",
        "classifier",
        "kind",
        "previous.kind",
        "placed.kind",
    ];

    static readonly Dictionary<string, PersonalDatum> ByWhere = Members.ToDictionary(m => m.Where);

    /// <summary>What is known of a member of an event; null: it is none of a person, or nobody has said.</summary>
    /// <param name="path">From the event on, dotted.</param>
    public static PersonalDatum? Member(string @event, string path) =>
        ByWhere.GetValueOrDefault($"{@event}.{path}") ?? ByWhere.GetValueOrDefault(path);

    /// <summary>Whether it was said that a member is none of a person.</summary>
    public static bool IsImpersonal(string @event, string path) =>
        NothingPersonal.Any(n =>
            path == n || path.StartsWith($"{n}.", StringComparison.Ordinal) || n == $"{@event}.{path}"
        );

    /// <summary>The tables that hold something of people, in the order of <see cref="Columns"/>.</summary>
    public static IEnumerable<string> Tables => Columns.Select(c => c.Where.Split('.')[0]).Distinct();
}
