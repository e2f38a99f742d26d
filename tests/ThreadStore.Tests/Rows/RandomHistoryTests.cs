using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Databases;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>
/// Whatever is done to a store, in whatever order and at once: the reader rows are what the events say, and the
/// history is in the order in which things were decided.
/// </summary>
public sealed class RandomHistoryTests(Store store)
{
    static readonly int Histories = Endurance.Histories(5);
    internal const int Articles = 3;
    internal const int People = 5;

    /// <summary>One command; sites, articles and people by number.</summary>
    public abstract record Move(int Site);

    public sealed record Configure(int Site, int MaxDepth) : Move(Site);

    public sealed record Register(int Site, int Article, int Content) : Move(Site);

    public sealed record Switch(int Site, int Article, string Way) : Move(Site);

    /// <param name="Mode">Null: as the site.</param>
    public sealed record Moderate(int Site, int Article, string? Mode) : Move(Site);

    /// <param name="Name">By which the token calls its owner: another than before renames them.</param>
    /// <param name="Parent">Counts back from the newest comment of the article; null: none.</param>
    /// <param name="Key">Of the request; the same key may come with another text.</param>
    public sealed record Post(int Site, int Article, int By, int Name, int Text, int? Parent, int? Key)
        : Move(Site);

    /// <summary>Replies to the comment that a request with a key made, or is about to make.</summary>
    public sealed record ReplyToKey(int Site, int Article, int By, int Text, int ParentBy, int Key)
        : Move(Site);

    /// <param name="Comment">Counts back from the newest comment of the article.</param>
    public sealed record Edit(int Site, int Article, int Comment, int Text) : Move(Site);

    public sealed record Delete(int Site, int Article, int Comment, bool ByModerator) : Move(Site);

    /// <param name="Kind">Null: takes back whatever it was, a like at most.</param>
    public sealed record React(int Site, int Article, int Comment, int By, string? Kind) : Move(Site);

    public sealed record Flag(int Site, int Article, int Comment, int By, string Reason) : Move(Site);

    /// <param name="To">The number of a key: those of articles come first.</param>
    public sealed record Rename(int Site, int Article, int To, int? Key) : Move(Site);

    public sealed record Merge(int Site, int Article, int Into, int? Key) : Move(Site);

    public sealed record Import(int Site, int Article, int Comments, int Text) : Move(Site);

    static readonly Gen<int> Site = Gen.Int[0, 1];

    /// <summary>Most of it happens in one place.</summary>
    static readonly Gen<int> Article = Gen.Frequency((5, Gen.Const(0)), (2, Gen.Int[1, Articles - 1]));
    static readonly Gen<int> Person = Gen.Int[0, People - 1];
    static readonly Gen<int> Back = Gen.Int[0, 6];
    static readonly Gen<int> Few = Gen.Int[0, 2];
    static readonly Gen<int> AnyKey = Gen.Int[0, Articles + 1];
    static readonly Gen<int?> OneOfFew = Gen.Frequency(
        (3, Gen.Const((int?)null)),
        (1, Few.Select(i => (int?)i))
    );

