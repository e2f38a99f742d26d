using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Privacy;

/// <summary>
/// Erasures: what was done, and what is under way. No part of the history, whose event tells of each: who it was stands here
/// until it is done, and after that only a hash by which they are known again.
/// </summary>
public static class ErasureTable
{
    public const string Name = HistoryRewrites.Table;

    /// <summary>Writes down that an erasure is done; where it was ordered before, its row says no more who it was.</summary>
    public static async Task EndAsync(
        NpgsqlConnection connection,
        string site,
        byte[] keyHash,
        ErasureCertificate done,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {Name} as r (site, id, key_hash, asked_at, erased_at, position, comments, events)
            values ($1, $2, $3, $4, $4, $5, $6, $7)
            on conflict (site, id) do update set subject = null, random = null, asked_by = null,
              erased_at = excluded.erased_at, position = excluded.position, comments = excluded.comments, events = excluded.events
            where r.erased_at is null
            """,
            connection
        );
        command.Parameters.AddValues(
            site,
            done.Id,
            keyHash,
            done.ErasedAt,
            done.Position,
            done.Comments,
            done.Events
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    public static Table Definition
    {
        get
        {
            var table = new Table(Name);
            table.AddColumn("site", "text").AsPrimaryKey();
            table.AddColumn("id", "uuid").AsPrimaryKey();
            // of site and key, with a key from the configuration: see ErasureHash
            table.AddColumn("key_hash", "bytea").NotNull();
            table.AddColumn("asked_at", "timestamptz").NotNull();
            // while it is under way: who it is, what they become, and who asked for it
            table.AddColumn("subject", "text");
            table.AddColumn("random", "text");
            table.AddColumn("asked_by", "text");
            // once it is done
            table.AddColumn("erased_at", "timestamptz");
            table.AddColumn("position", "bigint");
            table.AddColumn("comments", "integer");
            table.AddColumn("events", "integer");
            table.Indexes.Add(new IndexDefinition("ix_erasures_hash").AgainstColumns("site", "key_hash"));
            table.Indexes.Add(
                new IndexDefinition("ix_erasures_latest").AgainstColumns("site", "erased_at", "id")
            );
            return table;
        }
    }
}
