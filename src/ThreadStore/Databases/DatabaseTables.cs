using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Databases;

/// <summary>
/// Which databases there are, and which site lives in which: in use in the first of several only, and there in each, so
/// that all have one schema.
/// </summary>
public static class DatabaseTables
{
    public const string Pool = $"{ReaderTables.Schema}.database_pool";
    public const string Homes = $"{ReaderTables.Schema}.site_homes";

    /// <summary>
    /// One row, by which a database is known under whatever name and address; it also has the mark of the first of the
    /// databases that it is one of, so that nobody takes it for one that stands alone.
    /// </summary>
    public const string Card = $"{ReaderTables.Schema}.database_card";

    /// <summary>
    /// Which sites left this database for another, so that nothing is written for them here any more, and which came to it,
    /// with the position up to which their events had been worked on elsewhere.
    /// </summary>
    public const string Moved = $"{ReaderTables.Schema}.moved_sites";

    /// <summary>
    /// As SQL, that a site lives in another database: it left and is not yet taken away, or is still coming. Whoever works on what
    /// is due on any site passes it by: what they do could not be kept here, and is done where it lives.
    /// </summary>
    /// <param name="site">The column.</param>
    public static string LivesElsewhere(string site) =>
        $"exists (select 1 from {Moved} v where v.site = {site} and (v.is_gone or v.up_to is null))";

    /// <summary>As SQL, that an event happened while its site lived elsewhere: who had to hear of it has heard, or will there.</summary>
    /// <param name="site">The column.</param>
    /// <param name="position">The column.</param>
    public static string HappenedElsewhere(string site, string position) =>
        $"exists (select 1 from {Moved} v where v.site = {site} and {position} <= coalesce(v.up_to, {position}))";

    public static IEnumerable<Table> Definitions
    {
        get
        {
            var pool = new Table(Pool);
            pool.AddColumn("name", "text").AsPrimaryKey();
            pool.AddColumn("card", "uuid").NotNull();
            // the encrypted connection string of one that was added while servers ran
            pool.AddColumn("seal", "bytea");
            // the way past a pooler, encrypted
            pool.AddColumn("session_seal", "bytea");
            pool.AddColumn("is_full", "boolean").NotNull().DefaultValueByExpression("false");
            yield return pool;

            var homes = new Table(Homes);
            homes.AddColumn("site", "text").AsPrimaryKey();
            homes.AddColumn("database", "text").NotNull();
            // while it is being moved, and where that was cut off: what is there of it is not yet it
            homes.AddColumn("moving_to", "text");
            // null: it lives where it was made
            homes.AddColumn("moved_at", "timestamptz");
            yield return homes;

            var card = new Table(Card);
            card.AddColumn("is_only", "boolean").AsPrimaryKey();
            card.AddColumn("id", "uuid").NotNull();
            card.AddColumn("first", "uuid");
            yield return card;

            var moved = new Table(Moved);
            moved.AddColumn("site", "text").AsPrimaryKey();
            moved.AddColumn("is_gone", "boolean").NotNull();
            // it is about to leave, so that no event is written any more; workers go on with what there is
            moved.AddColumn("is_closed", "boolean").NotNull().DefaultValueByExpression("false");
            // null: it is still coming
            moved.AddColumn("up_to", "bigint");
            yield return moved;
        }
    }
}
