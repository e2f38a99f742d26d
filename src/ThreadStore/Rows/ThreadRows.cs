using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Npgsql;
using ThreadStore.EventStore;

namespace ThreadStore.Rows;

/// <summary>
/// The projection behind the reader tables, as Marten knows it: it folds what is appended by others than the Appender,
/// which has folded and writes by itself, and what is rebuilt.
/// </summary>
public sealed class ThreadRows(NpgsqlDataSource database) : IProjection
{
    public const string Name = "ThreadRows";

    public async Task ApplyAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken cancellation
    )
    {
        // what is appended now has no position yet; what is rebuilt has
        var set = events.Any(e => e.Sequence == 0)
            ? await MartenAppend.FoldAsync(operations, events, cancellation)
            : await FoldAsync(events, cancellation);
        foreach (var statement in RowWriter.Live.Statements(set))
            operations.QueueOperation(new RowOperation(statement));
    }

    async Task<WorkingSet> FoldAsync(IReadOnlyList<IEvent> events, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FoldAsync(connection, RowStore.Live, events.Select(e => (e.TenantId, e.Data)), ct);
    }

    /// <summary>Folds a stretch of history over the rows that the stretch before it left.</summary>
    /// <param name="check">Looks at each fact after it was folded, and before the next is.</param>
    public static async Task<WorkingSet> FoldAsync(
        NpgsqlConnection connection,
        RowStore store,
        IEnumerable<(string Site, object Event)> events,
        CancellationToken ct,
        Action<WorkingSet, string, object>? check = null
    )
    {
        var set = new WorkingSet();
        var history = events.Where(e => EventNames.IsOurs(e.Event)).ToList();
        foreach (var (site, e) in history)
            RequiredRows.Of(set, site, e);
        await store.LoadAsync(connection, set, first: [], postedTexts: [], DateTimeOffset.MinValue, ct);
        foreach (var (site, e) in history)
        {
            set.Apply(site, e);
            check?.Invoke(set, site, e);
        }
        return set;
    }
}
