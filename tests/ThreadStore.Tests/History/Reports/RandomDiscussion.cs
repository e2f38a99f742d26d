using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.History.Reports;

/// <summary>
/// A discussion of some weeks, around the days on which clocks are changed, made of the events themselves so that each
/// has a time of its own.
/// </summary>
sealed partial class RandomDiscussion(TestSite site, int seed)
{
    public const int Articles = 3;
    const int People = 6;

    /// <summary>Those who are not erased.</summary>
    int people = People;

    /// <summary>Of each article.</summary>
    static readonly string?[] Sections = ["Sport", "City", null];
    static readonly string[][] Tags =
    [
        ["x", "y"],
        ["y"],
        [],
    ];

    /// <summary>What a report is divided by, in the order in which it tells it: each with its articles.</summary>
    public static IEnumerable<(string? Name, string[] Articles)> Groups(string by)
    {
        IEnumerable<(string? Name, string Article)> placed = Enumerable
            .Range(0, Articles)
            .SelectMany(a =>
                (
                    by switch
                    {
                        "section" => (string?[])[Sections[a]],
                        "author" => [$"Writer {a % 2}"],
                        "tag" => Tags[a] is [] ? (string?[])[null] : Tags[a],
                        "article" => [$"a{a}"],
                        _ => (string?[])["simple"],
                    }
                ).Select(name => (name, $"a{a}"))
            );
        return placed
            .GroupBy(p => p.Name, p => p.Article)
            .OrderBy(g => g.Key is null)
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (g.Key, g.ToArray()));
    }

    static readonly DateTimeOffset First = new(2021, 3, 12, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Span = TimeSpan.FromDays(35);

    readonly Random random = new(seed);
    readonly List<CommentPosted> posted = [];
    readonly Dictionary<Guid, CommentState> states = [];
    readonly Dictionary<(Guid Comment, string By), PlacedReaction?> reactions = [];
    readonly HashSet<(Guid Comment, string By)> flagged = [];
    readonly Dictionary<Guid, (CommentStatus Before, Guid Decision)> decided = [];
    readonly Dictionary<Guid, Guid> appeals = [];
    readonly HashSet<Guid> featured = [];

    /// <summary>In the order in which they were recorded, which is not that of their times.</summary>
    public List<object> Events { get; } = [];

    /// <param name="moves">An article is merged into another, too, and somebody is erased.</param>
    public async Task HappenAsync(int steps, bool moves = false)
    {
        for (var a = 0; a < Articles; a++)
            (
                await site.PutArticleAsync(
                    $"a{a}",
                    new
                    {
                        title = $"Über \"{a}\", etc.",
                        publishedAt = First.AddDays(-1 - a),
                        section = Sections[a],
                        author = $"Writer {a % 2}",
                        tags = Tags[a],
                    }
                )
            ).Expect(201);
        for (var p = 0; p < People; p++)
            await Past.HappenAsync(
                site,
                StreamEvent.First<Commenter>(
                    StreamId.Commenter(site.Key, $"p{p}"),
                    new CommenterJoined($"p{p}", $"Person {p}", null, $"p{p}", First, null)
                )
            );
        for (var s = 0; s < steps; s++)
        {
            if (moves && s == steps / 2)
                await MergeAsync();
            if (moves && s == steps * 3 / 4)
                await EraseAsync();
            if (Next() is { } next)
            {
                Events.Add(next.Event);
                await Past.HappenAsync(site, next);
            }
        }
        if (moves)
            await RecallAsync();
    }

    StreamEvent? Next()
    {
        if (posted.Count < 3 || random.Next(3) == 0)
            return Post();
        var c = posted[random.Next(posted.Count)];
        var (id, article, at) = (
            c.CommentId,
            c.ArticleKey,
            c.PostedAt + random.NextDouble() * TimeSpan.FromDays(4)
        );
        at = at.ToMicroseconds();
        var by = $"p{random.Next(people)}";
        var (state, decision) = (states[id], Guid.NewGuid());
        if (state == CommentState.Deleted)
            return null;
        var before = new CommentStatus(state, null, false, 0, [], null, null, null);
        StreamEvent Become(CommentState after, object e)
        {
            states[id] = after;
            return new(id, e);
        }
        StreamEvent Decide(CommentState after, object e)
        {
            decided[id] = (before, decision);
            return Become(after, e);
        }
        var mod = $"mod{random.Next(2)}";
        switch (random.Next(16))
        {
            case <= 3 when by != c.Author.Key:
                return React(id, article, by, at);
            case 4 or 5 when by != c.Author.Key && flagged.Add((id, by)):
                var reason = random.Next(2) == 0 ? FlagReason.Spam : FlagReason.OffTopic;
                return StreamEvent.First<Flag>(
                    StreamId.Flag(id, by),
                    new CommentFlagged(id, article, reason, null, by, at)
                );
            case 6 when state == CommentState.Published:
                return Become(CommentState.Pending, new CommentHeld(id, article, "flags", by, at));
            case 14:
                var (action, judged) = state switch
                {
                    CommentState.Published when random.Next(2) == 0 => (
                        (VerdictAction?)VerdictAction.Hold,
                        CommentState.Pending
                    ),
                    CommentState.Pending => (VerdictAction.Release, CommentState.Published),
                    _ => (null, state),
                };
                return Become(
                    judged,
                    new CommentJudged(
                        id,
                        article,
                        "toxicity",
                        1,
                        Math.Round(random.NextDouble(), 3),
                        action,
                        [],
                        judged,
                        DecisionMeans.Rule,
                        "classifier",
                        at
                    )
                );
            case 15 when state == CommentState.Published && featured.Add(id):
                return new(
                    id,
                    new CommentFeatured(
                        id,
                        article,
                        decision,
                        DecisionMeans.Person,
                        null,
                        state,
                        before,
                        mod,
                        at
                    )
                );
            case 7:
                var next = random.Next(2) == 0 ? CommentState.Published : CommentState.Pending;
                return Become(
                    next,
                    new CommentEdited(
                        id,
                        article,
                        "Edited",
                        BodyFormat.Markdown,
                        next,
                        Verdicts(next),
                        c.Author.Key,
                        at
                    )
                );
            case 8 or 9:
                return Decide(
                    CommentState.Published,
                    new CommentApproved(id, article, decision, DecisionMeans.Person, null, before, mod, at)
                );
            case 10:
                return Decide(
                    CommentState.Rejected,
                    new CommentRejected(
                        id,
                        article,
                        decision,
                        random.Next(4) == 0 ? DecisionMeans.Rule : DecisionMeans.Person,
                        random.Next(2) == 0 ? RejectReason.Spam : RejectReason.BannedWord,
                        null,
                        null,
                        before,
                        mod,
                        at
                    )
                );
            case 11 when state == CommentState.Rejected:
                if (appeals.Remove(id, out var open))
                {
                    var upheld = random.Next(2) == 0;
                    var after = upheld ? state : CommentState.Published;
                    return Decide(
                        after,
                        new AppealDecided(
                            id,
                            article,
                            open,
                            decision,
                            DecisionMeans.Person,
                            null,
                            upheld,
                            "So",
                            after,
                            before,
                            mod,
                            at
                        )
                    );
                }
                appeals[id] = Guid.NewGuid();
                return new(
                    id,
                    new DecisionAppealed(id, article, appeals[id], null, null, "No", c.Author.Key, at)
                );
            case 12 when decided.Remove(id, out var last):
                return Become(
                    last.Before.State,
                    new CommentDecisionUndone(
                        id,
                        article,
                        decision,
                        last.Decision,
                        last.Before.State,
                        last.Before,
                        false,
                        mod,
                        at
                    )
                );
            case 13 when random.Next(2) == 0:
                return random.Next(2) == 0
                    ? Become(
                        CommentState.Deleted,
                        new CommentDeleted(id, article, RemovedBy.Author, c.Author.Key, at)
                    )
                    : Become(
                        CommentState.Deleted,
                        new CommentDeleted(id, article, RemovedBy.Moderator, mod, at, decision, before)
                    );
            default:
                return null;
        }
    }

    StreamEvent Post()
    {
        var parent = posted.Count > 0 && random.Next(2) == 0 ? posted[random.Next(posted.Count)] : null;
        var state = random.Next(5) switch
        {
            0 => CommentState.Pending,
            1 => CommentState.Rejected,
            _ => CommentState.Published,
        };
        var at = (First + random.NextDouble() * Span).ToMicroseconds();
        var comment = Past.Posted(
            Guid.CreateVersion7(at),
            parent?.ArticleKey ?? Place($"a{random.Next(Articles)}"),
            at,
            parent?.CommentId,
            (parent?.Depth + 1) ?? 0,
            $"p{random.Next(people)}"
        ) with
        {
            State = state,
            Verdicts = Verdicts(state),
        };
        if (random.Next(4) == 0)
            comment = comment with { Author = comment.Author with { Badges = ["subscriber", "staff"] } };
        posted.Add(comment);
        states[comment.CommentId] = state;
        return StreamEvent.First<Comment>(comment.CommentId, comment);
    }

    IReadOnlyList<Verdict> Verdicts(CommentState state) =>
        state == CommentState.Published ? [new("links", 1, null, null)]
        : random.Next(2) == 0 ? [new("suspectWords", 1, state, "x"), new("links", 1, state, null)]
        : [new("suspectWords", 1, state, "x"), new("links", 1, null, null)];

    StreamEvent React(Guid id, string article, string by, DateTimeOffset at)
    {
        var before = reactions.GetValueOrDefault((id, by));
        var isFirst = !reactions.ContainsKey((id, by));
        var stream = StreamId.Reaction(id, by);
        if (before is not null && random.Next(2) == 0)
        {
            reactions[(id, by)] = null;
            return new(stream, new ReactionRemoved(id, article, before, by, at));
        }
        var placed = reactions[(id, by)] = before is { Kind: "like" } ? new("dislike", -1) : new("like", 1);
        var e = new ReactionSet(id, article, placed.Kind, placed.Weight, before, by, at);
        return isFirst ? StreamEvent.First<Reaction>(stream, e) : new(stream, e);
    }
}
