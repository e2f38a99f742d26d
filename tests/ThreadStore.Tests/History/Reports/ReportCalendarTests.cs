using System.Globalization;
using ThreadStore.History.Reports;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

public sealed class ReportCalendarTests
{
    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    static List<DateTimeOffset> Starts(string zone, string first, string last, ReportInterval interval) =>
        ReportCalendar.Of(zone).Between(Time(first), Time(last), interval, 100_000)!;

    [Theory]
    // clocks go back from one to midnight, and show it twice
    [InlineData("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00Z", "2026-10-26T01:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z")]
    // from a minute past midnight to the day before
    [InlineData("America/St_Johns", "2006-10-29", "2006-10-29T02:30Z", "2006-10-30T03:30Z")]
    // from midnight to eleven: it comes once
    [InlineData("America/Santiago", "2026-04-05", "2026-04-05T04:00Z", "2026-04-06T04:00Z")]
    // from midnight to one: it does not come
    [InlineData("America/Havana", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z")]
    [InlineData("Asia/Kathmandu", "2026-03-29", "2026-03-28T18:15Z", "2026-03-29T18:15Z")]
    // a day that was left out: it has no length
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z")]
    public void A_day_begins_when_clocks_first_show_it(string zone, string day, string start, string end)
    {
        var calendar = ReportCalendar.Of(zone);
        var date = DateOnly.Parse(day, CultureInfo.InvariantCulture);

        Assert.Equal(Time(start), calendar.StartOf(date));
        Assert.Equal(Time(end), calendar.StartOf(date.AddDays(1)));
    }

    [Fact]
    public void Hours_are_cut_where_clocks_change_by_half_of_one()
    {
        var calendar = ReportCalendar.Of("Australia/Lord_Howe");
        // in the autumn from two to half past one, in the spring from two to half past two
        Assert.Equal(
            ["01:00", "01:30", "02:00"],
            Starts("Australia/Lord_Howe", "2026-04-04T14:00Z", "2026-04-04T15:45Z", ReportInterval.Hour)
                .Select(s => calendar.Local(s).ToString("HH:mm", null))
        );
        Assert.Equal(
            ["01:00", "02:30", "03:00"],
            Starts("Australia/Lord_Howe", "2026-10-03T15:00Z", "2026-10-03T16:15Z", ReportInterval.Hour)
                .Select(s => calendar.Local(s).ToString("HH:mm", null))
        );
    }

    public static TheoryData<string> Zones =>
        [
            "Atlantic/Azores",
            "America/Havana",
            "Australia/Lord_Howe",
            "America/St_Johns",
            "America/Santiago",
            "America/Asuncion",
            "Africa/Casablanca",
            "Antarctica/Troll",
            "Asia/Gaza",
            "Asia/Kathmandu",
            "Europe/Dublin",
            "Pacific/Apia",
            "Pacific/Chatham",
            "UTC",
        ];

    /// <summary>Wherever one begins to look, intervals begin at the same moments, and each moment lies in one of them.</summary>
    [Theory]
    [MemberData(nameof(Zones))]
    public void Intervals_follow_each_other_without_gap_or_overlap(string zone)
    {
        var calendar = ReportCalendar.Of(zone);
        foreach (var interval in Enum.GetValues<ReportInterval>())
        foreach (var year in (int[])[2006, 2011, 2026])
        {
            var (first, last) = ($"{year}-01-01T00:00Z", $"{year}-12-31T00:00Z");
            var all = Starts(zone, first, last, interval);
            Assert.Equal(all.Order().Distinct(), all);
            Assert.True(all[0] <= Time(first));
            for (var i = 0; i + 1 < all.Count; i++)
            {
                var (start, next) = (all[i], all[i + 1]);
                foreach (
                    var inside in (DateTimeOffset[])[start, start + (next - start) / 2, next.AddTicks(-1)]
                )
                {
                    var found = calendar.Between(inside, inside, interval, 2)!;
                    Assert.True(found is [var one] && one == start, $"{zone} {interval} {inside:O}");
                }
                Assert.True(next - start <= Longest(interval), $"{zone} {interval} {start:O}");
            }
        }
    }

    static TimeSpan Longest(ReportInterval interval) =>
        interval switch
        {
            ReportInterval.Hour => TimeSpan.FromHours(1),
            ReportInterval.Day => TimeSpan.FromHours(27),
            ReportInterval.Week => TimeSpan.FromDays(7.2),
            _ => TimeSpan.FromDays(31.2),
        };

    [Fact]
    public void There_may_be_so_many_and_no_more()
    {
        var calendar = ReportCalendar.Of("UTC");
        DateTimeOffset Day(int day) => new(2026, 1, day, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(3, calendar.Between(Day(1), Day(3), ReportInterval.Day, 3)!.Count);
        Assert.Null(calendar.Between(Day(1), Day(4), ReportInterval.Day, 3));
        Assert.Empty(calendar.Between(Day(2), Day(1), ReportInterval.Day, 3)!);
    }

    /// <summary>Where the calendar ends, so do the intervals.</summary>
    [Theory]
    [InlineData(ReportInterval.Hour)]
    [InlineData(ReportInterval.Day)]
    [InlineData(ReportInterval.Week)]
    [InlineData(ReportInterval.Month)]
    public void The_ends_of_the_calendar_are_no_fault(ReportInterval interval)
    {
        foreach (var zone in (string[])["Pacific/Auckland", "America/Los_Angeles"])
        foreach (var end in (DateTimeOffset[])[DateTimeOffset.MinValue, DateTimeOffset.MaxValue])
            Assert.NotEmpty(ReportCalendar.Of(zone).Between(end, end, interval, 10)!);
    }
}
