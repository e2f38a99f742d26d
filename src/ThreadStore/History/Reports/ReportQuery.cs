using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Sites;

namespace ThreadStore.History.Reports;

/// <summary>How finely a report that goes by time divides it.</summary>
public enum ReportInterval
{
    Hour,
    Day,
    Week,
    Month,
}

/// <summary>What a report is divided by: what its comments' articles are, or the language of the site.</summary>
public enum ReportBy
{
    Section,
    Author,
    Tag,
    Article,
    Language,
}

/// <summary>What a report is compared with.</summary>
public enum ReportCompare
{
    /// <summary>The period before, which is as long.</summary>
    Previous,
}

/// <summary>By which column rows are sorted.</summary>
public sealed record ReportSort(string Column, bool IsDescending);

/// <summary>A report with what it was counted from: rows whose values are texts, numbers, times in UTC, or null.</summary>
/// <param name="Rows">Of which the last are the totals.</param>
/// <param name="Position">What it holds.</param>
public sealed record ReportTable(
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<object?>> Rows,
    long Position
);

/// <summary>What a report is to be made of.</summary>
/// <param name="From">What happened from then on; null: all.</param>
/// <param name="To">What happened before that time, or up to the end of that day; null: all.</param>
public sealed record ReportQuery(Report Report, IReadOnlyList<string> Sites, ReportEnd From, ReportEnd To)
{
    /// <summary>More intervals are refused; of an hour each, more than five years.</summary>
    public const int MaxIntervals = 50_000;

    /// <summary>Of rows that can be asked for; left out, all are given.</summary>
    public const int MaxLimit = 10_000;

    public static readonly Problem TooFine = Problem.Validation(
        "interval",
        Flaw.Count(
            $"is too fine: there may be {MaxIntervals} of them from one end to the other. Say from and to, or take longer ones.",
            0,
            MaxIntervals
        )
    );

    /// <summary>Null: what the report has by itself.</summary>
    public ReportInterval? Interval { get; init; }

    /// <summary>An IANA time zone; null: the site's.</summary>
    public string? Zone { get; init; }

    /// <summary>Null: not divided.</summary>
    public ReportBy? By { get; init; }
    public ReportCompare? Compare { get; init; }

    /// <summary>How many rows beside the totals; null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Null: in the report's own order.</summary>
    public ReportSort? Sort { get; init; }

    /// <summary>Each row says of which site it is.</summary>
    public bool TellsSites { get; init; }

    /// <summary>What the columns are that say of which group a row is.</summary>
    public List<string> Heads =>
        [.. TellsSites ? (string[])["site"] : [], .. By is { } by ? (string[])[by.Word()] : []];

    /// <summary>All columns, those of a comparison included.</summary>
    public List<string> Columns => [.. Heads, .. Report.Columns, .. ReportComparison.ColumnsOf(this)];

    /// <summary>The same for all who ask the same.</summary>
    public string Question =>
        string.Join(
            '\n',
            Report.Name,
            string.Join(' ', Sites),
            TellsSites,
            End(From),
            End(To),
            Interval,
            Zone,
            By,
            Compare,
            Limit,
            Sort
        );

    static string End(ReportEnd end) => $"{end.Time:O} {end.Day:O}";

    /// <summary>Reads what is asked for, from a request or a command line.</summary>
    /// <param name="value">Of a parameter, null where it was left out.</param>
    public static Problem? Read(
        Report report,
        IReadOnlyList<string> sites,
        bool tellsSites,
        Func<string, string?> value,
        out ReportQuery? query
    )
    {
        query = null;
        if (ReportEnd.Read("from", value("from"), out var from) is { } badFrom)
            return badFrom;
        if (ReportEnd.Read("to", value("to"), out var to) is { } badTo)
            return badTo;
        if (to.IsBefore(from))
            return Problem.Validation("to", Flaw.Of("lies before from.", "before-from"));
        if (ReadWord<ReportInterval>(value, "interval", out var interval) is { } badInterval)
            return badInterval;
        if (ReadWord<ReportCompare>(value, "compare", out var compare) is { } badCompare)
            return badCompare;
        if (ReadBy(report, value, out var by) is { } badBy)
            return badBy;
        if (ReadLimit(value, out var limit) is { } badLimit)
            return badLimit;
        var zone = value("tz");
        if (zone is not null && !SettingsRules.IsIana(zone))
            return Problem.Validation(
                "tz",
                Flaw.Of("is an IANA time zone, such as Europe/Berlin.", "no-time-zone")
            );
        var asked = new ReportQuery(report, sites, from, to)
        {
            TellsSites = tellsSites,
            Interval = interval,
            Zone = zone,
            By = by,
            Compare = compare,
            Limit = limit,
        };
        if (value("sort") is { } sort)
        {
            asked = asked with { Sort = ReadSort(asked, sort) };
            if (asked.Sort is null)
                return Problem.Validation(
                    "sort",
                    Flaw.NoneOf(
                        $"is a column, alone or with :asc or :desc: {string.Join(", ", asked.Columns)}.",
                        asked.Columns
                    )
                );
        }
        query = asked;
        return null;
    }

    static Problem? ReadWord<T>(Func<string, string?> value, string name, out T? word)
        where T : struct, Enum
    {
        word = null;
        if (value(name) is not { } text)
            return null;
        word = Words.TryParse<T>(text);
        return word is null
            ? Problem.Validation(
                name,
                Flaw.NoneOf($"is one of {string.Join(", ", Words.All<T>())}.", Words.All<T>())
            )
            : null;
    }

    static Problem? ReadBy(Report report, Func<string, string?> value, out ReportBy? by)
    {
        by = value("by") is { } text ? Words.TryParse<ReportBy>(text) : null;
        var known = report.Takes.Select(t => t.Word()).ToList();
        return value("by") is null || by is { } found && report.Takes.Contains(found)
            ? null
            : Problem.Validation(
                "by",
                Flaw.NoneOf($"of {report.Name} is one of {string.Join(", ", known)}.", known)
            );
    }

    static Problem? ReadLimit(Func<string, string?> value, out int? limit)
    {
        limit = null;
        if (value("limit") is not { } text)
            return null;
        if (
            int.TryParse(
                text,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var number
            ) && number is > 0 and <= MaxLimit
        )
            limit = number;
        return limit is null
            ? Problem.Validation("limit", Flaw.Range($"is 1 to {MaxLimit}.", 1, MaxLimit))
            : null;
    }

    /// <summary>Of numbers the greatest come first, of all else the first, where nothing is said.</summary>
    static ReportSort? ReadSort(ReportQuery asked, string text)
    {
        var (column, order) = text.Split(':') switch
        {
            [var name] when name.StartsWith('-') => (name[1..], "desc"),
            [var name] => (name, null),
            [var name, ("asc" or "desc") and var said] => (name, said),
            _ => ("", null),
        };
        var place = asked.Columns.IndexOf(column);
        if (place < 0)
            return null;
        var own = place - asked.Heads.Count;
        var isNumber =
            own >= 0
            && (
                own >= asked.Report.Layout.Count
                || asked.Report.Layout[own].Kind is ColumnKind.Count or ColumnKind.Measure
            );
        return new(column, order is null ? isNumber : order == "desc");
    }
}
