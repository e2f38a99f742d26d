using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Privacy;
using ThreadStore.Rows;

namespace ThreadStore.History.Reports;

/// <summary>The projection behind all reports. It may lag; its answers say how far it is.</summary>
/// <remarks>
/// Where reports come to need what these rows lack, add the columns and raise <see cref="Version"/>: the daemon then fills
/// them from the first event on while the server runs, see <see cref="ReportVersion"/>.
/// </remarks>
public sealed class ReportRows(NpgsqlDataSource database, WritingPace pace) : IProjection
{
    public const string Name = "Reports";

    public const int Version = 2;

    /// <summary>Events that are folded in one transaction.</summary>
    public const int BatchSize = 2_000;

    public async Task ApplyAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken cancellation
    )
    {
        await pace.YieldAsync(events[0].Timestamp, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var fold = await ReportStore.Live.FoldAsync(
            connection,
            events.Select(e => (e.TenantId, e.Id, e.Data)),
            cancellation
        );
        var statements = ReportStore.Live.Statements(fold).ToList();
        if (statements.Count == 0)
            return;
        foreach (var check in IndexedAsErased.Operations(events))
            operations.QueueOperation(check);
        foreach (var statement in statements)
            operations.QueueOperation(new RowOperation(statement));
    }
}
