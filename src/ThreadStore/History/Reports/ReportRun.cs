using System.Data;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>A row as counted.</summary>
/// <param name="Group">What it belongs to, by <see cref="ReportQuery.Heads"/>.</param>
sealed record ReportRow(string?[] Group, object?[] Cells);

/// <summary>A period as counted.</summary>
/// <param name="Starts">Where its intervals begin; none where it does not go by time.</param>
/// <param name="First">Which of them is the first of the period.</param>
sealed record ReportPeriod(List<ReportRow> Rows, object?[] Totals, List<DateTimeOffset> Starts, int First);

/// <summary>Counts a report, in one snapshot, so that the position is exactly what the rows hold.</summary>
public sealed class ReportRun
{
    readonly ReportQuery query;
    readonly NpgsqlConnection connection;
    readonly string zone;
    readonly ReportCalendar calendar;

    ReportRun(ReportQuery query, NpgsqlConnection connection, string zone) =>
        (this.query, this.connection, this.zone, calendar) = (
            query,
            connection,
            zone,
            ReportCalendar.Of(zone)
        );

    /// <summary>What is true of a snapshot.</summary>
    /// <param name="Position">What the rows hold that reports are counted from.</param>
    /// <param name="Newest">The last event of the sites.</param>
    /// <param name="Erasures">How often somebody was erased.</param>
    /// <param name="Bytes">What there is to read, of all sites.</param>
    sealed record Snapshot(long Position, string Zone, long Newest, long Erasures, long Bytes);

