using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using static ThreadStore.Postgres.RowStatement;

namespace ThreadStore.History.Reports;

/// <summary>Brings the rows of reports into a fold, and out of it.</summary>
/// <param name="schema">Where the tables are: those that reports are counted from, or others made anew.</param>
public sealed class ReportStore(string schema)
{
    public static readonly ReportStore Live = new(ReaderTables.Schema);

    readonly string load = CountedCommentRows.Table.ById(schema);
    readonly RowWriting<CountedComment> writeComments = CountedCommentRows.Table.Upsert(schema);
    readonly RowWriting<Fact> writeFacts = FactRows.Table.Insert(schema);

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
            yield return writeComments.Of([.. fold.Changed.Values]);
        if (fold.Facts.Count > 0)
            yield return writeFacts.Of(fold.Facts);
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
            fold.Known(CountedCommentRows.Read(r));
    }

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
}
