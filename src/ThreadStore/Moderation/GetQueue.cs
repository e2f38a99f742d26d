using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Rows;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>What waits for moderators.</summary>
public enum QueueState
{
    /// <summary>Held for any other reason than flags.</summary>
    Pending,

    /// <summary>With flags that no decision has settled.</summary>
    Flagged,
    Rejected,
}

/// <summary>The author's record, as moderators see it.</summary>
/// <param name="CommentCount">Published comments.</param>
public sealed record QueueAuthor(int CommentCount, int RejectedCount, Standing Standing);

/// <summary>A comment that waits, with all that a decision needs.</summary>
/// <param name="Reasons">Why it is held or was rejected, by rule; a moderator's rejection is the rule <c>moderator</c>.</param>
/// <param name="Flags">Flags that no decision has settled, by reason; open notices count as <c>illegal</c>.</param>
/// <param name="Notices">Notices of illegal content on which nobody has decided, the oldest first.</param>
/// <param name="ClaimedBy">The key of the moderator who looks at it; null: nobody.</param>
public sealed record QueueItemShape(
    CommentShape Comment,
    IReadOnlyList<HoldReason> Reasons,
    IReadOnlyDictionary<string, int> Flags,
    QueueAuthor Author,
    string? ClaimedBy,
    IReadOnlyList<QueueNotice> Notices
);

/// <summary>A notice of illegal content, without who gave it.</summary>
/// <param name="Reason">What for.</param>
/// <param name="Explanation">Why, in the notifier's own words: plain text.</param>
public sealed record QueueNotice(Guid Id, NoticeReason Reason, string Explanation, DateTimeOffset At);

/// <summary>A page of a queue.</summary>
public sealed record QueuePageShape(IReadOnlyList<QueueItemShape> Items, string? NextCursor);

public static class GetQueueEndpoint
{
    /// <summary>A page of what waits for moderators, with what each decision needs.</summary>
    /// <remarks>Pending and rejected come oldest first, flagged with most flags first.</remarks>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("getQueue"), Answers(typeof(QueuePageShape)), Paged]
    [Query("state", typeof(QueueState), "Which queue.", Default = QueueState.Pending)]
    [Query("article", typeof(string), "Only comments on this article.")]
    [Query(
        "reason",
        typeof(string),
        "Only what is held by this rule, flagged for this reason, or was rejected for it."
    )]
    [WolverineGet("/v1/sites/{site}/moderation/queue"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (QueueQuery.Read(http, site, out var query) is { } problem)
            return problem;
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Positions.NewestSql));
        batch.BatchCommands.Add(query.Command(now));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var position = reader.GetInt64(0);
        await reader.NextResultAsync(ct);

        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"items\":["u8);
        var (count, flags) = (0, 0);
        CommentView? last = null;
        while (
            count < query.Page.Limit
            && AnswerBudget.HasRoom(count, json.WrittenCount)
            && await reader.ReadAsync(ct)
        )
        {
            if (count++ > 0)
                json.Write(","u8);
            (last, flags) = (CommentView.Read(reader), reader.GetInt32(CommentView.ColumnCount));
            QueueQuery.WriteItem(json, last, reader, now);
        }
        var hasMore = last is not null && await reader.ReadAsync(ct);
        json.Write("],\"nextCursor\":"u8);
        json.Append(hasMore ? $"\"{query.CursorAfter(last!, flags)}\"" : "null");
        json.Write("}"u8);
        return new Answer(json.WrittenMemory, Position: position, IsPrivate: true);
    }
}

