using ThreadStore.Threads;
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

    public static IEnumerable<Table> Definitions
    {
        get
        {
            var pool = new Table(Pool);
            pool.AddColumn("name", "text").AsPrimaryKey();
            pool.AddColumn("card", "uuid").NotNull();
            // the encrypted connection string of one that was added while servers ran
            pool.AddColumn("seal", "bytea");
            pool.AddColumn("is_full", "boolean").NotNull().DefaultValueByExpression("false");
            yield return pool;

            var homes = new Table(Homes);
            homes.AddColumn("site", "text").AsPrimaryKey();
            homes.AddColumn("database", "text").NotNull();
            yield return homes;

            var card = new Table(Card);
            card.AddColumn("is_only", "boolean").AsPrimaryKey();
            card.AddColumn("id", "uuid").NotNull();
            card.AddColumn("first", "uuid");
            yield return card;
        }
    }
}
