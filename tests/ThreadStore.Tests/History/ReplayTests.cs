using System.Text.Json;
using ThreadStore.History.Replays;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

public sealed class ReplayTests(Store store) : IDisposable
{
    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    /// <summary>Two articles, a reply, an edit, a like, a flag, and names and texts that need escapes.</summary>
    async Task<TestSite> ASiteWithHistoryAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a \"1\" é", new { title = "T", tags = new[] { "x", "y" } })).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        var first = await site.ACommentAsync(
            Uri.EscapeDataString("a \"1\" é"),
            "ada",
            "One \"\\\n😀 \",\"html\":\""
        );
        await site.ACommentAsync(Uri.EscapeDataString("a \"1\" é"), "ben", "Two", first);
        var third = await site.ACommentAsync("b", "ada", "Three");
        (
            await site.SendAsync("PATCH", $"/comments/{third}", new { body = "Four" }, site.Token("ada"))
        ).Expect(200);
        (await site.SendAsync("PUT", $"/comments/{first}/reactions/like", token: site.Token("ben"))).Expect(
            200
        );
        (
            await site.SendAsync(
                "POST",
                $"/comments/{first}/flags",
                new { reason = "spam" },
                site.Token("ben")
            )
        ).Expect(201);
        return site;
    }

    [Fact]
    public async Task DuckDB_reads_in_the_files_what_the_rows_say()
    {
        var site = await ASiteWithHistoryAsync();

        var manifest = await lake.ReplayAsync(store.Database, site.Key);

        await lake.AssertEqualsRowsAsync(store.Database, site.Key);
        Assert.Equal(await site.CountEventsAsync(), manifest.Counts["events"]);
        Assert.Equal(3, manifest.Counts["comments"]);
        // site and day are the names of folders
        var today = lake.Query("select distinct site, strftime(day, '%Y-%m-%d') from {events}");
        Assert.All(today, r => Assert.Equal(site.Key, r[0]));
        Assert.Equal(
            "a \"1\" é",
            lake.Query("select distinct article from {events} where type = 'comment-flagged'")[0][0]
        );
    }

    /// <summary>Not all readers know more: docs/decisions/0039.</summary>
    [Fact]
    public async Task All_columns_are_of_types_that_every_reader_knows()
    {
        var site = await ASiteWithHistoryAsync();

        await lake.ReplayAsync(store.Database, site.Key);

        Assert.Equal(
            ["BOOLEAN ", "BYTE_ARRAY UTF8", "INT64 ", "INT64 TIMESTAMP_MICROS"],
            lake.Query(
                    $"select distinct type, converted_type from parquet_schema('{lake.Folder}/**/*.parquet') where type is not null order by all"
                )
                .Select(r => $"{r[0]} {r[1]}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task DuckDB_finds_in_the_files_what_the_reports_say()
    {
        var site = await ASiteWithHistoryAsync();
        var last = (await lake.ReplayAsync(store.Database, site.Key)).LastPosition;
        async Task<List<JsonElement[]>> ReportAsync(string query)
        {
            var reply = await Read();
            // reports lag, on a busy machine longer than a request waits
            for (var patience = 12; reply.Status == 503 && patience > 0; patience--)
                reply = await Read();
            return
            [
                // the last has the totals
                .. reply
                    .Expect(200)["rows"]
                    .EnumerateArray()
                    .SkipLast(1)
                    .Select(r => r.EnumerateArray().ToArray()),
            ];

            Task<Reply> Read() =>
                site.GetAsync($"/analytics/{query}&minPosition={last}", site.Token("a", Role.Analyst));
        }
        static string Text(IEnumerable<object?> row) => string.Join(' ', row);

        Assert.Equal(
            (await ReportAsync("articles?tz=UTC")).Select(r =>
                Text([r[0], r[2], r[3], r[4], Math.Round(r[6].GetDouble(), 3)])
            ),
            lake.Query(
                    """
                    select article, count(*) as n, count(distinct commenter), max(depth),
                      round(epoch(quantile_disc(created_at, 0.5)) - epoch(min(created_at)), 3)
                    from {comments} where state = 'published' group by article order by n desc, article
                    """
                )
                .Select(r => Text(r))
        );
        var activity = await ReportAsync("activity?interval=hour&tz=UTC");
        long Sum(int column) => activity.Sum(r => r[column].GetInt64());
        Assert.Equal(
            Text([Sum(2), Sum(4), Sum(5), Sum(6)]),
            Text(
                lake.Query(
                    """
                    select count(*) filter (where type = 'comment-posted'),
                      count(distinct commenter) filter (where type = 'comment-posted'),
                      count(*) filter (where type = 'reaction-set'), count(*) filter (where type = 'comment-flagged')
                    from {events}
                    """
                )[0]
            )
        );
    }

    [Fact]
    public async Task The_manifest_says_what_is_there_and_its_checksums_are_those_of_the_files()
    {
        var site = await ASiteWithHistoryAsync();

        var manifest = await lake.ReplayAsync(store.Database, site.Key);

        var files = lake.Files();
        Assert.True(files.Remove(Manifest.FileName));
        Assert.Equal(files.Keys, manifest.Files.Select(f => f.Path));
        Assert.All(
            manifest.Files,
            f => Assert.Equal(files[f.Path], f.Sha256, StringComparer.OrdinalIgnoreCase)
        );
        var json = JsonSerializer.Deserialize<JsonElement>(
            await File.ReadAllBytesAsync(
                Path.Combine(lake.Folder, Manifest.FileName),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            lake.Query("select min(position), max(position) from {events}")[0],
            [json.GetProperty("firstPosition").GetInt64(), json.GetProperty("lastPosition").GetInt64()]
        );
    }

    [Fact]
    public async Task The_same_history_gives_the_same_bytes_in_another_folder_and_in_the_same()
    {
        var site = await ASiteWithHistoryAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var first = lake.Files();

        using var other = new Lake();
        await other.ReplayAsync(store.Database, site.Key);
        await lake.ReplayAsync(store.Database, site.Key);
        // and there is nothing to add
        await lake.ReplayAsync(store.Database, site.Key, after: 0);

        Assert.Equal(first, other.Files());
        Assert.Equal(first, lake.Files());
    }

    [Fact]
    public async Task A_replay_goes_on_after_the_last_position()
    {
        var site = await ASiteWithHistoryAsync();
        var first = await lake.ReplayAsync(store.Database, site.Key);
        await site.ACommentAsync("b", "cleo", "Five");

        var second = await lake.ReplayAsync(store.Database, site.Key, first.LastPosition);

        Assert.Equal(first.FirstPosition, second.FirstPosition);
        Assert.Equal(first.Counts["events"] + 2, second.Counts["events"]);
        // what was written of the history stays as it is
        Assert.Equal(
            first.Files.Where(f => f.Table == "events"),
            second.Files.Where(f => f.Table == "events" && f.LastPosition <= first.LastPosition)
        );
        await lake.AssertEqualsRowsAsync(store.Database, site.Key);
    }

    [Fact]
    public async Task Only_what_came_later_is_written_into_a_new_folder()
    {
        var site = await ASiteWithHistoryAsync();
        using var all = new Lake();
        var last = (await all.ReplayAsync(store.Database, site.Key)).LastPosition;
        var posted = await site.PostAsync("b", "ada", "Five");

        var manifest = await lake.ReplayAsync(store.Database, site.Key, after: last);

        Assert.Equal((posted.Position, posted.Position), (manifest.FirstPosition, manifest.LastPosition));
        // the state is that of the whole history
        Assert.Equal(4, manifest.Counts["comments"]);
    }

    [Fact]
    public async Task A_folder_is_not_mixed_with_what_does_not_go_with_it()
    {
        var site = await ASiteWithHistoryAsync();
        var other = await store.ASiteAsync();
        var last = (await lake.ReplayAsync(store.Database, site.Key)).LastPosition;
        var before = lake.Files();
        async Task<string> RefusedAsync(
            string? key,
            long? after,
            ReplayFormat format = ReplayFormat.Parquet
        ) =>
            (
                await Assert.ThrowsAsync<StartupException>(() =>
                    lake.ReplayAsync(store.Database, key, after, format)
                )
            ).Message;

        Assert.Contains($"--after {last}", await RefusedAsync(site.Key, last + 1), StringComparison.Ordinal);
        Assert.Contains("new folder", await RefusedAsync(other.Key, last), StringComparison.Ordinal);
        Assert.Contains("new folder", await RefusedAsync(null, last), StringComparison.Ordinal);
        Assert.Contains(
            "new folder",
            await RefusedAsync(site.Key, last, ReplayFormat.Ndjson),
            StringComparison.Ordinal
        );
        Assert.Contains("no site 'nope'", await RefusedAsync("nope", null), StringComparison.Ordinal);
        Assert.Equal(before, lake.Files());
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        var site = await store.ASiteAsync();
        Directory.CreateDirectory(lake.Folder);
        await File.WriteAllTextAsync(
            Path.Combine(lake.Folder, "mine.txt"),
            "x",
            TestContext.Current.CancellationToken
        );

        var refused = await Assert.ThrowsAsync<StartupException>(() =>
            lake.ReplayAsync(store.Database, site.Key)
        );

        Assert.Contains("mine.txt", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], lake.Files().Keys);
    }

    [Fact]
    public async Task After_an_erasure_nothing_is_added()
    {
        // of its own: what no projection knows yet would stop those of all tests
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var last = (await lake.ReplayAsync(node.Database, site.Key)).LastPosition;
        // as erasing a person will record it
        await using var erase = node.Database.CreateCommand(
            """
            insert into threadstore.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('threadstore.mt_events_sequence'), gen_random_uuid(), e.stream_id, 1000, '{"by": "root"}', $2,
              now(), e.tenant_id
            from threadstore.mt_events e where e.tenant_id = $1 order by seq_id limit 1
            """
        );
        erase.Parameters.Add(new() { Value = site.Key });
        erase.Parameters.Add(new() { Value = Replay.Erasure });
        await erase.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var before = lake.Files();

        var refused = await Assert.ThrowsAsync<StartupException>(() =>
            lake.ReplayAsync(node.Database, site.Key, last)
        );

        Assert.Contains("new folder", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, lake.Files());
        // anew it goes: nothing of the old files is kept
        await lake.ReplayAsync(node.Database, site.Key);
    }

    /// <summary>A run is cut off anywhere; what a reader finds is whole, and the next run makes it right.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_cut_off_leaves_no_half_file(bool wasPuttingIntoPlace)
    {
        var site = await ASiteWithHistoryAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var whole = lake.Files();
        var making = Path.Combine(lake.Folder, ".replay");
        Directory.CreateDirectory(making);
        await File.WriteAllTextAsync(
            Path.Combine(making, "half.parquet"),
            "PAR1",
            TestContext.Current.CancellationToken
        );
        if (wasPuttingIntoPlace)
        {
            // some files moved, the others and the manifest not yet
            foreach (var file in whole.Keys.Where(f => !f.StartsWith("events", StringComparison.Ordinal)))
            {
                var back = Path.Combine(making, file);
                Directory.CreateDirectory(Path.GetDirectoryName(back)!);
                File.Move(Path.Combine(lake.Folder, file), back);
            }
        }

        await lake.ReplayAsync(store.Database, site.Key, after: 0);

        Assert.Equal(whole, lake.Files());
    }

    [Fact]
    public async Task A_run_that_fails_changes_nothing()
    {
        var site = await ASiteWithHistoryAsync();
        await lake.ReplayAsync(store.Database, site.Key);
        var before = lake.Files();
        await site.ACommentAsync("b", "ada", "Five");
        using var cut = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Replay(store.Database, new(site.Key, lake.Folder, null, ReplayFormat.Parquet)).RunAsync(
                _ => cut.Cancel(),
                cut.Token
            )
        );

        Assert.Equal(
            before,
            new SortedDictionary<string, string>(
                lake.Files()
                    .Where(f => !f.Key.StartsWith(".replay", StringComparison.Ordinal))
                    .ToDictionary(),
                StringComparer.Ordinal
            )
        );
    }

    [Fact]
    public async Task As_NDJSON_the_events_are_the_lines_of_the_feed()
    {
        var site = await ASiteWithHistoryAsync();
        var feed = (await site.GetAsync("/events?limit=10000", site.Token("a", Role.Analyst))).Expect(200);

        var manifest = await lake.ReplayAsync(store.Database, site.Key, format: ReplayFormat.Ndjson);

        var events = manifest
            .Files.Where(f => f.Table == "events")
            .Select(f => File.ReadAllText(Path.Combine(lake.Folder, f.Path)));
        Assert.Equal(feed.Text, string.Concat(events));
        var comments = lake.Query(
            $"select comment_id, body, created_at is not null from read_json('{lake.Folder}/comments/**/*.ndjson') order by created_at"
        );
        Assert.Equal(["One \"\\\n😀 \",\"html\":\"", "Two", "Four"], comments.Select(r => r[1]));
    }

    [Fact]
    public async Task All_sites_are_kept_apart_by_folders()
    {
        await using var node = await Node.StartAsync(store);
        var (one, two) = (await node.ASiteAsync(), await node.ASiteAsync());
        await one.AnArticleAsync();
        await two.AnArticleAsync();

        var manifest = await lake.ReplayAsync(node.Database, site: null);

        Assert.Equal(4, manifest.Counts["events"]);
        Assert.Equal(
            new[] { one.Key, two.Key }.Order(StringComparer.Ordinal),
            lake.Query("select site, count(*) from {events} group by site order by site").Select(r => r[0])
        );
    }

    [Fact]
    public async Task A_table_without_rows_is_read_as_empty_until_it_has_some()
    {
        var site = await store.ASiteAsync();
        var empty = await lake.ReplayAsync(store.Database, site.Key);
        foreach (var table in Lake.Tables.Except(["events"]))
        {
            Assert.Equal(
                [0L, 0L, 0L],
                lake.Query($"select count(*), count(site), count(day) from {{{table}}}")[0]
            );
            Assert.Single(empty.Files, f => f.Table == table);
        }
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");

        var manifest = await lake.ReplayAsync(store.Database, site.Key, empty.LastPosition);

        Assert.Equal(
            ["decisions", "reactions"],
            manifest.Files.Where(f => f.Site == "-").Select(f => f.Table).Order()
        );
        Assert.Equal(
            manifest.Files.Select(f => f.Path).Append("manifest.json").Order(),
            lake.Files().Keys.Order()
        );
        Assert.Equal([1L], lake.Query("select count(*) from {comments}")[0]);
        Assert.Equal([0L], lake.Query("select count(*) from {reactions}")[0]);
    }

    [Fact]
    public async Task A_site_without_articles_has_a_folder_too()
    {
        var site = await store.ASiteAsync();

        var manifest = await lake.ReplayAsync(store.Database, site.Key);

        Assert.Equal(1, manifest.Counts["events"]);
        Assert.Equal(0, manifest.Counts["comments"]);
        Assert.Equal(manifest.FirstPosition, manifest.LastPosition);
    }

    [Fact]
    public async Task Every_column_is_documented_as_it_is()
    {
        var documented = (
            await File.ReadAllTextAsync(
                Path.Combine(Sources.Root, "docs/parquet.md"),
                TestContext.Current.CancellationToken
            )
        )
            .Split("\n## ")[1..]
            .ToDictionary(s => s.Split('\n')[0].Trim(), s => s.Split('\n'));

        Assert.Equal(Lake.Tables.Order(), documented.Keys.Order());
        Assert.All(
            Replay.Schema,
            table =>
                Assert.Equal(
                    table.Fields.Select(f => $"| `{f.Name}` | {Kind(f)}{(f.MayBeNull ? " or null" : "")} |"),
                    documented[table.Name]
                        .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
                        .Select(l => string.Join('|', l.Split('|')[..3]) + '|')
                )
        );

        static string Kind(Field field) =>
            field.Kind switch
            {
                FieldKind.Number => "number",
                FieldKind.Flag => "true or false",
                FieldKind.Time => "time",
                _ => "text",
            };
    }
}
