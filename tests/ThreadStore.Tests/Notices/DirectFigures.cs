using System.Text.Json;

namespace ThreadStore.Tests.Notices;

/// <summary>
/// The figures of a year, reckoned once more: event by event from the feed, without rows, without SQL, and without the
/// server's own notion of what an event does.
/// </summary>
sealed class DirectFigures
{
    sealed class Told
    {
        public required string State;

        /// <summary>Before the event that is happening.</summary>
        public string Was = "";
        public string? By;
        public bool IsShadow;
        public readonly List<(string Id, string? SettledBy)> Flags = [];
        public readonly List<Notice> Notices = [];
    }

    sealed class Notice
    {
        public required string Reason;
        public required DateTimeOffset At;
        public string Outcome = "open";
        public string? By;
        public DateTimeOffset? Ended;
        public string? ReversedBy;
        public string Became => ReversedBy is null ? Outcome : "reversed";
    }

    sealed class Appeal
    {
        public required string Means;
        public required DateTimeOffset At;
        public string Outcome = "open";
        public string? By;
        public DateTimeOffset? Answered;
    }

    readonly Dictionary<string, Told> comments = [];
    readonly Dictionary<string, Appeal> appeals = [];
    readonly Dictionary<string, string> standings = [];
    readonly List<(string Row, DateTimeOffset At)> decisions = [];

    public DirectFigures(IEnumerable<JsonElement> events)
    {
        foreach (var e in events)
            Happen(e.GetProperty("type").GetString()!, e.GetProperty("data"));
    }

    static string? Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

    void Happen(string type, JsonElement data)
    {
        var at = (
            data.TryGetProperty("at", out var t) ? t
            : data.TryGetProperty("postedAt", out t) ? t
            : default
        )
            is { ValueKind: JsonValueKind.String } time
            ? time.GetDateTimeOffset()
            : default;
        var decision = Text(data, "decisionId");
        if (Text(data, "commentId") is { } id)
            OnComment(type, data, id, at, decision);
        else if (
            Text(data, "commenterKey") is { } key
            && type.StartsWith("commenter-", StringComparison.Ordinal)
        )
            OnCommenter(type["commenter-".Length..], data, key, at);
    }

    void OnCommenter(string what, JsonElement data, string key, DateTimeOffset at)
    {
        var before = standings.GetValueOrDefault(key, "good");
        switch (what)
        {
            case "suspended" or "banned" or "shadowed" or "premoderated":
                Count("restrictions", what, "conduct", "person", "own", at);
                standings[key] = what;
                break;
            case "reinstated":
                if (before != "good")
                    Count("reversals", "reinstated", null, "person", null, at);
                standings[key] = "good";
                break;
            case "decision-undone":
                Count("reversals", "undone", null, null, null, at);
                standings[key] = data.GetProperty("restored").GetProperty("standing").GetString()
                    is { } s
                        and not "warned"
                    ? s
                    : "good";
                break;
            // a warning restricts nobody, and leaves whoever is restricted so
            default:
                break;
        }
    }

    void OnComment(string type, JsonElement data, string id, DateTimeOffset at, string? decision)
    {
        if (type == "comment-posted")
            comments[id] = new() { State = "published" };
        var c = comments[id];
        var (was, by, wasShadow) = (c.State, c.By, c.IsShadow);
        c.Was = was;
        var isAway = was is "rejected" or "deleted" && by == "moderator";
        var source =
            c.Notices.Exists(n => n.By is null) ? "notice"
            : c.Flags.Exists(f => f.SettledBy is null) ? "flags"
            : "own";
        string? restricted = was is "rejected" or "deleted"
            ? (
                by == "moderator" ? "person"
                : wasShadow || by == "author" ? null
                : "rule"
            )
            : null;
        switch (type)
        {
            case "comment-posted" or "comment-edited":
                var state = data.GetProperty("state").GetString()!;
                var rules = data.GetProperty("verdicts")
                    .EnumerateArray()
                    .Where(v => Text(v, "state") == "rejected")
                    .Select(v => Text(v, "rule")!)
                    .ToList();
                if (state == "rejected" && was != "rejected" && rules.Find(r => r != "shadow") is { } rule)
                    Count("restrictions", "rejected", rule, "rule", "own", at);
                if (state != was)
                    Stand(c, state, state == "published" ? null : "rule");
                c.IsShadow = c.State == "rejected" && c.By == "rule" && rules.TrueForAll(r => r == "shadow");
                break;
            case "comment-held":
                Stand(c, "pending", "rule");
                break;
            case "comment-judged":
                var judged = data.GetProperty("state").GetString()!;
                if (judged != was)
                    Stand(c, judged, judged == "published" ? null : "rule");
                break;
            case "comment-flagged":
                if (!(data.TryGetProperty("shadowed", out var s) && s.GetBoolean()))
                    c.Flags.Add(("", null));
                break;
            case "flag-recounted":
                // one that nobody has decided on counts no more, or again
                if (data.GetProperty("shadowed").GetBoolean())
                    c.Flags.Remove(("", null));
                else
                    c.Flags.Add(("", null));
                break;
            case "notice-received":
                c.Notices.Add(new() { Reason = Text(data, "reason")!, At = at });
                break;
            case "comment-rejected":
                if (!isAway)
                    Count("restrictions", "rejected", Text(data, "reason"), Text(data, "means"), source, at);
                Stand(c, "rejected", "moderator");
                End(c, decision!, at);
                break;
            case "comment-deleted":
                if (decision is not null && !isAway)
                    Count("restrictions", "removed", "other", "person", source, at);
                Stand(c, "deleted", decision is null ? "author" : "moderator");
                End(c, decision ?? "author", at, decision is null ? "overtaken" : null);
                break;
            case "comment-approved" or "comment-restored":
                if (restricted is not null)
                    Count("reversals", type["comment-".Length..], null, restricted, null, at);
                Stand(c, "published", null);
                End(c, decision!, at);
                break;
            case "comment-featured" or "comment-unfeatured":
                End(c, decision!, at);
                break;
            case "comment-locked":
                Count("restrictions", "locked", "conduct", "person", "own", at);
                break;
            case "decision-appealed":
                appeals[Text(data, "appealId")!] = new()
                {
                    Means = Text(data, "decidedBy") is null ? "rule" : "person",
                    At = at,
                };
                break;
            case "appeal-decided":
                var upheld = data.GetProperty("uphold").GetBoolean();
                var appeal = appeals[Text(data, "appealId")!];
                (appeal.Outcome, appeal.By, appeal.Answered) = (
                    upheld ? "upheld" : "overturned",
                    decision,
                    at
                );
                if (!upheld)
                {
                    if (restricted is not null)
                        Count("reversals", "overturned", null, restricted, null, at);
                    Stand(c, "published", null);
                }
                End(c, decision!, at);
                break;
            case "comment-decision-undone":
                Count("reversals", "undone", null, null, null, at);
                if (data.TryGetProperty("ofBranch", out var branch) && branch.GetBoolean())
                    break;
                var undone = Text(data, "undone");
                foreach (var n in c.Notices.Where(n => n.By == undone))
                    (n.Outcome, n.By, n.Ended, n.ReversedBy) = ("open", null, null, null);
                foreach (var n in c.Notices.Where(n => n.ReversedBy == undone))
                    n.ReversedBy = null;
                foreach (var a in appeals.Values.Where(a => a.By == undone))
                    (a.Outcome, a.By, a.Answered) = ("open", null, null);
                for (var i = 0; i < c.Flags.Count; i++)
                    if (c.Flags[i].SettledBy == undone)
                        c.Flags[i] = ("", null);
                var restored = data.GetProperty("restored");
                Stand(c, Text(restored, "state")!, Text(restored, "removedBy"));
                c.IsShadow =
                    c.State == "rejected" && c.By == "rule" && IsOnlyShadow(restored.GetProperty("reasons"));
                break;
            default:
                break;
        }
    }

