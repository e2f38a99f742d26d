namespace ThreadStore.Mail;

/// <summary>When what waits is sent, by the site's clocks.</summary>
public static class DigestTimes
{
    /// <summary>When people have their coffee.</summary>
    public static readonly TimeOnly Morning = new(8, 0);

    /// <summary>Zones differ from UTC by multiples of this, in summer too.</summary>
    static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    /// <summary>The first moment after <paramref name="now"/>; at once where nothing is to be waited for.</summary>
    public static DateTimeOffset Next(MailFrequency frequency, DateTimeOffset now, TimeZoneInfo zone) =>
        frequency switch
        {
            MailFrequency.Hourly => NextHour(now, zone),
            MailFrequency.Daily => NextMorning(now, zone),
            _ => now,
        };

    /// <summary>When the clocks next show a full hour, which somewhere is at half past of UTC's.</summary>
    static DateTimeOffset NextHour(DateTimeOffset now, TimeZoneInfo zone)
    {
        var time = new DateTimeOffset(now.UtcTicks - now.UtcTicks % Step.Ticks, TimeSpan.Zero);
        do time += Step;
        while (TimeZoneInfo.ConvertTime(time, zone).Minute != 0);
        return time;
    }

    /// <summary>Once for each date, even where the clocks skip that time, or show it twice.</summary>
    static DateTimeOffset NextMorning(DateTimeOffset now, TimeZoneInfo zone)
    {
        // a day earlier: the clocks may have gone back past midnight
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).Date).AddDays(-1);
        while (true)
        {
            var local = date.ToDateTime(Morning);
            var time = new DateTimeOffset(local, OffsetOf(local, zone)).ToUniversalTime();
            if (time > now)
                return time;
            date = date.AddDays(1);
        }
    }

    /// <summary>Of a time that is there twice, the first; one that is skipped counts as if the clocks had not gone forward yet.</summary>
    static TimeSpan OffsetOf(DateTime local, TimeZoneInfo zone) =>
        zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
        : zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
        : zone.GetUtcOffset(local);
}
