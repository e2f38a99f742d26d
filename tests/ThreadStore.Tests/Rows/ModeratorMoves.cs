using CsCheck;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>What moderators do, and whom they do it to, in the random histories.</summary>
public static class ModeratorMoves
{
    public abstract record Move(int Site, int Moderator) : RandomHistoryTests.Move(Site)
    {
        /// <summary>The number of an Idempotency-Key, which may have been used before.</summary>
        public int? Key { get; init; }
    }

    /// <param name="Comment">Counts back from the newest comment of the article.</param>
    /// <param name="Version">That the moderator says they saw; null: they don't say.</param>
    public sealed record Decide(
        int Site,
        int Moderator,
        int Article,
        int Comment,
        string Action,
        int? Version
    ) : Move(Site, Moderator);

    /// <summary>The same for a few comments at once.</summary>
    public sealed record DecideInBulk(int Site, int Moderator, int Article, string[] Actions)
        : Move(Site, Moderator);

    public sealed record Act(int Site, int Moderator, int Person, string Action) : Move(Site, Moderator);

    /// <param name="Version">That the classifier says it judged.</param>
    public sealed record Judge(int Site, int Moderator, int Article, int Comment, int Version, string? Action)
        : Move(Site, Moderator);

    public sealed record Acknowledge(int Site, int Person) : Move(Site, 0);

    public sealed record Appeal(int Site, int Article, int Comment) : Move(Site, 0);

    /// <param name="Person">Null: without a token.</param>
    public sealed record Report(int Site, int Article, int Comment, int? Person) : Move(Site, 0);

    public sealed record AnswerAppeal(int Site, int Moderator, bool Uphold) : Move(Site, Moderator);

    /// <param name="Else">Another person as well; null: nobody.</param>
    public sealed record Discount(int Site, int Moderator, int Person, int? Else) : Move(Site, Moderator);

    /// <param name="Back">Counts back from the newest line of the log.</param>
    public sealed record Undo(int Site, int Moderator, int Back, bool IsBulk) : Move(Site, Moderator);

    static readonly Gen<int> Site = Gen.Int[0, 1];
    static readonly Gen<int> Moderator = Gen.Int[0, 2];
    static readonly Gen<int> Article = Gen.Frequency((5, Gen.Const(0)), (1, Gen.Int[1, 2]));
    static readonly Gen<int> Back = Gen.Int[0, 6];
    static readonly Gen<string> Action = Gen.OneOf(
        "approve",
        "approve",
        "reject",
        "reject",
        "feature",
        "unfeature",
        "restore",
        "lock",
        "unlock"
    );

    static readonly Gen<Move> Unkeyed = Gen.Frequency(
        (
            8,
            Gen.Select(
                Site,
                Moderator,
                Article,
                Back,
                Action,
                Gen.Frequency((4, Gen.Const((int?)null)), (1, Gen.Int[1, 3].Select(v => (int?)v))),
                (s, m, a, c, d, v) => (Move)new Decide(s, m, a, c, d, v)
            )
        ),
        (
            2,
            Gen.Select(
                Site,
                Moderator,
                Article,
                Action.Array[1, 4],
                (s, m, a, d) => (Move)new DecideInBulk(s, m, a, d)
            )
        ),
        (
            3,
            Gen.Select(
                Site,
                Moderator,
                Gen.Int[0, 4],
                Gen.OneOf(
                    "ban",
                    "ban all",
                    "ban all",
                    "suspend",
                    "shadow",
                    "warn",
                    "premoderate",
                    "reinstate",
                    "reinstate",
                    "reinstate",
                    "notes"
                ),
                (s, m, p, a) => (Move)new Act(s, m, p, a)
            )
        ),
        (
            6,
            Gen.Select(
                Site,
                Moderator,
                Article,
                Back,
                Gen.Int[1, 3],
                Gen.OneOf("hold", "hold", "release", null),
                (s, m, a, c, v, d) => (Move)new Judge(s, m, a, c, v, d)
            )
        ),
        (1, Gen.Select(Site, Gen.Int[0, 4], (s, p) => (Move)new Acknowledge(s, p))),
        (2, Gen.Select(Site, Article, Back, (s, a, c) => (Move)new Appeal(s, a, c))),
        (
            3,
            Gen.Select(
                Site,
                Article,
                Back,
                Gen.Frequency((2, Gen.Const((int?)null)), (1, Gen.Int[0, 4].Select(p => (int?)p))),
                (s, a, c, p) => (Move)new Report(s, a, c, p)
            )
        ),
        (2, Gen.Select(Site, Moderator, Gen.Bool, (s, m, u) => (Move)new AnswerAppeal(s, m, u))),
        (
            2,
            Gen.Select(
                Site,
                Moderator,
                Gen.Int[0, 4],
                Gen.Frequency((1, Gen.Const((int?)null)), (1, Gen.Int[0, 4].Select(p => (int?)p))),
                (s, m, p, e) => (Move)new Discount(s, m, p, e)
            )
        ),
        (5, Gen.Select(Site, Moderator, Gen.Int[0, 5], Gen.Bool, (s, m, b, w) => (Move)new Undo(s, m, b, w)))
    );

    public static readonly Gen<RandomHistoryTests.Move> Any = Gen.Select(
        Unkeyed,
        Gen.Frequency((2, Gen.Const((int?)null)), (1, Gen.Int[1, 4].Select(k => (int?)k))),
        (m, k) => (RandomHistoryTests.Move)(m with { Key = k })
    );

