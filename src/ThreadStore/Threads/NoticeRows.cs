using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Notices;
using ThreadStore.Storage;

namespace ThreadStore.Threads;

/// <summary>Notices on a comment that ended, or are open again.</summary>
/// <param name="Before">What had ended them; null: nothing, they were open.</param>
/// <param name="After">What ends them now; null: nothing, they are open.</param>
public sealed record NoticesEnded(string Site, Guid CommentId, Guid? Before, NoticeEnd? After);

/// <summary>Notices of illegal content, and what decisions about their comment do to them.</summary>
public sealed partial class WorkingSet
{
    // all together, whether loaded or not: by comment, and by what had ended them; empty: nothing
    readonly Dictionary<(string Site, Guid Comment), Dictionary<Guid, NoticeEnd?>> ended = [];

    /// <summary>To be written before <see cref="Notices"/>, which hold the last word on those that are loaded.</summary>
    public IEnumerable<NoticesEnded> NoticeEnds =>
        ended.SelectMany(c =>
            c.Value.Where(v => v.Key != (v.Value?.By ?? Guid.Empty))
                .Select(v => new NoticesEnded(c.Key.Site, c.Key.Comment, NullOf(v.Key), v.Value))
        );

    void Receive(string site, NoticeReceived e)
    {
        var comment = Comments.Require(site, e.CommentId);
        comment = comment with { Flags = comment.Flags + 1, Notices = comment.Notices + 1 };
        Comments.Put(site, comment.Id, comment, RowChange.State);
        Notices.Put(site, e.NoticeId, Notice.After(null, site, e), RowChange.Whole);
    }

    /// <param name="comment">As it was before.</param>
    void End(Comment comment, NoticeEnd end)
    {
        // most comments never have one
        if (comment.Notices > 0)
            Turn(comment, Guid.Empty, end);
    }

    void Reopen(Comment comment, Guid undone) => Turn(comment, undone, null);

    void Turn(Comment comment, Guid before, NoticeEnd? after)
    {
        if (!ended.TryGetValue((comment.Site, comment.Id), out var changes))
            ended[(comment.Site, comment.Id)] = changes = [];
        foreach (var (first, last) in changes.ToArray())
            if ((last?.By ?? Guid.Empty) == before)
                changes[first] = after;
        changes.TryAdd(before, after);
        foreach (var notice in Notices.All)
            if (
                notice.CommentId == comment.Id
                && notice.Site == comment.Site
                && (notice.End?.By ?? Guid.Empty) == before
            )
                Notices.Put(notice.Site, notice.Id, notice with { End = after }, RowChange.Whole);
    }
}

public sealed partial class RowWriter
{
    readonly string notices = $$"""
        insert into {{schema}}.notice_rows as r (site, id, comment_id, article_id, commenter_id, reason, explanation,
          received_at, ended_by, outcome, ground, ended_at)
        select * from unnest({0})
        on conflict (site, id) do update set explanation = excluded.explanation, ended_by = excluded.ended_by,
          outcome = excluded.outcome, ground = excluded.ground, ended_at = excluded.ended_at
        """;

    readonly string noticeEnds = $$"""
        update {{schema}}.notice_rows r set ended_by = u.after, outcome = u.outcome, ground = u.ground, ended_at = u.ended_at
        from unnest({0}) as u(site, comment_id, before, after, outcome, ground, ended_at)
        where r.site = u.site and r.comment_id = u.comment_id and r.ended_by is not distinct from u.before
        """;

    RowStatement NoticeEnds(List<NoticesEnded> rows) =>
        new(
            noticeEnds,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.Before),
            Column(NpgsqlDbType.Uuid, rows, r => r.After?.By),
            Column(NpgsqlDbType.Text, rows, r => r.After?.Outcome.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.After?.Ground?.Word()),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.After?.At)
        );

    RowStatement Notices(List<Notice> rows) =>
        new(
            notices,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommenterId),
            Column(NpgsqlDbType.Text, rows, r => r.Reason.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.Explanation),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.At),
            Column(NpgsqlDbType.Uuid, rows, r => r.End?.By),
            Column(NpgsqlDbType.Text, rows, r => r.End?.Outcome.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.End?.Ground?.Word()),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.End?.At)
        );
}

public sealed partial class RowStore
{
    readonly string notices = $"""
        select {NoticeColumns}
        from unnest($1, $2) as w(site, id) join {schema}.notice_rows r on r.site = w.site and r.id = w.id
        """;

    /// <summary>Of a row <c>r</c>, as <see cref="ReadNotice(NpgsqlDataReader)"/> expects them.</summary>
    public const string NoticeColumns = """
        r.site, r.id, r.comment_id, r.article_id, r.commenter_id, r.reason, r.explanation, r.received_at, r.ended_by,
        r.outcome, r.ground, r.ended_at
        """;

    static void ReadNotice(NpgsqlDataReader r, WorkingSet set)
    {
        var notice = ReadNotice(r);
        set.Notices.Loaded(notice.Site, notice.Id, notice);
    }

    public static Notice ReadNotice(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetGuid(1),
            r.GetGuid(2),
            r.GetGuid(3),
            r.Id(4),
            Words.Parse<NoticeReason>(r.GetString(5)),
            r.GetString(6),
            r.GetFieldValue<DateTimeOffset>(7),
            r.Id(8) is { } by
                ? new(
                    by,
                    Words.Parse<NoticeOutcome>(r.GetString(9)),
                    r.Text(10) is { } ground ? Words.Parse<RejectReason>(ground) : null,
                    r.GetFieldValue<DateTimeOffset>(11)
                )
                : null
        );
}