    internal static readonly Gen<Move> Any = Gen.Frequency(
        (1, Gen.Select(Site, Gen.Int[3, 12], (s, d) => (Move)new Configure(s, d))),
        (3, Gen.Select(Site, Article, Few, (s, a, c) => (Move)new Register(s, a, c))),
        (
            2,
            Gen.Select(
                Site,
                Article,
                Gen.OneOf(
                    "discussion/close",
                    "discussion/open",
                    "discussion/open",
                    "withdraw",
                    "publish",
                    "publish"
                ),
                (s, a, w) => (Move)new Switch(s, a, w)
            )
        ),
        (
            1,
            Gen.Select(
                Site,
                Article,
                Gen.OneOf("pre", "post", null),
                (s, a, m) => (Move)new Moderate(s, a, m)
            )
        ),
        (
            20,
            Gen.Select(
                Site,
                Article,
                Person,
                Gen.Frequency((8, Gen.Const(0)), (1, Gen.Int[1, 2])),
                Gen.Int[0, 200],
                Gen.Frequency((1, Gen.Const((int?)null)), (2, Gen.Int[0, 8].Select(i => (int?)i))),
                Gen.Frequency((2, Gen.Const((int?)null)), (1, Few.Select(i => (int?)i))),
                (s, a, b, n, t, p, k) => (Move)new Post(s, a, b, n, t, p, k)
            )
        ),
        (
            4,
            Gen.Select(
                Site,
                Article,
                Person,
                Gen.Int[0, 200],
                Person,
                Few,
                (s, a, b, t, p, k) => (Move)new ReplyToKey(s, a, b, t, p, k)
            )
        ),
        (3, Gen.Select(Site, Article, Back, Gen.Int[0, 200], (s, a, c, t) => (Move)new Edit(s, a, c, t))),
        (3, Gen.Select(Site, Article, Back, Gen.Bool, (s, a, c, m) => (Move)new Delete(s, a, c, m))),
        (
            6,
            Gen.Select(
                Site,
                Article,
                Few,
                Person,
                Gen.OneOf("like", "dislike", null),
                (s, a, c, b, k) => (Move)new React(s, a, c, b, k)
            )
        ),
        (
            5,
            Gen.Select(
                Site,
                Article,
                Back,
                Person,
                Gen.OneOf("spam", "other"),
                (s, a, c, b, r) => (Move)new Flag(s, a, c, b, r)
            )
        ),
        (1, Gen.Select(Site, Article, Gen.Int[1, 4], Few, (s, a, c, t) => (Move)new Import(s, a, c, t))),
        (8, ModeratorMoves.Any),
        (2, Gen.Select(Site, AnyKey, AnyKey, OneOfFew, (s, a, t, k) => (Move)new Rename(s, a, t, k))),
        (1, Gen.Select(Site, AnyKey, AnyKey, OneOfFew, (s, a, t, k) => (Move)new Merge(s, a, t, k)))
    );

    /// <summary>The moves of a group are made at once, the groups one after the other.</summary>
    static readonly Gen<Move[][]> History = Any.Array[1, 16].Array[8, 16];

    /// <summary>A busy desk: moderators decide as much as others write.</summary>
    static readonly Gen<Move[][]> Moderated = Gen.Frequency((4, Any), (5, ModeratorMoves.Any))
        .Array[4, 16]
        .Array[20, 30];

    /// <param name="share">Of the histories: with two databases each of two sites lives in one of its own.</param>
    [Theory]
    [InlineData(1, 0.6)]
    [InlineData(2, 0.4)]
    public Task Rows_equal_a_rebuild_and_counts_the_threads_after_any_history(int databases, double share) =>
        AssertLawsHoldAsync(History, (int)Math.Ceiling(Histories * share), databases);

    [Fact]
    public Task Rows_queues_and_log_hold_after_whatever_moderators_do_at_once() =>
        AssertLawsHoldAsync(Moderated, Endurance.Histories(2), databases: 2);

    /// <summary>Rules hold and reject, and are changed, while others write and decide.</summary>
    static readonly Gen<Move[][]> Screened = Gen.Frequency(
            (12, Any),
            (2, ScreeningMoves.Any),
            (5, ModeratorMoves.Any)
        )
        .Array[4, 12]
        .Array[16, 24];

    [Fact]
    public Task Rows_queues_and_log_hold_whatever_rules_are_set() =>
        AssertLawsHoldAsync(Screened, Endurance.Histories(2), databases: 1);

    /// <summary>What screening does under one set of rules for each site.</summary>
    static readonly Gen<(Move[] Rules, Move[][] Moves)> UnderRules = Gen.Select(
        ScreeningMoves.Of(0),
        ScreeningMoves.Of(1),
        Gen.Frequency((12, Any.Where(m => m is not (Configure or Import))), (5, ModeratorMoves.Any))
            .Array[4, 12]
            .Array[16, 24],
        (a, b, moves) => ((Move[])[a, b], moves)
    );

