using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History.Discounts;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation;

/// <summary>What was decided on: a comment, a commenter, or an article.</summary>
/// <param name="Type"><c>comment</c>, <c>commenter</c> or <c>article</c>.</param>
/// <param name="Id">The comment's; else null.</param>
/// <param name="Article">The key of the article, or of the comment's; null for a commenter.</param>
/// <param name="Commenter">The commenter's key, or that of the comment's author; null for an article.</param>
/// <param name="From">Of an article that was renamed or merged, the key that led to it from then on; else null.</param>
public sealed record LogTarget(string Type, Guid? Id, string? Article, string? Commenter, string? From);

/// <summary>One decision in the moderators' log.</summary>
/// <param name="Action">What was done: <c>approve</c>, <c>reject</c>, <c>feature</c>, <c>unfeature</c>, <c>restore</c>,
/// <c>release</c>, <c>delete</c>, <c>lock</c>, <c>unlock</c>, <c>uphold</c>, <c>overturn</c>, <c>ban</c>, <c>suspend</c>, <c>shadow</c>, <c>warn</c>,
/// <c>premoderate</c>, <c>reinstate</c>, <c>discount</c>, <c>note</c>, <c>rename</c>, <c>merge</c> or <c>undo</c>.</param>
/// <param name="Reason">What the author or commenter may read.</param>
/// <param name="Note">For moderators.</param>
/// <param name="Undoable">Whether it can be undone now: nothing later stands on it.</param>
public sealed record LogEntry(
    long Position,
    DateTimeOffset At,
    string By,
    string Action,
    LogTarget Target,
    string? Reason,
    string? Note,
    bool Undoable
)
{
    /// <summary>The columns that <see cref="Read"/> expects, of an event <c>e</c> and the rows that it is about.</summary>
    public static readonly string Columns = $"""
        e.seq_id, e.timestamp, e.type, (e.data - 'content')::text, c.id, a.key, m.key,
        case when e.type in ('article-renamed', 'article-merged') and a.moved_to is null and a.version = e.version
               and not {RowStore.WasWritten("e.tenant_id", "a.key", "e.seq_id")}
             then (e.data->>'decisionId')::uuid
             when e.type = 'commenter-discounted' then case when {DiscountHistory.WasUndone(
            "e.tenant_id",
            "e.stream_id",
            "e.data->>'decisionId'"
        )}
               then null else (e.data->>'decisionId')::uuid end
             when c.id is null then m.decision
             when e.type in ('comment-locked', 'comment-unlocked') then c.lock_decision else c.decision end
        """;

    /// <summary>The rows that an event <c>e</c> of a moderator is about.</summary>
    public const string Joins = $"""
        left join {ReaderTables.Schema}.comment_rows c on c.site = e.tenant_id and c.id = e.stream_id
        left join {ReaderTables.Schema}.article_rows a on a.site = e.tenant_id
          and a.id = coalesce(c.article_id, e.stream_id)
        left join {ReaderTables.Schema}.commenter_rows m on m.site = e.tenant_id
          and m.id = coalesce(c.author_id, e.stream_id)
        """;

    public static LogEntry Read(NpgsqlDataReader r)
    {
        var type = r.GetString(2);
        if (EventNames.Find(type) is not { Log: { } words } entry)
            throw new NotSupportedException($"The log does not know what to call {type}.");
        var data = entry.ReadJson(r.GetFieldValue<byte[]>(3));
        string? Text(string member) => data.TryGetProperty(member, out var value) ? value.GetString() : null;
        var id = r.Id(4);
        return new(
            r.GetInt64(0),
            r.GetFieldValue<DateTimeOffset>(1),
            Text("by") ?? "",
            words.ActionOf(data),
            new(
                entry.Stream,
                id,
                Text("articleKey") is { } key && id is null ? key : r.Text(5),
                r.Text(6),
                Text("from")
            ),
            Text(words.Reason),
            Text(words.Note),
            r.Id(7) is { } standing && data.GetProperty("decisionId").GetGuid() == standing
        );
    }
}

/// <summary>A page of the log, newest first.</summary>
public sealed record LogPage(IReadOnlyList<LogEntry> Items, string? NextCursor);
