using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Moderation;

/// <summary>Which moderator looks at which comment. No part of the history: it is over in minutes, and changes nothing.</summary>
public static class ClaimTable
{
    public const string Name = $"{ReaderTables.Schema}.comment_claims";

    public static Table Definition
    {
        get
        {
            var table = new Table(Name);
            table.AddColumn("site", "text").AsPrimaryKey();
            table.AddColumn("comment_id", "uuid").AsPrimaryKey();
            table.AddColumn("claimed_by", "text").NotNull();
            table.AddColumn("until", "timestamptz").NotNull();
            return table;
        }
    }
}
