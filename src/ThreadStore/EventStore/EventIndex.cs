using System.Data.Common;
using JasperFx.Events;
using Marten;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;
using DbCommandBuilder = Weasel.Core.DbCommandBuilder;

namespace ThreadStore.EventStore;

/// <summary>An index on Marten's table of events, of which Marten itself has no notion.</summary>
/// <param name="columns">Columns and expressions, as SQL.</param>
public sealed class EventIndex(string name, string columns) : ISchemaObject
{
    /// <summary>Tells Marten of them, which makes them after the table.</summary>
    public static void AddTo(StoreOptions options)
    {
        foreach (var index in All)
            // it would drop what it does not know
            options.Events.IgnoreIndex(index.Name);
        options.Storage.Add(new Feature(options));
    }

    sealed class Feature(StoreOptions options) : FeatureSchemaBase("event_indexes", options.Advanced.Migrator)
    {
        public override IEnumerable<Type> DependentTypes() => [typeof(IEvent)];

        public override Type StorageType => typeof(EventIndex);

        protected override IEnumerable<ISchemaObject> schemaObjects() => All;
    }

    /// <summary>
    /// What a site, and what an article, has of events, in the order of positions: without the first a small site's feed
    /// would read all that a large one has written, without the second time travel would look every stream up.
    /// </summary>
    public static readonly IReadOnlyList<EventIndex> All =
    [
        new("ix_mt_events_site", "tenant_id, seq_id"),
        new("ix_mt_events_article", $"tenant_id, ({EventFilter.ArticleKey}), seq_id"),
    ];

    public string Name => name;

    public DbObjectName Identifier => PostgresqlProvider.Instance.Parse(EventTables.Schema, name);

    public void WriteCreateStatement(Migrator migrator, TextWriter writer) =>
        writer.WriteLine($"create index if not exists {name} on {EventTables.Events} ({columns});");

    public void WriteDropStatement(Migrator rules, TextWriter writer) =>
        writer.WriteLine($"drop index if exists {Identifier.QualifiedName};");

    public void ConfigureQueryCommand(DbCommandBuilder builder) =>
        builder.Append(
            $"select indexname from pg_indexes where schemaname = '{EventTables.Schema}' and indexname = '{name}';"
        );

    public async Task<ISchemaObjectDelta> CreateDeltaAsync(
        DbDataReader reader,
        CancellationToken ct = default
    ) =>
        new SchemaObjectDelta(
            this,
            await reader.ReadAsync(ct) ? SchemaPatchDifference.None : SchemaPatchDifference.Create
        );

    public IEnumerable<DbObjectName> AllNames() => [Identifier];
}
