using NpgsqlTypes;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>What happens to all flags on a comment, whether loaded or not.</summary>
public sealed partial class RowWriter
{
    readonly string purgedNotes = $$"""
        update {{schema}}.flag_rows f set note = null from unnest({0}) as u(site, comment_id, before)
        where f.site = u.site and f.comment_id = u.comment_id and f.flagged_at < u.before
        """;

    readonly string settlements = $$"""
        update {{schema}}.flag_rows r set settled_by = u.after
        from unnest({0}) as u(site, comment_id, before, after)
        where r.site = u.site and r.comment_id = u.comment_id and r.settled_by is not distinct from u.before
        """;

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
}
