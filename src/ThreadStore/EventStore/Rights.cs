using Npgsql;
using ThreadStore.Kernel;

namespace ThreadStore.EventStore;

/// <summary>What the role of the connection string may do, and what it lacks, in words that name the mend.</summary>
static class Rights
{
    const string Schema = EventTables.Schema;

    const string MissingSql = $"""
        select l.what, current_user::text, count(*) over () from (
          select 0 as nth, 'USAGE on schema {Schema}' as what
          where not has_schema_privilege(to_regnamespace('{Schema}'), 'usage')
          union all
          select 1, r.name || format(' on table %I.%I', '{Schema}', c.relname)
          from pg_class c cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r (name)
          where c.relnamespace = to_regnamespace('{Schema}') and c.relkind in ('r', 'p')
            and not has_table_privilege(c.oid, r.name)
          union all
          select 2, r.name || format(' on sequence %I.%I', '{Schema}', c.relname)
          from pg_class c cross join unnest(array['USAGE', 'SELECT']) r (name)
          where c.relnamespace = to_regnamespace('{Schema}') and c.relkind = 'S'
            and not has_sequence_privilege(c.oid, r.name)
          union all
          select 3, format('EXECUTE on function %I.%I', '{Schema}', p.proname)
          from pg_proc p
          where p.pronamespace = to_regnamespace('{Schema}') and not has_function_privilege(p.oid, 'execute')
        ) l order by l.nth, l.what limit 1
        """;

    public static bool IsLacking(Exception? e) =>
        e is not null
        && (
            e is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }
            || IsLacking(e.InnerException)
        );

    /// <summary>Whether the role may use all that is in the schema.</summary>
    /// <exception cref="StartupException">It may not.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(MissingSql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return;
        var (what, role, count) = (reader.GetString(0), reader.GetString(1), reader.GetInt64(2));
        var more = count > 1 ? $" and {count - 1} rights more" : "";
        throw new StartupException(
            $"The role {role} lacks {what}{more}: as the owner of the schema, run "
                + $"grant usage on schema {Schema} to {role}; "
                + $"grant select, insert, update, delete on all tables in schema {Schema} to {role}; "
                + $"grant usage, select on all sequences in schema {Schema} to {role}; "
                + $"grant execute on all functions in schema {Schema} to {role}."
        );
    }

    /// <summary>Why the schema could not be made or changed.</summary>
    public static async Task<StartupException> ToMigrateAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"select current_user::text, current_database()::text, to_regnamespace('{Schema}') is not null",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (role, database) = (reader.GetString(0), reader.GetString(1));
        return new(
            reader.GetBoolean(2)
                ? $"The role {role} may not change the schema {Schema}, which this version has to: start once as its owner, or have the owner apply what threadstore db-patch FILE writes, and start with --no-migrate."
                : $"The role {role} may not make the schema {Schema} in the database {database}: run grant create on database {database} to {role}, or create schema {Schema} authorization {role}."
        );
    }
}
