using System.Diagnostics.CodeAnalysis;
using ThreadStore.Http;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.History.Discounts;

/// <summary>
/// Two sites with the same history by the same requests, but that a ring's reactions and flags reach only the first. What
/// the first refuses, the second is not asked, for no history tells of it.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "Chance that can be had again, for a test.")]
sealed class Twins(TestSite real, TestSite twin, int seed)
{
    public static readonly string[] Ring = ["rex", "ria", "rob"];
    static readonly string[] Others = ["ada", "ben", "cyd", "dan", "eve"];

    readonly Random random = new(seed);
    int texts;

    // the newest decision on each comment, where both sites took it
    readonly Dictionary<int, (long Real, long Twin)> decisions = [];

    public TestSite Real => real;
    public TestSite Twin => twin;
    public string Article { get; } = "shared";
    public List<Guid> RealComments { get; } = [];
    public List<Guid> TwinComments { get; } = [];

    /// <param name="ringCasts">Whether what the ring casts reaches the second site, too.</param>
    public async Task PlayAsync(int moves, bool ringCasts)
    {
        if (RealComments.Count == 0)
            foreach (var site in (TestSite[])[real, twin])
                (await site.PutArticleAsync(Article)).Expect(201);
        for (var i = 0; i < moves; i++)
            await MoveAsync(ringCasts);
    }

    async Task MoveAsync(bool ringCasts)
    {
        var at = RealComments.Count == 0 ? 0 : random.Next(RealComments.Count);
        switch (RealComments.Count < 5 ? 0 : random.Next(20))
        {
            case 0 or 1 or 2:
                await PostAsync();
                break;
            case >= 3 and <= 7:
                await CastAsync(
                    "PUT",
                    at,
                    $"reactions/{(random.Next(3) == 0 ? "dislike" : "like")}",
                    null,
                    ringCasts
                );
                break;
            case 8:
                // what is taken back was cast before, or never was
                await CastAsync("DELETE", at, "reactions/like", null, ringCasts: true);
                break;
            case >= 9 and <= 14:
                // few comments, so that some of them are held
                await CastAsync("POST", at % 6, "flags", new { reason = "spam" }, ringCasts);
                break;
            case 15 or 16:
                string[] actions = ["approve", "approve", "reject", "restore", "feature"];
                await DecideAsync(at % 6, actions[random.Next(actions.Length)]);
                break;
            case 17:
                await UndoAsync(at % 6);
                break;
            case 18:
                await BothAsync(
                    "PATCH",
                    at,
                    "",
                    new { body = $"Another text {texts++}" },
                    s => s.Token(AuthorOf(at))
                );
                decisions.Remove(at);
                break;
            default:
                if (random.Next(3) == 0)
                    await BothAsync("DELETE", at, "", null, s => s.Token(AuthorOf(at)));
                break;
        }
    }

    static string AuthorOf(int comment) => Others[comment % Others.Length];

    async Task PostAsync()
    {
        var (body, by) = ($"Text {texts++}", AuthorOf(RealComments.Count));
        int? parent = RealComments.Count > 0 && random.Next(2) == 0 ? random.Next(RealComments.Count) : null;
        var posted = await real.PostAsync(Article, by, body, parent is { } p ? RealComments[p] : null);
        if (posted.Status != 201)
            return;
        RealComments.Add(posted["id"].GetGuid());
        TwinComments.Add(
            await twin.ACommentAsync(Article, by, body, parent is { } q ? TwinComments[q] : null)
        );
    }

    async Task CastAsync(string method, int comment, string what, object? body, bool ringCasts)
    {
        var by = random.Next(3) > 0 ? Ring[random.Next(Ring.Length)] : Others[random.Next(Others.Length)];
        if (by == AuthorOf(comment))
            return;
        if (Ring.Contains(by) && !ringCasts)
            await real.SendAsync(method, $"/comments/{RealComments[comment]}/{what}", body, real.Token(by));
        else
            await BothAsync(method, comment, what, body, s => s.Token(by));
    }

    async Task DecideAsync(int comment, string action)
    {
        var (before, twinBefore) = (await real.CountEventsAsync(), await twin.CountEventsAsync());
        var body = action == "reject" ? (object)new { reason = "spam" } : new { };
        if (
            await BothAsync("POST", comment, action, body, s => s.Token("mo", Role.Moderator)) is not { } both
        )
            return;
        if (await real.CountEventsAsync() == before)
            return;
        if (await twin.CountEventsAsync() > twinBefore)
            decisions[comment] = both;
        else
            decisions.Remove(comment);
    }

    async Task UndoAsync(int comment)
    {
        if (!decisions.Remove(comment, out var decision))
            return;
        var undone = await real.SendAsync(
            "POST",
            $"/moderation/log/{decision.Real}/undo",
            null,
            real.Token("mo", Role.Moderator)
        );
        if (undone.Status == 200)
            await twin.SendAsync(
                "POST",
                $"/moderation/log/{decision.Twin}/undo",
                null,
                twin.Token("mo", Role.Moderator)
            );
    }

    /// <returns>The positions of what was done; null: it was refused.</returns>
    async Task<(long Real, long Twin)?> BothAsync(
        string method,
        int comment,
        string what,
        object? body,
        Func<TestSite, string> token
    )
    {
        string Path(Guid id) => what.Length == 0 ? $"/comments/{id}" : $"/comments/{id}/{what}";
        var done = await real.SendAsync(method, Path(RealComments[comment]), body, token(real));
        if (done.Status >= 300)
            return null;
        var other = await twin.SendAsync(method, Path(TwinComments[comment]), body, token(twin));
        return (done.Position, other.Position);
    }
}
