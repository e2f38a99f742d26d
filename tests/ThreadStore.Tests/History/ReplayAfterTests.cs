using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.History.Lakes;
using ThreadStore.History.Replays;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

/// <summary>A replay that goes on writes the days that changed, and no others.</summary>
public sealed partial class ReplayAfterTests(Store store) : IDisposable
{
    static readonly DateTime LongAgo = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    /// <summary>With comments of two days, both long before those on which something is done to them.</summary>
    /// <param name="node">Null: the one that all tests share.</param>
    async Task<TestSite> ASiteOfTwoDaysAsync(Node? node = null)
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}") { Client = node?.Client };
        await new LoadDemo(
            (node?.Services ?? store.Services).GetRequiredService<Appender>(),
            new StoppedClock(new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
        ).RunAsync(site.Key, DemoDiscussion.Read(), TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>Replays what is new.</summary>
    /// <returns>The files of state that were written, and after a minus those that are gone.</returns>
    async Task<List<string>> GoOnAsync(TestSite site)
    {
        foreach (var file in Directory.EnumerateFiles(lake.Folder, "*.parquet", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, LongAgo);
        var before = lake.Files().Keys.ToHashSet();
        await lake.ReplayAsync(store.Database, site.Key, after: 0);
        var now = lake.Files().Keys.ToList();
        return
        [
            .. now.Where(f =>
                    f != Manifest.FileName
                    && File.GetLastWriteTimeUtc(Path.Combine(lake.Folder, f)) != LongAgo
                )
                .Concat(before.Except(now).Select(f => $"-{f}"))
                .Where(f => State().IsMatch(f))
                .Select(f => Site().Replace(f, ""))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What a run into a new folder writes.</summary>
    async Task AssertAsAnewAsync(TestSite site)
    {
        using var anew = new Lake();
        await anew.ReplayAsync(store.Database, site.Key);
        Assert.Equal(
            anew.Files().Where(f => State().IsMatch(f.Key)),
            lake.Files().Where(f => State().IsMatch(f.Key))
        );
        await lake.AssertEqualsRowsAsync(store.Database, site.Key);
    }

    static Guid IdOf(TestSite site, Func<DemoComment, bool> which)
    {
        var sample = DemoDiscussion.Read();
        return LoadDemo.IdOf(site.Key, sample.ArticleKey, sample.Comments.First(which));
    }

    [Fact]
    public async Task Days_whose_rows_are_as_they_were_are_left_alone()
    {
        var site = await ASiteOfTwoDaysAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var today = $"day={DateTime.UtcNow:yyyy-MM-dd}";
        var late = IdOf(site, c => c.Minute > 1_000);
        var reaction = $"/comments/{late}/reactions/like";

        var nothing = await GoOnAsync(site);
        (await site.SendAsync("PUT", reaction, null, site.Token("new"))).Expect(200);
        var liked = await GoOnAsync(site);
        await AssertAsAnewAsync(site);
        (await site.SendAsync("DELETE", reaction, null, site.Token("new"))).Expect(200);
        var takenBack = await GoOnAsync(site);
        await AssertAsAnewAsync(site);
        (
            await site.SendAsync(
                "POST",
                $"/articles/{DemoDiscussion.Read().ArticleKey}/rename",
                new { key = "renamed" },
                site.Token("cms", Role.Service)
            )
        ).Expect(200);
        var renamed = await GoOnAsync(site);
        await AssertAsAnewAsync(site);

        Assert.Empty(nothing);
        // who liked it joined, who wrote it has a like more
        Assert.Equal(2, liked.Count(f => f.StartsWith("commenters/", StringComparison.Ordinal)));
        Assert.Equal(
            [
                "-reactions/day=1970-01-01/empty.parquet",
                "comments/day=2026-06-01/comments.parquet",
                $"reactions/{today}/reactions.parquet",
            ],
            liked.Where(f => !f.StartsWith("commenters/", StringComparison.Ordinal))
        );
        Assert.Equal(
            [
                $"-reactions/{today}/reactions.parquet",
                "comments/day=2026-06-01/comments.parquet",
                "reactions/day=1970-01-01/empty.parquet",
            ],
            takenBack.Where(f => !f.StartsWith("commenters/", StringComparison.Ordinal))
        );
        // each row of a comment has its article's key
        Assert.Equal(
            ["comments/day=2026-05-31/comments.parquet", "comments/day=2026-06-01/comments.parquet"],
            renamed.Where(f => f.StartsWith("comments/", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_folder_of_a_program_that_kept_no_checksums_is_written_anew_and_then_has_them()
    {
        var site = await ASiteOfTwoDaysAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var whole = lake.Files();
        var manifest = Path.Combine(lake.Folder, Manifest.FileName);
        var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest,
            Checksum().Replace(text, ""),
            TestContext.Current.CancellationToken
        );

        var written = await GoOnAsync(site);

        Assert.Contains("comments/day=2026-05-31/comments.parquet", written);
        Assert.Equal(whole, lake.Files());
        Assert.Empty(await GoOnAsync(site));
    }

    [Fact]
    public async Task Sites_are_told_apart_and_a_folder_of_all_goes_on_too()
    {
        // of their own: an erasure on any other site would have the folder refused
        await using var node = await Node.StartAsync(store);
        var (one, two) = (await ASiteOfTwoDaysAsync(node), await ASiteOfTwoDaysAsync(node));
        await lake.ReplayAsync(node.Database, site: null);
        var before = lake.Files();
        (
            await one.SendAsync(
                "PUT",
                $"/comments/{IdOf(one, c => c.Minute > 1_000)}/reactions/like",
                null,
                one.Token("new")
            )
        ).Expect(200);

        await lake.ReplayAsync(node.Database, site: null, after: 0);

        var now = lake.Files();
        string Of(TestSite site) => $"comments/site={site.Key}/day=2026-06-01/comments.parquet";
        Assert.NotEqual(before[Of(one)], now[Of(one)]);
        Assert.Equal(before[Of(two)], now[Of(two)]);
        await lake.AssertEqualsRowsAsync(node.Database, one.Key);
        await lake.AssertEqualsRowsAsync(node.Database, two.Key);
    }

    [Fact]
    public async Task A_folder_of_a_later_version_is_refused_by_its_number()
    {
        var site = await store.ASiteAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var manifest = Path.Combine(lake.Folder, Manifest.FileName);
        var text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest,
            text.Replace(
                $"\"schemaVersion\": {Manifest.CurrentSchema}",
                "\"novel\": true, \"schemaVersion\": 99",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        var before = lake.Files();

        var refused = await Assert.ThrowsAsync<StartupException>(() =>
            lake.ReplayAsync(store.Database, site.Key, after: 0)
        );

        Assert.Contains("schema 99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, lake.Files());
    }

    [Fact]
    public async Task A_folder_whose_run_was_cut_off_can_be_asked_as_it_is()
    {
        var site = await ASiteOfTwoDaysAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var making = Path.Combine(lake.Folder, ".replay");
        // while files were put into place: one is, the others and the manifest are not yet
        foreach (
            var file in lake.Files().Keys.Where(f => !f.Contains("2026-05-31", StringComparison.Ordinal))
        )
        {
            var back = Path.Combine(making, file);
            Directory.CreateDirectory(Path.GetDirectoryName(back)!);
            File.Move(Path.Combine(lake.Folder, file), back);
        }

        using var sql = LakeSql.Open(lake.Folder);
        var rows = new List<string?>();
        sql.Read("select count(*) as n from comments", _ => { }, row => rows.Add(row[0]));

        Assert.Equal([$"{DemoDiscussion.Read().Comments.Count}"], rows);
    }

    [GeneratedRegex("^-?(articles|commenters|comments|reactions)/")]
    private static partial Regex State();

    [GeneratedRegex("site=[^/]+/")]
    private static partial Regex Site();

    [GeneratedRegex(",\\s*\"checksum\": \"[^\"]+\"")]
    private static partial Regex Checksum();
}