    [Fact]
    public async Task Under_the_rules_that_were_set_all_along_a_what_if_finds_what_was_decided()
    {
        await using var node = await Node.StartAsync(store);
        await UnderRules.SampleAsync(
            async history =>
            {
                var run = await Run.StartAsync(node);
                foreach (var group in history.Moves.Prepend(history.Rules))
                    await Task.WhenAll(group.Select(run.MakeAsync));
                await run.AssertQueuesAsync();
                foreach (var site in run.Sites)
                    await ScreeningMoves.AssertJudgedAgainAlikeAsync(site);
            },
            iter: 3,
            threads: 1,
            print: h =>
                string.Join('\n', h.Moves.Prepend(h.Rules).Select(g => string.Join("; ", g.AsEnumerable())))
        );
    }

    async Task AssertLawsHoldAsync(Gen<Move[][]> history, int histories, int databases)
    {
        if (databases == 1)
        {
            await using var node = await Node.StartAsync(store);
            await AssertLawsHoldAsync(history, histories, () => Run.StartAsync(node));
        }
        else
        {
            await using var two = await TwoDatabases.CreateAsync(store);
            await using var node = await two.NodeAsync();
            await AssertLawsHoldAsync(history, histories, () => Run.StartAsync(node));
        }
    }

    static async Task AssertLawsHoldAsync(Gen<Move[][]> history, int histories, Func<Task<Run>> startAsync)
    {
        var lakes = new Dictionary<string, (Lake Lake, long? Replayed)>();
        try
        {
            await history.SampleAsync(
                async groups =>
                {
                    var run = await startAsync();
                    foreach (var group in groups)
                        await Task.WhenAll(group.Select(run.MakeAsync));
                    await run.AssertPositionsAsync();
                    await run.AssertCountsAsync();
                    await run.AssertQueuesAsync();
                    foreach (var (name, place, sites) in run.Places)
                    {
                        // parents and children together, and in different batches
                        await place.AssertRowsFollowFromEventsAsync(500, 7);
                        await MartenLaw.AssertHoldsAsync(place, sites);
                        // each history is added to those before it
                        var (lake, replayed) = lakes.TryGetValue(name, out var before)
                            ? before
                            : (new Lake(), null);
                        lakes[name] = (lake, replayed);
                        var manifest = await lake.ReplayAsync(place.Database, site: null, replayed);
                        lakes[name] = (lake, manifest.LastPosition);
                        foreach (var site in sites)
                            await lake.AssertEqualsRowsAsync(place.Database, site.Key);
                    }
                },
                iter: histories,
                threads: 1,
                print: groups => string.Join('\n', groups.Select(g => string.Join("; ", g.AsEnumerable())))
            );
        }
        finally
        {
            foreach (var (lake, _) in lakes.Values)
                lake.Dispose();
        }
    }

    /// <param name="sites">By their numbers, each with the database that it lives in.</param>
    internal sealed class Run((string Name, Place Place, TestSite Site)[] sites)
    {
        readonly ConcurrentDictionary<(int Site, int Article), ConcurrentQueue<(Guid Id, int By)>> comments =
            new();

        /// <summary>Which event an answer said to be its own: its type, and what it is about.</summary>
        readonly ConcurrentBag<(int Site, long Position, string Type, string About)> told = [];

        public static Task<Run> StartAsync(Node node) =>
            StartAsync(async _ => ("", node, await node.ASiteAsync()));

        /// <summary>Each site in a database of its own.</summary>
        public static Task<Run> StartAsync(SeveralNode node) =>
            StartAsync(async n =>
            {
                var (name, place) = node.Places[n];
                return (name, place, await node.ASiteAsync(name));
            });

