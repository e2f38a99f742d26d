using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Identity;
using ThreadStore.Inbox;
using ThreadStore.Mail;
using ThreadStore.Moderation;
using ThreadStore.Moderation.Learned;
using ThreadStore.Notices;
using ThreadStore.Privacy;
using ThreadStore.Rows;
using ThreadStore.Search;
using ThreadStore.Transfer;
using ThreadStore.Webhooks;

namespace ThreadStore.Databases.Moves;

/// <summary>What becomes of a statement about a site that is here no more.</summary>
public enum WhenGone
{
    /// <summary>It fails: somebody waits for it, and is to come back.</summary>
    Refused,

    /// <summary>It passes the site's rows by: it is a worker's, about many sites, and the others must not suffer.</summary>
    Ignored,
}

/// <summary>A table with rows of sites that no event tells of, so that they are copied when a site moves.</summary>
/// <param name="Positions">Columns with positions, which are others in another database.</param>
public sealed record MovedTable(string Name, WhenGone Inserts, WhenGone Changes, params string[] Positions)
{
    /// <summary>Whose turn it is stands in <c>taken_by</c>: nobody's, there.</summary>
    public bool IsTaken { get; init; }
}

/// <summary>
/// The tables that have rows of sites, and how these come to another database: a table that a site is named in is in one of
/// these lists, as a test wants it.
/// </summary>
public static class SiteTables
{
    /// <summary>The history, by the name of the column that says the site.</summary>
    public static readonly IReadOnlyList<string> Events =
    [
        Name(EventTables.EventsName),
        Name(EventTables.StreamsName),
    ];

    /// <summary>Made of the events by whoever has them.</summary>
    public static readonly IReadOnlyList<string> OfEvents =
    [
        .. ReaderTables.All.Select(Name),
        SearchTables.Rows,
        SearchTables.Sites,
        ReportTables.Comments,
        ReportTables.Facts,
        InboxTables.Notifications,
    ];

    public static readonly IReadOnlyList<MovedTable> Moved =
    [
        Refusing(IgnoredTable.Name),
        Refusing(IdentityTables.Keys),
        Refusing(IdentityTables.Secrets),
        Refusing(IdentityTables.ApiKeys),
        Refusing(IdentityTables.SignOuts),
        Refusing(AdminLogTable.Name, "position"),
        Ignoring(ClaimTable.Name),
        // they come with an event, which is refused
        Ignoring(NoticeContacts.Table),
        Refusing(LearnedTables.Models, "trained_to"),
        Refusing(LearnedTables.Jobs, "up_to"),
        new(
            WebhookTables.Webhooks,
            WhenGone.Refused,
            WhenGone.Ignored,
            "position",
            "again_after",
            "again_until"
        )
        {
            IsTaken = true,
        },
        Ignoring(WebhookTables.Deliveries, "position"),
        Refusing(ErasureTable.Name, "position"),
        Refusing(ImportTables.Secrets),
        Refusing(ImportTables.Jobs, "position"),
        Refusing(ImportTables.Parts),
        Refusing(ImportTables.Problems),
        Refusing(InboxTables.Reads, "up_to"),
        Refusing(MailTables.Preferences),
        new(MailTables.Addresses, WhenGone.Refused, WhenGone.Ignored),
        Ignoring(MailTables.Outbox, "position"),
        Ignoring(DeliveryTables.Recipients, "since"),
        Ignoring(DeliveryTables.Deliveries, "position"),
    ];

    /// <summary>About where sites live, and no part of one; and Marten's own, for projections of a tenant each, which we have not.</summary>
    public static readonly IReadOnlyList<string> Staying =
    [
        DatabaseTables.Homes,
        DatabaseTables.Moved,
        Name(EventTables.FloorsName),
    ];

    static string Name(string table) => $"{ReaderTables.Schema}.{table}";

    static MovedTable Refusing(string name, params string[] positions) =>
        new(name, WhenGone.Refused, WhenGone.Refused, positions);

    static MovedTable Ignoring(string name, params string[] positions) =>
        new(name, WhenGone.Ignored, WhenGone.Ignored, positions);
}
