using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>
/// A feed that somebody wrote by hand, or whose disk was bad: each member of each event is left out, emptied, of another
/// type or absurd. Each such line is taken or told, none ends the import, and whatever was taken can be read.
/// </summary>
public sealed class MutatedFeedTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed record Mutation(string Type, string What, JsonObject Line);

    static JsonObject Line(string site, StreamEvent e, long version, Guid id)
    {
        var type = EventNames.Of(e.Event);
        return new()
        {
            ["id"] = id,
            ["stream"] = new JsonObject { ["type"] = type.Stream, ["id"] = e.Stream },
            ["version"] = version,
            ["type"] = type.Name,
            ["schema"] = type.Schema,
            ["at"] = "2026-05-02T00:00:00Z",
            ["by"] = "x",
            ["site"] = site,
            ["data"] = JsonSerializer.SerializeToNode(e.Event, e.Event.GetType(), Json.Options),
            ["metadata"] = new JsonObject { ["correlationId"] = null },
        };
    }

    static List<JsonObject> Lines(string site)
    {
        var versions = new Dictionary<Guid, long>();
        return
        [
            .. Everything
                .After(site)
                .Select(e =>
                    Line(
                        site,
                        e,
                        versions[e.Stream] = versions.GetValueOrDefault(e.Stream) + 1,
                        Guid.CreateVersion7()
                    )
                ),
        ];
    }

    /// <summary>Every member, however deep, as the way to it.</summary>
    static IEnumerable<string[]> Members(JsonNode? node)
    {
        var children = node switch
        {
            JsonObject o => o.Select(m => (m.Key, m.Value)),
            JsonArray a => a.Take(1).Select((v, i) => (i.ToString(CultureInfo.InvariantCulture), v)),
            _ => [],
        };
        foreach (var (name, value) in children)
        {
            yield return [name];
            foreach (var rest in Members(value))
                yield return [name, .. rest];
        }
    }

    static readonly (string Name, Func<JsonNode?>? Value)[] Values =
    [
        ("missing", null),
        ("null", () => null),
        ("number", () => -7),
        ("large", () => 1e300),
        ("text", () => "no such \u0000 thing"),
        ("long", () => new string('x', 5_000)),
        ("empty", () => ""),
        ("early", () => "0001-01-01T00:00:00Z"),
        ("late", () => "9999-12-31T23:59:59Z"),
        ("list", () => new JsonArray(null, 1)),
        ("object", () => new JsonObject { ["body"] = 1 }),
        ("true", () => true),
    ];

    /// <summary>Each differs in one member from a line that fits.</summary>
    static IEnumerable<Mutation> Mutations(IEnumerable<JsonObject> lines)
    {
        foreach (var line in lines.DistinctBy(l => (string?)l["type"]))
        foreach (var path in Members(line))
        foreach (var (name, value) in Values)
        {
            var copy = (JsonObject)line.DeepClone();
            JsonNode parent = copy;
            foreach (var step in path[..^1])
                parent = parent is JsonArray a
                    ? a[int.Parse(step, CultureInfo.InvariantCulture)]!
                    : parent[step]!;
            if (parent is JsonArray items)
                items[0] = value?.Invoke();
            else if (value is null)
                ((JsonObject)parent).Remove(path[^1]);
            else
                parent[path[^1]] = value();
            yield return new((string)line["type"]!, $"{string.Join('.', path)} {name}", copy);
        }
    }

    static byte[] Utf8(JsonNode line) => Encoding.UTF8.GetBytes(line.ToJsonString(Json.Options));

    [Fact]
    public void Every_mutation_of_every_member_of_every_event_is_an_event_or_a_fault_that_is_told()
    {
        var read = 0;
        Assert.All(
            Mutations(Lines("s")),
            m =>
            {
                string? from = null;
                var fault = Record.Exception(() => FeedLine.Read(Utf8(m.Line), 1, ref from, "s"));
                if (fault is null)
                    read++;
                else
                    Assert.True(fault is FormatException, $"{m.Type} {m.What}: {fault}");
            }
        );
        Assert.InRange(read, 100, 5_000);
    }

    [Fact]
    public async Task What_is_taken_of_mutated_lines_can_be_read_and_follows_from_the_events()
    {
        await using var node = await Node.StartAsync(store);
        var site = node.Site($"s{Guid.NewGuid():N}");
        var lines = Lines(site.Key);
        var versions = new Dictionary<Guid, long>();
        foreach (var line in lines)
            versions[(Guid)line["stream"]!["id"]!] = (long)line["version"]!;
        var feed = new StringBuilder();
        foreach (var line in lines)
            feed.AppendLine(line.ToJsonString(Json.Options));
        var count = lines.Count;
        // what can't be read is told before anything is appended: here are the others, each next in its stream
        foreach (var mutation in Mutations(lines))
        {
            string? from = site.Key;
            if (Record.Exception(() => FeedLine.Read(Utf8(mutation.Line), 1, ref from, site.Key)) is not null)
                continue;
            var stream = (Guid)mutation.Line["stream"]!["id"]!;
            if ((long)mutation.Line["version"]! == 1 && mutation.Type == "comment-posted")
                stream = Another(mutation.Line);
            mutation.Line["id"] = Guid.CreateVersion7();
            mutation.Line["version"] = versions[stream] = versions.GetValueOrDefault(stream) + 1;
            feed.AppendLine(mutation.Line.ToJsonString(Json.Options));
            count++;
        }

        await using (var import = await ImportFeed.OpenAsync(node.Database, site.Key, isDry: false, Ct))
        {
            var problems = new List<FeedProblem>();
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(feed.ToString()));
            var counts = await import.RunAsync(file, problems.Add, (_, _) => { }, Ct);

            Assert.Equal(count, counts.Read);
            Assert.Equal(counts.Rejected, problems.Count);
            Assert.Equal(counts.Read, counts.Created + counts.Already + counts.Rejected);
            Assert.InRange(counts.Created, lines.Count, count);
        }
        await node.AssertRowsFollowFromEventsAsync();
        await AssertReadableAsync(node, site);
    }

    /// <summary>Posts are first in their streams, so each has one of its own.</summary>
    static Guid Another(JsonObject posted)
    {
        var id = Guid.CreateVersion7();
        posted["data"]!["commentId"] = id;
        posted["stream"]!["id"] = id;
        return id;
    }

    static async Task AssertReadableAsync(Node node, TestSite site)
    {
        var moderator = site.Token("m", Role.Moderator);
        var analyst = site.Token("ana", Role.Analyst);
        var position = await node.ScalarAsync("select max(seq_id) from threadstore.mt_events");
        foreach (var sort in (string[])["newest", "oldest", "best", "hot", "controversial", "replies"])
            (await FollowedAsync($"/articles/a/comments?sort={sort}&limit=100")).Expect(200);
        (await FollowedAsync($"/articles/a/comments?atPosition={position}&limit=100", analyst)).Expect(200);
        (await FollowedAsync("/articles/a")).Expect(200);
        (await site.GetAsync("/articles")).Expect(200);
        (await site.GetAsync("/events?limit=10000", analyst)).Expect(200);
        foreach (var state in (string[])["pending", "flagged", "rejected"])
            (await site.GetAsync($"/moderation/queue?state={state}&limit=100", moderator)).Expect(200);
        (await site.GetAsync("/moderation/log?limit=100", moderator)).Expect(200);
        (await site.GetAsync("/moderation/appeals?limit=100", moderator)).Expect(200);
        (await site.GetAsync("/commenters/ada", moderator)).Expect(200);
        (await site.GetAsync("/commenters/ada/comments?limit=100", moderator)).Expect(200);
        foreach (var id in await IdsAsync(node, site))
            (await site.GetAsync($"/comments/{id}/history", moderator)).Expect(200);
        (await site.SendAsync("POST", "/analytics/what-if", new { }, analyst)).Expect(200);
        (await site.GetAsync($"/analytics/moderation?minPosition={position}", analyst)).Expect(200);
        Assert.Empty(await ReportCheck.CompareAsync(node.Database, null, Ct));
        using var lake = new Lake();
        await lake.ReplayAsync(node.Database, site: null);
        await lake.AssertEqualsRowsAsync(node.Database, site.Key);

        // what was renamed or merged leads on
        async Task<Reply> FollowedAsync(string path, string? token = null)
        {
            var reply = await site.GetAsync(path, token);
            while (reply.Status == 308)
                reply = await site.GetAsync(reply.Headers["Location"][site.Path.Length..], token);
            return reply;
        }
    }

    static async Task<List<Guid>> IdsAsync(Node node, TestSite site)
    {
        await using var command = node.Database.CreateCommand(
            $"select id from threadstore.comment_rows where site = '{site.Key}' limit 40"
        );
        var ids = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            ids.Add(reader.GetGuid(0));
        return ids;
    }
}
