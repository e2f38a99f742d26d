using ThreadStore.Comments;
using ThreadStore.Kernel;

namespace ThreadStore.Tests.History.Reports;

/// <summary>The formulas of docs/reports.md, as plainly as can be, over all events in memory.</summary>
sealed partial class DirectFold
{
    sealed record Written(CommentPosted Posted)
    {
        public CommentState State { get; set; } = Posted.State;
        public int Reactions { get; set; }
        public DateTimeOffset? Since { get; set; }
        public DateTimeOffset? AppealedAt { get; set; }
        public int Positive { get; set; }
        public int Negative { get; set; }
        public int Flags { get; set; }
        public bool IsFeatured { get; set; }
        public string? Outcome { get; set; }
        public double? Score { get; set; }
        public bool IsStaff => Posted.Author.Badges is not null && Posted.Author.Badges.Contains("staff");
    }

    sealed record Act(
        string Action,
        DateTimeOffset At,
        string?[] Reasons,
        string? Means,
        string? Moderator = null,
        double? Seconds = null
    )
    {
        public Guid Comment { get; init; }
        public Guid? Decision { get; init; }

        /// <summary>By a rule, of itself.</summary>
        public bool IsCatch => Action is "held" or "rejected" && Means == "rule" && Decision is null;
    }

    readonly List<(DateTimeOffset Since, DateTimeOffset Until)> waits = [];
    readonly List<(string Person, DateTimeOffset At)> touches = [];
    readonly HashSet<(Guid Comment, Guid Decision)> undoings = [];

    readonly Dictionary<Guid, Written> all = [];
    readonly List<Act> acts = [];
    readonly List<DateTimeOffset> reactions = [];
    readonly TimeZoneInfo zone;
    readonly DateTimeOffset since;
    readonly DateTimeOffset until;

    public DirectFold(
        IEnumerable<object> events,
        TimeZoneInfo zone,
        DateTimeOffset since,
        DateTimeOffset until
    )
    {
        (this.zone, this.since, this.until) = (zone, since, until);
        foreach (var e in events)
        {
            var id = (Guid)((dynamic)e).CommentId;
            var was = all.GetValueOrDefault(id);
            var (before, state, count) = (was?.Since, was?.State, acts.Count);
            Apply(e);
            if (before is { } from && all[id].Since != from)
                waits.Add((from, (DateTimeOffset)((dynamic)e).At));
            var decision = e is ICommentDecision d ? d.DecisionId : (e as CommentDeleted)?.DecisionId;
            for (var n = count; n < acts.Count; n++)
                acts[n] = acts[n] with { Comment = id, Decision = decision };
            Judge(all[id], state, e);
        }
    }

    /// <summary>What stands beside state and waiting.</summary>
    void Judge(Written c, CommentState? before, object @event)
    {
        void Weigh(int weight, int change)
        {
            c.Positive += weight > 0 ? change : 0;
            c.Negative += weight < 0 ? change : 0;
        }
        switch (@event)
        {
            case ReactionSet e:
                touches.Add((e.By, e.At));
                Weigh(e.Weight, 1);
                if (e.Previous is { } previous)
                    Weigh(previous.Weight, -1);
                break;
            case ReactionRemoved e:
                Weigh(e.Previous.Weight, -1);
                break;
            case CommentFlagged e:
                touches.Add((e.By, e.At));
                c.Flags++;
                break;
            case CommentFeatured:
                c.IsFeatured = true;
                break;
            case CommentApproved:
                c.Outcome = "approved";
                break;
            case AppealDecided e:
                c.Outcome = e.Uphold ? "rejected" : "approved";
                break;
            case CommentRejected e:
                (c.IsFeatured, c.Outcome) = (false, e.Means == DecisionMeans.Person ? "rejected" : null);
                break;
            case CommentDeleted e:
                c.IsFeatured = false;
                c.Outcome = e.RemovedBy == RemovedBy.Moderator ? "rejected" : c.Outcome;
                break;
            case CommentHeld:
                c.Outcome = null;
                break;
            case CommentDecisionUndone e:
                undoings.Add((e.CommentId, e.Undone));
                (c.IsFeatured, c.Outcome) = (e.Restored.IsFeatured, null);
                break;
            case CommentJudged e:
                c.Score = Math.Max(c.Score ?? 0, e.Score);
                c.Outcome = c.State == before ? c.Outcome : null;
                break;
            case CommentEdited:
                c.Outcome = c.State == before ? c.Outcome : null;
                break;
            default:
                break;
        }
    }

