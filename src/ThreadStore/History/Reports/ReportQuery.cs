using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Http;
using ThreadStore.Sites;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.History.Reports;

/// <summary>How finely a report that goes by time divides it.</summary>
public enum ReportInterval
{
    Hour,
    Day,
    Week,
}

/// <summary>An end of a span: a time, or a day in the report's zone.</summary>
public readonly record struct ReportEnd(DateTimeOffset? Time, DateOnly? Day);

/// <summary>A report with what it was counted from: rows whose values are texts, numbers, times in UTC, or null.</summary>
/// <param name="Position">What it holds.</param>
public sealed record ReportTable(
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<object?>> Rows,
    long Position
);

/// <summary>What a report is to be made of.</summary>
/// <param name="From">What happened from then on; null: all.</param>
/// <param name="To">What happened before that time, or up to the end of that day; null: all.</param>
/// <param name="Zone">An IANA time zone; null: the site's.</param>
public sealed record ReportQuery(
    Report Report,
    string Site,
    ReportEnd From,
    ReportEnd To,
    ReportInterval Interval,
    string? Zone
)
{
    /// <summary>More intervals are refused; of an hour each, some eleven years.</summary>
    public const int MaxIntervals = 100_000;

    public static readonly Problem TooFine = Problem.Validation(
        "interval",
        Flaw.Count(
            $"is too fine: there may be {MaxIntervals} of them from one end to the other. Say from and to, or take longer ones.",
            0,
            MaxIntervals
        )
    );

    /// <summary>What all reports begin with.</summary>
    public static readonly string Prelude = $"""
        with asked as not materialized (
          select $1::text as site, $2::text as zone, $3::timestamptz as since, $4::timestamptz as until
        ), moved as materialized (
          with recursive m(id, now, next) as (
            select r.id, r.id, r.moved_to from {ReaderTables.Schema}.{ReaderTables.Articles} r
            where r.site = $1 and r.moved_to is not null
            union
            select m.id, r.id, r.moved_to
            from m join {ReaderTables.Schema}.{ReaderTables.Articles} r on r.site = $1 and r.id = m.next
          ) select id, now from m where next is null
        ), span as not materialized (
          -- counted for the article that it was written on, told of the one that this is part of now
          select c.site, c.id, coalesce((select m.now from moved m where m.id = c.article_id), c.article_id) as article_id,
            c.parent_id, c.author_id, c.depth, c.posted_at, c.state, c.reactions, c.waiting_since, c.appealed_at
          from {ReportTables.Comments} c, asked a
          where c.site = a.site and c.posted_at >= a.since and c.posted_at < a.until
        ), intervals as not materialized (
          select * from unnest($5::timestamptz[], $6::text[]) with ordinality as i(start, local, n)
        ),

        """;

    /// <summary>The number of the interval in which a time lies.</summary>
    public static string NumberOf(string time) => $"width_bucket({time}, $5::timestamptz[])";

    /// <summary>Reads what is asked for, from a request or a command line.</summary>
    /// <param name="value">Of a parameter, null where it was left out.</param>
    public static Problem? Read(
        Report report,
        string site,
        Func<string, string?> value,
        out ReportQuery? query
    )
    {
        query = null;
        if (ReadEnd(value, "from", out var from) is { } badFrom)
            return badFrom;
        if (ReadEnd(value, "to", out var to) is { } badTo)
            return badTo;
        if (Rough(to) < Rough(from))
            return Problem.Validation("to", Flaw.Of("lies before from.", "before-from"));
        var interval = ReportInterval.Day;
        if (value("interval") is { } word)
        {
            if (Words.TryParse<ReportInterval>(word) is not { } known)
                return Problem.Validation(
                    "interval",
                    Flaw.NoneOf("is one of hour, day, week.", Words.All<ReportInterval>())
                );
            interval = known;
        }
        var zone = value("tz");
        if (zone is not null && !SettingsRules.IsIana(zone))
            return Problem.Validation(
                "tz",
                Flaw.Of("is an IANA time zone, such as Europe/Berlin.", "no-time-zone")
            );
        query = new(report, site, from, to, interval, zone);
        return null;
    }

    static Problem? ReadEnd(Func<string, string?> value, string name, out ReportEnd end)
    {
        end = default;
        if (value(name) is not { } text)
            return null;
        if (TimeQuery.TryReadDay(text, out var day) && day < DateOnly.MaxValue)
            end = new(null, day);
        else if (TimeQuery.TryRead(text, out var time))
            end = new(time, null);
        else
            return Problem.Validation(
                name,
                Flaw.NoTime("is a day as in 2021-04-02, or a time as in 2021-04-02T10:00:00Z.")
            );
        return null;
    }

    /// <summary>Within a day.</summary>
    static DateTimeOffset? Rough(ReportEnd end) =>
        end.Time ?? (end.Day is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null);

    /// <summary>Counts, in one snapshot, so that the position is exactly what the rows hold.</summary>
    /// <returns>Null where there would be more than <see cref="MaxIntervals"/>.</returns>
    public async Task<ReportTable?> RunAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            ct
        );
        // who asks waits as long as it takes, or goes away
        await using var batch = new NpgsqlBatch(connection, snapshot) { Timeout = 0 };
        // here whole tables are read, and sorted
        batch.BatchCommands.Add(new("set local enable_seqscan = on"));
        batch.BatchCommands.Add(new("set local work_mem = '64MB'"));
        batch.BatchCommands.Add(new(ProjectionProgress.Sql(ReportRows.Name)));
        batch.BatchCommands.Add(
            new(
                $"select (settings::json)->>'timeZone' from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1"
            )
            {
                Parameters = { new() { Value = Site } },
            }
        );
        long position;
        string zone;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            position = reader.GetInt64(0);
            await reader.NextResultAsync(ct);
            zone = Zone ?? (await reader.ReadAsync(ct) ? reader.Text(0) : null) ?? "UTC";
        }
        var calendar = ReportCalendar.Of(zone);
        await using var command = Command(connection, snapshot, zone, calendar);
        if (Report.Divided is not null)
        {
            if (await IntervalsAsync(connection, snapshot, command, calendar, ct) is not { } starts)
                return null;
            command.Parameters[4].Value = starts.ToArray();
            command.Parameters[5].Value = starts
                .Select(s => calendar.Local(s).ToString(LocalFormat, CultureInfo.InvariantCulture))
                .ToArray();
        }
        return new(Report.Columns, await ReadAsync(command, ct), position);
    }

    const string LocalFormat = "yyyy-MM-dd'T'HH:mm:ss";

    /// <summary>From the first interval to the last that are asked for, or in which something happened.</summary>
    async Task<List<DateTimeOffset>?> IntervalsAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction snapshot,
        NpgsqlCommand report,
        ReportCalendar calendar,
        CancellationToken ct
    )
    {
        var divided = Report.Divided!;
        await using var command = new NpgsqlCommand(divided.EndsSql, connection, snapshot)
        {
            CommandTimeout = 0,
        };
        for (var i = 0; i < 4; i++)
            command.Parameters.Add(report.Parameters[i].Clone());
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.Time(0), reader.Time(1)) is ({ } first, { } last) && first <= last
            ? calendar.Between(first, last, divided.By(this), MaxIntervals)
            : [];
    }

    /// <summary>All rows of a statement, as reports show them.</summary>
    internal static async Task<List<IReadOnlyList<object?>>> ReadAsync(
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        var rows = new List<IReadOnlyList<object?>>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Value(reader, i);
            rows.Add(row);
        }
        return rows;
    }

    static object Value(NpgsqlDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            DateTime time => Json.Format(new DateTimeOffset(time, TimeSpan.Zero)),
            int number => (long)number,
            var value => value,
        };

    NpgsqlCommand Command(
        NpgsqlConnection connection,
        NpgsqlTransaction snapshot,
        string zone,
        ReportCalendar calendar
    )
    {
        DateTimeOffset? Time(ReportEnd end, int more) =>
            end.Time ?? (end.Day is { } day ? calendar.StartOf(day.AddDays(more)) : null);
        var command = new NpgsqlCommand(Prelude + Report.Sql, connection, snapshot) { CommandTimeout = 0 };
        void Add(object value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = value, NpgsqlDbType = type });
        Add(Site, NpgsqlDbType.Text);
        Add(zone, NpgsqlDbType.Text);
        // what the database takes for infinite
        Add(Time(From, 0) ?? DateTimeOffset.MinValue, NpgsqlDbType.TimestampTz);
        Add(Time(To, 1) ?? DateTimeOffset.MaxValue, NpgsqlDbType.TimestampTz);
        Add(Array.Empty<DateTimeOffset>(), NpgsqlDbType.TimestampTz | NpgsqlDbType.Array);
        Add(Array.Empty<string>(), NpgsqlDbType.Text | NpgsqlDbType.Array);
        return command;
    }
}
