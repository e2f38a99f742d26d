using System.Data;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Identity;
using ThreadStore.Kernel;

namespace ThreadStore.Databases.Moves;

/// <summary>
/// Brings a site's rows that no event tells of into another database, with positions as they are there: first all of them
/// beside those who write them, and then, while these wait, what has changed since. What is there of the site is of the first.
/// </summary>
sealed class RowCopy(NpgsqlConnection from, NpgsqlConnection to, string site)
{
    const string Events = EventTables.Events;

    /// <summary>Whoever waits for the other database is not idle.</summary>
    const string Patient = "set local idle_in_transaction_session_timeout = 0";

    /// <summary>Of the old database: what may have changed since it was copied.</summary>
    Func<MovedTable, string>? changed;

    /// <summary>Copies what there is, in one look at the old database. There is none in the new one.</summary>
    /// <param name="copied">Up to which position of the old database its events are in the new one: later ones mean none there yet.</param>
    public async Task AheadAsync(long copied, CancellationToken ct)
    {
        await using var look = await from.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using var transaction = await to.BeginTransactionAsync(ct);
        await SiteFence.ExecuteAsync(from, Patient, ct);
        await SiteFence.ExecuteAsync(to, Patient, ct);
        var oldest = await TextAsync(from, "select pg_snapshot_xmin(pg_current_snapshot())::text", ct);
        foreach (var table in SiteTables.Moved)
            await CopyAsync(
                table,
                string.Concat(table.Positions.Select(p => $" and coalesce({p}, 0) <= {copied}")),
                ct
            );
        await TellAsync(ct);
        await transaction.CommitAsync(ct);
        // a row that was frozen may bear the number of a transaction long ago, which would be one to come
        changed = table =>
            $" and (age(xmin) between 0 and age('{oldest}'::xid8::xid){string.Concat(table.Positions.Select(p => $" or {p} > {copied}"))})";
    }

