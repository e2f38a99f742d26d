using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.History.Reports;

/// <summary>The projection behind all reports. It may lag; its answers say how far it is.</summary>
/// <remarks>
/// Where reports come to need what these rows lack, give the projection and its tables new names: the daemon fills them
/// from the first event on while the server runs.
/// </remarks>
public sealed class ReportRows(NpgsqlDataSource database) : IProjection
{
    public const string Name = "Reports";

    /// <summary>Events that are folded in one transaction.</summary>
    public const int BatchSize = 2_000;

    static readonly string Load = $"""
        select r.site, r.id, r.article_id, r.parent_id, r.author_id, r.depth, r.posted_at, r.state, r.reactions,
               r.waiting_since, r.appealed_at
        from unnest($1, $2) as w(site, id) join {ReportTables.Comments} r on r.site = w.site and r.id = w.id
        """;

    static readonly string WriteComments = $$"""
        insert into {{ReportTables.Comments}} (site, id, article_id, parent_id, author_id, depth, posted_at, state,
          reactions, waiting_since, appealed_at)
        select * from unnest({0})
        on conflict (site, id) do update set state = excluded.state, reactions = excluded.reactions,
          waiting_since = excluded.waiting_since, appealed_at = excluded.appealed_at
        """;

    static readonly string WriteFacts = $$"""
        insert into {{ReportTables.Facts}} (site, event, n, kind, at, actor, reason, means, seconds)
        select * from unnest({0})
        """;

    public async Task ApplyAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken cancellation
    )
    {
        var fold = new ReportFold();
        await LoadAsync(fold, events, cancellation);
        foreach (var e in events)
            fold.Apply(e.TenantId, e.Id, e.Data);
        if (fold.Changed.Count > 0)
            operations.QueueOperation(new RowOperation(Comments([.. fold.Changed.Values])));
        if (fold.Facts.Count > 0)
            operations.QueueOperation(new RowOperation(Facts(fold.Facts)));
    }

    async Task LoadAsync(ReportFold fold, IReadOnlyList<IEvent> events, CancellationToken ct)
    {
        var wanted = new HashSet<(string Site, Guid Id)>();
        foreach (var e in events)
            if (ReportFold.About(e.Data) is { } id && e.Data is not CommentPosted)
                wanted.Add((e.TenantId, id));
        if (wanted.Count == 0)
            return;
        await using var command = database.CreateCommand(Load);
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
            );
    }

    static RowStatement Comments(List<CountedComment> rows) =>
        new(
            WriteComments,
            RowWriter.Column(NpgsqlDbType.Text, rows, c => c.Site),
            RowWriter.Column(NpgsqlDbType.Uuid, rows, c => c.Id),
            RowWriter.Column(NpgsqlDbType.Uuid, rows, c => c.ArticleId),
            RowWriter.Column(NpgsqlDbType.Uuid, rows, c => c.ParentId),
            RowWriter.Column(NpgsqlDbType.Uuid, rows, c => c.AuthorId),
            RowWriter.Column(NpgsqlDbType.Integer, rows, c => c.Depth),
            RowWriter.Column(NpgsqlDbType.TimestampTz, rows, c => c.PostedAt),
            RowWriter.Column(NpgsqlDbType.Text, rows, c => c.State.Word()),
            RowWriter.Column(NpgsqlDbType.Integer, rows, c => c.Reactions),
            RowWriter.Column(NpgsqlDbType.TimestampTz, rows, c => c.WaitingSince),
            RowWriter.Column(NpgsqlDbType.TimestampTz, rows, c => c.AppealedAt)
        );

    static RowStatement Facts(List<Fact> rows) =>
        new(
            WriteFacts,
            RowWriter.Column(NpgsqlDbType.Text, rows, f => f.Site),
            RowWriter.Column(NpgsqlDbType.Uuid, rows, f => f.Event),
            RowWriter.Column(NpgsqlDbType.Integer, rows, f => f.N),
            RowWriter.Column(NpgsqlDbType.Text, rows, f => f.Kind),
            RowWriter.Column(NpgsqlDbType.TimestampTz, rows, f => f.At),
            RowWriter.Column(NpgsqlDbType.Text, rows, f => f.Actor),
            RowWriter.Column(NpgsqlDbType.Text, rows, f => f.Reason),
            RowWriter.Column(NpgsqlDbType.Text, rows, f => f.Means),
            RowWriter.Column(NpgsqlDbType.Double, rows, f => f.Seconds)
        );
}
