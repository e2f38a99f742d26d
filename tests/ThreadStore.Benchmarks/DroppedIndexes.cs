using System.Diagnostics;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>Indexes and keys of tables that are being filled, to be made again as they were.</summary>
sealed class DroppedIndexes
{
    readonly List<(string Name, string Sql)> definitions = [];

    DroppedIndexes() { }

    /// <param name="connection">Whose owner the tables have.</param>
    /// <param name="schema">Where the tables are.</param>
    /// <param name="tables">Their names.</param>
    /// <param name="keyed">The one that keeps its primary key.</param>
    /// <param name="ct">Ends the attempt.</param>
    public static async Task<DroppedIndexes> DropAsync(
        NpgsqlConnection connection,
        string schema,
        string[] tables,
        string keyed,
        CancellationToken ct
    )
    {
        var dropped = new DroppedIndexes();
        var drops = new List<string>();
        await using (
            // keys before what refers to them, and dropped the other way round
            var command = new NpgsqlCommand(
                """
                select format('%I.%I', n.nspname, t.relname), c.conname::text, pg_get_constraintdef(c.oid), 1
                from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
                where n.nspname = $1 and t.relname = any($2) and c.contype in ('p', 'u', 'f')
                  and not (t.relname = $3 and c.contype = 'p')
                union all
                select format('%I.%I', n.nspname, t.relname), i.relname::text, pg_get_indexdef(i.oid), 0
                from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
                  join pg_namespace n on n.oid = t.relnamespace
                where n.nspname = $1 and t.relname = any($2)
                  and not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u'))
                order by 4, 3 desc
                """,
                connection
            )
        )
        {
            command.Parameters.Add(new() { Value = schema });
            command.Parameters.Add(new() { Value = tables });
            command.Parameters.Add(new() { Value = keyed });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                var (table, name, definition) = (
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetString(2)
                );
                var isConstraint = reader.GetInt32(3) == 1;
                dropped.definitions.Add(
                    (
                        name,
                        isConstraint
                            ? $"alter table {table} add constraint \"{name}\" {definition}"
                            : definition
                    )
                );
                drops.Add(
                    isConstraint
                        ? $"alter table {table} drop constraint \"{name}\""
                        : $"drop index {schema}.\"{name}\""
                );
            }
        }
        // last comes first: what refers to a key before the key
        drops.Reverse();
        await ExecuteAsync(connection, string.Join(";\n", drops), ct);
        return dropped;
    }

    public async Task RestoreAsync(NpgsqlConnection connection, Action<string> log, CancellationToken ct)
    {
        foreach (var (name, sql) in definitions)
        {
            var started = Stopwatch.GetTimestamp();
            await ExecuteAsync(connection, sql, ct);
            var time = Stopwatch.GetElapsedTime(started);
            if (time > TimeSpan.FromSeconds(10))
                log($"{name} in {time.TotalSeconds:N0} s");
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
