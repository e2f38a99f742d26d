using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Databases.Moves;

/// <summary>Brings a site's rows that no event tells of into another database, with positions as they are there.</summary>
static class RowCopy
{
    const string Events = EventTables.Events;

    /// <summary>In a transaction of the new database, which has the site's events.</summary>
    public static async Task RunAsync(
        NpgsqlConnection from,
        NpgsqlConnection to,
        string site,
        CancellationToken ct
    )
    {
        await MapAsync(from, to, site, ct);
        foreach (var table in SiteTables.Moved)
            await CopyAsync(from, to, site, table, ct);
        await SiteFence.ExecuteAsync(to, "drop table map", ct);
    }

    static async Task CopyAsync(
        NpgsqlConnection from,
        NpgsqlConnection to,
        string site,
        MovedTable table,
        CancellationToken ct
    )
    {
        await SiteFence.ExecuteAsync(
            to,
            $"create temp table moved (like {table.Name} including defaults) on commit drop",
            ct
        );
        var columns = await ColumnsAsync(to, table.Name, ct);
        await using (
            var source = await from.BeginRawBinaryCopyAsync(
                $"copy (select {columns} from {table.Name} where site = {Literal(site)}) to stdout (format binary)",
                ct
            )
        )
        await using (
            var target = await to.BeginRawBinaryCopyAsync(
                $"copy pg_temp.moved ({columns}) from stdin (format binary)",
                ct
            )
        )
            await source.CopyToAsync(target, ct);
        foreach (var column in table.Positions)
            await SiteFence.ExecuteAsync(
                to,
                $"update pg_temp.moved r set {column} = m.there from map m where r.{column} = m.here",
                ct
            );
        if (table.IsTaken)
            await SiteFence.ExecuteAsync(
                to,
                "update pg_temp.moved set taken_by = null, taken_until = null",
                ct
            );
        await SiteFence.ExecuteAsync(
            to,
            $"delete from {table.Name} where site = {Literal(site)}; insert into {table.Name} ({columns}) select {columns} from pg_temp.moved; drop table pg_temp.moved",
            ct
        );
    }

    /// <summary>A key of a site, which has no character that means something.</summary>
    static string Literal(string site) => $"'{site.Replace("'", "''", StringComparison.Ordinal)}'";

    static async Task<string> ColumnsAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select string_agg(quote_ident(attname), ', ' order by attname) from pg_attribute
            where attrelid = $1::regclass and attnum > 0 and not attisdropped
            """,
            connection
        );
        command.Parameters.AddValues(table);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>
    /// Notes which position there stands for each that a row has here: of the same event, or where it is of none of the
    /// site's, of the last that was before it.
    /// </summary>
    static async Task MapAsync(NpgsqlConnection from, NpgsqlConnection to, string site, CancellationToken ct)
    {
        var named = string.Join(
            " union ",
            SiteTables.Moved.SelectMany(t =>
                t.Positions.Select(p => $"select {p} from {t.Name} where site = $1 and {p} is not null")
            )
        );
        var (here, streams, versions) = (new List<long>(), new List<Guid>(), new List<long>());
        await using (
            var command = new NpgsqlCommand(
                $"""
                select p.n, e.stream_id, e.version from ({named}) p(n) left join lateral (
                  select x.stream_id, x.version from {Events} x where x.tenant_id = $1 and x.seq_id <= p.n
                  order by x.seq_id desc limit 1) e on true
                """,
                from
            )
        )
        {
            command.CommandTimeout = 0;
            command.Parameters.AddValues(site);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                here.Add(reader.GetInt64(0));
                streams.Add(reader.IsDBNull(1) ? Guid.Empty : reader.GetGuid(1));
                versions.Add(reader.IsDBNull(2) ? 0 : reader.GetInt64(2));
            }
        }
        await using var map = new NpgsqlCommand(
            $"""
            create temp table map on commit drop as
            select u.here, coalesce(e.seq_id, 0) as there from unnest($2, $3, $4) u(here, stream, version)
            left join {Events} e on e.tenant_id = $1 and e.stream_id = u.stream and e.version = u.version
            """,
            to
        );
        map.CommandTimeout = 0;
        map.Parameters.AddValues(site, here.ToArray(), streams.ToArray(), versions.ToArray());
        await map.ExecuteNonQueryAsync(ct);
    }
}
