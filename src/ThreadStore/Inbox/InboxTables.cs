using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Inbox;

/// <summary>
/// What people are to be told of, made from the history by position. Nothing but ids: what is shown is read from the
/// rows of comments, so that what became unseen, or was erased, is in nobody's inbox.
/// </summary>
public static class InboxTables
{
    public const string Progress = $"{ReaderTables.Schema}.inbox_progress";
    public const string Notifications = $"{ReaderTables.Schema}.notifications";
    public const string Reads = $"{ReaderTables.Schema}.notification_reads";

    public static Table[] Definitions => [ProgressRows(), NotificationRows(), ReadRows()];

    /// <summary>Up to which position the history was read.</summary>
    static Table ProgressRows()
    {
        var table = new Table(Progress);
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("position", "bigint").NotNull();
        return table;
    }

    static Table NotificationRows()
    {
        var table = new Table(Notifications);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("commenter_id", "uuid").AsPrimaryKey();
        // of the event: one leads to one notification of a person at most
        table.AddColumn("position", "bigint").AsPrimaryKey();
        table.AddColumn("type", "text").NotNull();
        table.AddColumn("at", "timestamptz").NotNull();
        table.AddColumn("comment_id", "uuid");
        // who wrote the reply or the mention; null: moderators, who are not named
        table.AddColumn("by_id", "uuid");
        var once = new IndexDefinition("ix_notifications_once").AgainstColumns(
            "site",
            "commenter_id",
            "comment_id"
        );
        // of replies and mentions: a comment that is taken away and comes back is no news
        once.Predicate = "by_id is not null";
        once.IsUnique = true;
        table.Indexes.Add(once);
        table.Indexes.Add(new IndexDefinition("ix_notifications_position").AgainstColumns("position"));
        return table;
    }

    /// <summary>Up to where somebody has read.</summary>
    static Table ReadRows()
    {
        var table = new Table(Reads);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("commenter_id", "uuid").AsPrimaryKey();
        table.AddColumn("up_to", "bigint").NotNull();
        return table;
    }
}
