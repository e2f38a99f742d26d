using Npgsql;

namespace ThreadStore.Appending;

/// <summary>Why nothing is written for a site in the database that it left.</summary>
static class SiteLeft
{
    /// <summary>One of ours, of the class by which an operator keeps clients away: an outage, to who knows no more.</summary>
    public const string State = "57TSM";

    /// <summary>The site left for another database: what was to be written here is to be written there.</summary>
    public static bool Is(Exception? e) =>
        e is not null && (e is PostgresException { SqlState: State } || Is(e.InnerException));
}
