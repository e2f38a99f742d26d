using Npgsql;
using ThreadStore.Appending;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Databases.Moves;

/// <summary>
/// Keeps what is written for a site out of the database that it leaves, by triggers whose conditions name the sites that
/// ever left: others pay a comparison, and a database that none left pays nothing. Whether the fence is up says a row.
/// </summary>
static class SiteFence
{
    const string Schema = ReaderTables.Schema;

    const string Functions = $$"""
        create or replace function {{Schema}}.refuse_moved() returns trigger language plpgsql as $f$
        declare gone text := case when tg_table_name = '{{EventTables.StreamsName}}' then to_jsonb(new) ->> 'tenant_id'
          when tg_op = 'DELETE' then to_jsonb(old) ->> 'site' else to_jsonb(new) ->> 'site' end;
        begin
          if current_setting('threadstore.clearing', true) is distinct from 'on'
            and exists (select 1 from {{DatabaseTables.Moved}} v where v.site = gone
              and (v.is_gone or v.is_closed and tg_table_name = '{{EventTables.StreamsName}}'))
          then
            if tg_argv[0] = 'Ignored' then return null; end if;
            raise exception 'threadstore: the site % lives in another database now', gone using errcode = '{{SiteLeft.State}}';
          end if;
          if tg_op = 'DELETE' then return old; end if;
          return new;
        end $f$
        """;

    /// <summary>Makes what can keep the site out, and does not do it yet.</summary>
    /// <exception cref="StartupException">The role owns the tables not.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, string site, CancellationToken ct)
    {
        try
        {
            await ExecuteAsync(connection, Functions, ct);
            var sites = await SitesAsync(connection, site, ct);
            // no writer is in the middle of something, so that all wait for a moment only
            await AloneAsync(
                connection,
                $"{AppendLock.Sql}; {Trigger(EventTables.Streams, "insert or update", "new.tenant_id", WhenGone.Refused, sites)}",
                ct
            );
            foreach (var table in SiteTables.Moved)
                await AloneAsync(
                    connection,
                    Trigger(table.Name, "insert", "new.site", table.Inserts, sites)
                        + Trigger(table.Name, "update", "new.site", table.Changes, sites)
                        + Trigger(table.Name, "delete", "old.site", table.Changes, sites),
                    ct
                );
        }
        catch (PostgresException e) when (Rights.IsLacking(e))
        {
            throw new StartupException(
                $"To move a site away, the role must own the tables of the schema {Schema} ({e.MessageText}): name one that does in the connection string of this command."
            );
        }
    }

    /// <summary>
    /// In a transaction of its own, for one table: writers have several in an order of their own, and would wait for us as we for
    /// them.
    /// </summary>
    static async Task AloneAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, $"set local lock_timeout = '3s'; {sql}", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Those that ever left, as they stand in a condition.</summary>
    static async Task<string> SitesAsync(NpgsqlConnection connection, string site, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select string_agg(distinct quote_literal(s), ', ')
            from (select $1::text union all select site from {DatabaseTables.Moved} where is_gone) g(s)
            """,
            connection
        );
        command.Parameters.AddValues(site);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    static string Trigger(string table, string when, string column, WhenGone outcome, string sites) =>
        $"""
            create or replace trigger moved_{when.Split(' ')[0]} before {when} on {table} for each row
            when ({column} in ({sites})) execute function {Schema}.refuse_moved('{outcome}');

            """;

    /// <summary>From its commit on no event is written for the site in this database; all else still is.</summary>
    public static Task CloseAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        ExecuteAsync(
            connection,
            $"""
            insert into {DatabaseTables.Moved} (site, is_gone, is_closed, up_to) values ($1, false, true, 0)
            on conflict (site) do update set is_closed = true
            """,
            ct,
            site
        );

    /// <summary>From its commit on nothing is written for the site in this database.</summary>
    public static Task RaiseAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        ExecuteAsync(
            connection,
            $"update {DatabaseTables.Moved} set is_gone = true where site = $1",
            ct,
            site
        );

    /// <summary>The site lives here after all.</summary>
    public static Task LowerAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        ExecuteAsync(
            connection,
            $"update {DatabaseTables.Moved} set is_gone = false, is_closed = false where site = $1 and (is_gone or is_closed)",
            ct,
            site
        );

    /// <summary>Whether it is up, or about to be.</summary>
    public static async Task<bool> IsUpAsync(NpgsqlDataSource database, string site, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await IsUpAsync(connection, site, ct);
    }

    /// <inheritdoc cref="IsUpAsync(NpgsqlDataSource, string, CancellationToken)"/>
    public static Task<bool> IsUpAsync(NpgsqlConnection connection, string site, CancellationToken ct) =>
        IsTrueAsync(
            connection,
            $"select exists (select 1 from {DatabaseTables.Moved} where site = $1 and (is_gone or is_closed))",
            ct,
            site
        );

    /// <summary>The sites that it keeps out: those that left, and those that a mover which was cut off did not let in.</summary>
    public static async Task<IReadOnlyList<string>> AllUpAsync(
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select site from {DatabaseTables.Moved} where is_gone or is_closed"
        );
        var sites = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            sites.Add(reader.GetString(0));
        return sites;
    }

    /// <summary>Waits for those who began to write before the fence was up.</summary>
    public static async Task PassAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var table in SiteTables.Moved)
            await AloneAsync(connection, $"lock table {table.Name} in share mode", ct);
    }

    internal static async Task<bool> IsTrueAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    internal static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