/// <summary>Which comments of which queue are asked for.</summary>
readonly record struct QueueQuery(
    string Site,
    QueueState State,
    string? Article,
    string? Reason,
    PageQuery Page
)
{
    string Scope => JsonSerializer.Serialize(new[] { "queue", Site, State.Word(), Article, Reason });

    public static Problem? Read(HttpContext http, string site, out QueueQuery query)
    {
        query = default;
        var asked = http.Request.Query;
        var state = QueueState.Pending;
        if (asked["state"].FirstOrDefault() is { } word)
        {
            if (Words.TryParse<QueueState>(word) is not { } known)
                return Problem.Validation(
                    "state",
                    Flaw.NoneOf("is pending, flagged or rejected.", Words.All<QueueState>())
                );
            state = known;
        }
        var (article, reason) = (asked["article"].FirstOrDefault(), asked["reason"].FirstOrDefault());
        if (article is not null && Keys.Fault(article) is { } badArticle)
            return Problem.Validation("article", badArticle);
        if (reason is not null && Keys.Fault(reason) is { } badReason)
            return Problem.Validation("reason", badReason);
        query = new(site, state, article, reason, default);
        if (PageQuery.Read(http, query.Scope, out var page) is { } problem)
            return problem;
        query = query with { Page = page };
        return null;
    }

    public string CursorAfter(CommentView last, int flags)
    {
        var time = Cursor.Microseconds(last.PostedAt);
        return (
            State == QueueState.Flagged ? new Cursor(flags, time, last.Id) : new(time, 0, last.Id)
        ).Encode(Scope);
    }

    public NpgsqlBatchCommand Command(DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand();
        string Parameter(object value)
        {
            command.Parameters.Add(new() { Value = value });
            return $"${command.Parameters.Count}";
        }
        var (site, limit, time) = (Parameter(Site), Parameter(Page.Limit + 1L), Parameter(now));
        var conditions = new List<string>
        {
            State switch
            {
                QueueState.Pending => ReaderTables.Pending,
                QueueState.Flagged => ReaderTables.Flagged,
                _ => ReaderTables.Rejected,
            },
        };
        if (Article is not null)
            conditions.Add(
                $"c.article_id = {MovedArticle.RootOf(site, Parameter(StreamId.Article(Site, Article)))}"
            );
        if (Reason is not null)
            conditions.Add(Because(Parameter(Reason)));
        if (Page.After is { } after)
            conditions.Add(
                State == QueueState.Flagged
                    ? $"(c.flags, c.posted_at, c.id) < ({Parameter(after.Key)}, {Parameter(after.SecondTime)}, {Parameter(after.Id)})"
                    : $"(c.posted_at, c.id) > ({Parameter(after.KeyTime)}, {Parameter(after.Id)})"
            );
        var order =
            State == QueueState.Flagged ? "c.flags desc, c.posted_at desc, c.id desc" : "c.posted_at, c.id";
        command.CommandText =
            $"{Of(string.Join(" and ", conditions), site, time)} order by {order} limit {limit}";
        return command;
    }

    /// <summary>Flags on a comment <c>c</c> that no decision has settled, by reason, as members of an object; an open notice of
    /// illegal content is one for <c>illegal</c>. As SQL.</summary>
    public const string FlagsOf = $"""
        (select string_agg('"' || f.reason || '":' || f.n, ',' order by f.reason) from (
           select f.reason, count(*) n from (
             select f.reason from {ReaderTables.Schema}.flag_rows f
             where f.site = c.site and f.comment_id = c.id and f.settled_by is null and not f.is_shadowed
             union all select 'illegal' from generate_series(1, c.notices)) f
           group by f.reason) f)
        """;

    const string NoticesOf = $"""
        case when c.notices > 0 then (
          select json_agg(json_build_object('id', n.id, 'reason', n.reason, 'explanation', n.explanation,
            'at', to_char(n.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) order by n.received_at, n.id)
          from {ReaderTables.Schema}.notice_rows n
          where n.site = c.site and n.comment_id = c.id and n.outcome is null)::text end
        """;

    /// <summary>Comments as the queues list them; with the parameters that are the site and the time.</summary>
    public static string Of(string conditions, string site = "$1", string time = "$2") =>
        $"""
            select {CommentView.Columns}, c.flags, a.key, c.reasons,
                   {FlagsOf},
                   (select k.claimed_by from {ClaimTable.Name} k
                    where k.site = c.site and k.comment_id = c.id and k.until > {time}),
                   {NoticesOf},
                   {CommenterRows.Columns}
            from {ReaderTables.Schema}.comment_rows c
            join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            join {ReaderTables.Schema}.commenter_rows r on r.site = c.site and r.id = c.author_id
            where c.site = {site} and {conditions}
            """;

    /// <summary>One of them, as JSON.</summary>
    public static void WriteItem(
        ArrayBufferWriter<byte> json,
        CommentView comment,
        NpgsqlDataReader reader,
        DateTimeOffset now
    )
    {
        const int first = CommentView.ColumnCount + 1;
        json.Write("{\"comment\":"u8);
        comment.Write(json, ThreadQuery.Quote(reader.GetString(first)), maySeeHidden: true);
        json.Write(",\"reasons\":"u8);
        json.Append(reader.Text(first + 1) ?? "[]");
        json.Write(",\"flags\":{"u8);
        json.Append(reader.Text(first + 2) ?? "");
        json.Write("},\"author\":"u8);
        var author = CommenterRows.Read(reader, first + 5);
        json.Write(
            JsonSerializer.SerializeToUtf8Bytes(
                new QueueAuthor(author.CommentCount, author.RejectedCount, author.StandingAt(now)),
                Json.Options
            )
        );
        json.Write(",\"claimedBy\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(reader.Text(first + 3), Json.Options));
        json.Write(",\"notices\":"u8);
        json.Append(reader.Text(first + 4) ?? "[]");
        json.Write("}"u8);
    }

    static string Because(string reason) =>
        $"""
            (exists (select 1 from json_array_elements(c.reasons::json) x where x->>'rule' = {reason}
                       or (x->>'rule' = '{HoldReason.Moderator}' and x->>'match' = {reason}))
              or exists (select 1 from {ReaderTables.Schema}.flag_rows f where f.site = c.site and f.comment_id = c.id
                           and f.settled_by is null and not f.is_shadowed and f.reason = {reason})
              or ({reason} = 'illegal' and c.notices > 0))
            """;
}
