using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Tests.History.Reports;

/// <summary>Reports that need more than counts: what they say of themselves, over all events in memory.</summary>
sealed partial class DirectFold
{
    static double? Share(int of, int all) => all == 0 ? null : (double)of / all;

    static double? Mean(IEnumerable<double> values) => values.Any() ? values.Average() : null;

    /// <summary>Of which this is a part: it says where intervals begin and what was counted last.</summary>
    public DirectFold Whole
    {
        get => field ?? this;
        init;
    }

    /// <summary>Every interval from the first moment to the last, by where it begins.</summary>
    List<DateTimeOffset> Intervals(string interval, IEnumerable<DateTimeOffset> busy)
    {
        var moments = busy.Where(IsAsked).ToList();
        var first =
            since > DateTimeOffset.MinValue ? since : moments.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var last =
            until < DateTimeOffset.MaxValue
                ? until.AddMicroseconds(-1)
                : moments.DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        var starts = new SortedSet<DateTimeOffset>();
        if (first > last)
            return [];
        for (var at = first; at < last; at = at.AddMinutes(15))
            starts.Add(Start(at, interval));
        starts.Add(Start(last, interval));
        return [.. starts];
    }

    IEnumerable<DateTimeOffset> Posts => all.Values.Select(c => c.Posted.PostedAt);

    IEnumerable<DateTimeOffset> Everything =>
        Posts.Concat(acts.Select(a => a.At)).Concat(reactions).Concat(waits.Select(w => w.Until));

    public List<object?[]> Returning(string interval)
    {
        var starts = Intervals(interval, Whole.Posts);
        var rows = new List<object?[]>();
        for (var i = 0; i < starts.Count; i++)
        {
            List<Written> In(int n) => [.. C.Where(c => Start(c.Posted.PostedAt, interval) == starts[n])];
            var (here, people) = (In(i), In(i).Select(c => c.Posted.Author.Key).ToHashSet());
            var lost =
                i == 0
                    ? (int?)null
                    : In(i - 1).Select(c => c.Posted.Author.Key).Distinct().Count(a => !people.Contains(a));
            rows.Add([
                Json.Format(starts[i]),
                Local(starts[i]),
                .. ReturningOf(here, c => Start(c, interval) == starts[i], lost),
            ]);
        }
        return rows;
    }

    object?[] ReturningOf(List<Written> here, Func<DateTimeOffset, bool> isHere, int? lost)
    {
        var counts = here.GroupBy(c => c.Posted.Author.Key).Select(g => g.Count()).OrderDescending().ToList();
        var firsts = FirstsByAuthor.Count(a => IsAsked(a.First().PostedAt) && isHere(a.First().PostedAt));
        double? Top(int percent) =>
            Share(counts.Take((int)Math.Ceiling(counts.Count * percent / 100.0)).Sum(), counts.Sum());
        return [counts.Count, firsts, counts.Count - firsts, lost, Top(1), Top(5), Top(20)];
    }

    public object?[] ReturningTotals() => [Total, null, .. ReturningOf(C, _ => true, null)];

    public List<object?[]> Rules(string interval)
    {
        var caught = acts.Where(a => a.IsCatch && IsAsked(a.At))
            .SelectMany(a => a.Reasons.Where(r => r is not null).Select(r => (Rule: r, Act: a)))
            .ToList();
        return
        [
            .. caught
                .GroupBy(c => c.Rule)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .SelectMany(rule =>
                    rule.GroupBy(c => Start(c.Act.At, interval))
                        .OrderBy(g => g.Key)
                        .Select(g =>
                            (object?[])
                                [rule.Key, Json.Format(g.Key), Local(g.Key), .. Caught(g.Select(c => c.Act))]
                        )
                        .Prepend([rule.Key, null, null, .. Caught(rule.Select(c => c.Act))])
                ),
        ];
    }

    object?[] Caught(IEnumerable<Act> catches)
    {
        var outcomes = catches.Select(a => all[a.Comment].Outcome).ToList();
        var (passed, confirmed) = (
            outcomes.Count(o => o == "approved"),
            outcomes.Count(o => o == "rejected")
        );
        return
        [
            outcomes.Count,
            passed,
            confirmed,
            outcomes.Count - passed - confirmed,
            Share(confirmed, passed + confirmed),
        ];
    }

    public object?[] RulesTotals() =>
        [
            Total,
            null,
            null,
            .. Caught(acts.Where(a => a.IsCatch && IsAsked(a.At) && a.Reasons is [not null, ..])),
        ];

    public List<object?[]> Paths() =>
        [.. Steps().GroupBy(s => s.Step).Select(g => (object?[])[g.Key, .. Reached(g)])];

    static object?[] Reached(
        IEnumerable<(string Step, string Person, DateTimeOffset Began, DateTimeOffset? Reached)> steps
    )
    {
        var seconds = steps
            .Select(s => (s.Reached - s.Began)?.TotalSeconds)
            .OfType<double>()
            .Order()
            .ToList();
        return [steps.Count(), seconds.Count, Share(seconds.Count, steps.Count()), Percentile(seconds, 0.5)];
    }

