using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Webhooks;

/// <summary>
/// Who outside hears of a site's events, and how that went. No part of the history: a webhook reads it, from a position
/// of its own. Their secrets are among those of their site, encrypted.
/// </summary>
public static class WebhookTables
{
    public const string Webhooks = $"{ReaderTables.Schema}.webhooks";
    public const string Deliveries = $"{ReaderTables.Schema}.webhook_deliveries";

    public static Table[] Definitions => [WebhookRows(), DeliveryRows()];

    static Table WebhookRows()
    {
        var table = new Table(Webhooks);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("url", "text").NotNull();
        // null: all, those of later versions too
        table.AddColumn("types", "text[]");
        // until when the secret before it signs, too
        table.AddColumn("old_secret_until", "timestamptz");
        table.AddColumn("is_paused", "boolean").NotNull();
        table.AddColumn("is_disabled", "boolean").NotNull();
        table.AddColumn("created_at", "timestamptz").NotNull();
        // up to which the history has become deliveries, and imports that ended
        table.AddColumn("position", "bigint").NotNull();
        table.AddColumn("imports_until", "timestamptz").NotNull();
        // a stretch that is to be sent again
        table.AddColumn("again_after", "bigint");
        table.AddColumn("again_until", "bigint");
        // one after the other, since when, and until when it is left in peace for it
        table.AddColumn("failures", "integer").NotNull();
        table.AddColumn("failing_since", "timestamptz");
        table.AddColumn("resting_until", "timestamptz");
        table.AddColumn("last_success_at", "timestamptz");
        table.AddColumn("last_error", "text");
        // the node that sends, and until when it need not be asked whether it is still there
        table.AddColumn("taken_by", "uuid");
        table.AddColumn("taken_until", "timestamptz");
        return table;
    }

    /// <summary>What was sent, is sent or will be; without what it says, which is made when it is sent.</summary>
    static Table DeliveryRows()
    {
        var table = new Table(Deliveries);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("webhook", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        // of the event, and which of the messages that it leads to
        table.AddColumn("position", "bigint").NotNull();
        table.AddColumn("nth", "integer").NotNull();
        table.AddColumn("type", "text").NotNull();
        // the comment, commenter, article or import: of these, nothing overtakes another
        table.AddColumn("subject", "uuid").NotNull();
        table.AddColumn("happened_at", "timestamptz").NotNull();
        table.AddColumn("state", "text").NotNull();
        // a replay, a retry or a test: not what the webhook's position waits for
        table.AddColumn("is_again", "boolean").NotNull();
        table.AddColumn("queued_at", "timestamptz").NotNull();
        table.AddColumn("due_at", "timestamptz").NotNull();
        // the first of the attempts since it was queued
        table.AddColumn("tried_at", "timestamptz");
        table.AddColumn("tries", "integer").NotNull();
        table.AddColumn("attempts", "jsonb").NotNull();
        Index(
            table,
            "ix_webhook_deliveries_waiting",
            "site",
            "webhook",
            "subject",
            "position",
            "nth"
        ).Predicate = "state = 'pending'";
        Index(table, "ix_webhook_deliveries_position", "site", "webhook", "position", "nth", "id");
        Index(table, "ix_webhook_deliveries_queued", "queued_at").Predicate = "state <> 'pending'";
        return table;
    }

    static IndexDefinition Index(Table table, string name, params string[] columns)
    {
        var index = new IndexDefinition(name).AgainstColumns(columns);
        table.Indexes.Add(index);
        return index;
    }
}
