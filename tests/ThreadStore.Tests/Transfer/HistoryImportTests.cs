using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>An exported history has the options and the report that every import has.</summary>
public sealed class HistoryImportTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An article, a commenter, two comments and a reaction; and a line that is cut off.</summary>
    static async Task<byte[]> HistoryAsync(Node node)
    {
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "First");
        await site.ACommentAsync(article, "ada", "Second");
        (await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", token: site.Token("bob"))).Expect(
            200
        );
        using var written = new MemoryStream();
        await new ExportSite(node.Database, site.Key).RunAsync(() => written, _ => { }, Ct);
        var lines = Encoding.UTF8.GetString(written.ToArray());
        var posted = lines.Split('\n').First(l => l.Contains("comment-posted", StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes(lines + posted[..(posted.Length / 2)]);
    }

    static async Task<byte[]> GzipAsync(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(bytes, Ct);
        return zipped.ToArray();
    }

    [Fact]
    public async Task A_history_is_reported_as_every_import_by_command_and_over_http()
    {
        await using var node = await Node.StartAsync(store);
        using var program = new ThreadStoreProgram();
        var history = await HistoryAsync(node);
        await File.WriteAllBytesAsync(Path.Combine(program.Folder, "h.gz"), await GzipAsync(history), Ct);
        Task<Ran> RunAsync(params string[] more) =>
            program.RunAsync(
                ["import", "--site", "copy", "--json", "--report", "report", .. more, "h.gz"],
                ("ConnectionStrings__ThreadStore", node.ConnectionString)
            );
        static ImportJobView View(string json) =>
            JsonSerializer.Deserialize<ImportJobView>(json, Json.Options)!;

        var moved = (await RunAsync("--site-url", "https://n.example")).Expect(1);
        Assert.StartsWith(
            "An exported history keeps its addresses as they are",
            moved.ErrorLines[^1],
            StringComparison.Ordinal
        );
        var strict = (await RunAsync("--strict")).Expect(1);
        Assert.Contains("h.gz:", strict.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("Nothing was stored.", strict.ErrorLines[^1], StringComparison.Ordinal);
        var first = View((await RunAsync()).Expect(0).OutLines[^1]);

        Assert.Equal(new ImportTally(1, 2, 2, 1), first.Created);
        Assert.Equal(new ImportTally(Comments: 1), first.Rejected);
        Assert.Equal(new ImportTally(1, 2, 3, 1), first.Read);
        Assert.Equal(
            ("threadstore", ImportState.Done, 1),
            (first.Format, first.State, first.Warnings["cut-off"])
        );
        var told = JsonSerializer.Deserialize<ImportProblem>(
            await File.ReadAllTextAsync(Path.Combine(program.Folder, "report"), Ct),
            Json.Options
        )!;
        Assert.Equal(("h.gz", "cut-off"), (told.File, told.Kind));

        var copy = node.Site("copy");
        var again = View((await ImportJobTests.SendAsync(copy, "/imports", history)).Text);
        Assert.Equal((new ImportTally(), first.Created), (again.Created, again.Already));
        var strictly = await ImportJobTests.SendAsync(copy, "/imports?strict=true", history);
        var elsewhere = await ImportJobTests.SendAsync(copy, "/imports?siteUrl=https://n.example", history);
        var named = await ImportJobTests.SendAsync(copy, "/imports?article=a", history);
        Assert.All(
            (Reply[])[strictly, elsewhere, named],
            ended => Assert.Equal("failed", ended["state"].GetString())
        );
        Assert.Contains(
            "keeps its addresses",
            (await copy.GetAsync($"/imports/{elsewhere["id"]}/problems", ImportJobTests.Admin(copy))).Text,
            StringComparison.Ordinal
        );
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task A_history_that_is_cut_off_within_its_archive_is_kept_up_to_there()
    {
        await using var node = await Node.StartAsync(store);
        var history = await HistoryAsync(node);
        var bytes = await GzipAsync(history);
        var broken = await node.ASiteAsync();

        var ended = await ImportJobTests.SendAsync(broken, "/imports?format=threadstore", bytes[..^20]);

        Assert.Equal("done", ended["state"].GetString());
        Assert.Equal(1, ended["warnings"].GetProperty("cut-off").GetInt32());
        Assert.Equal(1, ended["created"].GetProperty("articles").GetInt32());
    }
}
