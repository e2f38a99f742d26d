using System.Data;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Notices;

public static class GetTransparencyEndpoint
{
    /// <summary>The figures that the Digital Services Act asks for once a year: notices, restrictions, what ended them, appeals, and
    /// how long it took; as CSV by Accept: text/csv.</summary>
    /// <remarks>
    /// A row counts what it names; null is "all of them". <c>notices</c> and <c>appeals</c> are those that came between from
    /// and to, with what became of them up to now; <c>restrictions</c> and <c>reversals</c> are decisions of that time.
    /// <c>secondsP50</c> is the median until the decision.
    /// </remarks>
    /// <returns>200 the figures; 304; 400 validation.</returns>
    [Operation("getTransparency"), Answers(typeof(ReportShape), OrText = GetReportEndpoint.CsvType)]
    [Query("from", typeof(string), "Only what happened from this day, in the site's zone, or time on.")]
    [Query("to", typeof(string), "Only what happened before this time, or up to the end of this day.")]
    [WolverineGet("/v1/sites/{site}/transparency"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        if (
            ReportQuery.Read(
                TransparencyReport.Report,
                [site],
                tellsSites: false,
                name => http.Request.Query[name].FirstOrDefault(),
                out var query
            ) is
            { } problem
        )
            return problem;
        return GetReportEndpoint.Show(http, await CountAsync(database, query!, ct), $"{site}-transparency");
    }

    /// <summary>Counts, in one snapshot, so that the position is exactly what the rows hold.</summary>
    public static async Task<ReportTable> CountAsync(
        NpgsqlDataSource database,
        ReportQuery query,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var (position, zone) = await BeginAsync(connection, query.Sites[0], ct);
        var calendar = ReportCalendar.Of(zone);
        DateTimeOffset? Time(ReportEnd end, int more) =>
            end.Time ?? (end.Day is { } day ? calendar.StartOf(day.AddDays(more)) : null);
        // what the database takes for infinite
        var (from, to) = (
            Time(query.From, 0) ?? DateTimeOffset.MinValue,
            Time(query.To, 1) ?? DateTimeOffset.MaxValue
        );
        var fold = new TransparencyFold(from, to);
        List<LegalFact> facts;
        long read = 0;
        do
        {
            facts = await LegalHistory.ReadAsync(connection, query.Sites[0], read, position, ct);
            foreach (var fact in facts)
                fold.Apply(fact.Event, fact.WasRejected);
            read = facts.Count > 0 ? facts[^1].Position : read;
        } while (facts.Count == LegalHistory.Stretch);
        var notices = await RowsAsync(
            connection,
            TransparencyReport.NoticesSql,
            query.Sites[0],
            from,
            to,
            ct
        );
        var appeals = await RowsAsync(
            connection,
            TransparencyReport.AppealsSql,
            query.Sites[0],
            from,
            to,
            ct
        );
        return new(TransparencyReport.Columns, [.. notices, .. fold.Rows(), .. appeals], position);
    }

    static async Task<(long Position, string Zone)> BeginAsync(
        NpgsqlConnection connection,
        string site,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select ({Positions.NewestSql}), (settings::json)->>'timeZone'
            from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1
            """,
            connection
        );
        command.Parameters.AddValues(site);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.Text(1) ?? "UTC");
    }

    static async Task<List<IReadOnlyList<object?>>> RowsAsync(
        NpgsqlConnection connection,
        string sql,
        string site,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(site, from, to);
        return await ReportCells.ReadAsync(command, ct);
    }
}