        static async Task<Run> StartAsync(Func<int, Task<(string, Place, TestSite)>> makeAsync)
        {
            var run = new Run([await makeAsync(0), await makeAsync(1)]);
            foreach (var site in run.sites)
                (await site.PutArticleAsync(Key(0))).Expect(201);
            return run;
        }

        readonly TestSite[] sites = [.. sites.Select(s => s.Site)];

        public IReadOnlyList<TestSite> Sites => sites;

        /// <summary>The databases, each with those of the sites that live there.</summary>
        public IEnumerable<(string Name, Place Place, TestSite[] Sites)> Places =>
            places
                .GroupBy(p => p.Name)
                .Select(p => (p.Key, p.First().Place, p.Select(s => s.Site).ToArray()));

        readonly (string Name, Place Place, TestSite Site)[] places = sites;

        static string Key(int article) => $"a {article}/é";

        public static string Path(int article) => $"/articles/{Uri.EscapeDataString(Key(article))}";

        static string Text(int text) => $"*{text}* \"é\\😀\" <b>\n\n> {text}{ScreeningMoves.Links(text)}";

        public async Task MakeAsync(Move move)
        {
            var site = sites[move.Site];
            switch (move)
            {
                case Rename m:
                    Allow(
                        await MoveAsync(site, m.Article, "rename", new { key = Key(m.To) }, m.Key),
                        200,
                        308,
                        404,
                        409,
                        422
                    );
                    break;
                case Merge m:
                    Allow(
                        await MoveAsync(site, m.Article, "merge", new { into = Key(m.Into) }, m.Key),
                        200,
                        308,
                        400,
                        404,
                        409,
                        422
                    );
                    break;
                case Configure m:
                    Allow(
                        await site.SendAsync(
                            "PUT",
                            "",
                            new
                            {
                                maxDepth = m.MaxDepth,
                                flagsHeldForReview = m.MaxDepth % 3 == 0 ? (int?)null : m.MaxDepth % 3,
                            },
                            site.Token("root", Role.Admin)
                        ),
                        200
                    );
                    break;
                case Register m:
                    var put = await site.PutArticleAsync(
                        Key(m.Article),
                        new
                        {
                            title = $"About {m.Content}",
                            url = $"https://news.example/{m.Content}",
                            tags = m.Content == 0 ? null : new[] { "a", "ü \"b\"" },
                            body = new[] { "One.", $"{m.Content}" },
                        }
                    );
                    Allow(put, 200, 201, 308);
                    if (put.Status == 201)
                        told.Add((m.Site, put.Position, "article-registered", Key(m.Article)));
                    break;
                case Switch m:
                    Allow(
                        await site.SendAsync(
                            "POST",
                            $"{Path(m.Article)}/{m.Way}",
                            token: site.Token("cms", Role.Service)
                        ),
                        200,
                        308,
                        404
                    );
                    break;
                case Moderate m:
                    Allow(
                        await site.SendAsync(
                            "PUT",
                            $"{Path(m.Article)}/moderation",
                            new { mode = m.Mode },
                            site.Token("mod", Role.Moderator)
                        ),
                        200,
                        308,
                        404
                    );
                    break;
                case Post m:
                    await PostAsync(
                        m,
                        m.Article,
                        m.By,
                        m.Name,
                        m.Text,
                        Newest(m, m.Article, m.Parent)?.Id,
                        m.Key
                    );
                    break;
                case ReplyToKey m:
                    var path = $"{site.Path}{Path(m.Article)}/comments";
                    var parent = StreamId.Request($"p{m.ParentBy}", "POST", path, $"k{m.Key}");
                    await PostAsync(m, m.Article, m.By, 0, m.Text, parent, key: null);
                    break;
                case Edit m when Newest(m, m.Article, m.Comment) is var (id, by):
                    Allow(
                        await site.SendAsync(
                            "PATCH",
                            $"/comments/{id}",
                            new { body = Text(m.Text) },
                            site.Token($"p{by}")
                        ),
                        200,
                        403,
                        404,
                        409,
                        410
                    );
                    break;
                case Delete m when Newest(m, m.Article, m.Comment) is var (id, by):
                    var token = m.ByModerator ? site.Token("mod", Role.Moderator) : site.Token($"p{by}");
                    Allow(await site.SendAsync("DELETE", $"/comments/{id}", token: token), 204, 404);
                    break;
                case React m when Newest(m, m.Article, m.Comment) is var (id, _):
                    Allow(
                        await site.SendAsync(
                            m.Kind is null ? "DELETE" : "PUT",
                            $"/comments/{id}/reactions/{m.Kind ?? "like"}",
                            token: site.Token($"p{m.By}")
                        ),
                        200,
                        403,
                        404,
                        409,
                        410
                    );
                    break;
                case Flag m when Newest(m, m.Article, m.Comment) is var (id, _):
                    Allow(
                        await site.SendAsync(
                            "POST",
                            $"/comments/{id}/flags",
                            new { reason = m.Reason },
                            site.Token($"p{m.By}")
                        ),
                        200,
                        201,
                        403,
                        404,
                        409,
                        410
                    );
                    break;
                case Edit or Delete or React or Flag:
                    break; // nothing is there yet
                case ScreeningMoves.Screen m:
                    Allow(await ScreeningMoves.MakeAsync(m, site), 200);
                    break;
                case ModeratorMoves.Move m:
                    if (await ModeratorMoves.MakeAsync(m, site, (a, back) => Newest(m, a, back)) is { } made)
                        Allow(made, 200, 201, 403, 404, 409, 412, 422);
                    break;
                case Import m:
                    await new ImportTextPage(places[m.Site].Place.Appender, TimeProvider.System).RunAsync(
                        site.Key,
                        Key(m.Article),
                        Page(m),
                        _ => { },
                        _ => { },
                        TestContext.Current.CancellationToken
                    );
                    break;
                default:
                    throw new NotSupportedException($"{move}");
            }
        }