    /// <summary>
    /// Copies what has changed since, in a transaction of the new database, which has all events of the site. Nobody writes any
    /// of it any more.
    /// </summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        foreach (var table in SiteTables.Moved)
            await CopyAsync(table, changed!(table), ct);
        await TellAsync(ct);
    }

    /// <summary>Servers hold keys and sign-outs in memory.</summary>
    Task TellAsync(CancellationToken ct) =>
        SiteFence.ExecuteAsync(to, "select pg_notify($1, $2)", ct, Positions.Channel, Trust.FactOf(site));

    /// <param name="those">A condition of the old database, after others.</param>
    async Task CopyAsync(MovedTable table, string those, CancellationToken ct)
    {
        var columns = await ColumnsAsync(table.Name, ct);
        await StageAsync(table.Name, "moved", columns.All, those, ct);
        await TranslateAsync("moved", table.Positions, ct);
        if (table.IsTaken)
            await ExecuteAsync("update pg_temp.moved set taken_by = null, taken_until = null", ct);
        if (changed is not null)
            await RemoveAsync(table, columns, ct);
        await ExecuteAsync(
            $"""
            insert into {table.Name} ({columns.All}) select {columns.All} from pg_temp.moved
            on conflict ({columns.Key}) do update set ({columns.All}) = row({columns.Excluded});
            drop table pg_temp.moved
            """,
            ct
        );
    }

    /// <summary>Brings columns of rows of the old database into a table of this transaction of the new one.</summary>
    async Task StageAsync(string table, string name, string columns, string those, CancellationToken ct)
    {
        await ExecuteAsync(
            $"create temp table {name} on commit drop as select {columns} from {table} with no data",
            ct
        );
        await using var source = await from.BeginRawBinaryCopyAsync(
            $"copy (select {columns} from {table} where site = {Literal(site)}{those}) to stdout (format binary)",
            ct
        );
        await using var target = await to.BeginRawBinaryCopyAsync(
            $"copy pg_temp.{name} ({columns}) from stdin (format binary)",
            ct
        );
        await source.CopyToAsync(target, ct);
    }

    /// <summary>Takes away what is in the old database no more, before what came in its place.</summary>
    async Task RemoveAsync(MovedTable table, Columns columns, CancellationToken ct)
    {
        var all = $"{table.Name} t where t.site = {Literal(site)}";
        var here = await TextAsync(from, $"select count(*)::text from {all}", ct);
        var there = await TextAsync(
            to,
            $"""
            select ((select count(*) from {all}) + (select count(*) from pg_temp.moved k
              where not exists (select 1 from {table.Name} t where {columns.Match})))::text
            """,
            ct
        );
        if (here == there)
            return;
        await StageAsync(table.Name, "kept", columns.Key, "", ct);
        await TranslateAsync("kept", [.. table.Positions.Intersect(columns.KeyNames)], ct);
        // taken for few, which nobody has counted, each would be compared with each
        await ExecuteAsync(
            $"""
            set local enable_nestloop = off;
            delete from {all} and not exists (select 1 from pg_temp.kept k where {columns.Match});
            set local enable_nestloop = on;
            drop table pg_temp.kept
            """,
            ct
        );
    }

    /// <summary>A key of a site, which has no character that means something.</summary>
    static string Literal(string site) => $"'{site.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The columns of a table, as they stand in statements.</summary>
    /// <param name="Match">That a row t and a row k have one key.</param>
    sealed record Columns(string All, string Excluded, string Key, string Match, string[] KeyNames);

    async Task<Columns> ColumnsAsync(string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
              string_agg('excluded.' || quote_ident(a.attname), ', ' order by a.attnum),
              string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.attnum = any(k.indkey)),
              string_agg(format('t.%1$I = k.%1$I', a.attname), ' and ') filter (where a.attnum = any(k.indkey)),
              array_agg(a.attname::text) filter (where a.attnum = any(k.indkey))
            from pg_attribute a join pg_index k on k.indrelid = a.attrelid and k.indisprimary
            where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
            """,
            to
        );
        command.Parameters.AddValues(table);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetFieldValue<string[]>(4)
        );
    }

    /// <summary>
    /// Puts into copied rows the position there that stands for each here: of the same event, or where it is of none of the
    /// site's, of the last that was before it.
    /// </summary>
    async Task TranslateAsync(string staged, string[] columns, CancellationToken ct)
    {
        if (columns.Length == 0)
            return;
        var named = string.Join(" union all ", columns.Select(c => $"select {c} from pg_temp.{staged}"));
        long[] positions;
        await using (
            var command = new NpgsqlCommand(
                $"select array(select distinct n from ({named}) p(n) where n is not null)",
                to
            )
            {
                CommandTimeout = 0,
            }
        )
            positions = (long[])(await command.ExecuteScalarAsync(ct))!;
        if (positions.Length == 0)
            return;
        var (here, streams, versions) = (new List<long>(), new List<Guid>(), new List<long>());
        await using (
            var command = new NpgsqlCommand(
                $"""
                select p.n, e.stream_id, e.version from unnest($2) p(n) left join lateral (
                  select x.stream_id, x.version from {Events} x where x.tenant_id = $1 and x.seq_id <= p.n
                  order by x.seq_id desc limit 1) e on true
                """,
                from
            )
        )
        {
            command.CommandTimeout = 0;
            command.Parameters.AddValues(site, positions);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                here.Add(reader.GetInt64(0));
                streams.Add(reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1));
                versions.Add(reader.IsDBNull(2) ? 0 : reader.GetInt64(2));
            }
        }
        await SiteFence.ExecuteAsync(
            to,
            $"""
            create temp table map on commit drop as
            select u.here, coalesce(e.seq_id, 0) as there from unnest($2, $3, $4) u(here, stream, version)
            left join {Events} e on e.tenant_id = $1 and e.stream_id = u.stream and e.version = u.version
            """,
            ct,
            site,
            here.ToArray(),
            streams.ToArray(),
            versions.ToArray()
        );
        foreach (var column in columns)
            await ExecuteAsync(
                $"update pg_temp.{staged} r set {column} = m.there from map m where r.{column} = m.here",
                ct
            );
        await ExecuteAsync("drop table map", ct);
    }

    Task ExecuteAsync(string sql, CancellationToken ct) => SiteFence.ExecuteAsync(to, sql, ct);

    static async Task<string> TextAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