    /// <param name="answers">Those that were counted before; null: none.</param>
    /// <returns>Null where there would be more than <see cref="ReportQuery.MaxIntervals"/>.</returns>
    public static async Task<ReportTable?> RunAsync(
        ReportQuery query,
        NpgsqlDataSource database,
        ReportAnswers? answers,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            ct
        );
        var found = await BeginAsync(query, connection, ct);
        // what lags is no answer to who asks again: the articles that it is told of are ahead of it
        long? newest = found.Position >= found.Newest ? found.Newest : null;
        if (answers?.Find(query) is { } last && last.Newest == newest && newest is not null)
            return new(query.Columns, last.Rows, found.Position);
        var began = Stopwatch.GetTimestamp();
        if (await new ReportRun(query, connection, found.Zone).RowsAsync(ct) is not { } rows)
            return null;
        var took = Stopwatch.GetElapsedTime(began);
        answers?.Keep(
            query,
            new(
                rows,
                found.Zone,
                found.Position,
                newest,
                found.Erasures,
                took,
                answers.IsDear(took, found.Bytes)
            )
        );
        return new(query.Columns, rows, found.Position);
    }

    /// <summary>
    /// A report that takes long as it was counted some minutes ago, by the position of then; where it is to be counted
    /// again, that begins now.
    /// </summary>
    /// <param name="wanted">What it must hold at least.</param>
    /// <returns>Null where there is none, or somebody was erased since.</returns>
    public static async Task<ReportTable?> RecentAsync(
        ReportQuery query,
        Func<ValueTask<NpgsqlDataSource>> chooseAsync,
        ReportAnswers answers,
        long? wanted,
        CancellationToken ct
    )
    {
        if (answers.Find(query) is not { IsDear: true } last || last.Position < wanted)
            return null;
        var database = await chooseAsync();
        await using var connection = await database.OpenConnectionAsync(ct);
        var found = await BeginAsync(query, connection, ct);
        if (last.Erasures != found.Erasures || last.Zone != found.Zone)
            return null;
        if (last.Newest == found.Newest)
            return new(query.Columns, last.Rows, found.Position);
        if (last.IsOld)
            answers.Renew(token => RunAsync(query, database, answers, token));
        return new(query.Columns, last.Rows, last.Position);
    }

    static async Task<Snapshot> BeginAsync(
        ReportQuery query,
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            // here whole tables are read, and sorted
            $"""
            select ({ProjectionProgress.Sql(ReportRows.Name)}), ({HistoryRewrites.CountSql}),
              pg_relation_size('{ReportTables.Comments}') + pg_relation_size('{ReportTables.Facts}'),
              array(select distinct coalesce((settings::json)->>'timeZone', 'UTC')
                from {ReaderTables.Schema}.{ReaderTables.Sites} where site = any($1)),
              (select coalesce(max(e.newest), 0) from unnest($1) s(site) cross join lateral (
                select max(m.seq_id) as newest from {EventTables.Events} m where m.tenant_id = s.site) e),
              set_config('enable_seqscan', 'on', true), set_config('work_mem', '64MB', true)
            """,
            connection
        )
        {
            // who asks waits as long as it takes, or goes away
            CommandTimeout = 0,
            Parameters = { new() { Value = query.Sites.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        // sites of several zones have none in common
        var zone = query.Zone ?? (reader.GetFieldValue<string[]>(3) is [{ } own] ? own : "UTC");
        return new(
            reader.GetInt64(0),
            zone,
            reader.GetInt64(4),
            reader.GetInt64(1),
            Bytes: reader.GetInt64(2)
        );
    }

    async Task<List<IReadOnlyList<object?>>?> RowsAsync(CancellationToken ct)
    {
        var (since, until) = (
            query.From.Since(calendar) ?? DateTimeOffset.MinValue,
            query.To.Until(calendar) ?? DateTimeOffset.MaxValue
        );
        if (await CountAsync(since, until, ct) is not { } now)
            return null;
        var rows = now.Rows;
        var totals = now.Totals;
        if (query.Compare is not null)
        {
            var (from, to) = await BeforeAsync(since, until, ct);
            if (await CountAsync(from, to, ct) is not { } before)
                return null;
            (rows, totals) = new ReportComparison(query, calendar).Of(now, before);
        }
        return ReportOrder.Of(query, rows, totals);
    }

    /// <summary>
    /// The period before, which is as long: of days as many days, else as much time. Where it has no end, it ends with what
    /// was counted last; where it has no beginning, nothing lies before it.
    /// </summary>
    async Task<(DateTimeOffset, DateTimeOffset)> BeforeAsync(
        DateTimeOffset since,
        DateTimeOffset until,
        CancellationToken ct
    )
    {
        if (since == DateTimeOffset.MinValue)
            return (since, since);
        if ((query.From.Day, query.To.Day) is ({ } first, { } last))
        {
            var days = last.DayNumber - first.DayNumber + 1;
            return (
                first.DayNumber < days ? DateTimeOffset.MinValue : calendar.StartOf(first.AddDays(-days)),
                since
            );
        }
        if (until == DateTimeOffset.MaxValue)
            until =
                await NewestAsync(ct) is { } newest && newest >= since ? newest.AddMicroseconds(1) : since;
        var length = until - since;
        return (since - DateTimeOffset.MinValue < length ? DateTimeOffset.MinValue : since - length, since);
    }

    async Task<DateTimeOffset?> NewestAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select greatest((select max(posted_at) from {ReportTables.Comments} where site = any($1)),
              (select max(at) from {ReportTables.Facts} where site = any($1)))
            """,
            connection
        );
        command.Parameters.AddWithValue(query.Sites.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.Time(0);
    }

    async Task<ReportPeriod?> CountAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken ct)
    {
        List<DateTimeOffset> starts = [];
        if (query.Report.Divided is { } divided)
        {
            await using var ends = Command(divided.EndsSql, since, until, starts);
            if (await IntervalsAsync(ends, divided.By(query), ct) is not { } found)
                return null;
            starts = found;
        }
        async Task<List<ReportRow>> ReadAsync(ReportPart part)
        {
            var sql = ReportPrelude.Sql(query, part == ReportPart.Totals) + query.Report.Sql(part);
            await using var command = Command(sql, since, until, starts);
            return (await ReportCells.ReadAsync(command, ct)).ConvertAll(r => new ReportRow(
                (string?[])r[0]!,
                [.. r.Skip(1)]
            ));
        }
        var rows = await ReadAsync(query.Heads is [] ? ReportPart.Rows : ReportPart.Groups);
        var totals = (await ReadAsync(ReportPart.Totals))[0].Cells;
        return new(rows, totals, starts, Math.Max(0, starts.Count(s => s <= since) - 1));
    }

    /// <summary>From the first interval to the last that are asked for, or in which something happened.</summary>
    async Task<List<DateTimeOffset>?> IntervalsAsync(
        NpgsqlCommand ends,
        ReportInterval interval,
        CancellationToken ct
    )
    {
        await using var reader = await ends.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.Time(0), reader.Time(1)) is ({ } first, { } last) && first <= last
            ? calendar.Between(first, last, interval, ReportQuery.MaxIntervals)
            : [];
    }

    NpgsqlCommand Command(string sql, DateTimeOffset since, DateTimeOffset until, List<DateTimeOffset> starts)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        void Add(object value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = value, NpgsqlDbType = type });
        Add(query.Sites.ToArray(), NpgsqlDbType.Text | NpgsqlDbType.Array);
        Add(zone, NpgsqlDbType.Text);
        // the ends of time are what the database takes for infinite
        Add(since, NpgsqlDbType.TimestampTz);
        Add(until, NpgsqlDbType.TimestampTz);
        Add(starts.ToArray(), NpgsqlDbType.TimestampTz | NpgsqlDbType.Array);
        Add(
            starts.Select(s => ReportCells.Local(calendar, s)).ToArray(),
            NpgsqlDbType.Text | NpgsqlDbType.Array
        );
        Add(query.Limit ?? Best, NpgsqlDbType.Integer);
        return command;
    }

    /// <summary>How long a list of the best is where nothing is said.</summary>
    const int Best = 10;
}