        async Task PostAsync(Move move, int article, int by, int name, int text, Guid? parent, int? key)
        {
            var site = sites[move.Site];
            var posted = await site.SendAsync(
                "POST",
                $"{Path(article)}/comments",
                new { body = Text(text), parentId = parent },
                site.Token($"p{by}", name: name == 0 ? null : $"Person {by} {name}"),
                key is null ? [] : [("Idempotency-Key", $"k{key}")]
            );
            // by an old key it is sent on, as a browser would
            if (posted.Status == 308)
                posted = await site.SendAsync(
                    "POST",
                    posted.Headers["Location"][site.Path.Length..],
                    new { body = Text(text), parentId = parent },
                    site.Token($"p{by}")
                );
            // and again where it is moved that very moment
            Allow(posted, 201, 308, 403, 404, 409, 422);
            if (posted.Status != 201)
                return;
            comments.GetOrAdd((move.Site, article), _ => []).Enqueue((posted["id"].GetGuid(), by));
            // with a key it may be an answer repeated, which stands for no event of its own
            if (key is null)
                told.Add((move.Site, posted.Position, "comment-posted", $"{posted["id"].GetGuid()}"));
        }

        static Task<Reply> MoveAsync(TestSite site, int article, string way, object body, int? key) =>
            site.SendAsync(
                "POST",
                $"{Path(article)}/{way}",
                body,
                site.Token("cms", Role.Service),
                key is null ? [] : [("Idempotency-Key", $"k{key}")]
            );

        /// <summary>The comment of an article that lies so many before the newest.</summary>
        (Guid Id, int By)? Newest(Move m, int article, int? back) =>
            back is { } b
            && comments.TryGetValue((m.Site, article), out var known)
            && known.ToArray() is { Length: > 0 } all
                ? all[^(1 + b % all.Length)]
                : null;

