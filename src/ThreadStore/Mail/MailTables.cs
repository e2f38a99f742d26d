using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Mail;

/// <summary>
/// Who wants mail about what, where it goes, and what is still to be sent. No part of the history. Addresses are in a
/// table of their own and in no other, of those people alone who want mail; what a mail says is stored nowhere.
/// </summary>
public static class MailTables
{
    public const string Preferences = $"{ReaderTables.Schema}.mail_preferences";
    public const string Addresses = $"{ReaderTables.Schema}.mail_addresses";
    public const string Outbox = $"{ReaderTables.Schema}.mail_outbox";
    public const string Progress = $"{ReaderTables.Schema}.mail_progress";

    public static Table[] Definitions => [PreferenceRows(), AddressRows(), OutboxRows(), ProgressRows()];

    /// <summary>Of those who want some mail.</summary>
    static Table PreferenceRows()
    {
        var table = Of(Preferences);
        table.AddColumn("replies", "text").NotNull();
        table.AddColumn("decisions", "text").NotNull();
        table.AddColumn("mentions", "text").NotNull();
        // they hear of what happens from then on
        table.AddColumn("since", "timestamptz").NotNull();
        // where they found this server: links in their mail lead there
        table.AddColumn("base_url", "text").NotNull();
        return table;
    }

    static Table AddressRows()
    {
        var table = Of(Addresses);
        // encrypted where there is a key for it: see MailAddresses
        table.AddColumn("address", "text").NotNull();
        // since then nobody by that address is known to its mail server: it is not asked again
        table.AddColumn("refused_at", "timestamptz");
        return table;
    }

    /// <summary>Notifications that are to be sent. What was sent is no longer there.</summary>
    static Table OutboxRows()
    {
        var table = Of(Outbox);
        table.AddColumn("position", "bigint").AsPrimaryKey();
        table.AddColumn("kind", "text").NotNull();
        table.AddColumn("due_at", "timestamptz").NotNull();
        // the mail that it is in, alone or with others: settled before the first attempt
        table.AddColumn("mail_id", "uuid");
        table.AddColumn("tries", "integer").NotNull();
        table.AddColumn("tried_at", "timestamptz");
        // attempts of which nobody knows whether the mail server took the mail
        table.AddColumn("unsure", "integer").NotNull();
        table.Indexes.Add(new IndexDefinition("ix_mail_outbox_due").AgainstColumns("due_at"));
        table.Indexes.Add(new IndexDefinition("ix_mail_outbox_mail").AgainstColumns("mail_id"));
        return table;
    }

    /// <summary>Up to which position notifications were taken in, and which node does it all.</summary>
    static Table ProgressRows()
    {
        var table = new Table(Progress);
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("position", "bigint").NotNull();
        table.AddColumn("taken_by", "uuid");
        table.AddColumn("taken_until", "timestamptz");
        return table;
    }

    static Table Of(string name)
    {
        var table = new Table(name);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("commenter_id", "uuid").AsPrimaryKey();
        return table;
    }
}
