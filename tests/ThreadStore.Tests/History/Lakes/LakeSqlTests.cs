using System.Text;
using ThreadStore.History.Lakes;
using ThreadStore.History.Replays;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Lakes;

public sealed class LakeSqlTests(Store store) : IDisposable
{
    readonly Lake lake = new();

    public void Dispose() => lake.Dispose();

    /// <summary>Columns, where numbers have a sign after them, and rows.</summary>
    static List<string> Read(LakeSql sql, string query)
    {
        var lines = new List<string>();
        sql.Read(
            query,
            columns => lines.Add(string.Join(' ', columns.Select(c => c.IsNumber ? $"{c.Name}#" : c.Name))),
            row => lines.Add(string.Join(' ', row.Select(v => v ?? "-")))
        );
        return lines;
    }

    async Task<LakeSql> AskAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "One, or \"1\"");
        await site.ACommentAsync("a", "ben", "Two", first);
        await lake.ReplayAsync(store.Database, site.Key);
        return LakeSql.Open(lake.Folder);
    }

    [Fact]
    public async Task Every_table_is_a_view_and_any_form_of_a_query_is_answered()
    {
        using var sql = await AskAsync();

        Assert.Equal(
            ["commenter parent replies# sum#", "ada - 1 2", "ben One, or \"1\" 0 2"],
            Read(
                sql,
                """
                with p as (select comment_id, body as parent from comments)
                select commenter, parent, replies, sum(1) over () as sum
                from comments left join p on parent_id = p.comment_id order by commenter -- and that is all
                """
            )
        );
        Assert.Equal(["n#", "2"], Read(sql, "from comments select count(*) as n;"));
        Assert.Equal(
            Replay.Schema.Select(t => t.Name).Order(StringComparer.Ordinal),
            Read(sql, "show tables").Skip(1)
        );
        foreach (var table in Replay.Schema)
            Assert.Equal(2, Read(sql, $"select count(*) as n, max(day) from {table.Name}").Count);
        // a time is told in UTC, whatever the zone of the machine
        Assert.Equal(
            ["t", "2021-04-02 10:00:00+00"],
            Read(sql, "select '2021-04-02 10:00:00Z'::timestamptz as t")
        );
    }

    [Theory]
    [InlineData("insert into comments values (1)", "Only queries")]
    [InlineData("create table t (a int)", "Only queries")]
    [InlineData("copy (select 1) to '/tmp/out.csv'", "Only queries")]
    [InlineData("attach '/tmp/x.db'", "Only queries")]
    [InlineData("install httpfs", "Only queries")]
    [InlineData("set enable_external_access = true", "Only queries")]
    [InlineData("select 1; drop view comments", "One query")]
    [InlineData(
        "select 1) ; copy (select 2) to '/tmp/out.csv'; select * from (select 1",
        "DuckDB refused: Parser Error"
    )]
    [InlineData("select * from read_text('/etc/hostname')", "DuckDB refused: Permission Error")]
    [InlineData("select * from glob('/*')", "DuckDB refused: Permission Error")]
    [InlineData("select * from '{lake}/manifest.json'", "DuckDB refused: ")]
    [InlineData("select * from read_text('{lake}/manifest.json')", "DuckDB refused: Permission Error")]
    [InlineData("select * from read_parquet('http://127.0.0.1:9/x.parquet')", "DuckDB refused: ")]
    [InlineData("select * from nowhere", "DuckDB refused: Catalog Error")]
    [InlineData("selec 1", "DuckDB refused: Parser Error")]
    [InlineData(" ;", "There is no query")]
    public async Task What_is_no_query_or_looks_elsewhere_is_refused_in_one_line(string query, string begins)
    {
        using var sql = await AskAsync();
        var files = lake.Files();
        query = query.Replace("{lake}", lake.Folder, StringComparison.Ordinal);

        var refused = Assert.Throws<StartupException>(() => Read(sql, query));
        Assert.Throws<StartupException>(() => sql.Copy(query, "csv", Stream.Null));

        Assert.StartsWith(begins, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(files, lake.Files());
        Assert.Equal(["n#", "2"], Read(sql, "select count(*) as n from comments"));
    }

    [Fact]
    public async Task An_answer_is_a_file_of_CSV_or_of_Parquet()
    {
        using var sql = await AskAsync();
        using var csv = new MemoryStream();
        using var folder = new TemporaryFolder();
        const string query = "select commenter, body from comments order by commenter";

        sql.Copy(query, "csv", csv);
        await using (var parquet = File.Create(folder.Of("answer.parquet")))
            sql.Copy(query, "parquet", parquet);

        Assert.Equal(
            "commenter,body\nada,\"One, or \"\"1\"\"\"\nben,Two\n",
            Encoding.UTF8.GetString(csv.ToArray())
        );
        Assert.Equal(
            [
                ["ada", "One, or \"1\""],
                ["ben", "Two"],
            ],
            lake.Query($"from read_parquet('{folder.Of("answer.parquet")}')")
        );
    }

    [Fact]
    public async Task A_folder_of_another_version_or_of_none_is_refused()
    {
        (await AskAsync()).Dispose();
        var manifest = Path.Combine(lake.Folder, Manifest.FileName);
        var text = await File.ReadAllTextAsync(manifest);
        await File.WriteAllTextAsync(
            manifest,
            text.Replace(
                $"\"schemaVersion\": {Manifest.CurrentSchema}",
                "\"schemaVersion\": 99",
                StringComparison.Ordinal
            )
        );
        using var empty = new TemporaryFolder();

        Assert.Contains("schema 99", Refusal(lake.Folder), StringComparison.Ordinal);
        Assert.Contains(Manifest.FileName, Refusal(empty.Path), StringComparison.Ordinal);
        static string Refusal(string folder) =>
            Assert.Throws<StartupException>(() => LakeSql.Open(folder)).Message;
    }

    [Fact]
    public async Task The_command_answers_from_a_folder_and_from_the_store_alike()
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Ünïcode");
        await lake.ReplayAsync(store.Database, site.Key);
        using var program = new ThreadStoreProgram();
        const string query = "select body, 1.5 as half from comments";

        var fromFolder = (await program.RunAsync("sql", "--lake", lake.Folder, query)).Expect(0);
        var fromStore = (
            await program.RunAsync(
                ["sql", "--site", site.Key, query, "--format", "csv"],
                ("ConnectionStrings__ThreadStore", store.ConnectionString)
            )
        ).Expect(0);

        Assert.Equal(
            "body     half\n-------  ----\nÜnïcode   1.5\n",
            fromFolder.Out.ReplaceLineEndings("\n")
        );
        Assert.Equal("body,half\nÜnïcode,1.5\n", fromStore.Out);
        (await program.RunAsync("sql", "--lake", lake.Folder, "drop view comments")).Expect(1);
        (await program.RunAsync("sql", "--lake", lake.Folder, "--site", site.Key, query)).Expect(2);
    }
}
