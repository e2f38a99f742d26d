using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Talk 4, of which no real export could be had: its collections as its models write them.</summary>
public sealed class CoralTests(Store store)
{
    const string Assets = """
        {"_id":{"$oid":"5a"},"id":"a1","url":"https://n.example/a1","title":"One","publication_date":{"$date":"2018-01-01T00:00:00Z"},"created_at":{"$date":{"$numberLong":"1514764800000"}},"closedAt":null,"scraped":{"$date":"2018-01-01T00:00:00Z"}}
        {"_id":{"$oid":"5b"},"id":"a2","url":"https://n.example/a2","title":"Two","created_at":{"$date":1514851200000},"closedAt":{"$date":"2018-02-01T00:00:00Z"},"scraped":null}
        """;

    const string Users = """
        {"id":"u1","username":"Ann","lowercaseUsername":"ann","role":"COMMENTER","created_at":{"$date":"2017-01-01T00:00:00Z"},"status":{"banned":{"status":true}}}
        {"id":"u2","username":"Bob","lowercaseUsername":"bob","roles":["MODERATOR"],"created_at":{"$date":"2017-01-02T00:00:00Z"},"status":{"banned":{"status":false}}}
        {"id":"u3","username":"Cid","lowercaseUsername":"cid","role":"ADMIN","created_at":{"$date":"2017-01-03T00:00:00Z"}}
        """;

    const string Comments = """
        {"id":"c2","asset_id":"a1","parent_id":"c1","author_id":"u2","body":"a reply\nin two lines","body_history":[{"body":"a reply","created_at":{"$date":"2018-01-03T00:00:00Z"}},{"body":"a reply\nin two lines","created_at":{"$date":"2018-01-03T00:05:00Z"}}],"status":"NONE","tags":[{"tag":{"name":"STAFF"},"assigned_by":null}],"created_at":{"$date":"2018-01-03T00:00:00Z"},"updated_at":{"$date":"2018-01-03T00:05:00Z"}}
        {"id":"c1","asset_id":"a1","parent_id":null,"author_id":"u1","body":"first","body_history":[{"body":"first","created_at":{"$date":"2018-01-02T00:00:00Z"}}],"status":"ACCEPTED","status_history":[{"type":"ACCEPTED","assigned_by":"u2"}],"tags":[{"tag":{"name":"FEATURED"},"assigned_by":"u2"}],"created_at":{"$date":{"$numberLong":"1514851200000"}}}
        {"id":"c3","asset_id":"a2","parent_id":null,"author_id":"u1","body":"held","body_history":[],"status":"PREMOD","created_at":{"$date":"2018-01-04T00:00:00Z"}}
        {"id":"c4","asset_id":"a2","parent_id":null,"author_id":"u1","body":"bad","body_history":[],"status":"REJECTED","created_at":{"$date":"2018-01-05T00:00:00Z"}}
        {"id":"c5","asset_id":"a2","parent_id":null,"author_id":null,"body":"","body_history":[],"status":"NONE","deleted_at":{"$date":"2018-01-07T00:00:00Z"},"created_at":{"$date":"2018-01-06T00:00:00Z"}}
        """;

    const string Actions = """
        {"id":"x1","action_type":"RESPECT","group_id":null,"item_id":"c1","item_type":"COMMENTS","user_id":"u2","created_at":{"$date":"2018-01-02T01:00:00Z"},"metadata":{}}
        {"id":"x2","action_type":"LIKE","item_id":"c1","item_type":"COMMENTS","user_id":"u3","created_at":{"$date":"2018-01-02T02:00:00Z"}}
        {"id":"x3","action_type":"FLAG","group_id":"COMMENT_OFFENSIVE","item_id":"c1","item_type":"COMMENTS","user_id":"u4","created_at":{"$date":"2018-01-02T03:00:00Z"},"metadata":{"message":"rude"}}
        {"id":"x4","action_type":"DONTAGREE","item_id":"c2","item_type":"COMMENTS","user_id":"u1","created_at":{"$date":"2018-01-03T03:00:00Z"}}
        {"id":"x5","action_type":"FLAG","group_id":"USERNAME_OFFENSIVE","item_id":"u1","item_type":"USERS","user_id":"u4","created_at":{"$date":"2018-01-03T03:00:00Z"}}
        {"id":"x6","action_type":"FLAG","group_id":"BANNED_WORD","item_id":"c4","item_type":"COMMENTS","user_id":null,"created_at":{"$date":"2018-01-05T00:00:00Z"}}
        {"id":"x7","action_type":"LIKE","item_id":"c9","item_type":"COMMENTS","user_id":"u1","created_at":{"$date":"2018-01-05T00:00:00Z"}}
        """;

