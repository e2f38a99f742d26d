using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.History.Reports;

/// <summary>An end of a span: a time, or a day in the report's zone.</summary>
public readonly record struct ReportEnd(DateTimeOffset? Time, DateOnly? Day)
{
    /// <summary>None of them where nothing is said.</summary>
    public static Problem? Read(string name, string? text, out ReportEnd end)
    {
        end = default;
        if (text is null)
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

    /// <summary>When it begins, as the end from which something counts; null: nothing is said.</summary>
    public DateTimeOffset? Since(ReportCalendar calendar) => Time ?? StartOf(Day, calendar);

    /// <summary>When it is over, as the end up to which something counts; null: nothing is said.</summary>
    public DateTimeOffset? Until(ReportCalendar calendar) => Time ?? StartOf(Day?.AddDays(1), calendar);

    static DateTimeOffset? StartOf(DateOnly? day, ReportCalendar calendar) =>
        day is { } date ? calendar.StartOf(date) : null;

    /// <summary>As far as that can be told without the zone.</summary>
    public bool IsBefore(ReportEnd other) => Rough < other.Rough;

    DateTimeOffset? Rough =>
        Time ?? (Day is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null);
}