    void Apply(object @event)
    {
        switch (@event)
        {
            case CommentPosted e:
                all[e.CommentId] = new(e) { Since = e.State == CommentState.Pending ? e.PostedAt : null };
                Screened(e.State, e.PostedAt, e.Verdicts);
                break;
            case CommentEdited e:
                var edited = all[e.CommentId];
                if (edited.State == e.State)
                    break;
                Screened(e.State, e.At, e.Verdicts);
                (edited.State, edited.Since) = (e.State, e.State == CommentState.Pending ? e.At : null);
                break;
            case CommentHeld e:
                acts.Add(new("held", e.At, [e.Rule], "rule"));
                all[e.CommentId].State = CommentState.Pending;
                all[e.CommentId].Since ??= e.At;
                break;
            case CommentJudged e when all[e.CommentId].State == e.State:
                break;
            case CommentJudged { State: CommentState.Pending } e:
                acts.Add(new("held", e.At, ["classifier"], "rule"));
                all[e.CommentId].State = CommentState.Pending;
                all[e.CommentId].Since ??= e.At;
                break;
            case CommentJudged e:
                Decided(e.CommentId, CommentState.Published, "approved", null, e.Means, null, e.At);
                break;
            case CommentFlagged e:
                acts.Add(new("flagged", e.At, [e.Reason.Word()], "person"));
                all[e.CommentId].Since ??= e.At;
                break;
            case CommentApproved e:
                Decided(e.CommentId, CommentState.Published, "approved", null, e.Means, e.By, e.At);
                break;
            case CommentRejected e:
                Decided(e.CommentId, CommentState.Rejected, "rejected", e.Reason.Word(), e.Means, e.By, e.At);
                break;
            case CommentDeleted { RemovedBy: RemovedBy.Moderator } e:
                Decided(e.CommentId, CommentState.Deleted, "deleted", null, DecisionMeans.Person, e.By, e.At);
                break;
            case CommentDeleted e:
                (all[e.CommentId].State, all[e.CommentId].Since) = (CommentState.Deleted, null);
                break;
            case DecisionAppealed e:
                acts.Add(new("appealed", e.At, [null], "person"));
                all[e.CommentId].AppealedAt = e.At;
                break;
            case AppealDecided e:
                var appealed = all[e.CommentId];
                var waited = (e.At - appealed.AppealedAt)?.TotalSeconds;
                acts.Add(
                    new(e.Uphold ? "appealUpheld" : "appealOverturned", e.At, [null], "person", e.By, waited)
                );
                (appealed.State, appealed.Since) = (e.State, null);
                break;
            case CommentDecisionUndone e:
                acts.Add(new("undone", e.At, [null], "person", e.By));
                var undone = all[e.CommentId];
                (undone.State, undone.Since) = (e.State, e.State == CommentState.Pending ? e.At : null);
                break;
            case CommentFeatured e:
                if (all[e.CommentId].State != CommentState.Pending)
                    all[e.CommentId].Since = null;
                break;
            case ReactionSet e:
                reactions.Add(e.At);
                all[e.CommentId].Reactions += e.Previous is null ? 1 : 0;
                break;
            case ReactionRemoved e:
                all[e.CommentId].Reactions--;
                break;
            default:
                throw new NotSupportedException($"{@event}");
        }
    }

    void Screened(CommentState state, DateTimeOffset at, IReadOnlyList<Verdict> verdicts)
    {
        if (state != CommentState.Published)
            acts.Add(
                new(
                    state == CommentState.Pending ? "held" : "rejected",
                    at,
                    [.. verdicts.Where(v => v.State == state).Select(v => v.Rule)],
                    "rule"
                )
            );
    }

    void Decided(
        Guid id,
        CommentState state,
        string action,
        string? reason,
        DecisionMeans means,
        string? by,
        DateTimeOffset at
    )
    {
        var c = all[id];
        acts.Add(new(action, at, [reason], means.Word(), by, (at - c.Since)?.TotalSeconds));
        (c.State, c.Since) = (state, null);
    }

    bool IsAsked(DateTimeOffset at) => at >= since && at < until;

    List<Written> C => [.. all.Values.Where(c => IsAsked(c.Posted.PostedAt))];
    List<Written> P => [.. C.Where(c => c.State == CommentState.Published)];