    static bool IsOnlyShadow(JsonElement reasons)
    {
        var rules = reasons.EnumerateArray().Select(r => Text(r, "rule")).ToList();
        return rules.Contains("shadow") && !rules.Contains("bannedWord") && !rules.Contains("bannedPattern");
    }

    static void Stand(Told c, string state, string? by)
    {
        (c.State, c.By) = (state, by);
        if (state != "rejected" || by != "rule")
            c.IsShadow = false;
    }

    static void End(Told c, string by, DateTimeOffset at, string? outcome = null)
    {
        // whoever brings a comment back reverses what took it away
        if (c.State == "published" && c.Was != "published")
            foreach (var n in c.Notices.Where(n => n.Outcome == "upheld"))
                n.ReversedBy ??= by;
        if (outcome is null)
            for (var i = 0; i < c.Flags.Count; i++)
                c.Flags[i] = ("", c.Flags[i].SettledBy ?? by);
        if (c.State == "pending")
            return;
        foreach (var n in c.Notices.Where(n => n.By is null))
            (n.Outcome, n.By, n.Ended) = (
                outcome ?? (c.State == "published" ? "dismissed" : "upheld"),
                by,
                at
            );
    }

    void Count(
        string section,
        string what,
        string? ground,
        string? means,
        string? source,
        DateTimeOffset at
    ) => decisions.Add((Row(section, what, ground, means, source), at));

    static string Row(string section, string? what, string? ground, string? means, string? source) =>
        JsonSerializer.Serialize((string?[])[section, what, ground, means, source]);

    /// <summary>Each row without its count, with that and the median.</summary>
    public SortedDictionary<string, (long Count, double? Median)> Rows(DateTimeOffset from, DateTimeOffset to)
    {
        var rows = new SortedDictionary<string, (long, double?)>(StringComparer.Ordinal);
        bool In(DateTimeOffset at) => at >= from && at < to;
        foreach (var group in decisions.Where(d => In(d.At)).GroupBy(d => d.Row))
            rows[group.Key] = (group.Count(), null);
        var notices = comments.Values.SelectMany(c => c.Notices).Where(n => In(n.At)).ToList();
        void Notices(IEnumerable<IGrouping<(string?, string?), Notice>> groups)
        {
            foreach (var g in groups)
                rows[Row("notices", g.Key.Item1, g.Key.Item2, null, null)] = (
                    g.Count(),
                    Median(
                        g.Where(n => n.Outcome is "upheld" or "dismissed")
                            .Select(n => (n.Ended! - n.At).Value.TotalSeconds)
                    )
                );
        }
        Notices(notices.GroupBy(_ => ((string?)null, (string?)null)));
        Notices(notices.GroupBy(n => ((string?)n.Became, (string?)null)));
        Notices(notices.GroupBy(n => ((string?)null, (string?)n.Reason)));
        Notices(notices.GroupBy(n => ((string?)n.Became, (string?)n.Reason)));
        var made = appeals.Values.Where(a => In(a.At)).ToList();
        foreach (
            var g in made.GroupBy(_ => ((string?)null, (string?)null))
                .Concat(made.GroupBy(a => ((string?)a.Outcome, (string?)a.Means)))
        )
            rows[Row("appeals", g.Key.Item1, null, g.Key.Item2, null)] = (
                g.Count(),
                Median(
                    g.Where(a => a.Answered is not null).Select(a => (a.Answered! - a.At).Value.TotalSeconds)
                )
            );
        return rows;
    }

    static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
