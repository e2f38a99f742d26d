using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>What export wrote, import makes an equal site of.</summary>
public sealed partial class ImportFeedTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<string> ExportAsync(Node node, string site)
    {
        using var written = new MemoryStream();
        await new ExportSite(node.Database, site).RunAsync(() => written, _ => { }, Ct);
        return Encoding.UTF8.GetString(written.ToArray());
    }

    static async Task<(ImportCounts Counts, List<FeedProblem> Problems)> ImportAsync(
        Node node,
        string site,
        string feed,
        bool isDry = false
    )
    {
        await using var import = await ImportFeed.OpenAsync(node.Database, site, isDry, Ct);
        var problems = new List<FeedProblem>();
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(feed));
        return (await import.RunAsync(file, problems.Add, (_, _) => { }, Ct), problems);
    }

    /// <summary>Positions are those of the store that an event is in.</summary>
    static string WithoutPositions(string feed) => Position().Replace(feed, "{");

    static async Task<string> RowsAsync(Node node, string site)
    {
        var rows = new List<string>();
        foreach (var table in ReaderTables.All)
            rows.Add(
                (string)
                    (
                        await node.ScalarAsync(
                            $"select coalesce(string_agg(r::text, e'\\n' order by r::text), '') from threadstore.{table} r where site = '{site}'"
                        )
                    )!
            );
        return string.Join("\n\n", rows);
    }

    [Fact]
    public async Task Import_of_an_export_is_the_identity_whatever_happened()
    {
        await using var here = await Node.StartAsync(store);
        await using var there = await Node.StartAsync(store);
        await RandomHistoryTests
            .Any.Array[4, 16]
            .Array[6, 10]
            .SampleAsync(
                async groups =>
                {
                    var run = await RandomHistoryTests.Run.StartAsync(here);
                    foreach (var group in groups)
                        await Task.WhenAll(group.Select(run.MakeAsync));
                    foreach (var site in run.Sites)
                    {
                        var exported = await ExportAsync(here, site.Key);
                        var lines = exported.Split('\n').Length - 1;
                        // beside it, under another name; from there into another store, under the first
                        var copy = $"{site.Key}-copy";
                        Assert.Equal(
                            new(lines, lines, 0, 0),
                            (await ImportAsync(here, copy, exported)).Counts
                        );
                        var again = await ExportAsync(here, copy);
                        // cut off in the middle of a line, after one at the least
                        var cut = Math.Max(again.Length / 2, again.IndexOf('\n') + 2);
                        await ImportAsync(there, site.Key, again[..cut]);
                        var (counts, problems) = await ImportAsync(there, site.Key, again);

                        Assert.Empty(problems);
                        Assert.Equal((lines, lines), (counts.Read, counts.Created + counts.Already));
                        Assert.InRange(counts.Already, 1, lines - 1);
                        Assert.Equal(
                            WithoutPositions(exported),
                            WithoutPositions(await ExportAsync(there, site.Key))
                        );
                        Assert.Equal(await RowsAsync(here, site.Key), await RowsAsync(there, site.Key));
                        Assert.Equal(
                            new(lines, 0, lines, 0),
                            (await ImportAsync(there, site.Key, exported)).Counts
                        );
                    }
                    await here.AssertRowsFollowFromEventsAsync();
                    await there.AssertRowsFollowFromEventsAsync();
                },
                iter: 3,
                threads: 1
            );
    }

    [Fact]
    public async Task An_equal_site_reads_and_lives_on_as_the_first_does()
    {
        await using var here = await Node.StartAsync(store);
        await using var there = await Node.StartAsync(store);
        var site = await here.ASiteAsync(new { maxDepth = 3 });
        (await site.PutArticleAsync("a")).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "First");
        await site.ACommentAsync("a", "ben", "Second", first);
        (await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("cid"))).Expect(
            200
        );
        (
            await site.SendAsync(
                "POST",
                $"/comments/{first}/flags",
                new { reason = "spam" },
                site.Token("cid")
            )
        ).Expect(201);
        var recorded = (await site.GetAsync("/events?limit=1&after=1", site.Token("ana", Role.Analyst)))
            .Json.GetProperty("at")
            .GetString();

        // a server that knows the place, and has others write meanwhile
        var neighbour = await there.ASiteAsync();
        var article = await neighbour.AnArticleAsync();
        var copy = there.Site(site.Key);
        (await copy.GetAsync("/articles/a/comments")).Expect(404);
        Assert.Empty((await ImportAsync(there, site.Key, await ExportAsync(here, site.Key))).Problems);
        await neighbour.ACommentAsync(article, "eve", "Meanwhile");

        foreach (
            var path in (string[])
                [
                    "/articles/a",
                    "/articles/a/comments?sort=oldest",
                    $"/articles/a/comments?asOf={recorded}",
                    $"/comments/{first}",
                    "/commenters/ada",
                    "/moderation/queue?state=flagged",
                    "/moderation/counts",
                ]
        )
        {
            var token = site.Token("mo", Role.Moderator | Role.Analyst);
            Assert.Equal(
                (await site.GetAsync(path, token)).Expect(200).Text,
                (await copy.GetAsync(path, token)).Expect(200).Text
            );
        }
        var third = await copy.ACommentAsync("a", "ada", "Third", first);
        (await copy.SendAsync("PATCH", $"/comments/{third}", new { body = "3" }, copy.Token("ada"))).Expect(
            200
        );
        // what came since is no obstacle to reading the file again
        var feed = await ExportAsync(here, site.Key);
        Assert.Equal(0, (await ImportAsync(there, site.Key, feed)).Counts.Created);
        await there.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task What_does_not_fit_is_told_by_line_and_left_out_alone()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var parent = await site.ACommentAsync("a", "ada", "Parent");
        var child = await site.ACommentAsync("a", "ben", "Child", parent);
        (await site.SendAsync("DELETE", $"/comments/{parent}", token: site.Token("ada"))).Expect(204);
        await site.ACommentAsync("a", "ben", "Last");
        var good = (await ExportAsync(node, site.Key)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(
            good,
            l => l.Contains($"\"commentId\": \"{parent}\"", StringComparison.Ordinal)
        );
        var feed = good.ToList();
        // the parent is gone, and with it what is about it
        feed[at] = feed[at][..20];
        feed.Insert(0, "");
        feed.Insert(1, "[]");
        feed.Insert(2, good[0].Replace("site-configured", "site-forgotten", StringComparison.Ordinal));
        feed.Insert(3, good[0].Replace("\"schema\":1", "\"schema\":2", StringComparison.Ordinal));
        feed.Add(good[1].Replace($"\"site\":\"{site.Key}\"", "\"site\":\"other\"", StringComparison.Ordinal));
        feed.Add(good[1].Replace("articleKey\": \"a\"", "articleKey\": \"b\"", StringComparison.Ordinal));
        feed.Add(good[1].Replace("\"version\":1", "\"version\":3", StringComparison.Ordinal));
        feed.Add(good[1].Replace("\"id\":\"", "\"id\":\"x", StringComparison.Ordinal));
        feed.Add(StreamId.Import(site.Key, "", "").ToString());
        feed.Add(good[^1]);

        var text = string.Join('\n', feed);
        var (planned, foreseen) = await ImportAsync(node, "copy", text, isDry: true);
        var untouched = await node.ScalarAsync(
            "select count(*) from threadstore.mt_events where tenant_id = 'copy'"
        );
        var (counts, problems) = await ImportAsync(node, "copy", text);

        Assert.Equal(0L, untouched);
        Assert.Equal(planned, counts);
        Assert.Equal(foreseen, problems);
        Assert.Equal(counts.Read, counts.Created + counts.Already + counts.Rejected);
        Assert.Equal(good.Length - 3, counts.Created);
        Assert.Equal(1, counts.Already);
        int LineOf(string part) =>
            1 + feed.FindIndex(l => l.Contains(part, StringComparison.Ordinal) && l.Length > 100);
        Assert.Equal(
            [
                (2, "it is no JSON object."),
                (3, "'site-forgotten' is no event that this version knows."),
                (4, "site-configured is of schema 2, which this version does not know."),
                (5 + at, "it is no JSON: was the file cut off, or written by something else?"),
                (LineOf($"\"commentId\": \"{child}\""), $"it does not fit: Comment {parent} does not exist."),
                (LineOf("comment-deleted"), "the event before it in its stream, version 1, is missing."),
                (good.Length + 5, $"it is of the site 'other', and those before it of '{site.Key}'."),
                (good.Length + 6, "its stream.id is not that of what its data are about."),
                (good.Length + 7, "the event before it in its stream, version 2, is missing."),
                (good.Length + 8, "it has no id, or not one of a feed."),
                (good.Length + 9, "it is no JSON: was the file cut off, or written by something else?"),
            ],
            problems.Select(p => ((int)p.Line, p.Reason)).OrderBy(p => p.Item1)
        );
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task What_a_site_has_of_its_own_is_kept()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { name = "First" });
        (await site.SendAsync("PUT", "", new { maxDepth = 4 }, site.Token("root", Role.Admin))).Expect(200);
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Of the first");
        var feed = await ExportAsync(node, site.Key);
        var other = await node.ASiteAsync(new { name = "Other" });
        (await other.PutArticleAsync("a", new { title = "Of the other" })).Expect(201);
        await other.ACommentAsync("a", "ada", "Of the other");

        var (counts, problems) = await ImportAsync(node, other.Key, feed);
        var again = await ImportAsync(node, other.Key, feed);

        // settings twice, the article, and her who writes on both
        Assert.Equal(new(5, 1, 0, 4), counts);
        Assert.Equal(new(5, 0, 1, 4), again.Counts);
        Assert.Equal(problems, again.Problems);
        Assert.Equal($"the site '{other.Key}' has settings of its own, which are kept.", problems[0].Reason);
        var settings = (await other.GetAsync("", other.Token("root", Role.Admin))).Expect(200);
        Assert.Equal("Other", settings["name"].GetString());
        Assert.Equal(32, settings["maxDepth"].GetInt32());
        Assert.Equal("Of the other", (await other.GetAsync("/articles/a")).Expect(200)["title"].GetString());
        Assert.Equal(2, (await other.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task A_history_without_its_beginning_comes_to_a_site_with_default_settings()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync(new { maxDepth = 4 });
        (await site.PutArticleAsync("a")).Expect(201);
        await site.ACommentAsync("a", "ada", "Hello");
        var feed = await ExportAsync(node, site.Key);

        var (counts, _) = await ImportAsync(node, "part", feed[(feed.IndexOf('\n') + 1)..]);

        Assert.Equal(new(3, 3, 0, 0), counts);
        var part = node.Site("part");
        Assert.Equal(
            32,
            (await part.GetAsync("", part.Token("root", Role.Admin))).Expect(200)["maxDepth"].GetInt32()
        );
        Assert.Equal(1, (await part.GetAsync("/articles/a")).Expect(200)["commentCount"].GetInt32());
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public void Every_event_knows_the_stream_that_it_is_part_of()
    {
        var examples = File.ReadLines(
            Path.Combine(Sources.Root, "tests/ThreadStore.Tests/Conventions/Events.Stored.ndjson")
        );
        foreach (var line in examples.Where(l => l.Length > 0))
        {
            var example = JsonSerializer.Deserialize<JsonElement>(line);
            var type = EventNames.Find(example.GetProperty("type").GetString()!)!;
            var data = Encoding.UTF8.GetBytes(example.GetProperty("data").GetRawText());
            Assert.NotEqual(Guid.Empty, FeedLine.StreamOf(type, data, "s"));
        }
        foreach (var (stream, happened, _) in Everything.After("s"))
            Assert.Equal(
                stream,
                FeedLine.StreamOf(
                    EventNames.Of(happened),
                    JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), Json.Options),
                    "s"
                )
            );
    }

    [Fact]
    public void Every_event_that_is_stored_is_read_and_a_time_in_a_list_is_looked_at()
    {
        foreach (var (_, happened, _) in Everything.After("s"))
            Assert.Equivalent(
                happened,
                FeedFacts.Read(
                    EventNames.Of(happened),
                    JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), Json.Options)
                )
            );
        var recounted = Everything.After("s").Select(e => e.Event).OfType<ReactionRecounted>().First() with
        {
            Casts = [new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero)],
        };

        var refused = Assert.Throws<FormatException>(() =>
            FeedFacts.Read(
                EventNames.Of(recounted),
                JsonSerializer.SerializeToUtf8Bytes(recounted, Json.Options)
            )
        );

        Assert.Contains("data.casts is of no year", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("""^\{"position":\d+,""", RegexOptions.Multiline)]
    private static partial Regex Position();
}
