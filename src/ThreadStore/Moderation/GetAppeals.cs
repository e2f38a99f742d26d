using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>An appeal that waits for a moderator other than the one who decided.</summary>
/// <param name="Reasons">Why the comment was rejected.</param>
/// <param name="DecidedBy">The key of the moderator whose decision it is about; null: a rule's.</param>
public sealed record AppealShape(
    Guid Id,
    CommentShape Comment,
    IReadOnlyList<HoldReason> Reasons,
    string? DecidedBy,
    string Text,
    DateTimeOffset At
);

/// <summary>A page of open appeals, oldest first.</summary>
public sealed record AppealPageShape(IReadOnlyList<AppealShape> Items, string? NextCursor);

public static class GetAppealsEndpoint
{
    /// <summary>A page of the appeals that are open, oldest first.</summary>
    /// <remarks>An appeal whose decision no longer stands waits no more.</remarks>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("getAppeals"), Answers(typeof(AppealPageShape)), Paged]
    [WolverineGet("/v1/sites/{site}/moderation/appeals"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var scope = $"appeals/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Positions.NewestSql));
        var open = new NpgsqlBatchCommand(
            $"""
            select {CommentView.Columns}, a.key, c.reasons, p.id, p.decided_by, p.text, p.appealed_at
            from {ReaderTables.Schema}.appeal_rows p
            join {ReaderTables.Schema}.comment_rows c on c.site = p.site and c.id = p.comment_id and c.appeal = p.id
            join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where p.site = $1 and p.outcome is null
              {(page.After is null ? "" : "and (p.appealed_at, p.id) > ($3, $4)")}
            order by p.appealed_at, p.id limit $2
            """
        );
        open.Parameters.Add(new() { Value = site });
        open.Parameters.Add(new() { Value = page.Limit + 1L });
        if (page.After is { } after)
        {
            open.Parameters.Add(new() { Value = after.KeyTime });
            open.Parameters.Add(new() { Value = after.Id });
        }
        batch.BatchCommands.Add(open);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var position = reader.GetInt64(0);
        await reader.NextResultAsync(ct);

        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var (count, last) = (0, default(Cursor));
        while (
            count < page.Limit && AnswerBudget.HasRoom(count, json.WrittenCount) && await reader.ReadAsync(ct)
        )
        {
            if (count++ > 0)
                json.Write(","u8);
            last = WriteItem(json, reader);
        }
        var hasMore = count > 0 && await reader.ReadAsync(ct);
        json.Write("],\"nextCursor\":"u8);
        json.Append(hasMore ? $"\"{last.Encode(scope)}\"" : "null");
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: true);
    }

    static Cursor WriteItem(ArrayBufferWriter<byte> json, NpgsqlDataReader reader)
    {
        const int first = CommentView.ColumnCount;
        var (id, at) = (reader.GetGuid(first + 2), reader.GetFieldValue<DateTimeOffset>(first + 5));
        json.Write("{\"id\":\""u8);
        json.Append(id);
        json.Write("\",\"comment\":"u8);
        CommentView
            .Read(reader)
            .Write(json, ThreadQuery.Quote(reader.GetString(first)), maySeeHidden: true, evenDeleted: true);
        json.Write(",\"reasons\":"u8);
        json.Append(reader.Text(first + 1) ?? "[]");
        json.Write(",\"decidedBy\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(reader.Text(first + 3), Json.Options));
        json.Write(",\"text\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(reader.GetString(first + 4), Json.Options));
        json.Write(",\"at\":\""u8);
        json.Append(at);
        json.Write("\"}"u8);
        return new(Cursor.Microseconds(at), 0, id);
    }
}
