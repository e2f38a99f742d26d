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
        with zone as not materialized (
          select coalesce($2::text, (select (r.settings::json)->>'timeZone' from {ReaderTables.Schema}.{ReaderTables.Sites} r where r.site = $1), 'UTC') as zone
        ), asked as not materialized (
          select $1::text as site, z.zone, $3::text as step,
            coalesce($4::timestamptz, $5::date::timestamp at time zone z.zone, '-infinity') as since,
            coalesce($6::timestamptz, ($7::date + 1)::timestamp at time zone z.zone, 'infinity') as until
          from zone z
        ), span as not materialized (
          select c.* from {ReportTables.Comments} c, asked a
          where c.site = a.site and c.posted_at >= a.since and c.posted_at < a.until
        ),

        """;

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
        batch.BatchCommands.Add(Command());
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var position = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var rows = new List<IReadOnlyList<object?>>();
        while (await reader.ReadAsync(ct))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : Value(reader, i);
            rows.Add(row);
        }
        if (Report.GoesByTime && rows.Count > MaxIntervals)
            return null;
        return new(Report.Columns, rows, position);
    }

    static object Value(NpgsqlDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            DateTime time => Json.Format(new DateTimeOffset(time, TimeSpan.Zero)),
            int number => (long)number,
            var value => value,
        };

    NpgsqlBatchCommand Command()
    {
        var command = new NpgsqlBatchCommand(Prelude + Report.Sql);
        void Add(object? value, NpgsqlDbType type) =>
            command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        Add(Site, NpgsqlDbType.Text);
        Add(Zone, NpgsqlDbType.Text);
        Add(Interval.Word(), NpgsqlDbType.Text);
        Add(From.Time, NpgsqlDbType.TimestampTz);
        Add(From.Day, NpgsqlDbType.Date);
        Add(To.Time, NpgsqlDbType.TimestampTz);
        Add(To.Day, NpgsqlDbType.Date);
        return command;
    }
}
