using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Commenters;

public static class GetCommenterHistoryEndpoint
{
    /// <summary>A page of what a commenter wrote, newest first: what is published; for themselves and moderators, all.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor; 404 commenter-not-found.</returns>
    [Operation("getCommenterHistory"), Answers(typeof(CommenterHistoryPageShape)), Paged]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments"), Public]
    public static async Task<IResult> Get(
        string site,
        string commenterKey,
        Caller? caller,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var seesAll = caller is not null && (caller.Key == commenterKey || caller.Is(Role.Moderator));
        var scope = $"history/{site}/{commenterKey}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        var id = StreamId.Commenter(site, commenterKey);

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new(
                $"select 1, ({Positions.NewestSql}) from {ReaderTables.Schema}.commenter_rows where site = $1 and id = $2"
            )
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = id },
                },
            }
        );
        batch.BatchCommands.Add(Comments(site, id, page, seesAll));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.CommenterNotFound(commenterKey);
        var position = reader.GetInt64(1);
        await reader.NextResultAsync(ct);

        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var count = 0;
        CommentView? last = null;
        while (count < page.Limit && await reader.ReadAsync(ct))
        {
            if (count++ > 0)
                json.Write(","u8);
            last = CommentView.Read(reader);
            var (key, title, url) = (reader.GetString(15), reader.GetString(16), reader.Text(17));
            last.WriteOpen(
                json,
                JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        key,
                        title,
                        url,
                    },
                    Json.Options
                ),
                whole: true
            );
            json.Write("}"u8);
        }
        var hasMore = last is not null && await reader.ReadAsync(ct);
        json.Write("],\"nextCursor\":"u8);
        json.Append(
            hasMore
                ? $"\"{new Cursor(Cursor.Microseconds(last!.PostedAt), 0, last.Id).Encode(scope)}\""
                : "null"
        );
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: seesAll);
    }

    static NpgsqlBatchCommand Comments(string site, Guid id, PageQuery page, bool seesAll)
    {
        var after = page.After is null ? "" : "and c.posted_at <= $4 and (c.posted_at < $4 or c.id > $5)";
        var command = new NpgsqlBatchCommand(
            $"""
            select {CommentView.Columns}, a.key, a.title, a.url
            from {ReaderTables.Schema}.comment_rows c
            join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.author_id = $2 {(
                seesAll ? "" : "and c.state = 'published' and not a.is_withdrawn"
            )} {after}
            order by c.posted_at desc, c.id limit $3
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = page.Limit + 1L });
        if (page.After is { } cursor)
        {
            command.Parameters.Add(new() { Value = cursor.KeyTime });
            command.Parameters.Add(new() { Value = cursor.Id });
        }
        return command;
    }
}
