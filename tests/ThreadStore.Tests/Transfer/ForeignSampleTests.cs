using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Real exports, and what people counted in them; they lie beside the checkout, not in it.</summary>
public sealed class ForeignSampleTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly (string Format, string[] Files)[] Samples =
    [
        ("artrans", ["artrans-disqus.json"]),
        ("artrans", ["artrans-wordpress.json"]),
        ("commento", ["comentario-v3-single.json.gz"]),
        ("commento", ["commento-remark42.json"]),
        ("commento", ["commento-synthetic-states.json"]),
        ("coral", ["coral-csv-derived-se"]),
        ("coral", ["coral-derived-se.ndjson"]),
        ("disqus", ["disqus-artransfer.xml"]),
        ("disqus", ["disqus-isso-test.xml"]),
        ("disqus", ["disqus-remark42-test.xml"]),
        ("disqus", ["disqus-synthetic-nasty.xml"]),
        ("isso", ["isso-generic.json"]),
        ("isso", ["isso-snjlogs.db"]),
        ("isso", ["isso-synthetic-modes.db"]),
        ("livefyre", ["livefyre-comments.json", "livefyre-users.json", "livefyre-assets.json"]),
        ("remark42", ["remark42-derived-se.jsonl"]),
        ("remark42", ["remark42-native-test.jsonl"]),
        ("threadstore", ["threadstore-derived-se.ndjson"]),
        ("wordpress", ["wxr-artransfer.xml"]),
        ("wordpress", ["wxr-isso-test.xml"]),
        ("wordpress", ["wxr-small-export.xml"]),
        ("wordpress", ["wxr-synthetic-nasty.xml"]),
        ("wordpress", ["wxr-theme-unit-test.xml"]),
    ];

    /// <summary>What the command is given by itself, packed, as a folder, as a database and as several files; that it is one
    /// code with what is sent, these tell.</summary>
    static readonly string[] ByCommand =
    [
        "comentario-v3-single.json.gz",
        "coral-csv-derived-se",
        "disqus-synthetic-nasty.xml",
        "isso-synthetic-modes.db",
        "livefyre-comments.json",
        "remark42-native-test.jsonl",
    ];

    static string Folder()
    {
        var folder = TextPageSampleTests.Above("shared/samples");
        Assert.SkipUnless(Directory.Exists(folder), "No shared/samples beside the checkout.");
        return folder;
    }

    static string[] Paths(string folder, string[] files) =>
        [
            .. files
                .Select(f => Path.Combine(folder, f))
                .SelectMany(p => Directory.Exists(p) ? Directory.GetFiles(p).Order().ToArray() : [p]),
        ];

    static JsonElement Expected(string folder, string[] files) =>
        JsonSerializer.Deserialize<JsonElement>(
            File.ReadAllBytes(Path.Combine(folder, $"{files[0]}.expected.json"))
        );

    [Fact]
    public async Task Every_sample_that_is_sent_gives_what_people_counted_and_again_nothing()
    {
        var folder = Folder();
        await using var node = await Node.StartAsync(store);
        foreach (var (format, files) in Samples)
        {
            var site = await node.ASiteAsync();
            var paths = Paths(folder, files);
            try
            {
                var dry = await SendAsync(site, paths, "?dryRun=true");
                var first = await SendAsync(site, paths);
                var again = await SendAsync(site, paths);

                Assert.Equal(format, first.Format);
                Assert.Equal(first.Created, dry.Created);
                await HoldsAsync(node, site, Expected(folder, files), first, again);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Assert.Fail($"{files[0]}: {e}");
            }
        }
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task Whatever_kind_of_file_the_command_loads_gives_what_people_counted_and_again_nothing()
    {
        var folder = Folder();
        await using var node = await Node.StartAsync(store);
        using var program = new ThreadStoreProgram();
        foreach (var (format, files) in Samples.Where(s => ByCommand.Contains(s.Files[0])))
        {
            var site = node.Site($"s{Guid.NewGuid():N}");
            var paths = Paths(folder, files);
            try
            {
                var first = await RunAsync(program, node, site, paths);
                var again = await RunAsync(program, node, site, paths);

                Assert.Equal(format, first.Format);
                await HoldsAsync(node, site, Expected(folder, files), first, again);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Assert.Fail($"{files[0]}: {e}");
            }
        }
        await node.AssertRowsFollowFromEventsAsync();
    }

    static async Task<ImportJobView> RunAsync(
        ThreadStoreProgram program,
        Node node,
        TestSite site,
        string[] paths
    )
    {
        var report = Path.Combine(program.Folder, "problems.ndjson");
        var ran = (
            await program.RunAsync(
                ["import", "--site", site.Key, "--json", "--report", report, .. paths],
                ("ConnectionStrings__ThreadStore", node.ConnectionString)
            )
        ).Expect(0);
        var view = View(Assert.Single(ran.OutLines));
        Assert.Equal(paths.Sum(p => new FileInfo(p).Length), view.Bytes);
        AssertTold(view, await File.ReadAllLinesAsync(report, Ct));
        return view;
    }

    /// <summary>Several files that belong together are sent as one zip.</summary>
    static async Task<ImportJobView> SendAsync(TestSite site, string[] paths, string query = "")
    {
        var body = paths.Length == 1 ? await File.ReadAllBytesAsync(paths[0], Ct) : Zipped(paths);
        var ended = await ImportJobTests.SendAsync(site, $"/imports{query}", body);
        var told = await site.GetAsync($"/imports/{ended["id"]}/problems", ImportJobTests.Admin(site));
        var view = View(ended.Text);
        Assert.Equal(body.Length, view.Bytes);
        AssertTold(view, told.Expect(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return view;
    }

    static ImportJobView View(string json) =>
        JsonSerializer.Deserialize<ImportJobView>(json, Json.Options)
        ?? throw new InvalidOperationException("No import.");

    /// <summary>A line for each thing that is told; what was left out on purpose, or has no time, is only counted.</summary>
    static void AssertTold(ImportJobView view, string[] lines)
    {
        var told = lines
            .Select(l => JsonSerializer.Deserialize<ImportProblem>(l, Json.Options)!.Kind)
            .CountBy(k => k)
            .ToDictionary(k => k.Key, k => (long)k.Value);
        string[] counted = ["pingback", "trackback", "time-estimated", "flags-without-people"];
        Assert.Equal(view.Warnings.Where(w => !counted.Contains(w.Key)).ToDictionary(), told);
    }

    static byte[] Zipped(string[] paths)
    {
        using var zipped = new MemoryStream();
        using (var archive = new ZipArchive(zipped, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var path in paths)
                archive.CreateEntryFromFile(path, Path.GetFileName(path));
        return zipped.ToArray();
    }

    static async Task HoldsAsync(
        Node node,
        TestSite site,
        JsonElement expected,
        ImportJobView report,
        ImportJobView again
    )
    {
        Assert.Equal(report.Read, report.Created + report.Already + report.Rejected);
        Assert.Equal(new ImportTally(), again.Created);
        Assert.Equal(report.Created + report.Already, again.Already);
        Assert.Equal((ImportState.Done, report.Rejected), (again.State, again.Rejected));

        var pings = expected.TryGetProperty("kinds", out var kinds)
            ? kinds.EnumerateObject().Where(k => k.Name != "comment").Sum(k => k.Value.GetInt64())
            : 0;
        var after = expected.GetProperty("afterImport");
        var (articles, comments) = (expected.GetProperty("articles"), expected.GetProperty("comments"));
        var created = after.GetProperty("comments").GetInt64() - pings;
        Assert.Equal(created, report.Created.Comments);
        Assert.Equal(articles.GetProperty("total").GetInt64(), report.Created.Articles);
        Assert.Equal(
            after.GetProperty("conflictingIdsRenamed").GetInt64(),
            report.Warnings.GetValueOrDefault("id-collision")
        );
        Assert.Equal(
            comments.GetProperty("crossArticleParents").GetInt64(),
            report.Warnings.GetValueOrDefault("cross-article-parent")
        );
        Assert.Equal(
            comments.GetProperty("orphanReplies").GetInt64(),
            report.Warnings.GetValueOrDefault("orphan-parent")
        );
        if (created == comments.GetProperty("total").GetInt64() && pings == 0)
        {
            var states = expected.GetProperty("status");
            long Of(params string[] names) => names.Sum(n => states.GetProperty(n).GetInt64());
            Assert.Equal(
                (Of("approved"), Of("pending"), Of("rejected", "spam"), Of("deleted")),
                (
                    await CountAsync(node, site, "state = 'published'"),
                    await CountAsync(node, site, "state = 'pending'"),
                    await CountAsync(node, site, "state = 'rejected'"),
                    await CountAsync(node, site, "state = 'deleted' and removed_by = 'author'")
                )
            );
            Assert.Equal(
                after.GetProperty("effectiveTopLevel").GetInt64(),
                await CountAsync(node, site, "parent_id is null")
            );
            Assert.Equal(
                comments.GetProperty("maxDepth").GetInt64(),
                await NumberAsync(
                    node,
                    site,
                    "select max(depth)::bigint from threadstore.comment_rows where site = $1"
                )
            );
            foreach (var top in expected.GetProperty("articlesTop").EnumerateArray())
                Assert.Equal(
                    top.GetProperty("comments").GetInt64(),
                    await CountAsync(
                        node,
                        site,
                        $"article_id = '{StreamId.Article(site.Key, top.GetProperty("key").GetString()!)}'"
                    )
                );
        }
        foreach (var name in (string[])["firstComment", "lastComment"])
            await HoldsAsync(site, report.Format!, expected.GetProperty(name));
    }

    static async Task HoldsAsync(TestSite site, string format, JsonElement expected)
    {
        var id = StreamId.Import(site.Key, format, expected.GetProperty("id").GetString()!);
        var posted = (
            await site.GetAsync($"/events?type=comment-posted&limit=10000", site.Token("ana", Role.Analyst))
        )
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<JsonElement>(l).GetProperty("data"))
            .FirstOrDefault(d => d.GetProperty("commentId").GetGuid() == id);
        // pingbacks are left out
        if (posted.ValueKind == JsonValueKind.Undefined)
        {
            Assert.Contains("ping", expected.GetProperty("bodyText").GetString());
            return;
        }
        if (expected.GetProperty("createdAt").GetString() is { } time)
            Assert.Equal(
                DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
                // to the millisecond, says who counted
                new(
                    posted.GetProperty("postedAt").GetDateTimeOffset().UtcTicks
                        / TimeSpan.TicksPerMillisecond
                        * TimeSpan.TicksPerMillisecond,
                    TimeSpan.Zero
                )
            );
        Assert.Equal(
            expected.GetProperty("createdAt").GetString() is null,
            posted.GetProperty("timeEstimated").GetBoolean()
        );
        if (expected.GetProperty("status").GetString() == "deleted")
            return;
        // a text's ends are nobody's words
        Assert.Equal(
            Plain(expected.GetProperty("bodyRaw").GetString()!),
            Plain(posted.GetProperty("body").GetString()!)
        );
        Assert.Equal(
            string.Join(
                ' ',
                expected.GetProperty("author").GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            ),
            posted.GetProperty("author").GetProperty("name").GetString()
        );
    }

    static string Plain(string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())));

    static Task<long> CountAsync(Node node, TestSite site, string where) =>
        NumberAsync(node, site, $"select count(*) from threadstore.comment_rows where site = $1 and {where}");

    static async Task<long> NumberAsync(Node node, TestSite site, string sql)
    {
        await using var command = node.Database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = site.Key });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
