using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.History.Reports;

/// <summary>Brings the rows of reports into a fold, and out of it.</summary>
/// <param name="schema">Where the tables are: those that reports are counted from, or others made anew.</param>
public sealed class ReportStore(string schema)
{
    public static readonly ReportStore Live = new(ReaderTables.Schema);

    readonly string load = $"""
        select r.site, r.id, r.article_id, r.parent_id, r.author_id, r.depth, r.posted_at, r.state, r.reactions,
               r.waiting_since, r.appealed_at, r.positive, r.negative, r.flags, r.is_featured, r.by_staff, r.outcome, r.score
        from unnest($1, $2) as w(site, id) join {schema}.report_comments r on r.site = w.site and r.id = w.id
        """;

    readonly string writeComments = $$"""
        insert into {{schema}}.report_comments (site, id, article_id, parent_id, author_id, depth, posted_at, state,
          reactions, waiting_since, appealed_at, positive, negative, flags, is_featured, by_staff, outcome, score)
        select * from unnest({0})
        on conflict (site, id) do update set state = excluded.state, reactions = excluded.reactions,
          waiting_since = excluded.waiting_since, appealed_at = excluded.appealed_at, positive = excluded.positive,
          negative = excluded.negative, flags = excluded.flags, is_featured = excluded.is_featured,
          outcome = excluded.outcome, score = excluded.score
        """;

    readonly string writeFacts = $$"""
        insert into {{schema}}.report_facts (site, event, n, kind, at, actor, reason, means, seconds,
          comment_id, article_id, person, weight, decision)
        select * from unnest({0})
        """;

    // a reaction has a weight, a flag has none; of several decisions about one the last holds
    readonly string recount = $$"""
        update {{schema}}.report_facts f
        set kind = case when not u.counts then '{{Fact.Discounted}}' when u.is_flag then 'flagged' else 'reaction' end
        from (
          select distinct on (site, comment, person, at, is_flag) *
          from unnest({0}) with ordinality as w(site, comment, person, at, is_flag, counts, n)
          order by site, comment, person, at, is_flag, n desc
        ) u
        where f.site = u.site and f.at = u.at and f.person = u.person and f.comment_id = u.comment
          and f.kind in ('{{Fact.Discounted}}', 'reaction', 'flagged') and (f.weight is null) = u.is_flag
        """;

    /// <summary>Folds a stretch of history over the rows that the stretch before it left.</summary>
    public async Task<ReportFold> FoldAsync(
        NpgsqlConnection connection,
        IEnumerable<(string Site, Guid Id, object Event)> events,
        CancellationToken ct
    )
    {
        var stretch = events.ToList();
        var fold = new ReportFold();
        await LoadAsync(connection, fold, stretch, ct);
        foreach (var (site, id, e) in stretch)
            fold.Apply(site, id, e);
        return fold;
    }

    public IEnumerable<RowStatement> Statements(ReportFold fold)
    {
        if (fold.Changed.Count > 0)
            yield return Comments([.. fold.Changed.Values]);
        if (fold.Facts.Count > 0)
            yield return Facts(fold.Facts);
        if (fold.Recounts.Count > 0)
            yield return Recounts(fold.Recounts);
    }