    public object?[] PathsTotals()
    {
        var people = Steps().GroupBy(s => s.Person).ToList();
        var reached = people.Count(p => p.Any(s => s.Reached is not null));
        return [Total, people.Count, reached, Share(reached, people.Count), null];
    }

    List<(string Step, string Person, DateTimeOffset Began, DateTimeOffset? Reached)> Steps()
    {
        var comments = all
            .Values.GroupBy(c => c.Posted.Author.Key, c => c.Posted.PostedAt)
            .ToDictionary(g => g.Key, g => g.Order().ToList());
        DateTimeOffset? Nth(string person, int n) =>
            comments.GetValueOrDefault(person) is { } times && times.Count >= n ? times[n - 1] : null;
        var acted = touches.GroupBy(t => t.Person).Select(g => (g.Key, At: g.Min(t => t.At)));
        return
        [
            .. acted
                .Where(a => IsAsked(a.At) && !(Nth(a.Key, 1) <= a.At))
                .Select(a => ("actToComment", a.Key, a.At, Nth(a.Key, 1))),
            .. from step in new[] { ("commentToSecond", 2), ("commentToTenth", 10) }
            from person in comments.Keys
            let first = Nth(person, 1)!.Value
            where IsAsked(first)
            select (step.Item1, person, first, Nth(person, step.Item2)),
        ];
    }

