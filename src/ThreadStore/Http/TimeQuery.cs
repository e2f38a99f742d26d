using System.Globalization;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>Times and days in the query of a request.</summary>
public static class TimeQuery
{
    /// <summary>A time as in 2021-04-02T10:00:00Z, with any offset, but not without one; cut to microseconds.</summary>
    public static bool TryRead(string text, out DateTimeOffset time)
    {
        time = default;
        // a plus sign in a query is a space where it was not encoded
        text = text.Replace(' ', '+');
        if (
            !Json.HasZone(text)
            || !DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AdjustToUniversal,
                out var parsed
            )
        )
            return false;
        time = parsed.ToMicroseconds();
        return true;
    }

    public static bool TryReadDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out day
        );

    /// <summary>An end of a span: a time, or a day in UTC. Both ends belong to the span; of a day, all of it.</summary>
    /// <param name="isEnd">Then <paramref name="time"/> is the first that no longer belongs to it.</param>
    public static Problem? ReadEnd(string name, string? text, bool isEnd, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
            return null;
        if (TryReadDay(text, out var day))
        {
            var start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            time = isEnd && day < DateOnly.MaxValue ? start.AddDays(1) : start;
            return null;
        }
        if (TryRead(text, out var exact))
        {
            time = isEnd && exact < Latest ? exact.AddTicks(TimeSpan.TicksPerMicrosecond) : exact;
            return null;
        }
        return Problem.Validation(
            name,
            Flaw.NoTime("is a time as in 2021-04-02T10:00:00Z, or a day as in 2021-04-02.")
        );
    }

    static readonly DateTimeOffset Latest = DateTimeOffset.MaxValue.AddDays(-1);
}