        static TextPage Page(Import m)
        {
            var text = string.Join(
                '\n',
                Enumerable
                    .Range(0, m.Comments)
                    .Select(i => $"person_{i % 3}\nComment {i} of {m.Text}.")
                    .Prepend("date 2021-04-02 A lead.\nA paragraph.")
            );
            return Assert.IsType<TextPage>(
                TextPage.Read(
                    Encoding.UTF8.GetBytes(text),
                    new() { NameLines = [.. Enumerable.Range(0, m.Comments).Select(i => 3 + 2 * i)] }
                )
            );
        }

        static void Allow(Reply reply, params int[] statuses) =>
            Assert.True(statuses.Contains(reply.Status), $"{reply.Status}: {reply.Text}");

        /// <summary>Events come in ascending order, all of them, and each at the position that its answer told.</summary>
        public async Task AssertPositionsAsync()
        {
            // positions are a database's own
            var all = new HashSet<(string, long)>();
            for (var s = 0; s < sites.Length; s++)
            {
                var site = sites[s];
                var feed = (
                    await site.GetAsync("/events?limit=10000", site.Token("ana", Role.Analyst))
                ).Expect(200);
                var events = feed
                    .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                    .ToList();
                var positions = events.ConvertAll(e => e.GetProperty("position").GetInt64());
                Assert.Equal(positions.Order().Distinct(), positions);
                Assert.All(positions, p => Assert.True(all.Add((places[s].Name, p))));
                Assert.Equal(
                    (long)
                        (
                            await places[s]
                                .Place.ScalarAsync(
                                    $"select count(*) from threadstore.mt_events where tenant_id = '{site.Key}'"
                                )
                        )!,
                    events.Count
                );
                var at = events.ToDictionary(e => e.GetProperty("position").GetInt64());
                foreach (var t in told.Where(t => t.Site == s))
                {
                    var e = at[t.Position];
                    Assert.Equal(t.Type, e.GetProperty("type").GetString());
                    var about = t.Type == "comment-posted" ? "commentId" : "articleKey";
                    Assert.Equal(t.About, e.GetProperty("data").GetProperty(about).GetString());
                }
                AssertPossible(events);
            }
        }

        static bool IsShadowed(JsonElement posted) =>
            posted
                .GetProperty("verdicts")
                .EnumerateArray()
                .Any(v => v.GetProperty("rule").GetString() == HoldReason.Shadow);