    async Task LoadAsync(
        NpgsqlConnection connection,
        ReportFold fold,
        List<(string Site, Guid Id, object Event)> events,
        CancellationToken ct
    )
    {
        var wanted = new HashSet<(string Site, Guid Id)>();
        foreach (var (site, _, e) in events)
            if (ReportFold.About(e) is { } id && e is not CommentPosted)
                wanted.Add((site, id));
        if (wanted.Count == 0)
            return;
        await using var command = new NpgsqlCommand(load, connection);
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Site).ToArray() });
        command.Parameters.Add(new() { Value = wanted.Select(w => w.Id).ToArray() });
        await using var r = await command.ExecuteReaderAsync(ct);
        while (await r.ReadAsync(ct))
            fold.Known(
                new(
                    r.GetString(0),
                    r.GetGuid(1),
                    r.GetGuid(2),
                    r.IsDBNull(3) ? null : r.GetGuid(3),
                    r.GetGuid(4),
                    r.GetInt32(5),
                    r.GetFieldValue<DateTimeOffset>(6),
                    Words.Parse<CommentState>(r.GetString(7)),
                    r.GetInt32(8),
                    r.Time(9),
                    r.Time(10)
                )
                {
                    Positive = r.GetInt32(11),
                    Negative = r.GetInt32(12),
                    Flags = r.GetInt32(13),
                    IsFeatured = r.GetBoolean(14),
                    IsByStaff = r.GetBoolean(15),
                    Outcome = r.Text(16),
                    Score = r.IsDBNull(17) ? null : r.GetDouble(17),
                }
            );
    }

    RowStatement Comments(List<CountedComment> rows) =>
        new(
            writeComments,
            Column(NpgsqlDbType.Text, rows, c => c.Site),
            Column(NpgsqlDbType.Uuid, rows, c => c.Id),
            Column(NpgsqlDbType.Uuid, rows, c => c.ArticleId),
            Column(NpgsqlDbType.Uuid, rows, c => c.ParentId),
            Column(NpgsqlDbType.Uuid, rows, c => c.AuthorId),
            Column(NpgsqlDbType.Integer, rows, c => c.Depth),
            Column(NpgsqlDbType.TimestampTz, rows, c => c.PostedAt),
            Column(NpgsqlDbType.Text, rows, c => c.State.Word()),
            Column(NpgsqlDbType.Integer, rows, c => c.Reactions),
            Column(NpgsqlDbType.TimestampTz, rows, c => c.WaitingSince),
            Column(NpgsqlDbType.TimestampTz, rows, c => c.AppealedAt),
            Column(NpgsqlDbType.Integer, rows, c => c.Positive),
            Column(NpgsqlDbType.Integer, rows, c => c.Negative),
            Column(NpgsqlDbType.Integer, rows, c => c.Flags),
            Column(NpgsqlDbType.Boolean, rows, c => c.IsFeatured),
            Column(NpgsqlDbType.Boolean, rows, c => c.IsByStaff),
            Column(NpgsqlDbType.Text, rows, c => c.Outcome),
            Column(NpgsqlDbType.Double, rows, c => c.Score)
        );

    RowStatement Recounts(List<RecountedFact> rows) =>
        new(
            recount,
            Column(NpgsqlDbType.Text, rows, f => f.Site),
            Column(NpgsqlDbType.Uuid, rows, f => f.Comment),
            Column(NpgsqlDbType.Uuid, rows, f => f.Person),
            Column(NpgsqlDbType.TimestampTz, rows, f => f.At),
            Column(NpgsqlDbType.Boolean, rows, f => f.IsFlag),
            Column(NpgsqlDbType.Boolean, rows, f => f.Counts)
        );

    RowStatement Facts(List<Fact> rows) =>
        new(
            writeFacts,
            Column(NpgsqlDbType.Text, rows, f => f.Site),
            Column(NpgsqlDbType.Uuid, rows, f => f.Event),
            Column(NpgsqlDbType.Integer, rows, f => f.N),
            Column(NpgsqlDbType.Text, rows, f => f.Kind),
            Column(NpgsqlDbType.TimestampTz, rows, f => f.At),
            Column(NpgsqlDbType.Text, rows, f => f.Actor),
            Column(NpgsqlDbType.Text, rows, f => f.Reason),
            Column(NpgsqlDbType.Text, rows, f => f.Means),
            Column(NpgsqlDbType.Double, rows, f => f.Seconds),
            Column(NpgsqlDbType.Uuid, rows, f => f.Comment),
            Column(NpgsqlDbType.Uuid, rows, f => f.Article),
            Column(NpgsqlDbType.Uuid, rows, f => f.Person),
            Column(NpgsqlDbType.Integer, rows, f => f.Weight),
            Column(NpgsqlDbType.Uuid, rows, f => f.Decision)
        );
}
