using Microsoft.Extensions.DependencyInjection;
using ThreadStore.History.Reports;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>Somebody is erased in the middle of whatever else goes through the whole history.</summary>
public class ErasureRaceTests(Store store)
{
    const string Mark = "zq7mark";
    const string Key = $"{Mark}key";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<TestSite> TalkAsync(Node node)
    {
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ben", "Root");
        for (var i = 0; i < 40; i++)
        {
            var by = i % 4 == 0 ? Key : $"p{i % 7}";
            var comment = await site.ACommentAsync(article, by, $"{(by == Key ? Mark : "text")} {i}", root);
            (
                await site.SendAsync("PUT", $"/comments/{comment}/reactions/like", null, site.Token("ben"))
            ).Expect(200);
        }
        (await site.SendAsync("PUT", $"/comments/{root}/reactions/like", null, site.Token(Key))).Expect(200);
        await node.IndexedAsync();
        return site;
    }

    static async Task AssertGoneAsync(Node node)
    {
        await node.IndexedAsync();
        Assert.Empty(await node.Database.PlacesAsync(Mark));
        await node.AssertErasureLawsAsync();
    }

    [Fact]
    public async Task During_rebuilds()
    {
        await using var node = await Node.StartAsync(store);
        var site = await TalkAsync(node);

        await Task.WhenAll(
            RepairRows.RunAsync(node.Database, _ => { }, Ct),
            RepairReports.RunAsync(node.Database, _ => { }, Ct),
            site.EraseAsync(Key)
        );

        await AssertGoneAsync(node);
    }

    [Fact]
    public async Task During_an_import_that_brings_them_again()
    {
        await using var node = await Node.StartAsync(store);
        var site = await TalkAsync(node);
        using var export = new MemoryStream();
        await new ExportSite(node.Database, site.Key).RunAsync(() => export, _ => { }, Ct);
        async Task ImportAsync()
        {
            await using var import = await ImportFeed.OpenAsync(
                node.Database,
                site.Key,
                isDry: false,
                Ct,
                node.Services.GetRequiredService<ErasureHash>()
            );
            await import.RunAsync(new MemoryStream(export.ToArray()), _ => { }, (_, _) => { }, Ct);
        }

        var importing = Task.WhenAll(ImportAsync(), ImportAsync(), ImportAsync());
        (await site.EraseAsync(Key)).Expect(200);
        await importing;
        await ImportAsync();

        await AssertGoneAsync(node);
    }

    [Fact]
    public async Task During_replays_of_which_none_goes_on_with_files_that_hold_them()
    {
        await using var node = await Node.StartAsync(store);
        var site = await TalkAsync(node);
        List<Lake> lakes = [new(), new(), new()];
        var replaying = Task.WhenAll(lakes.Select(l => l.ReplayAsync(node.Database, site.Key)));
        (await site.EraseAsync(Key)).Expect(200);
        var held = await replaying;

        foreach (var (lake, manifest) in lakes.Zip(held))
        {
            var holds = lake.Query("select t::varchar from {events} t")
                .Exists(r => $"{r[0]}".Contains(Mark, StringComparison.Ordinal));
            var refusal = await Record.ExceptionAsync(() =>
                lake.ReplayAsync(node.Database, site.Key, after: manifest.LastPosition)
            );
            Assert.True(!holds || refusal is StartupException, $"{refusal}");
            lake.Dispose();
        }
        await AssertGoneAsync(node);
    }
}
