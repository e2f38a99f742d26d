using System.Text.Json;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>What moderators decided: the statements that ordinary posting never needs.</summary>
public sealed partial class RowWriter
{
    readonly string decidedComments = $$"""
        update {{schema}}.comment_rows r set reasons = u.reasons, decision = u.decision, decided_by = u.decided_by,
          appeal = u.appeal, is_locked = u.is_locked, lock_decision = u.lock_decision
        from unnest({0}) as u(site, id, reasons, decision, decided_by, appeal, is_locked, lock_decision)
        where r.site = u.site and r.id = u.id
        """;

    readonly string purgedNotes = $$"""
        update {{schema}}.flag_rows f set note = null from unnest({0}) as u(site, comment_id, before)
        where f.site = u.site and f.comment_id = u.comment_id and f.flagged_at < u.before
        """;

    readonly string settlements = $$"""
        update {{schema}}.flag_rows r set settled_by = u.after
        from unnest({0}) as u(site, comment_id, before, after)
        where r.site = u.site and r.comment_id = u.comment_id and r.settled_by is not distinct from u.before
        """;

    readonly string appeals = $$"""
        insert into {{schema}}.appeal_rows as r (site, id, comment_id, author_id, decision, decided_by, text, appealed_at,
          outcome, answered_by, reason, answered_at)
        select * from unnest({0})
        on conflict (site, id) do update set outcome = excluded.outcome, answered_by = excluded.answered_by,
          reason = excluded.reason, answered_at = excluded.answered_at
        """;

    // numbered within the site: positions are not known yet, and change on import
    readonly string decisions = $$"""
        insert into {{schema}}.decision_rows (site, number, stream, decision, article_id, commenter_id, by_id)
        select u.site,
          coalesce((select max(d.number) from {{schema}}.decision_rows d where d.site = u.site), 0)
            + row_number() over (partition by u.site order by u.n),
          u.stream, u.decision, u.article_id, u.commenter_id, u.by_id
        from unnest({0}) with ordinality as u(site, stream, decision, article_id, commenter_id, by_id, n)
        """;

    readonly string requests = $$"""
        insert into {{schema}}.request_rows as r (site, id, body_hash, comments)
        select u.site, u.id, u.body_hash, array(select json_array_elements_text(u.comments::json)::uuid)
        from unnest({0}) as u(site, id, body_hash, comments)
        on conflict (site, id) do update set comments = excluded.comments
        """;

    RowStatement DecidedComments(List<Comment> rows) =>
        new(
            decidedComments,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.ReasonsJson),
            Column(NpgsqlDbType.Uuid, rows, r => r.Decision),
            Column(NpgsqlDbType.Text, rows, r => r.DecidedBy),
            Column(NpgsqlDbType.Uuid, rows, r => r.Appeal),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsLocked),
            Column(NpgsqlDbType.Uuid, rows, r => r.LockDecision)
        );

    RowStatement PurgedNotes(List<(string Site, Guid Comment, DateTimeOffset Before)> rows) =>
        new(
            purgedNotes,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Comment),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.Before)
        );

    RowStatement Settlements(List<Settlement> rows) =>
        new(
            settlements,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.Before),
            Column(NpgsqlDbType.Uuid, rows, r => r.After)
        );

    RowStatement Appeals(List<Appeal> rows) =>
        new(
            appeals,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.AuthorId),
            Column(NpgsqlDbType.Uuid, rows, r => r.Decision),
            Column(NpgsqlDbType.Text, rows, r => r.DecidedBy),
            Column(NpgsqlDbType.Text, rows, r => r.Text),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.At),
            Column(NpgsqlDbType.Text, rows, r => r.Outcome?.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.AnsweredBy),
            Column(NpgsqlDbType.Text, rows, r => r.Reason),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.AnsweredAt)
        );

    RowStatement Requests(List<DoneRequest> rows) =>
        new(
            requests,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Text, rows, r => r.BodyHash),
            Column(NpgsqlDbType.Text, rows, r => JsonSerializer.Serialize(r.Comments, Json.Options))
        );

    RowStatement Decisions(List<LoggedDecision> rows) =>
        new(
            decisions,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Stream),
            Column(NpgsqlDbType.Uuid, rows, r => r.DecisionId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommenterId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ById)
        );
}