    [Fact]
    public async Task Talk_4_comes_with_its_actions_whatever_the_order_of_its_collections()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        using var files = new ForeignFiles(node.Database, site.Key);
        string[] paths =
        [
            files.Write("actions.json", Actions),
            files.Write("comments.json", Comments),
            files.Write("assets.json", Assets),
            files.Write("users.json", Users),
        ];

        var report = await files.ImportAsync(null, paths);
        var again = await files.ImportAsync(null, paths);

        Assert.Equal(new ImportTally(Articles: 2, Commenters: 5, Comments: 5, Reactions: 2), report.Created);
        Assert.Equal(new ImportTally(Reactions: 1), report.Rejected);
        Assert.Equal((new ImportTally(), report.Created), (again.Created, again.Already));
        Assert.Equal(["7: unknown-comment"], files.Told);
        Assert.Equal(1, report.Warnings["flags-without-people"]);
        var first = await CommentAsync(site, "c1");
        Assert.True(first.GetProperty("featured").GetBoolean());
        Assert.Equal("""{"like":2}""", first.GetProperty("reactions").GetRawText());
        var reply = await CommentAsync(site, "c2");
        Assert.Equal(
            ("2018-01-03T00:00:00Z", "2018-01-03T00:05:00Z", "a reply\nin two lines"),
            (
                reply.GetProperty("createdAt").GetString(),
                reply.GetProperty("editedAt").GetString(),
                reply.GetProperty("body").GetString()
            )
        );
        Assert.Equal(
            ("pending", "rejected"),
            (
                (await CommentAsync(site, "c3")).GetProperty("state").GetString(),
                (await CommentAsync(site, "c4")).GetProperty("state").GetString()
            )
        );
        Assert.Equal(
            ("open", "closed"),
            (
                (await site.GetAsync("/articles/a1"))["discussion"].GetString(),
                (await site.GetAsync("/articles/a2"))["discussion"].GetString()
            )
        );
        var flagged = await site.GetAsync("/moderation/queue?state=flagged", Moderator(site));
        Assert.Equal(
            ["""{"offensive":1}""", """{"other":1}"""],
            flagged["items"].EnumerateArray().Select(i => i.GetProperty("flags").GetRawText()).Order()
        );
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task What_people_of_the_house_were_stays_in_the_event()
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);
        await files.ImportAsync(
            null,
            [
                files.Write("users.json", Users),
                files.Write("comments.json", Comments),
                files.Write("assets.json", Assets),
            ]
        );

        var joined = (await site.GetAsync("/events?type=commenter-joined", site.Token("ana", Role.Analyst)))
            .Expect(200)
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<JsonElement>(l).GetProperty("data"))
            .ToDictionary(
                d => d.GetProperty("commenterKey").GetString()!,
                d => d.GetProperty("badges").GetRawText()
            );
        Assert.Equal(
            new()
            {
                ["coral:u1"] = "null",
                ["coral:u2"] = """["moderator"]""",
                ["coral:u3"] = """["admin"]""",
                ["coral:anonymous"] = "null",
            },
            joined
        );
    }

    static string Moderator(TestSite site) => site.Token("mo", Role.Moderator);

    static async Task<JsonElement> CommentAsync(TestSite site, string id) =>
        (
            await site.GetAsync(
                $"/comments/{StreamId.Import(site.Key, "coral", id)}",
                site.Token("mo", Role.Moderator)
            )
        )
            .Expect(200)
            .Json;
}
