using System.CommandLine;
using Npgsql;
using ThreadStore.History;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Known = ThreadStore.History.Reports.Report;

namespace ThreadStore.Commands;

public static class Report
{
    public static Command Command()
    {
        var name = new Argument<string>("NAME") { Description = "Which report" };
        name.AcceptOnlyFromAmong([.. Known.All.Select(r => r.Name)]);
        var site = new Option<string[]>("--site")
        {
            Description = "Of which site; may be repeated, and '*' is all",
            Required = true,
        };
        var from = new Option<string?>("--from") { Description = "A day or time, as in 2021-04-02" };
        var to = new Option<string?>("--to") { Description = "A day, itself included, or a time" };
        var zone = new Option<string?>("--tz")
        {
            Description = "An IANA time zone; the site's where left out",
        };
        var interval = new Option<string?>("--interval")
        {
            Description = "hour, day, week or month, where it goes by time",
        };
        var by = new Option<string?>("--by") { Description = "section, author, tag, article or language" };
        var compare = new Option<string?>("--compare")
        {
            Description = "previous: the period before beside it",
        };
        var limit = new Option<string?>("--limit") { Description = "How many rows beside the totals" };
        var sort = new Option<string?>("--sort") { Description = "A column, alone or with :asc or :desc" };
        var format = new Option<string>("--format")
        {
            Description = "table, csv or json",
            DefaultValueFactory = _ => "table",
        };
        format.AcceptOnlyFromAmong("table", "csv", "json");
        var mark = new Option<bool>("--bom")
        {
            Description = "Begin CSV with a byte-order mark, by which spreadsheets know UTF-8",
        };
        site.Validators.Add(r =>
        {
            if (r.Tokens.Any(t => t.Value != AllSites && !Keys.IsSite(t.Value)))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -, or is '*'.");
        });
        var command = new Command("report", "Print one of the reports")
        {
            name,
            site,
            from,
            to,
            zone,
            interval,
            by,
            compare,
            limit,
            sort,
            format,
            mark,
        };
        var options = new Dictionary<string, Option<string?>>
        {
            ["from"] = from,
            ["to"] = to,
            ["tz"] = zone,
            ["interval"] = interval,
            ["by"] = by,
            ["compare"] = compare,
            ["limit"] = limit,
            ["sort"] = sort,
        };
        (Problem? Problem, ReportQuery? Query) Read(ParseResult parsed) =>
            (
                ReportQuery.Read(
                    Known.Find(parsed.GetRequiredValue(name)) ?? Known.All[0],
                    [.. parsed.GetRequiredValue(site).Distinct()],
                    parsed.GetRequiredValue(site) is not [not AllSites],
                    asked => parsed.GetValue(options[asked]),
                    out var query
                ),
                query
            );
        command.SetAction(
            async (parsed, ct) =>
            {
                var (problem, query) = Read(parsed);
                problem ??= await RunAsync(
                    query!,
                    parsed.GetRequiredValue(format),
                    parsed.GetValue(mark),
                    ct
                );
                if (problem is null)
                    return 0;
                await Console.Error.WriteLineAsync($"--{problem.Detail}");
                return CommandLine.WrongUsage;
            }
        );
        return command;
    }

    static async Task<Problem?> RunAsync(
        ReportQuery query,
        string format,
        bool withMark,
        CancellationToken ct
    )
    {
        await using var host = await Host.OpenHistoryAsync(
            migrate: false,
            ct,
            [.. query.Sites.Where(s => s != AllSites)]
        );
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        query = query with { Sites = await SitesAsync(query.Sites, database, ct) };
        await Projections.CatchUpAsync(host, [ReportRows.Name], ct);
        if (await ReportRun.RunAsync(query, database, answers: null, ct) is not { } table)
            return ReportQuery.TooFine;
        await using var output = Console.OpenStandardOutput();
        if (format == "table")
            Print(table);
        else
            await output.WriteAsync(
                format == "csv" ? ReportFormats.Csv(table, withMark) : ReportFormats.Json(table),
                ct
            );
        if (format == "json")
            Console.WriteLine();
        return null;
    }

    const string AllSites = "*";

    /// <summary>Those that are asked for, which there must be; or all.</summary>
    static async Task<List<string>> SitesAsync(
        IReadOnlyList<string> asked,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var known = new List<string>();
        await using var command = database.CreateCommand(
            $"select site from {ReaderTables.Schema}.{ReaderTables.Sites} order by site collate \"C\""
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            known.Add(reader.GetString(0));
        return asked.Contains(AllSites) ? known
            : asked.FirstOrDefault(s => !known.Contains(s)) is { } absent
                ? throw new StartupException($"There is no site '{absent}'.")
            : [.. asked];
    }

    static void Print(ReportTable table) =>
        TextTable.Write(
            Console.Out,
            [.. table.Columns.Select((c, i) => (c, table.Rows.Any(r => r[i] is not (null or string))))],
            table.Rows.Select(r => r.Select(Cell))
        );

    // what is measured needs no more than three digits to people
    static string Cell(object? value) =>
        ReportFormats.Text(value is double number ? Math.Round(number, 3) : value);
}
