using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Identity;

/// <summary>What administrators did. Much of it is no event, or no event of the site's: imports, webhooks, erasures.</summary>
public static class AdminLogTable
{
    public const string Name = $"{ReaderTables.Schema}.admin_log";

    public static Table Definition
    {
        get
        {
            var table = new Table(Name);
            table.AddColumn("site", "text").AsPrimaryKey();
            table.AddColumn("id", "uuid").AsPrimaryKey();
            table.AddColumn("at", "timestamptz").NotNull();
            table.AddColumn("by", "text").NotNull();
            table.AddColumn("action", "text").NotNull();
            table.AddColumn("target", "text");
            table.AddColumn("key", "text");
            // null while it is under way, and for good where the server ended meanwhile
            table.AddColumn("status", "integer");
            table.AddColumn("position", "bigint");
            var latest = new IndexDefinition("ix_admin_log_latest").AgainstColumns("site", "at", "id");
            table.Indexes.Add(latest);
            return table;
        }
    }
}
