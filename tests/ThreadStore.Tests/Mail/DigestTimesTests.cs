using CsCheck;
using ThreadStore.Mail;
using Xunit;

namespace ThreadStore.Tests.Mail;

public class DigestTimesTests
{
    static readonly string[] Zones =
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Casablanca",
    ];

    static readonly Gen<TimeZoneInfo> Zone = Gen.Int[0, Zones.Length - 1]
        .Select(i => Zones[i])
        .Select(TimeZoneInfo.FindSystemTimeZoneById);

    static readonly Gen<DateTimeOffset> Moment = Gen.Long[
            new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks,
            new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks
        ]
        .Select(t => new DateTimeOffset(t, TimeSpan.Zero));

    static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(MailFrequency.Instant, "UTC", "2026-03-01T07:59:59Z", "2026-03-01T07:59:59Z")]
    [InlineData(MailFrequency.Hourly, "Europe/Berlin", "2026-03-01T07:59:59Z", "2026-03-01T08:00:00Z")]
    [InlineData(MailFrequency.Hourly, "Europe/Berlin", "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")]
    [InlineData(MailFrequency.Hourly, "Asia/Kolkata", "2026-03-01T08:00:00Z", "2026-03-01T08:30:00Z")]
    [InlineData(MailFrequency.Daily, "Europe/Berlin", "2026-03-01T06:59:59Z", "2026-03-01T07:00:00Z")]
    [InlineData(MailFrequency.Daily, "Europe/Berlin", "2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z")]
    // the clocks go forward in the night between, and back
    [InlineData(MailFrequency.Daily, "Europe/Berlin", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z")]
    [InlineData(MailFrequency.Daily, "Europe/Berlin", "2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z")]
    [InlineData(MailFrequency.Hourly, "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData(MailFrequency.Hourly, "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z")]
    // by half an hour
    [InlineData(MailFrequency.Hourly, "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z")]
    // a day that was left out
    [InlineData(MailFrequency.Daily, "Pacific/Apia", "2011-12-29T18:00:00Z", "2011-12-30T18:00:00Z")]
    [InlineData(MailFrequency.Daily, "Pacific/Apia", "2011-12-30T18:00:00Z", "2011-12-31T18:00:00Z")]
    public void What_waits_is_sent_by_the_site_s_clocks(
        MailFrequency frequency,
        string zone,
        string now,
        string next
    ) =>
        Assert.Equal(
            At(next),
            DigestTimes.Next(frequency, At(now), TimeZoneInfo.FindSystemTimeZoneById(zone))
        );

    [Fact]
    public void An_hourly_mail_comes_at_the_first_full_hour_that_the_clocks_show() =>
        Gen.Select(Zone, Moment)
            .Sample(
                (zone, now) =>
                {
                    var next = DigestTimes.Next(MailFrequency.Hourly, now, zone);
                    bool IsFull(DateTimeOffset time) =>
                        TimeZoneInfo.ConvertTime(time, zone) is { Minute: 0, Second: 0 };
                    var first = new DateTimeOffset(
                        now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMinute,
                        TimeSpan.Zero
                    );
                    do first += TimeSpan.FromMinutes(1);
                    while (!IsFull(first));
                    return next == first;
                },
                iter: 2_000
            );

    [Fact]
    public void A_daily_mail_comes_once_for_each_date() =>
        Gen.Select(Zone, Moment)
            .Sample(
                (zone, start) =>
                {
                    var time = start;
                    var dates = new List<DateTime>();
                    for (var i = 0; i < 400; i++)
                    {
                        var next = DigestTimes.Next(MailFrequency.Daily, time, zone);
                        Assert.True(next > time);
                        time = next;
                        var local = TimeZoneInfo.ConvertTime(time, zone);
                        Assert.Equal(DigestTimes.Morning, TimeOnly.FromTimeSpan(local.TimeOfDay));
                        dates.Add(local.Date);
                    }
                    Assert.Equal(dates.Count, dates.Distinct().Count());
                    // Samoa had no 30 December 2011
                    Assert.InRange((dates[^1] - dates[0]).Days, 399, 400);
                },
                iter: 50
            );
}
