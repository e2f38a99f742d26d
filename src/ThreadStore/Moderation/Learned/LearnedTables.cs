using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// Models by their hash, and the jobs that make them. No part of the history, which says which model was adopted and what
/// each said of a text; the same history makes the same model again.
/// </summary>
public static class LearnedTables
{
    public const string Models = $"{ReaderTables.Schema}.learned_models";
    public const string Jobs = $"{ReaderTables.Schema}.learning_jobs";

    public static Table[] Definitions => [ModelRows(), JobRows()];

    static Table ModelRows()
    {
        var table = new Table(Models);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("hash", "text").AsPrimaryKey();
        table.AddColumn("trained_to", "bigint").NotNull();
        table.AddColumn("trained_at", "timestamptz").NotNull();
        // as bytes of JSON: it is answered as it is
        table.AddColumn("report", "jsonb").NotNull();
        table.AddColumn("weights", "bytea").NotNull();
        return table;
    }

    static Table JobRows()
    {
        var table = new Table(Jobs);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        // the last position to learn from; null: after four fifths of the decisions
        table.AddColumn("up_to", "bigint");
        // of what was asked for under an Idempotency-Key
        table.AddColumn("request_hash", "text");
        table.AddColumn("state", "text").NotNull();
        table.AddColumn("progress", "double precision").NotNull();
        table.AddColumn("hash", "text");
        table.AddColumn("message", "text");
        table.AddColumn("started_at", "timestamptz").NotNull();
        table.AddColumn("ended_at", "timestamptz");
        // whose turn it is until then; another node takes it over after that
        table.AddColumn("taken_until", "timestamptz").NotNull();
        table.AddColumn("taken_by", "uuid");
        var running = new IndexDefinition("ix_learning_jobs_running").AgainstColumns("taken_until");
        running.Predicate = "state = 'running'";
        table.Indexes.Add(running);
        return table;
    }
}
