namespace ThreadStore.History.Reports;

/// <summary>
/// Where days and intervals begin in a zone. Intervals follow each other without gap or overlap, so that whatever happens
/// falls into exactly one of them, also where clocks are put back over midnight or by half an hour.
/// </summary>
/// <remarks>
/// PostgreSQL's date_trunc gives a day whose midnight comes twice the second of them, and what happened between the two
/// falls into no day; it counts hours by the offset of each moment, so that those around half an hour's change overlap.
/// </remarks>
public sealed class ReportCalendar(TimeZoneInfo zone)
{
    /// <summary>Further from any clock than any zone is from UTC, and nearer than two changes of one zone's clocks.</summary>
    static readonly TimeSpan Around = TimeSpan.FromDays(1);

    public static ReportCalendar Of(string zone) => new(TimeZoneInfo.FindSystemTimeZoneById(zone));

    /// <summary>What clocks show.</summary>
    public DateTime Local(DateTimeOffset time) => new(Clamp(time.UtcTicks + Offset(time).Ticks));

    /// <summary>When a day begins: of a midnight that comes twice, the first; where there is none, as soon as clocks are past it.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var (before, after) = (Utc(midnight, Around), Utc(midnight, -Around));
        var (early, late) = (Utc(midnight, Offset(before)), Utc(midnight, Offset(after)));
        var first = early < late ? early : late;
        return Local(first) == midnight ? first
            : Local(early) == midnight ? early
            : Local(late) == midnight ? late
            : Change(before, after);
    }

    /// <summary>Where intervals begin, from the one in which <paramref name="first"/> lies to that of <paramref name="last"/>.</summary>
    /// <returns>Null where there are more than <paramref name="most"/>.</returns>
    public List<DateTimeOffset>? Between(
        DateTimeOffset first,
        DateTimeOffset last,
        ReportInterval interval,
        int most
    )
    {
        var starts = new List<DateTimeOffset>();
        foreach (var start in interval == ReportInterval.Hour ? Hours(first) : Days(first, interval))
        {
            if (start > last)
                break;
            if (starts.Count == most)
                return null;
            starts.Add(start);
        }
        return starts;
    }

    IEnumerable<DateTimeOffset> Days(DateTimeOffset first, ReportInterval interval)
    {
        var day = DateOnly.FromDateTime(Local(first));
        if (interval == ReportInterval.Week)
            day = day.AddDays(-Math.Min(day.DayNumber, ((int)day.DayOfWeek + 6) % 7));
        if (interval == ReportInterval.Month)
            day = day.AddDays(1 - day.Day);
        DateTimeOffset? before = null;
        while (true)
        {
            var start = StartOf(day);
            if (day == DateOnly.MinValue && start > first)
                start = first;
            var next = After(day, interval);
            // clocks that are put back from one day into another show the first one again
            if (start != before && (next is null || StartOf(next.Value) > first))
            {
                yield return start;
                before = start;
            }
            if (next is null)
                yield break;
            day = next.Value;
        }
    }

    /// <summary>The first day of the interval after that which begins with a day; null: there is none.</summary>
    static DateOnly? After(DateOnly day, ReportInterval interval)
    {
        var days = interval switch
        {
            ReportInterval.Month => DateTime.DaysInMonth(day.Year, day.Month),
            ReportInterval.Week => 7,
            _ => 1,
        };
        return day.DayNumber > DateOnly.MaxValue.DayNumber - days ? null : day.AddDays(days);
    }

    IEnumerable<DateTimeOffset> Hours(DateTimeOffset first)
    {
        var start = Utc(first.UtcDateTime, TimeSpan.FromTicks(IntoHour(first)));
        if (Offset(start) != Offset(first))
            start = Change(start, first);
        while (true)
        {
            yield return start;
            var rest = TimeSpan.TicksPerHour - IntoHour(start);
            if (DateTimeOffset.MaxValue.UtcTicks - start.UtcTicks <= rest)
                yield break;
            var next = start.AddTicks(rest);
            // clocks that change within an hour begin another
            start = Offset(next.AddTicks(-1)) != Offset(start) ? Change(start, next.AddTicks(-1)) : next;
        }
    }

    /// <summary>The moment at which clocks change, between two moments of which one is before it and one is not.</summary>
    DateTimeOffset Change(DateTimeOffset before, DateTimeOffset after)
    {
        var offset = Offset(before);
        while (after.UtcTicks - before.UtcTicks > 1)
        {
            var middle = before.AddTicks((after.UtcTicks - before.UtcTicks) / 2);
            if (Offset(middle) == offset)
                before = middle;
            else
                after = middle;
        }
        return after;
    }

    /// <summary>How far clocks are into an hour; also before the year 1 and after 9999, which some zones reach.</summary>
    long IntoHour(DateTimeOffset time) =>
        (time.UtcTicks + Offset(time).Ticks + TimeSpan.TicksPerDay) % TimeSpan.TicksPerHour;

    TimeSpan Offset(DateTimeOffset time) => zone.GetUtcOffset(time);

    static DateTimeOffset Utc(DateTime clock, TimeSpan offset) =>
        new(Clamp(clock.Ticks - offset.Ticks), TimeSpan.Zero);

    static long Clamp(long ticks) => Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
}
