using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.Rows;

/// <summary>How flags are written.</summary>
public sealed partial class RowWriter
{
    readonly string flags = $$"""
        insert into {{schema}}.flag_rows as r (site, id, comment_id, article_id, commenter_id, reason, note, flagged_at,
          settled_by, is_shadowed)
        select * from unnest({0})
        on conflict (site, id) do update set note = excluded.note, settled_by = excluded.settled_by,
          is_shadowed = excluded.is_shadowed
        """;

    RowStatement Flags(List<Flag> rows) =>
        new(
            flags,
            Column(NpgsqlDbType.Text, rows, r => r.Site),
            Column(NpgsqlDbType.Uuid, rows, r => r.Id),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommentId),
            Column(NpgsqlDbType.Uuid, rows, r => r.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, r => r.CommenterId),
            Column(NpgsqlDbType.Text, rows, r => r.Reason.Word()),
            Column(NpgsqlDbType.Text, rows, r => r.Note),
            Column(NpgsqlDbType.TimestampTz, rows, r => r.At),
            Column(NpgsqlDbType.Uuid, rows, r => r.SettledBy),
            Column(NpgsqlDbType.Boolean, rows, r => r.IsShadowed)
        );
}

/// <summary>How flags are read.</summary>
public sealed partial class RowStore
{
    readonly string flags = $"""
        select r.site, r.id, r.comment_id, r.article_id, r.commenter_id, r.reason, r.note, r.flagged_at, r.settled_by,
               r.is_shadowed
        from unnest($1, $2) as w(site, id) join {schema}.flag_rows r on r.site = w.site and r.id = w.id
        """;

    static void ReadFlag(NpgsqlDataReader r, WorkingSet set)
    {
        var flag = new Flag(
            r.GetString(0),
            r.GetGuid(1),
            r.GetGuid(2),
            r.GetGuid(3),
            r.GetGuid(4),
            Words.Parse<FlagReason>(r.GetString(5)),
            r.Text(6),
            r.GetFieldValue<DateTimeOffset>(7),
            r.Id(8),
            r.GetBoolean(9)
        );
        set.Flags.Loaded(flag.Site, flag.Id, flag);
    }
}
