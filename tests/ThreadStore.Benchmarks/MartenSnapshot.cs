using JasperFx.Events;
using JasperFx.Events.Projections;
using JasperFx.MultiTenancy;
using Marten;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using Weasel.Core;

namespace ThreadStore.Benchmarks;

/// <summary>A comment as a document, folded from its own events: what somebody with Marten alone would begin with.</summary>
public sealed record CommentDocument(
    Guid Id,
    string ArticleKey,
    Guid? ParentId,
    int Depth,
    Author Author,
    string Body,
    CommentState State,
    DateTimeOffset PostedAt,
    DateTimeOffset? EditedAt
)
{
    public static CommentDocument Create(CommentPosted e) =>
        new(
            e.CommentId,
            e.ArticleKey,
            e.ParentId,
            e.Depth,
            e.Author,
            e.Body,
            e.State,
            e.PostedAt,
            EditedAt: null
        );

    public CommentDocument Apply(CommentEdited e) =>
        this with
        {
            Body = e.Body,
            State = e.State,
            EditedAt = e.At,
        };

    public CommentDocument Apply(CommentDeleted e) => this with { State = CommentState.Deleted };

    public CommentDocument Apply(CommentHeld e) => this with { State = CommentState.Pending };
}

/// <summary>Marten's own rebuild of a snapshot, over a database that holds the events.</summary>
sealed class MartenSnapshot : IAsyncDisposable
{
    readonly DocumentStore store;
    readonly string site;

    /// <param name="connectionString">Of an empty database.</param>
    /// <param name="site">Whose events they are.</param>
    public MartenSnapshot(string connectionString, string site)
    {
        this.site = site;
        store = DocumentStore.For(o =>
        {
            o.Connection(connectionString);
            o.DatabaseSchemaName = Rows.ReaderTables.Schema;
            o.UseSystemTextJsonForSerialization(
                EnumStorage.AsString,
                Casing.CamelCase,
                j => Json.Configure(j)
            );
            o.DisableNpgsqlLogging = true;
            o.Events.TenancyStyle = TenancyStyle.Conjoined;
            o.Events.StreamIdentity = StreamIdentity.AsGuid;
            o.Events.MetadataConfig.CorrelationIdEnabled = true;
            EventNames.Map(o.Events);
            o.Schema.For<CommentDocument>().MultiTenanted();
            // what measured best: long batches, and documents by COPY
            o.Projections.RebuildWithBulkCopy = true;
            o.Projections.Snapshot<CommentDocument>(
                SnapshotLifecycle.Async,
                async => async.BatchSize = 5_000
            );
        });
    }

    public Task MakeAsync() => store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();

    public async Task RebuildAsync(CancellationToken ct)
    {
        using var daemon = await store.BuildProjectionDaemonAsync();
        await daemon.RebuildProjectionAsync<CommentDocument>(TimeSpan.FromHours(1), ct);
    }

    /// <summary>Documents.</summary>
    public async Task<int> CountAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession(site);
        return await session.Query<CommentDocument>().CountAsync(ct);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
