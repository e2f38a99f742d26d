using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>What becomes of what other systems wrote, however badly.</summary>
public sealed class ForeignImportTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Line(
        string id,
        string? parent,
        string article,
        string body,
        string at = "2020-01-01T00:00:00Z"
    ) =>
        JsonSerializer.Serialize(
            new
            {
                type = "comment",
                externalId = id,
                parent,
                article,
                author = "ada",
                createdAt = at,
                body,
                bodyFormat = "text",
            }
        );

    static string Neutral(params string[] lines) =>
        string.Join(
            '\n',
            [
                """{"type":"header","format":"threadstore-ndjson","version":1}""",
                """{"type":"article","key":"a","title":"A"}""",
                """{"type":"article","key":"b","title":"B"}""",
                .. lines,
            ]
        );

    async Task<(TestSite Site, ForeignFiles Files)> OnASiteAsync()
    {
        var site = await store.ASiteAsync();
        return (site, new ForeignFiles(store.Database, site.Key));
    }

    static Guid Id(TestSite site, string id, string format = "threadstore") =>
        StreamId.Import(site.Key, format, id);

    static async Task<JsonElement> CommentAsync(TestSite site, string id, string format = "threadstore") =>
        (await site.GetAsync($"/comments/{Id(site, id, format)}", site.Token("mo", Role.Moderator)))
            .Expect(200)
            .Json;

    [Fact]
    public async Task Replies_come_before_their_parents_and_what_has_none_stands_alone()
    {
        var (site, files) = await OnASiteAsync();
        using var _ = files;

        var report = await files.ImportAsync(
            "threadstore",
            Neutral(
                Line("3", "2", "a", "third"),
                Line("2", "1", "a", "second"),
                Line("1", null, "a", "first"),
                Line("orphan", "77", "a", "orphan"),
                Line("cross", "1", "b", "cross"),
                Line("x", "z", "a", "x"),
                Line("y", "x", "a", "y"),
                Line("z", "y", "a", "z"),
                Line("self", "self", "a", "self"),
                Line("nowhere", null, "c", "nowhere")
            )
        );

        Assert.Equal(new(Articles: 2, Commenters: 1, Comments: 9), report.Created);
        Assert.Equal(new(Comments: 1), report.Rejected);
        Assert.Equal(
            ["13: unknown-article", "7: orphan-parent", "8: cross-article-parent", "9: cycle", "12: cycle"],
            files.Told
        );
        var third = await CommentAsync(site, "3");
        Assert.Equal(
            (Id(site, "2"), 2),
            (third.GetProperty("parentId").GetGuid(), third.GetProperty("depth").GetInt32())
        );
        foreach (var alone in (string[])["orphan", "cross", "x", "self"])
            Assert.Equal(
                JsonValueKind.Null,
                (await CommentAsync(site, alone)).GetProperty("parentId").ValueKind
            );
        Assert.Equal(Id(site, "y"), (await CommentAsync(site, "z")).GetProperty("parentId").GetGuid());
        Assert.Equal(8, (await site.GetAsync("/articles/a")).Json.GetProperty("commentCount").GetInt32());
    }

    [Fact]
    public async Task The_same_id_twice_is_one_comment_or_two_by_what_it_says()
    {
        var (site, files) = await OnASiteAsync();
        using var _ = files;
        var feed = Neutral(
            Line("1", null, "a", "one"),
            Line("1", null, "a", "one"),
            Line("1", null, "b", "another", "2021-01-01T00:00:00Z"),
            Line("2", "1", "b", "to the other")
        );

        var report = await files.ImportAsync("threadstore", feed);

        Assert.Equal((3, 1), (report.Created.Comments, report.Already.Comments));
        Assert.Equal(["5: duplicate", "6: id-collision"], files.Told);
        Assert.Equal(Id(site, "1~2"), (await CommentAsync(site, "2")).GetProperty("parentId").GetGuid());
        // another database of the same system has a first comment too
        report = await files.ImportAsync(
            "threadstore",
            Neutral(
                Line("1", null, "a", "third", "2022-01-01T00:00:00Z"),
                Line("9", "1", "a", "to the third")
            )
        );
        Assert.Equal((2, 0), (report.Created.Comments, report.Already.Comments));
        Assert.Equal(Id(site, "1~3"), (await CommentAsync(site, "9")).GetProperty("parentId").GetGuid());
        Assert.Equal(4, (await files.ImportAsync("threadstore", feed)).Already.Comments);
        // the source was edited since
        await files.ImportAsync("threadstore", Neutral(Line("1", null, "a", "one, edited")));
        Assert.Equal(["4: changed"], files.Told);
        Assert.Equal("one", (await CommentAsync(site, "1")).GetProperty("body").GetString());
    }

    [Theory]
    [InlineData("disqus", "<disqus>", "cut-off")]
    [InlineData("disqus", "<rss/>", "malformed")]
    [InlineData(
        "disqus",
        "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><disqus>&x;</disqus>",
        "dtd"
    )]
    [InlineData("wordpress", "nothing of the kind", "malformed")]
    [InlineData("commento", """{"version":2,"comments":[]}""", "version")]
    [InlineData("remark42", """{"version":7,"users":[],"posts":[]}""", "version")]
    [InlineData("artrans", """[{"id":"1","page_key":"/a","content":"x"}""", "cut-off")]
    [InlineData("isso", "SQLite format 3\0and no more", "cut-off")]
    [InlineData("coral", "", "malformed")]
    public async Task A_file_that_is_none_is_refused_or_told(string format, string text, string kind)
    {
        var (site, files) = await OnASiteAsync();
        using var _ = files;
        try
        {
            var report = await files.ImportAsync(format, text);
            Assert.Equal("artrans", format);
            Assert.Equal(1, report.Created.Comments);
            Assert.Contains(kind, report.Warnings.Keys);
        }
        catch (StartupException)
        {
            Assert.Empty(
                (await site.GetAsync("/events?after=1", site.Token("ana", Role.Analyst)))
                    .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Skip(1)
            );
            Assert.True(
                files.Problems.Count == 0 || files.Problems[0].Kind == kind,
                files.Told.FirstOrDefault()
            );
        }
    }

    [Fact]
    public async Task What_cant_be_read_is_told_by_line_and_costs_nothing_else()
    {
        var (site, files) = await OnASiteAsync();
        using var _ = files;
        var feed = Neutral(
            Line("1", null, "a", "good"),
            """{"type":"comment","externalId":"2","article":"a","body":"cut""",
            Line("3", null, "a", "bad date", "yesterday"),
            Line("4", null, "a", new string('x', (1 << 20) + 1)),
            """{"type":"comment","externalId":"5","article":"a","body":"\ud800"}""",
            """{"type":"opinion"}""",
            Line("6", null, "a", "good too")
        );

        var report = await files.ImportAsync("threadstore", feed);

        Assert.Equal((7, 2, 5), (report.Read.Comments, report.Created.Comments, report.Rejected.Comments));
        Assert.Equal(
            ["5: malformed", "6: bad-date", "7: too-large", "8: malformed", "9: malformed"],
            files.Told
        );
        Assert.Equal("good too", (await CommentAsync(site, "6")).GetProperty("body").GetString());
        await Assert.ThrowsAsync<StartupException>(() =>
            files.ImportAsync("threadstore", [files.Write("strict", feed)], isStrict: true)
        );
    }

    [Fact]
    public async Task An_import_that_was_cut_off_anywhere_ends_as_one_that_was_not()
    {
        var lines = Enumerable
            .Range(1, 900)
            .Select(i => Line($"{i}", i % 3 == 0 ? $"{i + 1}" : null, i % 2 == 0 ? "a" : "b", $"text {i}"))
            .Append("""{"type":"reaction","comment":"5","commenter":"eve","kind":"up"}""");
        var feed = Neutral([.. lines]);
        var (whole, files) = await OnASiteAsync();
        using var _ = files;
        await files.ImportAsync("threadstore", feed);

        var (site, broken) = await OnASiteAsync();
        using var __ = broken;
        for (var stretch = 1; stretch < 20; stretch++)
        {
            var (left, isDone) = (stretch, true);
            try
            {
                await broken.ImportAsync(
                    "threadstore",
                    [broken.Write("feed", feed)],
                    alongside: (_, connection) =>
                    {
                        if (--left > 0)
                            return Task.CompletedTask;
                        isDone = false;
                        // as if the server had died: the transaction is lost
                        throw new NpgsqlException("gone");
                    }
                );
            }
            catch (NpgsqlException)
            {
                // the same command follows
            }
            if (isDone)
                break;
        }

        foreach (var article in (string[])["a", "b"])
            Assert.Equal(await TextsAsync(whole, article), await TextsAsync(site, article));
    }

    async Task<string[]> TextsAsync(TestSite site, string article)
    {
        await using var command = store.Database.CreateCommand(
            """
            select content || depth || state || reply_count || posted_at || reactions from threadstore.comment_rows
            where site = $1 and article_id = $2 order by posted_at, content
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        command.Parameters.Add(new() { Value = StreamId.Article(site.Key, article) });
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var texts = new List<string>();
        while (await reader.ReadAsync(Ct))
            texts.Add(reader.GetString(0));
        return [.. texts];
    }

    [Fact]
    public async Task Archives_and_addresses()
    {
        var (site, files) = await OnASiteAsync();
        using var _ = files;
        using var zipped = new MemoryStream();
        using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
            foreach (
                var (name, text) in (ReadOnlySpan<(string, string)>)
                    [
                        (
                            "comments.csv",
                            "c1,u1,s1,2020-01-01T00:00:00Z,\"a \"\"quoted\"\"\nline\",,APPROVED,\n"
                        ),
                        ("stories.csv", "s1,/2020/one/,One,,2020-01-01T00:00:00Z,,COMMENTS\n"),
                        ("users.csv", "u1,ada@example.com,Ada,COMMENTER,true,2019-01-01T00:00:00Z\n"),
                    ]
            )
            {
                using var entry = new StreamWriter(archive.CreateEntry(name).Open());
                entry.Write(text);
            }

        var report = await files.ImportAsync(
            null,
            [files.Write("coral.zip", zipped.ToArray())],
            addresses: PageAddresses.Of(
                "https://news.example",
                new StringReader("https://news.example/2020/one,https://new.example/1\n")
            )
        );

        Assert.Equal(new(1, 1, 1, 0), report.Created);
        var comment = await CommentAsync(site, "c1", "coral");
        Assert.Equal(
            "<p dir=\"auto\">a \"quoted\"<br>\nline</p>",
            comment.GetProperty("html").GetString()?.Replace("&quot;", "\"", StringComparison.Ordinal)
        );
        Assert.Equal(
            "https://new.example/1",
            (await site.GetAsync("/articles/s1")).Json.GetProperty("url").GetString()
        );
        var ada = (await site.GetAsync("/commenters/coral:u1", site.Token("mo", Role.Moderator))).Expect(200);
        Assert.Equal(
            ("Ada", "banned"),
            (ada.Json.GetProperty("name").GetString(), ada.Json.GetProperty("standing").GetString())
        );
        var events = (await site.GetAsync("/events?limit=1000", site.Token("ana", Role.Analyst))).Text;
        Assert.DoesNotContain("example.com", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trap_is_no_archive()
    {
        var (_, files) = await OnASiteAsync();
        using var __ = files;
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write("<disqus>"u8);
            var nothing = new byte[1 << 20];
            for (var i = 0; i < 160; i++)
                gzip.Write(nothing);
        }
        var path = files.Write("bomb.gz", bomb.ToArray());

        await Assert.ThrowsAsync<StartupException>(() => files.ImportAsync("disqus", [path]));
    }

    [Fact]
    public async Task What_people_did_elsewhere_comes_along()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        using var files = new ForeignFiles(node.Database, site.Key);
        var backup = string.Join(
            '\n',
            """{"version":1,"users":[{"id":"github_bad","blocked":{"status":true,"until":"2999-01-01T00:00:00Z"}}],"posts":[{"url":"https://n.example/1","read_only":true}]}""",
            """{"id":"1","pid":"","text":"<p>first</p>","orig":"*first*","user":{"name":"Ann","id":"github_ann"},"locator":{"url":"https://n.example/1"},"score":1,"votes":{"github_bad":true,"github_bob":false},"time":"2020-01-01T00:00:00.123456789+02:00","pin":true,"edit":{"time":"2020-01-02T00:00:00Z"}}""",
            """{"id":"2","pid":"1","text":"gone","user":{"name":"Bad","id":"github_bad"},"locator":{"url":"https://n.example/1"},"score":5,"votes":{},"time":"2020-01-01T00:00:01Z","delete":true}""",
            """{"id":"3","pid":"2","text":"<script>x</script><b>below</b>","user":{"name":"Bob","id":"github_bob"},"locator":{"url":"https://n.example/1"},"score":5,"votes":{},"time":"2020-01-01T00:00:02Z"}"""
        );

        var report = await files.ImportAsync("remark42", backup);

        Assert.Equal(new(1, 3, 3, 2), report.Created);
        var first = await CommentAsync(site, "1", "remark42");
        Assert.Equal("<p dir=\"auto\"><em>first</em></p>", first.GetProperty("html").GetString());
        Assert.Equal("2019-12-31T22:00:00.123456Z", first.GetProperty("createdAt").GetString());
        Assert.Equal("2020-01-02T00:00:00Z", first.GetProperty("editedAt").GetString());
        Assert.True(first.GetProperty("featured").GetBoolean());
        Assert.Equal("""{"dislike":1,"like":1}""", first.GetProperty("reactions").GetRawText());
        var thread = (
            await site.GetAsync($"/articles/{Uri.EscapeDataString("https://n.example/1")}/comments")
        ).Expect(200);
        var tombstone = thread.Json.GetProperty("items")[0].GetProperty("replies").GetProperty("items")[0];
        Assert.Equal(
            ("deleted", "author"),
            (tombstone.GetProperty("state").GetString(), tombstone.GetProperty("removedBy").GetString())
        );
        Assert.Equal(JsonValueKind.Null, tombstone.GetProperty("body").ValueKind);
        Assert.Equal(2, thread.Json.GetProperty("commentCount").GetInt32());
        Assert.Equal(
            "closed",
            (await site.GetAsync($"/articles/{Uri.EscapeDataString("https://n.example/1")}"))
                .Json.GetProperty("discussion")
                .GetString()
        );
        Assert.Equal(
            "suspended",
            (await site.GetAsync("/commenters/remark42:github_bad", site.Token("mo", Role.Moderator)))
                .Json.GetProperty("standing")
                .GetString()
        );
        var events = (await site.GetAsync("/events?limit=1000", site.Token("ana", Role.Analyst))).Text;
        Assert.DoesNotContain("\"gone\"", events, StringComparison.Ordinal);
        Assert.Contains(
            "\"importedScore\":5",
            events.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        (
            await site.SendAsync(
                "POST",
                "/articles/x/comments",
                new { body = "x" },
                site.Token("remark42:github_ann")
            )
        ).Expect(403);
    }

    [Theory]
    [InlineData("{\"page_key\":\"/a\"}", "none")]
    [InlineData("[{\"id\":\"1\",\"page_key\":\"/a\"}]", "artrans")]
    [InlineData("[{\"id\":\"/a\",\"title\":\"t\",\"comments\":[]}]", "isso")]
    [InlineData("{\"version\":3}", "commento, remark42")]
    [InlineData("{\"version\":3,\"pages\":[", "commento")]
    [InlineData("{\"version\":1,\"users\":[],\"posts\":[]}\n{\"id\":\"1\"", "remark42")]
    [InlineData("{\"id\":\"1\",\"storyID\":\"s\",\"revisions\":[]}", "coral")]
    [InlineData("u1,a@example.com,Ann,,,\n", "coral")]
    [InlineData("{\"id\":\"1\",\"source\":\"http://x\",\"comments\":[]}", "livefyre")]
    [InlineData(" date 2021-04-02 It happened, as expected, today.\n", "text")]
    [InlineData("`<?xml version='1.0'?><disqus xmlns='http://disqus.com'>", "disqus")]
    [InlineData("<rss xmlns:wp=\"https://wordpress.org/export/1.2/\">", "wordpress")]
    [InlineData("<rss/>", "none")]
    [InlineData("{\"position\":1,\"id\":\"x\",\"stream\":{},\"data\":{}}", "threadstore")]
    public void A_format_is_recognised_by_content(string head, string formats)
    {
        var fits = Recognition.Fitting(
            ThreadStore.Transfer.Formats.FileHead.Of("f", Encoding.UTF8.GetBytes(head))
        );
        Assert.Equal(formats, fits.Count == 0 ? "none" : string.Join(", ", fits));
    }

    [Theory]
    [InlineData(
        "<a b=c d='e'>x & y &nbsp;&amp;<![CDATA[ & <z ]]>&#x1F600;</a>",
        "<a b=\"c\" d='e'>x &amp; y \u00A0&amp;<![CDATA[ & <z ]]>&#x1F600;</a>"
    )]
    [InlineData("junk<!-- a=b & --><a><b c=d/></a>", "<!-- a=b & --><a><b c=\"d\"/></a>")]
    public void Xml_is_put_right_on_its_way(string written, string read)
    {
        using var xml = new ThreadStore.Transfer.Formats.LenientXml(new StringReader(written));
        var text = new StringBuilder();
        var buffer = new char[3];
        while (xml.Read(buffer, 0, 3) is > 0 and var n)
            text.Append(buffer, 0, n);
        Assert.Equal(read, text.ToString());
    }
}
