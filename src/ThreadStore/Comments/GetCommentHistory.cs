using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Comments;

/// <summary>One thing that happened to a comment.</summary>
/// <param name="By">Who did it; for the author of the comment, a moderator is <c>moderator</c>.</param>
/// <param name="Data">The event; for the author only its texts and the reasons that are told to them.</param>
public sealed record HistoryItem(long Position, DateTimeOffset At, string Type, string? By, JsonObject Data);

/// <summary>All that happened to a comment, oldest first.</summary>
public sealed record CommentHistory(IReadOnlyList<HistoryItem> Items);

public static class GetCommentHistoryEndpoint
{
    /// <summary>What of an event its comment's author may read: notes, verdicts and names are for moderators.</summary>
    static readonly string[] ToldToAuthor =
    [
        "body",
        "format",
        "state",
        "reason",
        "means",
        "removedBy",
        "appealId",
        "text",
        "uphold",
    ];

    /// <summary>All that happened to a comment, oldest first, for its author and moderators.</summary>
    /// <returns>200 the history; 304; 400 bad-request; 403 forbidden; 404 comment-not-found.</returns>
    [Operation("getCommentHistory"), Answers(typeof(CommentHistory))]
    [WolverineGet("/v1/sites/{site}/comments/{commentId}/history"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        string commentId,
        Caller caller,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var id = Guid.Parse(commentId);
        var isModerator = caller.Is(Role.Moderator);
        await using var batch = database.CreateBatch();
        NpgsqlBatchCommand Command(string sql) =>
            new(sql)
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = id },
                },
            };
        batch.BatchCommands.Add(
            Command(
                $"select author_id, author, ({Positions.NewestSql}), state in ('published', 'deleted') from {ReaderTables.Schema}.comment_rows where site = $1 and id = $2"
            )
        );
        batch.BatchCommands.Add(
            Command(
                $"""
                select e.seq_id, e.timestamp, e.type, e.data::text from {EventTables.Events} e
                where e.tenant_id = $1 and (e.stream_id = $2 {(isModerator ? Flags : NotForAuthors)})
                order by e.seq_id
                """
            )
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.CommentNotFound(id);
        var isAuthor = reader.GetGuid(0) == StreamId.Commenter(site, caller.Key);
        if (!isAuthor && !isModerator)
            return reader.GetBoolean(3)
                ? Problem.Forbidden("A comment's history is for its author and for moderators.")
                // that there is one is not told of a comment which nobody else sees
                : Problem.CommentNotFound(id);
        var author = CommentJsonParts.AuthorKey(reader.GetString(1));
        var position = reader.GetInt64(2);
        await reader.NextResultAsync(ct);

        var items = new List<HistoryItem>();
        CommentState? shadow = null;
        while (await reader.ReadAsync(ct))
        {
            var type = reader.GetString(2);
            var stored = EventNames.Find(type)?.ReadJson(reader.GetFieldValue<byte[]>(3));
            var data = stored is { } members ? JsonObject.Create(members) ?? [] : [];
            var by = data["by"]?.GetValue<string>();
            items.Add(
                new(
                    reader.GetInt64(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    type,
                    isModerator || by == author ? by : "moderator",
                    isModerator ? data : Told(data, ref shadow)
                )
            );
        }
        return Answer.Of(new CommentHistory(items)) with { Position = position, IsPrivate = true };
    }

    /// <summary>Such as that there were flags.</summary>
    static readonly string NotForAuthors =
        $"and e.type not in {EventCatalogue.Sql(static e => e.SeenBy == Audience.Moderators)}";

    /// <summary>Who flagged it or gave notice of it, and why: each has a stream of its own.</summary>
    const string Flags = $"""
        or e.stream_id in (
          select f.id from {ReaderTables.Schema}.flag_rows f where f.site = $1 and f.comment_id = $2
          union all select n.id from {ReaderTables.Schema}.notice_rows n where n.site = $1 and n.comment_id = $2)
        """;

    /// <param name="shadow">What its author takes it for, where only they see it.</param>
    static JsonObject Told(JsonObject data, ref CommentState? shadow)
    {
        var told = new JsonObject();
        foreach (var member in ToldToAuthor)
            if (data[member] is { } value)
                told[member] = value.DeepClone();
        // whoever is shadowed must not find out
        if (data["verdicts"] is JsonArray)
        {
            var verdicts = data["verdicts"].Deserialize<Verdict[]>(Json.Options) ?? [];
            shadow = HoldReasons.ToldOf(Screening.Reasons(verdicts));
            // which rules objected, but not over which words: these are for moderators
            told["reasons"] = JsonSerializer.SerializeToNode(
                Screening.Reasons(Screening.Told(verdicts)).Select(r => r with { Match = null }),
                Json.Options
            );
        }
        else if (shadow is not null && data["judgedVersion"] is not null)
            shadow = (data["action"]?.GetValue<string>(), shadow) switch
            {
                ("hold", CommentState.Published) => CommentState.Pending,
                ("release", CommentState.Pending) => CommentState.Published,
                _ => shadow,
            };
        else if (data["decisionId"] is not null)
            shadow = null;
        if (shadow is { } state && told.ContainsKey("state"))
            told["state"] = state.Word();
        return told;
    }
}
