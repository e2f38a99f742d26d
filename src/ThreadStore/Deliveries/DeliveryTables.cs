using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Deliveries;

/// <summary>
/// What leaves the house, and to whom. No part of the history, and made from it: the history is the outbox, and these
/// tables say how far it was handed on.
/// </summary>
public static class DeliveryTables
{
    public const string Progress = $"{ReaderTables.Schema}.delivery_progress";
    public const string Recipients = $"{ReaderTables.Schema}.delivery_recipients";
    public const string Deliveries = $"{ReaderTables.Schema}.deliveries";

    public static Table[] Definitions => [ProgressRows(), RecipientRows(), DeliveryRows()];

    /// <summary>Up to which position events have become deliveries.</summary>
    static Table ProgressRows()
    {
        var table = new Table(Progress);
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("position", "bigint").NotNull();
        return table;
    }

    /// <summary>Who wants to hear of a site's events, as its settings said at the position that was reached.</summary>
    static Table RecipientRows()
    {
        var table = new Table(Recipients);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("url", "text").NotNull();
        table.AddColumn("secret", "text").NotNull();
        // they hear of what comes after this position
        table.AddColumn("since", "bigint").NotNull();
        // one after the other, and until when they are left in peace for it
        table.AddColumn("failures", "integer").NotNull();
        table.AddColumn("resting_until", "timestamptz");
        return table;
    }

    /// <summary>What is to be sent, is being sent or must be sent again; what has arrived is taken out.</summary>
    static Table DeliveryRows()
    {
        var table = new Table(Deliveries);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("recipient", "text").AsPrimaryKey();
        // of the event
        table.AddColumn("position", "bigint").AsPrimaryKey();
        // its stream: what must not overtake each other
        table.AddColumn("subject", "uuid").NotNull();
        table.AddColumn("queued_at", "timestamptz").NotNull();
        // who sends it moves this on first: if they die, it is due again then
        table.AddColumn("due_at", "timestamptz").NotNull();
        table.AddColumn("attempts", "integer").NotNull();
        table.AddColumn("last_failure", "text");
        Index(table, "ix_deliveries_due", "site", "recipient", "due_at");
        Index(table, "ix_deliveries_subject", "site", "recipient", "subject");
        return table;
    }

    static void Index(Table table, string name, params string[] columns) =>
        table.Indexes.Add(new IndexDefinition(name).AgainstColumns(columns));
}
