using System.CommandLine;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Search;

namespace ThreadStore.Benchmarks;

/// <summary>What search costs: to take a comment apart, to index it, to look for it; beside PostgreSQL's own parser on the
/// text as it was written, which finds less.</summary>
static class SearchCost
{
    const string Own = "threadstore.search_rows_of_postgres";

    /// <summary>Searches of a kind; their median counts.</summary>
    const int Searches = 30;

    static readonly string[] Queries =
    [
        "council",
        "the council",
        "\"the council\"",
        "council -the",
        "没有",
        "https://news.example/archive/17",
    ];

    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "Of each language", 20_000);
        var quick = new Option<bool>("--quick") { Description = "2,000 comments of each language" };
        var connectionString = RunOptions.Database();
        var command = new Command("search", "Index and search comments, in two languages")
        {
            comments,
            quick,
            connectionString,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(
                    parsed.GetValue(quick) ? 2_000 : parsed.GetValue(comments),
                    parsed.GetValue(connectionString),
                    ct
                )
        );
        return command;
    }

    static async Task RunAsync(int count, string? connectionString, CancellationToken ct)
    {
        var load = Machine.LoadAverage;
        await using var cluster = await Cluster.OpenAsync(connectionString, 2, Console.Error.WriteLine, ct);
        var place = await cluster.CreateDatabaseAsync("search", ct);
        await using var app = await ReadyDatabase.OpenAsync(place, ct);
        await using var database = NpgsqlDataSource.Create(place);
        await using var connection = await database.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, $"create table {Own} (like {SearchTables.Rows} including all)", ct);
        var random = new Random(1);
        var bodies = Enumerable.Range(0, count).Select(_ => GeneratedText.Any(random)).ToArray();

        // code is compiled
        foreach (var body in bodies)
            SearchDocument.Of(body, BodyFormat.Markdown);

        var index = new List<string[]>();
        foreach (var language in (string[])["simple", "english"])
        {
            var started = Stopwatch.GetTimestamp();
            var documents = bodies.Select(b => SearchDocument.Of(b, BodyFormat.Markdown)).ToArray();
            var taken = Stopwatch.GetElapsedTime(started);
            var ours = await IndexAsync(connection, language, documents, ct);
            var theirs = await IndexOwnAsync(connection, language, bodies, ct);
            index.Add([
                language,
                Micros(taken, count),
                Micros(ours.Time, count),
                Report.Text((double)ours.Bytes / count, 0),
                Micros(theirs.Time, count),
                Report.Text((double)theirs.Bytes / count, 0),
            ]);
        }
        Report.Write(
            Console.Out,
            $"Search: {count} comments of each language, one connection",
            [Report.Circumstances(load), $"PostgreSQL {cluster.Version}; stretches of {SearchRows.BatchSize}"]
        );
        Report.WriteTable(
            Console.Out,
            ["language", "taken apart, µs", "indexed, µs", "bytes", "PostgreSQL's parser, µs", "bytes"],
            index
        );
        await ExecuteAsync(connection, $"analyze {SearchTables.Rows}", ct);
        var searches = new List<string[]>();
        foreach (var query in Queries)
            searches.Add([
                query,
                .. await SearchAsync(connection, "simple", query, ct),
                .. await SearchAsync(connection, "english", query, ct),
            ]);
        Report.WriteTable(
            Console.Out,
            ["looked for", "simple, ms", "found", "english, ms", "found"],
            searches
        );
    }

    static string Micros(TimeSpan time, int count) => Report.Text(time.TotalMicroseconds / count, 1);

    /// <summary>As the projection writes them.</summary>
    static Task<(TimeSpan Time, long Bytes)> IndexAsync(
        NpgsqlConnection connection,
        string language,
        SearchDocument[] documents,
        CancellationToken ct
    ) =>
        WriteAsync(
            connection,
            SearchTables.Rows,
            SearchRows.Insert.Replace("{0}", "$1, $2, $3, $4, $5, $6, $7, $8"),
            language,
            documents.Length,
            stretch =>
                [
                    documents[stretch].Select(d => d.Plain).ToArray(),
                    documents[stretch].Select(d => d.Words).ToArray(),
                ],
            ct
        );

    static Task<(TimeSpan Time, long Bytes)> IndexOwnAsync(
        NpgsqlConnection connection,
        string language,
        string[] bodies,
        CancellationToken ct
    ) =>
        WriteAsync(
            connection,
            Own,
            $"""
            insert into {Own} (site, id, article_id, author_id, posted_at, language, body, words)
            select u.*, to_tsvector(u.language::regconfig, u.body)
            from unnest($1, $2, $3, $4, $5, $6, $7) as u(site, id, article_id, author_id, posted_at, language, body)
            """,
            language,
            bodies.Length,
            stretch => [bodies[stretch]],
            ct
        );

    static async Task<(TimeSpan Time, long Bytes)> WriteAsync(
        NpgsqlConnection connection,
        string table,
        string sql,
        string language,
        int count,
        Func<Range, string[][]> texts,
        CancellationToken ct
    )
    {
        var before = await SizeAsync(connection, table, ct);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i += SearchRows.BatchSize)
        {
            var length = Math.Min(SearchRows.BatchSize, count - i);
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            void Add<T>(NpgsqlDbType type, T[] values) =>
                command.Parameters.Add(new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
            Guid[] Ids() => [.. Enumerable.Range(0, length).Select(_ => Guid.CreateVersion7())];
            string[] Of(string text) => [.. Enumerable.Repeat(text, length)];
            Add(NpgsqlDbType.Text, Of(language));
            Add(NpgsqlDbType.Uuid, Ids());
            Add(NpgsqlDbType.Uuid, Ids());
            Add(NpgsqlDbType.Uuid, Ids());
            Add(NpgsqlDbType.TimestampTz, Enumerable.Repeat(DateTimeOffset.UnixEpoch, length).ToArray());
            Add(NpgsqlDbType.Text, Of(language));
            foreach (var column in texts(i..(i + length)))
                Add(NpgsqlDbType.Text, column);
            await command.ExecuteNonQueryAsync(ct);
        }
        return (Stopwatch.GetElapsedTime(started), await SizeAsync(connection, table, ct) - before);
    }

    static async Task<long> SizeAsync(NpgsqlConnection connection, string table, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select pg_total_relation_size('{table}')", connection);
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }

    /// <summary>The best of all that match, as a page of them is found; without the comments themselves.</summary>
    static async Task<string[]> SearchAsync(
        NpgsqlConnection connection,
        string site,
        string query,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        int Add(string text)
        {
            command.Parameters.Add(new() { Value = text });
            return command.Parameters.Count;
        }
        Add(site);
        var words = SearchWords.Read(query, out _) ?? throw new BenchmarkException($"{query} is no query.");
        command.CommandText = $"""
            with l as materialized (select $1::regconfig as language, $1 = 'simple' as is_simple),
              q as materialized (select {new SearchSql(Add).Of(words)} as words from l),
              found as materialized (
                select s.id, ts_rank_cd(s.words, q.words) as rank from q join {SearchTables.Rows} s on s.words @@ q.words
                where s.site = $1
              )
            select (select count(*) from found), (select id from found order by rank desc, id limit 1)
            """;
        var times = new List<double>();
        object? found = null;
        for (var i = 0; i < Searches; i++)
        {
            var started = Stopwatch.GetTimestamp();
            found = await command.ExecuteScalarAsync(ct);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return [Report.Text(Statistics.Median(times), 2), $"{found}"];
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
