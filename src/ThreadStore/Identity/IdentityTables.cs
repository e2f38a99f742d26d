using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Identity;

/// <summary>
/// Who may speak on which site. No part of the history, whose events tell of it: secrets are in no event, and a site that
/// is imported elsewhere does not let in who was let in here. Written in the transaction of those events.
/// </summary>
public static class IdentityTables
{
    public const string Keys = $"{ReaderTables.Schema}.site_keys";
    public const string Secrets = $"{ReaderTables.Schema}.site_secrets";
    public const string ApiKeys = $"{ReaderTables.Schema}.api_keys";
    public const string SignOuts = $"{ReaderTables.Schema}.sign_outs";

    public static Table[] Definitions => [KeyRows(), SecretRows(), ApiKeyRows(), SignOutRows()];

    static Table KeyRows()
    {
        var table = new Table(Keys);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("kid", "text").AsPrimaryKey();
        table.AddColumn("algorithm", "text").NotNull();
        table.AddColumn("not_after", "timestamptz");
        table.AddColumn("created_at", "timestamptz").NotNull();
        table.AddColumn("created_by", "text").NotNull();
        return table;
    }

    /// <summary>Encrypted; see <see cref="Vault"/>.</summary>
    static Table SecretRows()
    {
        var table = new Table(Secrets);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("kind", "text").AsPrimaryKey();
        table.AddColumn("name", "text").AsPrimaryKey();
        table.AddColumn("sealed", "bytea").NotNull();
        return table;
    }

    static Table ApiKeyRows()
    {
        var table = new Table(ApiKeys);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("name", "text").NotNull();
        table.AddColumn("roles", "text[]").NotNull();
        // of a secret that nobody guesses: it needs no salt
        table.AddColumn("hash", "bytea").NotNull();
        table.AddColumn("created_at", "timestamptz").NotNull();
        table.AddColumn("created_by", "text").NotNull();
        table.AddColumn("expires_at", "timestamptz");
        table.AddColumn("last_used_at", "timestamptz");
        return table;
    }

    /// <summary>When somebody last signed out, by the id that follows from their key.</summary>
    static Table SignOutRows()
    {
        var table = new Table(SignOuts);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("commenter_id", "uuid").AsPrimaryKey();
        table.AddColumn("signed_out_at", "timestamptz").NotNull();
        return table;
    }
}
