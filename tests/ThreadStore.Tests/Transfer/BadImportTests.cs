using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Files that are broken, or meant to break something: each is told by line, kind and sentence, and none is a 500.</summary>
public sealed class BadImportTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="Told">Line and kind of what is told first.</param>
    /// <param name="Created">Comments; null: nothing can be read, and it fails.</param>
    sealed record Bad(string What, byte[] File, string Told, int? Created, string? Format = null);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static string Post(int id, string more = "", string at = "2020-01-01T00:00:00Z") =>
        $"<post dsq:id=\"{id}\"><message><![CDATA[<p>text {id}{more}</p>]]></message><createdAt>{at}</createdAt>"
        + "<author><name>Ann</name></author><thread dsq:id=\"1\"/></post>\n";

    static string Disqus(params string[] posts) =>
        "<disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">\n"
        + "<thread dsq:id=\"1\"><link>https://n.example/1</link></thread>\n"
        + string.Concat(posts)
        + "</disqus>";

    static byte[] Gzip(params byte[][] pieces)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize, leaveOpen: true))
            foreach (var piece in pieces)
                gzip.Write(piece);
        return zipped.ToArray();
    }

    static byte[] Zip(params byte[][] pieces)
    {
        using var zipped = new MemoryStream();
        using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("export.xml").Open())
            foreach (var piece in pieces)
                entry.Write(piece);
        return zipped.ToArray();
    }

    static string Noise(int length, int seed = 1)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26))));
    }

    /// <summary>A post, and then a hundred MiB of nothing.</summary>
    static byte[][] Bomb()
    {
        var nothing = new byte[1 << 20];
        nothing.AsSpan().Fill((byte)' ');
        return [Utf8(Disqus(Post(1)))[..^"</disqus>".Length], .. Enumerable.Repeat(nothing, 100)];
    }

    static IEnumerable<Bad> All()
    {
        var good = Disqus(Post(1), Post(2));
        var noisy = Utf8(Disqus([.. Enumerable.Range(1, 40).Select(i => Post(i, Noise(4_000, i)))]));
        yield return new("XML that is cut off", Utf8(good[..^30]), "4: cut-off", 1);
        yield return new("XML that is cut off at once", Utf8("<disqus>"), "1: cut-off", null);
        yield return new(
            "JSON that is cut off",
            Utf8(
                """[{"id":"1","page_key":"/a","content":"x"},"""
                    + "\n"
                    + """{"id":"2","page_key":"/a","cont"""
            ),
            "2: cut-off",
            1
        );
        yield return new("an empty file", [], "0: failed", null);
        yield return new("no format at all", [1, 0, 2], "0: failed", null);
        yield return new("another format than is said", Utf8("<rss/>"), "1: malformed", null, "disqus");
        yield return new("gzip of nothing", Gzip([]), "0: failed", null);
        yield return new("gzip that is cut off", Gzip(noisy)[..^2_000], "*: cut-off", 39);
        yield return new("gzip that is only a head", Gzip(noisy)[..12], "0: failed", null);
        yield return new("a zip that is cut off", Zip(noisy)[..^100], "0: failed", null);
        yield return new("a zip bomb", Zip(Bomb()), "*: trap", 1);
        yield return new("a gzip bomb", Gzip(Bomb()), "*: trap", 1);
        yield return new("an unknown version", Utf8("""{"version":2,"comments":[]}"""), "1: version", null);
        yield return new(
            "an unknown version of the backup",
            Utf8("""{"version":7,"users":[],"posts":[]}"""),
            "1: version",
            null,
            "remark42"
        );
        yield return new(
            "an unknown version of our own",
            Utf8("""{"type":"header","format":"threadstore-ndjson","version":2}"""),
            "1: version",
            null
        );
        yield return new(
            "an external entity",
            Utf8(
                "<!DOCTYPE disqus [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n"
                    + Disqus(Post(1)).Replace("text 1", "&x;", StringComparison.Ordinal)
            ),
            "1: dtd",
            null
        );
        yield return new(
            "entities upon entities",
            Utf8(
                "<!DOCTYPE disqus [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\n"
                    + Disqus(Post(1))
            ),
            "1: dtd",
            null
        );
        yield return new(
            "a record over 1 MiB",
            Utf8(Disqus(Post(1, Noise(1_100_000)), Post(2))),
            "3: too-large",
            1
        );
        yield return new(
            "a line over 1 MiB",
            Utf8(
                $$$"""
                {"id":"1","pid":"","text":"{{{Noise(
                    1_100_000
                )}}}","locator":{"url":"https://n.example/1"},"user":{"id":"a"}}
                {"id":"2","pid":"","text":"y","locator":{"url":"https://n.example/1"},"user":{"id":"a"}}
                """
            ),
            "1: too-large",
            1,
            "remark42"
        );
        yield return new(
            "a wrong encoding declared",
            [
                .. "<?xml version=\"1.0\" encoding=\"utf-8\"?>"u8,
                .. Encoding.Latin1.GetBytes(Disqus(Post(1, "é"))),
            ],
            "0: encoding",
            1
        );
        yield return new(
            "an encoding that is none",
            Utf8("<?xml version=\"1.0\" encoding=\"utf-99\"?>" + Disqus(Post(1, "é"), Post(2, at: "soon"))),
            "4: bad-date",
            1
        );
        yield return new(
            "JSON in another encoding",
            [
                .. """[{"id":"1","page_key":"/a","content":"x"},"""u8,
                (byte)'\n',
                .. """{"id":"2","page_key":"/a","content":"caf"""u8,
                0xE9,
                .. "\"}]"u8,
            ],
            "2: malformed",
            1
        );
        yield return new(
            "a date that is none",
            Utf8(Disqus(Post(1, at: "2011-x09-30"), Post(2))),
            "3: bad-date",
            1
        );
        yield return new(
            "an event that is none",
            Utf8("""{"position":1,"id":"x","stream":{},"type":"comment-posted","data":{}}"""),
            "1: malformed",
            null
        );
    }

    [Fact]
    public async Task What_is_broken_in_a_file_that_was_sent_is_told_and_the_rest_is_kept()
    {
        await using var node = await Node.StartAsync(store);
        var complaints = new List<string>();
        foreach (var bad in All())
            try
            {
                var site = await node.ASiteAsync();
                var query = bad.Format is null ? "" : $"?format={bad.Format}";
                var ended = await ImportJobTests.SendAsync(site, $"/imports{query}", bad.File);
                Assert.Equal(bad.Created is null ? "failed" : "done", ended["state"].GetString());
                var told = await AssertToldAsync(site, ended, bad);
                var created = await CommentsAsync(node, site);
                Assert.True((bad.Created ?? 0) == created, $"{created} created\n{told}");

                // whatever can't be read is too much for who is strict
                site = await node.ASiteAsync();
                var strict = await ImportJobTests.SendAsync(
                    site,
                    $"/imports?strict=true{(bad.Format is null ? "" : $"&format={bad.Format}")}",
                    bad.File
                );
                var isOnlyOdd = bad.Told == "0: encoding";
                Assert.Equal(isOnlyOdd ? "done" : "failed", strict["state"].GetString());
                Assert.Equal(isOnlyOdd ? 1 : 0, await CommentsAsync(node, site));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                complaints.Add($"{bad.What}: {e.Message} {e.StackTrace}");
            }
        Assert.True(complaints.Count == 0, string.Join("\n\n", complaints));
    }

    static async Task<string> AssertToldAsync(TestSite site, Reply ended, Bad bad)
    {
        var lines = (await site.GetAsync($"/imports/{ended["id"]}/problems", ImportJobTests.Admin(site)))
            .Expect(200)
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<ImportProblem>(l, Json.Options)!)
            .ToList();
        var first = lines[0];
        Assert.Equal(bad.Told, bad.Told.StartsWith('*') ? $"*: {first.Kind}" : $"{first.Line}: {first.Kind}");
        Assert.All(lines, l => Assert.EndsWith(".", l.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Message.Contains("our side", StringComparison.Ordinal));
        Assert.Equal(
            ended["read"].GetProperty("comments").GetInt32(),
            ended["created"].GetProperty("comments").GetInt32()
                + ended["rejected"].GetProperty("comments").GetInt32()
        );
        return string.Join('\n', lines);
    }

    static async Task<long> CommentsAsync(Node node, TestSite site) =>
        (long)
            (
                await node.ScalarAsync(
                    $"select count(*) from threadstore.comment_rows where site = '{site.Key}'"
                )
            )!;

    [Fact]
    public async Task The_command_ends_with_a_sentence_and_writes_the_report()
    {
        await using var node = await Node.StartAsync(store);
        using var program = new ThreadStoreProgram();
        async Task<Ran> RunAsync(string name, byte[] file, params string[] more)
        {
            await File.WriteAllBytesAsync(Path.Combine(program.Folder, name), file, Ct);
            return await program.RunAsync(
                ["import", "--site", "s", "--json", "--report", "report", .. more, name],
                ("ConnectionStrings__ThreadStore", node.ConnectionString)
            );
        }

        var none = (await RunAsync("none", [1, 0, 2])).Expect(1);
        Assert.Equal("none: no format fits; give one with --format.", Assert.Single(none.ErrorLines));
        var torn = (await RunAsync("torn.zip", Zip(Utf8(Disqus(Post(1))))[..^50])).Expect(1);
        Assert.StartsWith(
            "torn.zip can't be unpacked; it may have been cut off: ",
            Assert.Single(torn.ErrorLines),
            StringComparison.Ordinal
        );
        var broken = Utf8(Disqus(Post(1), Post(2, at: "soon")));
        var strict = (await RunAsync("disqus.xml", broken, "--strict")).Expect(1);
        Assert.Empty(strict.OutLines);
        Assert.Equal("disqus.xml:4: 'soon' is no time. Nothing was stored.", strict.ErrorLines[^1]);

        var lost = Utf8(Disqus(Post(1), Post(2).Replace("<thread dsq:id=\"1\"", "<thread dsq:id=\"7\"")));
        var nowhere = (await RunAsync("lost.xml", lost, "--strict")).Expect(1);
        Assert.Empty(nowhere.OutLines);
        Assert.Equal(
            "lost.xml:4: it is on a page that is not in the file. Nothing was stored.",
            nowhere.ErrorLines[^1]
        );

        var kept = (await RunAsync("disqus.xml", broken)).Expect(0);

        Assert.Equal(
            new ImportTally(Comments: 1),
            JsonSerializer.Deserialize<ImportJobView>(kept.OutLines[^1], Json.Options)!.Rejected
        );
        Assert.Equal(
            """{"file":"disqus.xml","line":4,"record":"2","kind":"bad-date","message":"'soon' is no time."}""",
            (await File.ReadAllTextAsync(Path.Combine(program.Folder, "report"), Ct)).TrimEnd()
        );
    }
}