    public List<object?[]> Civility()
    {
        if (C.Count == 0)
            return [];
        var caught = acts.Where(a => a.IsCatch)
            .SelectMany(a => a.Reasons.Where(r => r is not null).Select(r => (Rule: r, a.Comment)))
            .Distinct()
            .Where(c => IsAsked(all[c.Comment].Posted.PostedAt));
        return
        [
            [null, .. Rough(C)],
            .. caught
                .GroupBy(c => c.Rule)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (object?[])[g.Key, .. Rough([.. g.Select(c => all[c.Comment])])]),
        ];
    }

    static object?[] Rough(List<Written> comments)
    {
        var (rejected, flagged) = (
            comments.Count(c => c.State == CommentState.Rejected),
            comments.Count(c => c.Flags > 0)
        );
        var scores = comments.Select(c => c.Score).OfType<double>().Order().ToList();
        return
        [
            comments.Count,
            rejected,
            Share(rejected, comments.Count),
            flagged,
            Share(flagged, comments.Count),
            comments.Sum(c => c.Flags),
            scores.Count,
            Mean(scores),
            Percentile(scores, 0.95),
        ];
    }

    public object?[] CivilityTotals() => [Total, .. Rough(C)];

    public List<object?[]> Conversation(string interval) =>
        [
            .. Intervals(interval, Whole.Posts)
                .Select(start =>
                    (object?[])
                        [
                            Json.Format(start),
                            Local(start),
                            .. Talk([.. P.Where(c => Start(c.Posted.PostedAt, interval) == start)]),
                        ]
                ),
        ];

    object?[] Talk(List<Written> said)
    {
        var day = TimeSpan.FromHours(24);
        var replies = said.Where(c => c.Posted.ParentId is not null).ToList();
        var around = replies
            .Where(c => c.IsStaff)
            .Select(s =>
            {
                var (at, article) = (s.Posted.PostedAt, s.Posted.ArticleKey);
                var others = all.Values.Where(c => c.Posted.ArticleKey == article && !c.IsStaff).ToList();
                return (
                    Before: others.FindAll(c => c.Posted.PostedAt < at && c.Posted.PostedAt >= at - day),
                    After: others.FindAll(c => c.Posted.PostedAt > at && c.Posted.PostedAt <= at + day),
                    Life: (
                        all.Values.Where(c =>
                                c.Posted.ArticleKey == article && c.State == CommentState.Published
                            )
                            .Max(c => c.Posted.PostedAt) - at
                    ).TotalSeconds
                );
            })
            .ToList();
        static double? Rejected(IEnumerable<Written> comments) =>
            Share(comments.Count(c => c.State == CommentState.Rejected), comments.Count());
        return
        [
            said.Count,
            replies.Count,
            Share(replies.Count, said.Count),
            Mean(said.Select(c => (double)c.Posted.Depth)),
            around.Count,
            Mean(around.Select(a => (double)a.Before.Count)),
            Mean(around.Select(a => (double)a.After.Count)),
            Rejected(around.SelectMany(a => a.Before)),
            Rejected(around.SelectMany(a => a.After)),
            Percentile([.. around.Select(a => a.Life).Order()], 0.5),
        ];
    }

    public object?[] ConversationTotals() => [Total, null, .. Talk(P)];

    static readonly string[] Decisions = ["approved", "rejected", "deleted", "restored"];

    List<Act> DecidedByPeople =>
        [.. acts.Where(a => a.Means == "person" && Decisions.Contains(a.Action) && IsAsked(a.At))];

    object?[] Quick(IReadOnlyCollection<Act> decided)
    {
        var waited = decided.Select(a => a.Seconds).OfType<double>().ToList();
        var undone = decided.Count(a => a.Decision is { } d && undoings.Contains((a.Comment, d)));
        double? Within(int minutes) => Share(waited.Count(s => s <= minutes * 60), waited.Count);
        return [decided.Count, Within(10), Within(60), Within(240), undone, Share(undone, decided.Count)];
    }

    public List<object?[]> Workload(string interval)
    {
        var starts = Intervals(interval, Whole.Everything);
        return
        [
            .. starts.Select(
                (start, i) =>
                    (object?[])
                        [
                            Json.Format(start),
                            Local(start),
                            null,
                            AllWaits.Count(w => IsAsked(w.Since) && Start(w.Since, interval) == start),
                            .. Waiting(i + 1 < starts.Count ? starts[i + 1] : until),
                            .. Quick(DecidedByPeople.FindAll(a => Start(a.At, interval) == start)),
                        ]
            ),
            .. DecidedByPeople
                .GroupBy(a => a.Moderator)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (object?[])[null, null, g.Key, null, null, null, .. Quick([.. g])]),
        ];
    }

    List<(DateTimeOffset Since, DateTimeOffset Until)> AllWaits =>
        [
            .. waits.Select(w => (w.Since, w.Until > w.Since ? w.Until : w.Since)),
            .. all
                .Values.Where(c => c.Since is not null)
                .Select(c => (c.Since!.Value, DateTimeOffset.MaxValue)),
        ];

    object?[] Waiting(DateTimeOffset end)
    {
        var newest = Whole.Everything.Max().AddMicroseconds(1);
        var e = end < newest ? end : newest;
        var waiting = AllWaits.Where(w => w.Since < e && w.Until >= e).ToList();
        return [waiting.Count, Mean(waiting.Select(w => (e - w.Since).TotalSeconds))];
    }

    public object?[] WorkloadTotals() =>
        [
            Total,
            null,
            null,
            AllWaits.Count(w => IsAsked(w.Since)),
            .. all.Count == 0 ? [0, null] : Waiting(until),
            .. Quick(DecidedByPeople),
        ];

    public List<object?[]> Top(int most)
    {
        static double? Controversy(double positive, double negative) =>
            positive > 0 && negative > 0
                ? Math.Pow(positive + negative, Math.Min(positive, negative) / Math.Max(positive, negative))
                : null;
        int Replies(Written c) =>
            all.Values.Count(r =>
                r.State == CommentState.Published && r.Posted.ParentId == c.Posted.CommentId
            );
        var threads = C.GroupBy(c => c.Posted.ArticleKey)
            .Select(g =>
            {
                var shown = g.Where(c => c.State == CommentState.Published).ToList();
                return (
                    Kind: "thread",
                    Article: g.Key,
                    Comment: (Written?)null,
                    At: g.Max(c => c.Posted.PostedAt),
                    Values: (double?[])
                        [
                            shown.Count,
                            shown.Count == 0 ? null : shown.Sum(c => c.Reactions),
                            g.Sum(c => c.Flags),
                            Controversy(shown.Sum(c => c.Positive), shown.Sum(c => c.Negative)),
                            shown.Count == 0 ? null : shown.Count(c => c.IsFeatured),
                        ]
                );
            });
        var comments = C.Select(c =>
        {
            var isShown = c.State == CommentState.Published;
            return (
                Kind: "comment",
                Article: c.Posted.ArticleKey,
                Comment: (Written?)c,
                At: c.Posted.PostedAt,
                Values: (double?[])
                    [
                        isShown ? Replies(c) : null,
                        isShown ? c.Reactions : null,
                        c.Flags,
                        isShown ? Controversy(c.Positive, c.Negative) : null,
                        isShown ? (c.IsFeatured ? 1 : 0) : null,
                    ]
            );
        });
        string[] measures = ["replies", "reactions", "flags", "controversy", "featured"];
        return
        [
            .. from things in new[] { threads.ToList(), comments.ToList() }
            from m in Enumerable.Range(0, measures.Length)
            from row in things
                .Where(t => t.Values[m] > 0)
                .OrderByDescending(t => t.Values[m])
                .ThenByDescending(t => t.At)
                .Take(most)
                .Select((t, i) => (t, Rank: i + 1))
            select new object?[]
            {
                row.t.Kind,
                measures[m],
                row.Rank,
                row.t.Article,
                $"Über \"{row.t.Article[1..]}\", etc.",
                row.t.Comment?.Posted.CommentId.ToString(),
                row.t.Comment?.Posted.Author.Key,
            }
                .Concat(row.t.Values.Select(v => (object?)v))
                .ToArray(),
        ];
    }

    public object?[] TopTotals() =>
        [
            Total,
            null,
            null,
            null,
            null,
            null,
            null,
            P.Count,
            P.Sum(c => c.Reactions),
            C.Sum(c => c.Flags),
            null,
            P.Count(c => c.IsFeatured),
        ];
}
