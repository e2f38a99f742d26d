using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Commenters;

public static class GetCommenterHistoryEndpoint
{
    /// <summary>A page of what a commenter wrote, newest first: what is published; for themselves and moderators, all.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor; 404 commenter-not-found.</returns>
    [Operation("getCommenterHistory"), Answers(typeof(CommenterHistoryPageShape)), Paged]
    [
        WolverineGet("/v1/sites/{site}/commenters/{commenterKey}/comments"),
        Public(SaysMoreToSome = true),
        TimeTravel
    ]
    public static async Task<IResult> Get(
        string site,
        string commenterKey,
        Caller? caller,
        HttpContext http,
        ReadReplicas replicas,
        TimeTravel past,
        CancellationToken ct
    )
    {
        if (PastPoint.IsAsked(http))
            return await past.HistoryAsync(site, commenterKey, caller, http, ct);
        var seesAll = SeesAll(caller, commenterKey);
        if (PageQuery.Read(http, Scope(site, commenterKey), out var page) is { } problem)
            return problem;
        var id = StreamId.Commenter(site, commenterKey);

        var database = await replicas.ForAsync(http);
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
        long position;
        List<(CommentView View, ArticleName Article)> items;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return Problem.CommenterNotFound(commenterKey);
            position = reader.GetInt64(1);
            await reader.NextResultAsync(ct);
            items = await ReadAsync(reader, ct);
        }
        if (seesAll && caller?.Is(Role.Moderator) != true)
        {
            var unseen = await OwnShadow.CountsAsync(database, site, items.Select(i => i.View), ct);
            items =
            [
                .. items.Select(i =>
                    (i.View.AsItsAuthorSees(unseen.GetValueOrDefault(i.View.Id)), i.Article)
                ),
            ];
        }
        return Show(site, commenterKey, items, page, past: null, position, isPrivate: seesAll);
    }

    static async Task<List<(CommentView View, ArticleName Article)>> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken ct
    )
    {
        var items = new List<(CommentView View, ArticleName Article)>();
        var bytes = 0;
        while (await reader.ReadAsync(ct))
        {
            var view = CommentView.Read(reader);
            const int Article = CommentView.ColumnCount;
            items.Add(
                (
                    view,
                    new(reader.GetString(Article), reader.GetString(Article + 1), reader.Text(Article + 2))
                )
            );
            // one more than there is room for, which tells that there are more
            if (bytes > AnswerBudget.Bytes)
                break;
            bytes += view.State == CommentState.Deleted ? 0 : view.Content.Length;
        }
        return items;
    }

    /// <summary>Whether the caller also sees what is not published.</summary>
    public static bool SeesAll(Caller? caller, string commenterKey) =>
        caller is not null && (caller.Key == commenterKey || caller.Is(Role.Moderator));

    public static string Scope(string site, string commenterKey) => $"history/{site}/{commenterKey}";

    /// <summary>An article as it is named beside a comment on it.</summary>
    public sealed record ArticleName(string Key, string Title, string? Url);

    /// <param name="items">One too many where there are more.</param>
    public static Answer Show(
        string site,
        string commenterKey,
        List<(CommentView View, ArticleName Article)> items,
        PageQuery page,
        PastPoint? past,
        long position,
        bool isPrivate
    )
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var count = 0;
        while (count < Math.Min(items.Count, page.Limit) && AnswerBudget.HasRoom(count, json.WrittenCount))
        {
            if (count > 0)
                json.Write(","u8);
            var (view, article) = items[count++];
            view.Write(json, JsonSerializer.SerializeToUtf8Bytes(article, Json.Options), maySeeHidden: true);
        }
        json.Write("],\"nextCursor\":"u8);
        json.Append(count < items.Count ? $"\"{After(items[count - 1].View)}\"" : "null");
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: isPrivate);

        string After(CommentView last) =>
            PastPoint.Encode(
                past,
                new(Cursor.Microseconds(last.PostedAt), 0, last.Id),
                Scope(site, commenterKey)
            );
    }

    public static NpgsqlBatchCommand Comments(string site, Guid id, PageQuery page, bool seesAll)
    {
        var select = $"""
            select {CommentView.Columns}, a.key, a.title, a.url
            from {ReaderTables.Schema}.comment_rows c
            cross join lateral (
              select * from {ReaderTables.Schema}.article_rows a where a.site = c.site and a.id = c.article_id limit 1
            ) a
            where c.author_id = $2 and {PageSql.Filter(
                seesAll ? "c.site = $1" : "c.site = $1 and c.state = 'published' and not a.is_withdrawn"
            )}
            """;
        var command = new NpgsqlBatchCommand(
            PageSql.HighestFirst(
                select,
                [new("c.posted_at", "posted_at", "$4")],
                "c.id",
                page.After is null ? null : "$5",
                "$3"
            )
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
