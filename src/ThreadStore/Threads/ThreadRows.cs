using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Marten.Internal.Operations;
using Npgsql;
using ThreadStore.Storage;

namespace ThreadStore.Threads;

/// <summary>
/// The projection behind the reader tables. Inline, it writes what the Appender has already folded; in a rebuild it
/// loads, folds and writes by itself.
/// </summary>
public sealed class ThreadRows(NpgsqlDataSource database) : IProjection
{
    public const string Name = "ThreadRows";

    // flows with the call from the Appender through Marten's SaveChanges to ApplyAsync
    static readonly AsyncLocal<(WorkingSet Set, IStorageOperation[] Last)?> Folded = new();

    /// <summary>What is appended by the caller from here on has been folded into <paramref name="set"/>.</summary>
    /// <param name="last">What is to follow when events and rows are written.</param>
    public static void Use(WorkingSet set, params IStorageOperation[] last) => Folded.Value = (set, last);

    public async Task ApplyAsync(
        IDocumentOperations operations,
        IReadOnlyList<IEvent> events,
        CancellationToken cancellation
    )
    {
        var set = Folded.Value?.Set ?? await FoldAsync(events, cancellation);
        foreach (var statement in RowWriter.Live.Statements(set))
            operations.QueueOperation(new RowOperation(statement));
        foreach (var operation in Folded.Value?.Last ?? [])
            operations.QueueOperation(operation);
    }

    async Task<WorkingSet> FoldAsync(IReadOnlyList<IEvent> events, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return await FoldAsync(connection, RowStore.Live, events.Select(e => (e.TenantId, e.Data)), ct);
    }

    /// <summary>Folds a stretch of history over the rows that the stretch before it left.</summary>
    public static async Task<WorkingSet> FoldAsync(
        NpgsqlConnection connection,
        RowStore store,
        IEnumerable<(string Site, object Event)> events,
        CancellationToken ct
    )
    {
        var set = new WorkingSet();
        var history = events.Where(e => EventNames.IsOurs(e.Event)).ToList();
        foreach (var (site, e) in history)
            Needs.Of(set, site, e);
        await store.LoadAsync(connection, set, first: [], textHashes: [], DateTimeOffset.MinValue, ct);
        foreach (var (site, e) in history)
            set.Apply(site, e);
        return set;
    }
}
