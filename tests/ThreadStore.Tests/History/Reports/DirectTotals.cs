using ThreadStore.Comments;

namespace ThreadStore.Tests.History.Reports;

/// <summary>The rows of totals, in which each comment and each person counts once; and the reports that came later.</summary>
sealed partial class DirectFold
{
    const string Total = "total";

    static int People(IEnumerable<Written> comments) =>
        comments.Select(c => c.Posted.Author.Key).Distinct().Count();

    int Flags => acts.Count(a => a.Action == "flagged" && IsAsked(a.At));

    public object?[] ActivityTotals() =>
        [
            Total,
            null,
            C.Count,
            People(C),
            FirstsByAuthor.Count(a => IsAsked(a.First().PostedAt)),
            reactions.Count(IsAsked),
            Flags,
        ];

    public object?[] ArticlesTotals(Func<string, DateTimeOffset> publishedAt)
    {
        var rows = Articles(publishedAt);
        double? Median(int column) => Percentile([.. rows.Select(r => (double)r[column]!).Order()], 0.5);
        return
        [
            Total,
            null,
            P.Count,
            People(P),
            rows.Count == 0 ? null : rows.Max(r => (int)r[4]!),
            Median(5),
            Median(6),
        ];
    }

    public object?[] CommentersTotals()
    {
        var rows = Commenters();
        var rejected = C.Count(c => c.State == CommentState.Rejected);
        return
        [
            Total,
            null,
            P.Count,
            rows.Sum(r => (int)r[3]!),
            C.Sum(c => c.Reactions),
            P.Count + rejected == 0 ? null : (double)P.Count / (P.Count + rejected),
        ];
    }

    public object?[] ThreadsTotals() => [Total, null, P.Select(c => c.Posted.ArticleKey).Distinct().Count()];

    public object?[] RetentionTotals()
    {
        var came = FirstsByAuthor.Where(a => IsAsked(a.First().PostedAt)).ToList();
        var back = came.Count(a => a.Any(c => Start(c.PostedAt, "week") > Start(a.First().PostedAt, "week")));
        return [Total, null, came.Count, null, back, came.Count == 0 ? null : (double)back / came.Count];
    }

    public object?[] ModerationTotals()
    {
        var asked = acts.Where(a => IsAsked(a.At)).ToList();
        var seconds = asked.Select(a => a.Seconds).OfType<double>().Order().ToList();
        return
        [
            Total,
            null,
            null,
            null,
            null,
            asked.Count,
            Percentile(seconds, 0.5),
            Percentile(seconds, 0.95),
        ];
    }

    public List<object?[]> Hours()
    {
        (int, int) Of(DateTimeOffset at)
        {
            var clock = TimeZoneInfo.ConvertTime(at, zone);
            return (((int)clock.DayOfWeek + 6) % 7 + 1, clock.Hour);
        }
        var comments = C.ToLookup(c => Of(c.Posted.PostedAt));
        var reacted = reactions.Where(IsAsked).ToLookup(Of);
        var flagged = acts.Where(a => a.Action == "flagged").Select(a => a.At).Where(IsAsked).ToLookup(Of);
        return
        [
            .. from day in Enumerable.Range(1, 7)
            from hour in Enumerable.Range(0, 24)
            let key = (day, hour)
            select new object?[]
            {
                day,
                hour,
                comments[key].Count(),
                People(comments[key]),
                reacted[key].Count(),
                flagged[key].Count(),
            },
        ];
    }

    public object?[] HoursTotals() => [Total, null, C.Count, People(C), reactions.Count(IsAsked), Flags];
}
