using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Transfer;

/// <summary>
/// Imports that were asked for over HTTP, with the files that came and what was wrong in them. No part of the history:
/// what an import made is, and can be imported again without them.
/// </summary>
public static class ImportTables
{
    public const string Secrets = $"{ReaderTables.Schema}.import_secrets";
    public const string Jobs = $"{ReaderTables.Schema}.imports";
    public const string Parts = $"{ReaderTables.Schema}.import_parts";
    public const string Problems = $"{ReaderTables.Schema}.import_problems";

    public static Table[] Definitions => [SecretRows(), JobRows(), PartRows(), ProblemRows()];

    /// <summary>By which a site tells people apart who are only known by an address that it does not keep.</summary>
    static Table SecretRows()
    {
        var table = new Table(Secrets);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("secret", "bytea").NotNull();
        return table;
    }

    static Table JobRows()
    {
        var table = new Table(Jobs);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        // null: it is to be recognised
        table.AddColumn("format", "text");
        table.AddColumn("dry_run", "boolean").NotNull();
        table.AddColumn("strict", "boolean").NotNull();
        table.AddColumn("site_url", "text");
        table.AddColumn("article", "text");
        // of what was asked for under an Idempotency-Key
        table.AddColumn("request_hash", "text");
        table.AddColumn("state", "text").NotNull();
        table.AddColumn("bytes", "bigint").NotNull();
        table.AddColumn("started_at", "timestamptz").NotNull();
        table.AddColumn("ended_at", "timestamptz");
        // what it has stored so far, written with that; and the report, once it has ended
        table.AddColumn("created", "jsonb").NotNull();
        table.AddColumn("report", "jsonb");
        table.AddColumn("message", "text");
        table.AddColumn("position", "bigint");
        // whose turn it is until then; another node takes it over after that
        table.AddColumn("taken_until", "timestamptz").NotNull();
        table.AddColumn("taken_by", "uuid");
        var running = new IndexDefinition("ix_imports_running").AgainstColumns("taken_until");
        running.Predicate = "state = 'running'";
        table.Indexes.Add(running);
        return table;
    }

    /// <summary>The file, in pieces, until the import has ended.</summary>
    static Table PartRows()
    {
        var table = new Table(Parts);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("n", "integer").AsPrimaryKey();
        table.AddColumn("data", "bytea").NotNull();
        table.AddColumn("received_at", "timestamptz").NotNull().DefaultValueByExpression("now()");
        return table;
    }

    static Table ProblemRows()
    {
        var table = new Table(Problems);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("n", "bigint").AsPrimaryKey();
        table.AddColumn("line", "text").NotNull();
        return table;
    }
}
