using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace ThreadStore.Transfer.Formats;

/// <summary>Isso's SQLite database, read as it lies there and never written; and its generic JSON.</summary>
public sealed class IssoFormat : IForeignFormat
{
    /// <summary>A page's comments stand within it.</summary>
    const int MaxPage = 64 << 20;

    public string Name => "isso";

    public bool Fits(FileHead head) => IsDatabase(head) || IsGeneric(head);

    static bool IsDatabase(FileHead head) => head.Bytes.AsSpan().StartsWith("SQLite format 3\0"u8);

    static bool IsGeneric(FileHead head) =>
        head.IsObject == false && head.ItemHas("comments") && !head.ItemHas("page_key");

    public IEnumerable<ForeignRecord> Read(Stream file, FileHead head) =>
        IsDatabase(head) ? ReadDatabase(file) : ReadGeneric(file);

    static IEnumerable<ForeignRecord> ReadDatabase(Stream file)
    {
        using var kept = KeptFile.Of(file);
        using var records = Rows(kept.Path).GetEnumerator();
        while (true)
        {
            ForeignRecord record;
            try
            {
                if (!records.MoveNext())
                    yield break;
                record = records.Current;
            }
            catch (SqliteException e)
            {
                record = new ForeignProblem(
                    null,
                    e.SqliteErrorCode is 11 or 26 ? "cut-off" : "malformed",
                    $"SQLite can't read it any further: {e.Message}",
                    Lost.Rest
                );
            }
            yield return record;
            if (record is ForeignProblem { Lost: Lost.Rest })
                yield break;
        }
    }

    static IEnumerable<ForeignRecord> Rows(string path)
    {
        // immutable: no lock, no journal and no index of shared memory beside it
        using var database = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = $"{new Uri(path).AbsoluteUri}?immutable=1",
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ConnectionString
        );
        database.Open();
        using (var distrust = database.CreateCommand())
        {
            distrust.CommandText = "pragma trusted_schema = off; pragma cell_size_check = on";
            distrust.ExecuteNonQuery();
        }
        foreach (var table in (ReadOnlySpan<string>)["threads", "comments"])
            if (!HasTable(database, table))
            {
                yield return new ForeignProblem(
                    null,
                    "malformed",
                    $"it is no database of Isso: it has no table {table}.",
                    Lost.Rest
                );
                yield break;
            }
        foreach (var t in Select(database, "select id, uri, title from threads order by id", []))
        foreach (
            var read in ForeignFormats.Guard(
                t.GetInt64(0),
                Lost.Article,
                t.GetInt64(0).ToString(System.Globalization.CultureInfo.InvariantCulture),
                () => [Thread(t)]
            )
        )
            yield return read;
        foreach (
            var c in Select(
                database,
                """
                select id, tid, parent, created, modified, mode, author, email, likes, dislikes,
                  case when length(cast(text as blob)) > $max then null else text end as text,
                  length(cast(text as blob)) > $max as is_long
                from comments order by id
                """,
                [("$max", Fields.MaxBody)]
            )
        )
        foreach (
            var read in ForeignFormats.Guard(c.GetInt64(0), Lost.Comment, Text(c, "id"), () => [Comment(c)])
        )
            yield return read;
    }

    static bool HasTable(SqliteConnection database, string table)
    {
        using var command = database.CreateCommand();
        command.CommandText = "select 1 from sqlite_master where type = 'table' and name = $name";
        command.Parameters.AddWithValue("$name", table);
        return command.ExecuteScalar() is not null;
    }

    static IEnumerable<SqliteDataReader> Select(
        SqliteConnection database,
        string sql,
        (string Name, object Value)[] parameters
    )
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return reader;
    }

    static string? Text(SqliteDataReader row, string column) =>
        row.GetOrdinal(column) is var n && row.IsDBNull(n) ? null : row.GetString(n);

    static double? Number(SqliteDataReader row, string column) =>
        row.GetOrdinal(column) is var n && row.IsDBNull(n) ? null : row.GetDouble(n);

    static ForeignArticle Thread(SqliteDataReader t)
    {
        var id = Fields.Id(Text(t, "id"));
        return new(id, id, Fields.Some(Text(t, "uri")), Fields.Some(Text(t, "title")));
    }

    static ForeignComment Comment(SqliteDataReader c)
    {
        if (Number(c, "is_long") is 1)
            throw new UnreadableException("too-large", "its text has more than 1 MiB.");
        var body = Fields.Body(Text(c, "text"));
        var mode = (int?)Number(c, "mode") ?? 1;
        var edited = Number(c, "modified") is { } modified ? Fields.Unix(modified) : (DateTimeOffset?)null;
        var (likes, dislikes) = (Number(c, "likes"), Number(c, "dislikes"));
        return new(
            Fields.Id(Text(c, "id")),
            Fields.SomeBut(Text(c, "parent"), "0"),
            Text(c, "tid") ?? throw new UnreadableException("no-article", "it names no thread."),
            new(null, Text(c, "email"), Text(c, "author")),
            body,
            ForeignFormats.Sniff(body),
            Number(c, "created") is { } created ? Fields.Unix(created) : null,
            mode switch
            {
                2 => ForeignState.Pending,
                4 => ForeignState.Deleted,
                _ => ForeignState.Approved,
            },
            // only the text that it has now is kept there
            Later: edited is { } at && mode != 4 ? [new(body, at)] : null,
            Score: (likes, dislikes) is (0 or null, 0 or null) ? null : (int)((likes ?? 0) - (dislikes ?? 0))
        );
    }

    static IEnumerable<ForeignRecord> ReadGeneric(Stream file) =>
        ForeignFormats.ReadJson(
            new(file, inRow: false, MaxPage),
            p => (Lost.Article, p.Some("id")),
            p => [.. ForeignFormats.Guard(0, Lost.Article, p.Some("id"), () => [Page(p)]), .. Comments(p)]
        );

    static IEnumerable<ForeignRecord> Comments(JsonElement page)
    {
        var id = page.Some("id") ?? "";
        return ForeignFormats.Guard(
            0,
            Lost.Comment,
            id,
            () =>
                page.Records("comments")
                    .SelectMany(c =>
                        ForeignFormats.Guard(0, Lost.Comment, $"{id}#{c.Some("id")}", () => [Generic(c, id)])
                    )
        );
    }

    static ForeignArticle Page(JsonElement p)
    {
        var id = Fields.Id(p.Text("id"));
        return new(id, id, id, p.Some("title"));
    }

    /// <summary>Ids are unique within a page only.</summary>
    static ForeignComment Generic(JsonElement c, string page)
    {
        var body = Fields.Body(c.Text("text"));
        return new(
            $"{page}#{Fields.Id(c.Text("id"))}",
            Fields.SomeBut(c.Text("parent"), "0") is { } parent ? $"{page}#{parent}" : null,
            page,
            new(null, c.Some("email"), c.Some("author")),
            body,
            ForeignFormats.Sniff(body),
            c.Time("created"),
            ForeignState.Approved
        );
    }
}