    /// <param name="newest">The comment of an article that lies so many before the newest, and its author.</param>
    public static async Task<Reply?> MakeAsync(
        Move move,
        TestSite site,
        Func<int, int, (Guid Id, int By)?> newest
    )
    {
        var token = site.Token($"m{move.Moderator}", Role.Moderator);
        Task<Reply> PostAsync(string path, object? body = null, params (string, string)[] headers) =>
            site.SendAsync(
                "POST",
                path,
                body,
                token,
                move.Key is { } key ? [.. headers, ("Idempotency-Key", $"k{key}")] : headers
            );
        switch (move)
        {
            case Decide m when newest(m.Article, m.Comment) is var (id, _):
                return await PostAsync(
                    $"/comments/{id}/{m.Action}",
                    m.Action == "reject" ? new { reason = "spam" } : null,
                    m.Version is { } v ? [("If-Match", $"\"{v}\"")] : []
                );
            case Judge m when newest(m.Article, m.Comment) is var (id, _):
                var judged = await site.SendAsync(
                    "POST",
                    $"/comments/{id}/verdicts",
                    new
                    {
                        classifier = $"c{m.Moderator}",
                        version = m.Version,
                        score = 0.5,
                        action = m.Action,
                        labels = new[] { "ü", "\"b\"" },
                    },
                    site.Token("cls", Role.Service)
                );
                // it may have no such version
                return judged.Status == 400 ? null : judged;
            case DecideInBulk m:
                var wanted = m
                    .Actions.Select((action, i) => (action, newest(m.Article, i)?.Id))
                    .Where(d => d.Id is not null)
                    .DistinctBy(d => d.Id)
                    .Select(d => new
                    {
                        id = d.Id,
                        d.action,
                        reason = d.action == "reject" ? "other" : null,
                    })
                    .ToArray();
                return wanted.Length == 0
                    ? null
                    : await PostAsync("/moderation/decisions", new { decisions = wanted });
            case Act m:
                return await PostAsync(
                    $"/commenters/p{m.Person}/{m.Action.Split(' ')[0]}",
                    m.Action switch
                    {
                        "ban all" => new { reason = "All of it", rejectComments = true },
                        "suspend" => new { reason = "A while", until = "2999-01-01T00:00:00Z" },
                        "warn" => new { message = "Mind your words" },
                        "notes" => new { text = "Called us" },
                        _ => new { reason = "So it is" },
                    }
                );
            case Discount m:
                int?[] people = [m.Person, m.Else];
                var discounted = await PostAsync(
                    "/moderation/discount",
                    new
                    {
                        commenters = people.OfType<int>().Distinct().Select(p => $"p{p}").ToArray(),
                        reason = "A ring",
                    }
                );
                // as many of them at once as the desk makes are refused
                return discounted.Status == 503 ? null : discounted;
            case Acknowledge m:
                return await site.SendAsync("POST", "/me/acknowledge", token: site.Token($"p{m.Person}"));
            case Appeal m when newest(m.Article, m.Comment) is var (id, by):
                return await site.SendAsync(
                    "POST",
                    $"/comments/{id}/appeal",
                    new { text = "No!" },
                    site.Token($"p{by}")
                );
            case Report m when newest(m.Article, m.Comment) is var (id, _):
                var reported = await site.SendAsync(
                    "POST",
                    $"/comments/{id}/reports",
                    new
                    {
                        reason = "illegal",
                        explanation = "It \"is\"",
                        goodFaith = true,
                    },
                    m.Person is { } p ? site.Token($"p{p}") : null
                );
                // it may have been deleted
                return reported.Status == 410 ? null : reported;
            case AnswerAppeal m:
                var open = (await site.GetAsync("/moderation/appeals?limit=1", token)).Expect(200)["items"];
                return open.GetArrayLength() == 0
                    ? null
                    : await PostAsync(
                        $"/moderation/appeals/{open[0].GetProperty("id").GetString()}",
                        new { uphold = m.Uphold, reason = "Looked at" }
                    );
            case Undo m:
                var log = (await site.GetAsync("/moderation/log?limit=6", token)).Expect(200)["items"];
                return m.Back >= log.GetArrayLength()
                    ? null
                    : await PostAsync(
                        $"/moderation/log/{log[m.Back].GetProperty("position").GetInt64()}/undo?bulk={(m.IsBulk ? "true" : "false")}"
                    );
            default:
                return null; // nothing is there yet
        }
    }

    /// <summary>The counts of the queues are what a walk of each meets, and the log goes down in positions.</summary>
    public static async Task AssertLawsAsync(TestSite site)
    {
        var token = site.Token("m0", Role.Moderator);
        var counts = (await site.GetAsync("/moderation/counts", token)).Expect(200);
        foreach (var queue in (string[])["pending", "flagged"])
        {
            var items = await Walk.PagesAsync(site, $"/moderation/queue?state={queue}", token);
            Assert.Equal(counts[queue].GetInt32(), items.Count);
            Assert.Distinct(items.Select(i => i.GetProperty("comment").GetProperty("id").GetGuid()));
            Assert.All(
                items,
                i =>
                {
                    if (queue == "pending")
                        Assert.Equal("pending", i.GetProperty("comment").GetProperty("state").GetString());
                    else
                        Assert.NotEmpty(i.GetProperty("flags").EnumerateObject());
                }
            );
        }
        var log = await Walk.PagesAsync(site, "/moderation/log", token);
        var positions = log.ConvertAll(l => l.GetProperty("position").GetInt64());
        Assert.Equal(positions.OrderDescending().Distinct(), positions);
        Assert.All(
            log.Where(l => l.GetProperty("action").GetString() is "undo" or "note"),
            l => Assert.False(l.GetProperty("undoable").GetBoolean())
        );
    }
}
