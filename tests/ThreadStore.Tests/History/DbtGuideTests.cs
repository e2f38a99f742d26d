using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History;

/// <summary>The SQL of <c>docs/dbt.md</c>, run on DuckDB as dbt would have it run: its names are put in as dbt puts them in.</summary>
public sealed partial class DbtGuideTests(Store store) : IDisposable
{
    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task The_models_of_the_guide_make_tables_of_the_demo()
    {
        var site = new TestSite(store, $"s{Guid.NewGuid():N}");
        await new LoadDemo(
            store.Services.GetRequiredService<Appender>(),
            new StoppedClock(new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
        ).RunAsync(site.Key, DemoDiscussion.Read(), TestContext.Current.CancellationToken);
        await lake.ReplayAsync(store.Database, site.Key);
        var guide = await File.ReadAllTextAsync(
            Path.Combine(Sources.Root, "docs/dbt.md"),
            TestContext.Current.CancellationToken
        );
        var location = Location().Match(guide).Groups[1].Value;
        Assert.Contains("formatter: oldstyle", guide, StringComparison.Ordinal);
        var files = Model().Matches(guide).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(5, files.Count);

        foreach (var (name, jinja) in files.Where(f => f.Key.StartsWith("models/", StringComparison.Ordinal)))
            lake.Query($"create table {name[7..^4]} as {Sql(jinja, location)}");

        Assert.Equal(
            [
                [26L],
            ],
            lake.Query("select count(*) from published")
        );
        Assert.Equal(
            [
                [site.Key, "swing-bridge", 26L, 10L, 3L, 14L],
            ],
            lake.Query("select site, article, comments, people, depth, first_after_minutes from discussions")
        );
        Assert.Equal(
            [
                [2L, 26L],
            ],
            lake.Query(
                "select count(*), sum(comments)::bigint from daily where reply_share between 0.5 and 0.7"
            )
        );
        Assert.Equal(
            [
                [0L],
            ],
            lake.Query("select count(*) from decided")
        );
        Assert.Empty(lake.Query(Sql(files["tests/counts_agree.sql"], location)));
        lake.Query("delete from discussions");
        Assert.Single(lake.Query(Sql(files["tests/counts_agree.sql"], location)));
    }

    string Sql(string jinja, string location)
    {
        var sql = Source()
            .Replace(
                Tag().Replace(jinja, ""),
                m =>
                    location
                        .Replace("%(name)s", m.Groups[1].Value, StringComparison.Ordinal)
                        .Replace("'lake/", $"'{lake.Folder}/", StringComparison.Ordinal)
            );
        return Reference().Replace(sql, "$1");
    }

    [GeneratedRegex("""external_location: "(.*)"\n""")]
    private static partial Regex Location();

    [GeneratedRegex(
        "`((?:models|tests)/\\w+\\.sql)`[^`]*(?:`[^`]+`[^`]*)*?```sql\n(.*?)```",
        RegexOptions.Singleline
    )]
    private static partial Regex Model();

    /// <summary>What is for dbt alone: a model's own settings, and what of it is for runs after the first.</summary>
    [GeneratedRegex("""\{\{ config\(.*?\) \}\}|\{% if .*? %\}.*?\{% endif %\}""", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex("""\{\{ source\('lake', '(\w+)'\) \}\}""")]
    private static partial Regex Source();

    [GeneratedRegex("""\{\{ ref\('(\w+)'\) \}\}""")]
    private static partial Regex Reference();
}
