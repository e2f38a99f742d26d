using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Identity;

/// <summary>Whom people don't want to read. Private, and no part of the history: nobody else is told.</summary>
public static class IgnoredTable
{
    public const string Name = $"{ReaderTables.Schema}.ignored_commenters";

    public static Table Definition
    {
        get
        {
            var table = new Table(Name);
            table.AddColumn("site", "text").AsPrimaryKey();
            table.AddColumn("commenter_id", "uuid").AsPrimaryKey();
            table.AddColumn("ignored_id", "uuid").AsPrimaryKey();
            table.AddColumn("since", "timestamptz").NotNull();
            return table;
        }
    }
}
