using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.History.Lakes;
using ThreadStore.Http;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

/// <summary>What <c>docs/analytics.md</c> tells people to type, typed.</summary>
public sealed partial class AnalyticsGuideTests(Store store) : IDisposable
{
    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task The_three_questions_of_the_guide_are_answered()
    {
        var site = await store.ASiteAsync(new { bannedWords = new[] { "old" } });
        (await site.PutArticleAsync("a")).Expect(201);
        (await site.PutArticleAsync("b")).Expect(201);
        (await site.PostAsync("a", "eve", "An old word")).Expect(201);
        (
            await site.SendAsync(
                "PUT",
                "",
                new { bannedWords = new[] { "old", "new" } },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);
        var first = await site.ACommentAsync("a", "ada", "One");
        var reply = await site.ACommentAsync("a", "ben", "Two", first);
        await site.ACommentAsync("a", "ada", "Three", reply);
        await site.ACommentAsync("b", "ben", "Four");
        var caught = await site.ACommentAsync("b", "eve", "A new word");
        await site.ACommentAsync("b", "eve", "Another new one");
        (
            await site.SendAsync(
                "POST",
                $"/comments/{caught}/approve",
                token: site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        await lake.ReplayAsync(store.Database, site.Key);

        var statements = Blocks("sql")
            .Select(sql => sql.Replace("'lake/", $"'{lake.Folder}/", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(4, statements.Count);
        lake.Query(statements[0]);

        Assert.Equal(["ada 1 2"], Rows(lake.Query(statements[1])));
        Assert.Equal(["a 3", "b 2"], Rows(lake.Query(statements[2]), columns: 2));
        Assert.Equal(["new 2 1"], Rows(lake.Query(statements[3])));
    }

    [Fact]
    public async Task Typed_as_it_stands_in_an_empty_folder_it_gives_answers()
    {
        if (!File.Exists("/bin/sh"))
            Assert.Skip("The guide's commands are for a shell, and there is no /bin/sh.");
        using var program = new ThreadStoreProgram();
        var typed = await program.ShellAsync(Assert.Single(Blocks("sh")));
        lake.Query($"set file_search_path = '{program.Folder}'");

        var answers = Blocks("sql").Select(lake.Query).ToList();

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Empty(answers[1]);
        Assert.Equal(["bridge 3"], Rows(answers[2], columns: 2));
        Assert.Empty(answers[3]);
    }

    [Fact]
    public async Task Each_question_to_the_demo_has_the_answer_that_the_guide_gives()
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");
        await new LoadDemo(
            store.Services.GetRequiredService<Appender>(),
            new StoppedClock(new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
        ).RunAsync(site.Key, DemoDiscussion.Read(), TestContext.Current.CancellationToken);
        await lake.ReplayAsync(store.Database, site.Key);
        using var sql = LakeSql.Open(lake.Folder);
        var questions = Question().Matches(Guide);

        Assert.Equal(20, questions.Count);
        Assert.All(
            questions,
            q =>
            {
                using var answer = new StringWriter { NewLine = "\n" };
                LakeTable.Write(sql, q.Groups[1].Value, answer);
                Assert.Equal(q.Groups[2].Value, answer.ToString());
            }
        );
    }

    [Theory]
    [InlineData("00")]
    [InlineData("2021-04-02-")]
    public async Task A_site_whose_key_looks_like_a_number_or_a_day_stays_text(string start)
    {
        var site = new TestSite(store, start + Random.Shared.NextInt64(1_000_000_000, 9_999_999_999));
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        await lake.ReplayAsync(store.Database, site.Key);

        lake.Query(Blocks("sql").First().Replace("'lake/", $"'{lake.Folder}/", StringComparison.Ordinal));

        Assert.Equal([site.Key], Rows(lake.Query("select distinct site from events")));
        Assert.Equal([site.Key], Rows(lake.Query("select distinct site from comments")));
    }

    /// <summary>Why no new site is called so.</summary>
    [Fact]
    public void DuckDB_reads_null_where_a_folder_is_called_so()
    {
        using var folder = new TemporaryFolder();
        var day = Directory.CreateDirectory(folder.Of("site=null/day=2021-04-02")).FullName;
        lake.Query($"copy (select 1 as n) to '{day}/a.parquet' (format parquet)");

        var row = Assert.Single(
            lake.Query(
                $"select site from read_parquet('{folder.Path}/**/*.parquet', hive_partitioning = true, hive_types = {{'site': varchar}})"
            )
        );

        Assert.Null(row[0]);
    }

    static string Guide => File.ReadAllText(Path.Combine(Sources.Root, "docs/analytics.md"));

    /// <summary>Of what comes before the questions to the demo.</summary>
    static IEnumerable<string> Blocks(string language) =>
        Block()
            .Matches(Guide[..Guide.IndexOf("## Twenty questions to the demo", StringComparison.Ordinal)])
            .Where(m => m.Groups[1].Value == language)
            .Select(m => m.Groups[2].Value);

    static IEnumerable<string> Rows(List<object?[]> rows, int columns = int.MaxValue) =>
        rows.Select(r =>
            string.Join(' ', r.Take(columns).Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))
        );

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("```sql\n([^`]*?)```\n\n```text\n([^`]*?)```")]
    private static partial Regex Question();
}
