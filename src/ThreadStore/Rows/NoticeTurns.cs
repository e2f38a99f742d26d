using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>What a decision does to all notices on a comment, whether loaded or not.</summary>
/// <param name="End">It ends those that are open.</param>
/// <param name="Reversal">It brings back what they had taken away.</param>
/// <param name="Undone">It is taken back itself.</param>
public sealed record NoticeTurn(
    string Site,
    Guid CommentId,
    NoticeEnd? End = null,
    NoticeReversal? Reversal = null,
    Guid? Undone = null
);

/// <summary>Notices of illegal content, and what decisions about their comment do to them.</summary>
public sealed partial class WorkingSet
{
    readonly Dictionary<(string Site, Guid Comment), List<NoticeTurn>> turns = [];

    /// <summary>First what happened to each comment first, then what happened to it next, and so on. To be written before
    /// <see cref="Notices"/>, which hold the last word on those that are loaded.</summary>
    public IEnumerable<List<NoticeTurn>> NoticeTurns
    {
        get
        {
            for (var nth = 0; ; nth++)
            {
                List<NoticeTurn> next = [.. turns.Values.Where(t => t.Count > nth).Select(t => t[nth])];
                if (next.Count == 0)
                    yield break;
                yield return next;
            }
        }
    }

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
            Turn(comment, new(comment.Site, comment.Id, End: end), n => n.Ended(end));
    }

    void Reverse(Comment comment, NoticeReversal reversal) =>
        Turn(comment, new(comment.Site, comment.Id, Reversal: reversal), n => n.Reversed(reversal));

    void Undecide(Comment comment, Guid decision) =>
        Turn(comment, new(comment.Site, comment.Id, Undone: decision), n => n.Without(decision));

    void Turn(Comment comment, NoticeTurn turn, Func<Notice, Notice> after)
    {
        if (!turns.TryGetValue((comment.Site, comment.Id), out var all))
            turns[(comment.Site, comment.Id)] = all = [];
        all.Add(turn);
        foreach (var notice in Notices.All)
            if (
                notice.CommentId == comment.Id
                && notice.Site == comment.Site
                && after(notice) is var turned
                && turned != notice
            )
                Notices.Put(notice.Site, notice.Id, turned, RowChange.Whole);
    }
}

/// <summary>What decisions do to all notices on a comment, whether loaded or not.</summary>
public sealed partial class RowWriter
{
    // as Notice.Ended, Notice.Reversed and Notice.Without
    readonly string noticeTurns = $$"""
        update {{schema}}.notice_rows r set
          ended_by = case when u.is_end then u.decision when r.ended_by = u.undone then null else r.ended_by end,
          outcome = case when u.is_end then u.outcome when r.ended_by = u.undone then null else r.outcome end,
          ground = case when u.is_end then u.ground when r.ended_by = u.undone then null else r.ground end,
          ended_at = case when u.is_end then u.at when r.ended_by = u.undone then null else r.ended_at end,
          reversed_by = case when not u.is_end and u.undone is null then u.decision end,
          reversed_at = case when not u.is_end and u.undone is null then u.at end
        from unnest({0}) as u(site, comment_id, is_end, decision, outcome, ground, at, undone)
        where r.site = u.site and r.comment_id = u.comment_id
          and case when u.is_end then r.ended_by is null
            when u.undone is null then r.outcome = 'upheld' and r.reversed_by is null
            else r.ended_by = u.undone or r.reversed_by = u.undone end
        """;

    RowStatement NoticeTurns(List<NoticeTurn> rows) =>
        new(
            noticeTurns,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Boolean, rows, r => r.End is not null),
            Column(NpgsqlDbType.Uuid, rows, r => r.End?.By ?? r.Reversal?.By),
            Column(NpgsqlDbType.Text, rows, r => r.End?.Outcome.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.End?.Ground?.Word()),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.End?.At ?? r.Reversal?.At),
            Column(NpgsqlDbType.Uuid, rows, r => r.Undone)
        );
}