    IEnumerable<IGrouping<string, CommentPosted>> FirstsByAuthor =>
        all.Values.Select(c => c.Posted).OrderBy(c => c.PostedAt).GroupBy(c => c.Author.Key);

    /// <summary>When the interval begins that a time lies in.</summary>
    DateTimeOffset Start(DateTimeOffset at, string interval)
    {
        // walks back by quarters of an hour, at which all these zones change, for as long as the clocks show the same
        DateTime Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).DateTime;
        DateTime Shown(DateTimeOffset time) =>
            interval switch
            {
                "hour" => Clock(time).Date.AddHours(Clock(time).Hour),
                "day" => Clock(time).Date,
                "month" => Clock(time).Date.AddDays(1 - Clock(time).Day),
                _ => Clock(time).Date.AddDays(-(((int)Clock(time).DayOfWeek + 6) % 7)),
            };
        var quarter = TimeSpan.FromMinutes(15);
        var start = new DateTimeOffset(at.UtcTicks / quarter.Ticks * quarter.Ticks, TimeSpan.Zero);
        if (starts.TryGetValue((start, interval), out var known))
            return known;
        var found = start;
        while (
            Shown(found - quarter) == Shown(start)
            && (interval != "hour" || Clock(found) - Clock(found - quarter) == quarter)
        )
        {
            found -= quarter;
            if (starts.TryGetValue((found, interval), out known))
                return starts[(start, interval)] = known;
        }
        return starts[(start, interval)] = found;
    }

    readonly Dictionary<(DateTimeOffset, string), DateTimeOffset> starts = [];

    string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:ss", null);

    public List<object?[]> Activity(string interval)
    {
        DateTimeOffset Of(DateTimeOffset at) => Start(at, interval);
        var comments = C.ToLookup(c => Of(c.Posted.PostedAt));
        var firsts = FirstsByAuthor.Select(a => a.First().PostedAt).Where(IsAsked).ToLookup(Of);
        var reacted = reactions.Where(IsAsked).ToLookup(Of);
        var flags = acts.Where(a => a.Action == "flagged").Select(a => a.At).Where(IsAsked).ToLookup(Of);
        var busy = comments
            .Select(g => g.Key)
            .Union(reacted.Select(g => g.Key))
            .Union(flags.Select(g => g.Key))
            .ToHashSet();
        if (since > DateTimeOffset.MinValue)
            busy.Add(Of(since));
        if (until < DateTimeOffset.MaxValue)
            busy.Add(Of(until.AddMicroseconds(-1)));
        if (busy.Count == 0)
            return [];
        // look at every quarter of an hour
        for (var (at, last) = (busy.Min(), busy.Max()); at < last; at = at.AddMinutes(15))
            busy.Add(Of(at));
        return
        [
            .. busy.Order()
                .Select(start =>
                    new object?[]
                    {
                        Json.Format(start),
                        Local(start),
                        comments[start].Count(),
                        comments[start].Select(c => c.Posted.Author.Key).Distinct().Count(),
                        firsts[start].Count(),
                        reacted[start].Count(),
                        flags[start].Count(),
                    }
                ),
        ];
    }

    public List<object?[]> Articles(Func<string, DateTimeOffset> publishedAt) =>
        [
            .. P.GroupBy(c => c.Posted.ArticleKey)
                .OrderByDescending(a => a.Count())
                .ThenBy(a => a.Key, StringComparer.Ordinal)
                .Select(a =>
                {
                    var times = a.Select(c => c.Posted.PostedAt).Order().ToList();
                    return new object?[]
                    {
                        a.Key,
                        $"Über \"{a.Key[1..]}\", etc.",
                        times.Count,
                        a.Select(c => c.Posted.Author.Key).Distinct().Count(),
                        a.Max(c => c.Posted.Depth),
                        (times[0] - publishedAt(a.Key)).TotalSeconds,
                        (times[(times.Count + 1) / 2 - 1] - times[0]).TotalSeconds,
                    };
                }),
        ];

    /// <summary>Who was erased has none, and a key that nobody chose.</summary>
    static string Name(string key) => key.Length == 2 ? $"Person {key[1..]}" : "";

    public List<object?[]> Commenters() =>
        [
            .. C.GroupBy(c => c.Posted.Author.Key)
                .Select(k =>
                    (k.Key, Published: k.Count(c => c.State == CommentState.Published), All: k.ToList())
                )
                .OrderByDescending(k => k.Published)
                .ThenBy(k => k.Key, StringComparer.Ordinal)
                .Select(k =>
                {
                    var judged = k.Published + k.All.Count(c => c.State == CommentState.Rejected);
                    return new object?[]
                    {
                        k.Key,
                        Name(k.Key),
                        k.Published,
                        all.Values.Count(r =>
                            r.State == CommentState.Published
                            && r.Posted.Author.Key != k.Key
                            && k.All.Exists(c => c.Posted.CommentId == r.Posted.ParentId)
                        ),
                        k.All.Sum(c => c.Reactions),
                        judged == 0 ? null : (double)k.Published / judged,
                    };
                }),
        ];

    public List<object?[]> Threads()
    {
        var shapes = P.GroupBy(c => c.Posted.ArticleKey)
            .Select(a =>
                (
                    Depth: a.Max(c => c.Posted.Depth),
                    Breadth: a.GroupBy(c => c.Posted.Depth).Max(l => l.Count())
                )
            )
            .ToList();
        return
        [
            .. shapes
                .GroupBy(s => s.Depth)
                .OrderBy(g => g.Key)
                .Select(g => new object?[] { "depth", g.Key, g.Count() }),
            .. shapes
                .GroupBy(s => s.Breadth)
                .OrderBy(g => g.Key)
                .Select(g => new object?[] { "breadth", g.Key, g.Count() }),
        ];
    }

    public List<object?[]> Retention()
    {
        int Weeks(DateTimeOffset from, DateTimeOffset to) => (int)Math.Round((to - from).TotalDays / 7);
        DateTimeOffset Week(CommentPosted c) => Start(c.PostedAt, "week");
        var cohorts = FirstsByAuthor
            .Where(a => IsAsked(a.First().PostedAt))
            .GroupBy(a => Week(a.First()))
            .OrderBy(k => k.Key);
        var last = all.Values.Select(c => Week(c.Posted)).Append(DateTimeOffset.MinValue).Max();
        return
        [
            .. from cohort in cohorts
            from w in Enumerable.Range(0, Weeks(cohort.Key, last) + 1)
            let active = cohort.Count(a => a.Any(c => Weeks(cohort.Key, Week(c)) == w))
            select new object?[]
            {
                Json.Format(cohort.Key),
                Local(cohort.Key)[..10],
                cohort.Count(),
                w,
                active,
                (double)active / cohort.Count(),
            },
        ];
    }

    public List<object?[]> Moderation()
    {
        var asked = acts.Where(a => IsAsked(a.At)).ToList();
        var byReason = asked.SelectMany(a =>
            a.Reasons.Select((r, n) => (Reason: r, Act: n == 0 ? a : a with { Seconds = null }))
        );
        static object?[] Row(
            string by,
            string action,
            string? reason,
            string? means,
            string? moderator,
            IEnumerable<Act> acts
        )
        {
            var seconds = acts.Select(a => a.Seconds).OfType<double>().Order().ToList();
            return
            [
                by,
                action,
                reason,
                means,
                moderator,
                acts.Count(),
                Percentile(seconds, 0.5),
                Percentile(seconds, 0.95),
            ];
        }
        return
        [
            .. asked
                .GroupBy(a => a.Action)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => Row("all", g.Key, null, null, null, g)),
            .. byReason
                .GroupBy(r => (r.Act.Action, r.Reason, r.Act.Means))
                .OrderBy(g => g.Key.Action, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Reason, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Means, StringComparer.Ordinal)
                .Select(g =>
                    Row("reason", g.Key.Action, g.Key.Reason, g.Key.Means, null, g.Select(r => r.Act))
                ),
            .. asked
                .Where(a => a.Moderator is not null)
                .GroupBy(a => (a.Moderator, a.Action))
                .OrderBy(g => g.Key.Moderator, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Action, StringComparer.Ordinal)
                .Select(g => Row("moderator", g.Key.Action, null, null, g.Key.Moderator, g)),
        ];
    }

    static double? Percentile(List<double> sorted, double share)
    {
        if (sorted.Count == 0)
            return null;
        var place = share * (sorted.Count - 1);
        var (low, high) = (sorted[(int)place], sorted[(int)Math.Ceiling(place)]);
        return low + (place - Math.Floor(place)) * (high - low);
    }
}
