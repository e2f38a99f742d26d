using System.Text.Json;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Comments of one id: within a file, and over several that are imported one after the other.</summary>
public sealed class CommentNumberTests(Store store)
{
    sealed record Told(string Id, int Day, string? Parent = null)
    {
        public string Text => $"{Id} of day {Day}";
    }

    static string File(params IEnumerable<Told> comments) =>
        string.Join(
            '\n',
            [
                """{"type":"header","format":"threadstore-ndjson","version":1}""",
                """{"type":"article","key":"a","title":"A"}""",
                .. comments.Select(c =>
                    JsonSerializer.Serialize(
                        new
                        {
                            type = "comment",
                            externalId = c.Id,
                            parent = c.Parent,
                            article = "a",
                            author = "ada",
                            createdAt = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(c.Day),
                            body = c.Text,
                            bodyFormat = "text",
                        }
                    )
                ),
            ]
        );

    async Task<IEnumerable<(string Id, string Text)>> StoredAsync(TestSite site)
    {
        await using var command = store.Database.CreateCommand(
            $"""
            select e.data -> 'source' ->> 'id', e.data ->> 'body' from threadstore.mt_events e
            where e.tenant_id = '{site.Key}' and e.type = 'comment-posted' order by 1, 2
            """
        );
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var all = new List<(string, string)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            all.Add((reader.GetString(0), reader.GetString(1)));
        return all;
    }

    static (long, long, long) Comments(ThreadStore.Transfer.ImportReport report) =>
        (report.Created.Comments, report.Already.Comments, report.Rejected.Comments);

    [Fact]
    public async Task An_id_that_is_there_twice_and_was_imported_before_costs_nothing_else()
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);
        var first = File(new Told("11", 0));
        var second = File(new Told("11", 31), new Told("11", 60), new Told("12", 40, Parent: "11"));
        await files.ImportAsync("threadstore", first);

        Assert.Equal((3, 0, 0), Comments(await files.ImportAsync("threadstore", second)));

        Assert.Equal(
            [
                ("11", "11 of day 0"),
                ("11~2", "11 of day 60"),
                ("11~3", "11 of day 31"),
                ("12", "12 of day 40"),
            ],
            await StoredAsync(site)
        );
        Assert.Equal(["4: id-collision", "3: id-collision"], files.Told);
        Assert.Equal((0, 3, 0), Comments(await files.ImportAsync("threadstore", second)));
        Assert.Equal((0, 1, 0), Comments(await files.ImportAsync("threadstore", first)));
        // its parent is the one of its file, which has another number than the file gives it
        var reply = StreamId.Import(site.Key, "threadstore", "12");
        Assert.Equal(
            StreamId.Import(site.Key, "threadstore", "11~3"),
            (await site.GetAsync($"/comments/{reply}")).Expect(200)["parentId"].GetGuid()
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_shares_ids_each_comment_is_there_once_however_often_it_comes(int seed)
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);
        var random = new Random(seed);
        // one is called just as the second of another would be
        string[] ids = ["1", "2", "1~2", "1~3"];
        Told[] all =
        [
            .. ids.SelectMany((id, i) => Enumerable.Range(0, 6).Select(d => new Told(id, 10 * i + d))),
        ];
        var told = new HashSet<Told>();
        for (var round = 0; round < 5; round++)
        {
            var some = random.GetItems(all, 8);
            var text = File(some);
            var fresh = some.Where(told.Add).Count();

            var report = await files.ImportAsync("threadstore", text);
            var again = await files.ImportAsync("threadstore", text);

            Assert.Equal((fresh, 8 - fresh, 0), Comments(report));
            Assert.Equal((0, 8, 0), Comments(again));
        }
        Assert.Equal(
            told.Select(t => t.Text).Order(StringComparer.Ordinal),
            (await StoredAsync(site)).Select(s => s.Text).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_id_that_thousands_share_is_told_and_the_rest_is_kept()
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);
        var text = File([.. Enumerable.Range(0, 1_010).Select(d => new Told("1", d)), new Told("2", 0)]);

        Assert.Equal((1_001, 0, 10), Comments(await files.ImportAsync("threadstore", text)));
        Assert.Equal((0, 1_001, 10), Comments(await files.ImportAsync("threadstore", text)));
    }
}
