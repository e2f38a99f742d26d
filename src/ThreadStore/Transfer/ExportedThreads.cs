using System.Data;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Transfer;

/// <summary>An article as other systems want it.</summary>
/// <param name="Number">From 1: they know no keys.</param>
public sealed record ExportedArticle(
    long Number,
    string Key,
    string Title,
    string? Url,
    DateTimeOffset Dated,
    bool IsClosed,
    bool IsWithdrawn
);

/// <summary>A comment as other systems want it.</summary>
/// <param name="Number">From 1, within the export: they know no UUIDs.</param>
/// <param name="Body">As written; empty where it was deleted, as <paramref name="Html"/> is.</param>
public sealed record ExportedComment(
    long Number,
    long? Parent,
    Guid Id,
    Guid? ParentId,
    int Depth,
    Author Author,
    string Body,
    string Html,
    CommentState State,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt,
    int Positive,
    int Negative,
    int Replies
);

/// <summary>
/// A site's articles, each with its comments by time, as of one moment. What other systems can't know (who reacted how,
/// flags, decisions, the past) is not in it.
/// </summary>
public sealed class ExportedThreads(NpgsqlDataSource database, string site)
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Told of an article, then of its comments.</summary>
    public interface IWriter : IAsyncDisposable
    {
        Task WriteAsync(ExportedArticle article);

        Task WriteAsync(ExportedArticle article, ExportedComment comment);

        /// <summary>Nothing comes any more.</summary>
        Task EndAsync();
    }

    /// <param name="open">Makes the writer, once it is sure that there is something to write.</param>
    /// <param name="progress">Told how many comments are written, and of how many.</param>
    /// <returns>How many comments there are.</returns>
    /// <exception cref="StartupException">There is no such site; nothing was written.</exception>
    public async Task<long> RunAsync(Func<IWriter> open, Action<long, long> progress, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        await using (
            var exists = new NpgsqlCommand($"select 1 from {Schema}.site_rows where site = $1", connection)
        )
        {
            exists.Parameters.Add(new() { Value = site });
            if (await exists.ExecuteScalarAsync(ct) is null)
                throw new StartupException($"There is no site '{site}'.");
        }
        await RebuildBeside.ExecuteAsync(connection, RebuildBeside.ForWholeTables, ct);
        var total = await NumberAsync(connection, ct);
        await using var writer = open();
        var count = 0L;
        await using var command = new NpgsqlCommand(
            $"""
            select a.n, r.key, r.title, r.url, r.dated, r.is_closed, r.is_withdrawn,
              c.n, p.n, k.id, k.parent_id, k.depth, k.author, k.content, k.state, k.posted_at, k.edited_at,
              k.positive, k.negative, k.reply_count
            from exported_articles a
            join {Schema}.article_rows r on r.site = $1 and r.id = a.id
            left join exported_comments c on c.article_id = a.id
            left join {Schema}.comment_rows k on k.site = $1 and k.id = c.id
            left join exported_comments p on p.id = k.parent_id
            order by a.n, c.n
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.Add(new() { Value = site });
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            ExportedArticle? article = null;
            while (await reader.ReadAsync(ct))
            {
                if (article?.Number != reader.GetInt64(0))
                    await writer.WriteAsync(article = Article(reader));
                if (reader.IsDBNull(7))
                    continue;
                await writer.WriteAsync(article, Comment(reader));
                if (++count % 1_000 == 0)
                    progress(count, total);
            }
        }
        await writer.EndAsync();
        return count;
    }

    async Task<long> NumberAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (
            var sql in (string[])
                [
                    $"""
                        create temp table exported_articles on commit drop as
                        select id, row_number() over (order by dated, id) as n from {Schema}.article_rows
                        where site = $1 and moved_to is null
                        """,
                    $"""
                        create temp table exported_comments on commit drop as
                        select c.id, c.article_id, row_number() over (order by a.n, c.posted_at, c.id) as n
                        from {Schema}.comment_rows c join exported_articles a on a.id = c.article_id where c.site = $1
                        """,
                ]
        )
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            command.Parameters.Add(new() { Value = site });
            await command.ExecuteNonQueryAsync(ct);
        }
        await RebuildBeside.ExecuteAsync(connection, "create index on exported_comments (id)", ct);
        await RebuildBeside.ExecuteAsync(connection, "analyze exported_comments", ct);
        await using var count = new NpgsqlCommand("select count(*) from exported_comments", connection);
        return await count.ExecuteScalarAsync(ct) is long total ? total : 0;
    }

    static ExportedArticle Article(NpgsqlDataReader r) =>
        new(
            r.GetInt64(0),
            r.GetString(1),
            r.GetString(2),
            r.Text(3),
            r.GetFieldValue<DateTimeOffset>(4),
            r.GetBoolean(5),
            r.GetBoolean(6)
        );

    static ExportedComment Comment(NpgsqlDataReader r)
    {
        var state = Words.Parse<CommentState>(r.GetString(14));
        // ready-made members, without the braces around them
        using var content = JsonDocument.Parse($"{{{r.GetString(13)}}}");
        string Text(string member) =>
            state == CommentState.Deleted ? "" : content.RootElement.GetProperty(member).GetString() ?? "";
        return new(
            r.GetInt64(7),
            r.IsDBNull(8) ? null : r.GetInt64(8),
            r.GetGuid(9),
            r.Id(10),
            r.GetInt32(11),
            JsonSerializer.Deserialize<Author>(r.GetString(12), Json.Options)
                ?? throw new InvalidOperationException("No author."),
            Text("body"),
            Text("html"),
            state,
            r.GetFieldValue<DateTimeOffset>(15),
            r.Time(16),
            r.GetInt32(17),
            r.GetInt32(18),
            r.GetInt32(19)
        );
    }
}