        /// <summary>Nothing comes before what it stands on.</summary>
        static void AssertPossible(List<JsonElement> events)
        {
            var known = new HashSet<string>();
            var shut = new HashSet<string>();
            var (above, locked) = (new Dictionary<string, string>(), new HashSet<string>());
            foreach (var e in events)
            {
                var data = e.GetProperty("data");
                string Of(string member) => data.GetProperty(member).GetString()!;
                void Turn(string state)
                {
                    shut.Remove(Of("commentId"));
                    known.Remove("deleted " + Of("commentId"));
                    if (state != "published")
                        shut.Add(Of("commentId"));
                    if (state == "deleted")
                        known.Add("deleted " + Of("commentId"));
                }
                switch (e.GetProperty("type").GetString())
                {
                    case "article-registered":
                        Assert.True(known.Add(Of("articleKey")));
                        break;
                    case "article-renamed":
                        Assert.Contains(Of("from"), known);
                        known.Add(Of("articleKey"));
                        foreach (var what in (string[])["article", "discuss"])
                            if (shut.Contains(what + Of("from")))
                                shut.Add(what + Of("articleKey"));
                            else
                                shut.Remove(what + Of("articleKey"));
                        break;
                    case "article-merged":
                        Assert.Contains(Of("from"), known);
                        Assert.Contains(Of("articleKey"), known);
                        break;
                    case "article-move-undone" when data.GetProperty("wasRenaming").GetBoolean():
                        foreach (var what in (string[])["article", "discuss"])
                            shut.Remove(what + Of("articleKey"));
                        if (!data.GetProperty("wasItsOwn").GetBoolean())
                            Assert.True(known.Remove(Of("articleKey")));
                        break;
                    case "article-withdrawn" or "discussion-closed":
                        Assert.True(shut.Add(e.GetProperty("type").GetString()![..7] + Of("articleKey")));
                        break;
                    case "article-published":
                        Assert.True(shut.Remove("article" + Of("articleKey")));
                        break;
                    case "discussion-opened":
                        Assert.True(shut.Remove("discuss" + Of("articleKey")));
                        break;
                    case "commenter-joined":
                        Assert.True(known.Add("by " + Of("commenterKey")));
                        break;
                    case "commenter-renamed":
                        Assert.Contains("by " + Of("commenterKey"), known);
                        break;
                    case "comment-posted":
                        Assert.Contains(Of("articleKey"), known);
                        Assert.Contains(
                            "by " + data.GetProperty("author").GetProperty("key").GetString(),
                            known
                        );
                        if (data.GetProperty("parentId") is { ValueKind: JsonValueKind.String } parent)
                        {
                            Assert.Contains(parent.GetString()!, known);
                            // whoever is shadowed may reply to themselves, unseen
                            if (!IsShadowed(data))
                                Assert.DoesNotContain(parent.GetString()!, shut);
                            above[Of("commentId")] = parent.GetString()!;
                        }
                        // an import brings what was written long before the discussion was closed
                        if (data.GetProperty("source").ValueKind == JsonValueKind.Null)
                        {
                            Assert.DoesNotContain("article" + Of("articleKey"), shut);
                            Assert.DoesNotContain("discuss" + Of("articleKey"), shut);
                            for (var id = Of("commentId"); above.TryGetValue(id, out id!); )
                                Assert.DoesNotContain(id, locked);
                        }
                        Assert.True(known.Add(Of("commentId")));
                        Turn(Of("state"));
                        break;
                    case "comment-edited":
                        // what is held, its author may still mend
                        Assert.DoesNotContain("deleted " + Of("commentId"), known);
                        Turn(Of("state"));
                        break;
                    case "comment-held":
                        Assert.DoesNotContain(Of("commentId"), shut);
                        Turn("pending");
                        break;
                    case "comment-deleted":
                        Assert.DoesNotContain("deleted " + Of("commentId"), known);
                        Turn("deleted");
                        break;
                    case "comment-approved" or "comment-restored" or "comment-released":
                        Turn("published");
                        break;
                    case "comment-rejected":
                        Turn("rejected");
                        break;
                    case "comment-featured":
                        Assert.DoesNotContain(Of("commentId"), shut);
                        break;
                    case "comment-locked":
                        Assert.True(locked.Add(Of("commentId")));
                        break;
                    case "comment-unlocked":
                        Assert.True(locked.Remove(Of("commentId")));
                        break;
                    case "comment-decision-undone" when data.TryGetProperty("ofBranch", out _):
                        Assert.True(
                            data.GetProperty("restored").TryGetProperty("isLocked", out _)
                                ? locked.Add(Of("commentId"))
                                : locked.Remove(Of("commentId"))
                        );
                        break;
                    case "comment-decision-undone" or "appeal-decided" or "comment-judged":
                        Turn(Of("state"));
                        break;
                    default:
                        break;
                }
            }
        }

        public async Task AssertQueuesAsync()
        {
            foreach (var site in sites)
                await ModeratorMoves.AssertLawsAsync(site);
        }

        public async Task AssertCountsAsync()
        {
            foreach (var site in sites)
            {
                for (var a = 0; a <= Articles + 1; a++)
                {
                    var published = await site.SendAsync(
                        "POST",
                        $"{Path(a)}/publish",
                        token: site.Token("cms", Role.Service)
                    );
                    Allow(published, 200, 308, 404);
                    if (published.Status == 200)
                        await Walk.AssertLawOfCountsAsync(site, Uri.EscapeDataString(Key(a)));
                }
            }
        }
    }
}
