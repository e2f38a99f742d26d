using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using JasperFx.MultiTenancy;
using Marten;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using ThreadStore.Search;
using ThreadStore.Setup;
using ThreadStore.Webhooks;
using Weasel.Core;

namespace ThreadStore;

/// <summary>The composition root of all that is stored: Marten, the reader tables, the Appender.</summary>
public static class ThreadStoreStore
{
    /// <param name="sessions">The way past a pooler; null: there is one way.</param>
    public static void AddThreadStore(
        this IServiceCollection services,
        string connectionString,
        string? sessions = null
    )
    {
        var database = Open(
            "ThreadStore",
            () =>
                sessions is null
                    ? SessionSettings.Open(TunedConnection.Of(connectionString))
                    : SessionSettings.OpenPooled(connectionString)
        );
        services.AddSingleton(database);
        var own = sessions is null
            ? null
            : Open(SessionConnections.Name, () => SessionConnections.Open(sessions));
        services.AddSingleton(_ => new SessionConnections(own ?? database, isOwn: own is not null));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(s => new WriteConnections(
            database,
            sessions ?? connectionString,
            s.GetRequiredService<TimeProvider>(),
            pooled: sessions is null ? null : connectionString
        ));
        services.AddSingleton<StaleConnections>();
        services.AddSingleton<HotPages>();
        services.AddSingleton<IFollowsCommits>(s => s.GetRequiredService<HotPages>());
        var pace = new WritingPace(TimeProvider.System);
        services.AddSingleton(pace);
        services.AddSingleton<Positions>();
        services.AddSingleton(s =>
            Identity.Vault.Of(s.GetRequiredService<ServerOptions>(), s.GetRequiredService<Http.SigningKeys>())
        );
        services.AddSingleton<Identity.Trust>();
        services.AddSingleton<IHearsNodes>(s => s.GetRequiredService<Identity.Trust>());
        services.AddSingleton<Identity.SiteVerify>();
        services.AddSingleton<Identity.SettingSecrets>();
        services.AddHostedService<Listener>();
        services.AddSingleton<ReadReplicas>();
        services.AddHostedService(s => s.GetRequiredService<ReadReplicas>());
        services.AddSingleton<Appender>();
        services.AddHostedService(s => s.GetRequiredService<Appender>());
        services.AddSingleton<Articles.Switchboard>();
        services.AddSingleton<ProjectionProgress>();
        services.AddSingleton<SearchLimit>();
        services.AddSingleton<IndexShare>();
        services.AddSingleton<Indexer>();
        services.AddHostedService(s => s.GetRequiredService<Indexer>());
        services.AddSingleton<History.TimeTravel>();
        services.AddSingleton<Live.LiveHistory>();
        services.AddSingleton<Moderation.QueueHistory>();
        services.AddSingleton<Moderation.ClaimBell>();
        services.AddSingleton<Live.Departures>();
        services.AddSingleton<Live.ThreadFeed>();
        services.AddHostedService(s => s.GetRequiredService<Live.ThreadFeed>());
        services.AddSingleton<History.EventFeed>();
        services.AddSingleton(s => DeliveryPace.Of(s.GetRequiredService<DeliveryOptions>()));
        services.AddSingleton<DeliveryIntake>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<Moderation.CallClassifier>();
        SignedPost.Add(services);
        services.AddHostedService<Courier>();
        services.AddWebhooks();
        services.AddHostedService<Broker.BrokerPublisher>();
        services.AddSingleton(_ => new ReportAnswers());
        services.AddSingleton<Inbox.InboxReader>();
        services.AddSingleton<Inbox.Notifications>();
        services.AddSingleton<Inbox.InboxService>();
        services.AddHostedService(s => s.GetRequiredService<Inbox.InboxService>());
        services.AddMail();
        services.AddSingleton<ImportJobs.ImportQueue>();
        services.AddHostedService<ImportJobs.ImportWorker>();
        services.AddSingleton<Moderation.Learned.LearnedModels>();
        services.AddSingleton<Moderation.Learned.LearningQueue>();
        services.AddHostedService<Moderation.Learned.LearningWorker>();
        services.AddHostedService<Moderation.Learned.Retraining>();
        services.AddSingleton<Moderation.Learned.DriftWatch>();
        services.AddHostedService(s => s.GetRequiredService<Moderation.Learned.DriftWatch>());
        services.AddSingleton<Privacy.ErasureHash>();
        services.AddSingleton<Privacy.Eraser>();
        services.AddSingleton<Privacy.Erasures>();
        services.AddSingleton<Privacy.ApplyLedger>();
        services.AddSingleton<Notices.NoticeContacts>();
        services.AddSingleton<Privacy.ErasureWorker>();
        services.AddHostedService(s => s.GetRequiredService<Privacy.ErasureWorker>());
        services.AddSingleton<Privacy.PurgedTexts>();
        services.AddSingleton<Privacy.InactiveCommenters>();
        services.AddSingleton<Sites.Retention>();
        services.AddHostedService(s => s.GetRequiredService<Sites.Retention>());
        services.AddMarten(o => Configure(o, own ?? database, pace));
    }

    /// <exception cref="StartupException">The connection string is none.</exception>
    static NpgsqlDataSource Open(string name, Func<NpgsqlDataSource> open)
    {
        try
        {
            return open();
        }
        catch (Exception e)
            when (e
                    is ArgumentException
                        or FormatException
                        or InvalidCastException
                        or InvalidOperationException
            )
        {
            throw new StartupException(
                $"ConnectionStrings__{name} can't be read ({e.Message}): write it as in Host=db;Username=me;Password=…;Database=threads."
            );
        }
    }

    static void Configure(StoreOptions o, NpgsqlDataSource database, WritingPace pace)
    {
        o.Connection(database);
        o.DatabaseSchemaName = ReaderTables.Schema;
        // the schema is settled at start, by Schema.ApplyAsync; no request waits for a look at it
        o.AutoCreateSchemaObjects = AutoCreate.None;
        o.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, j => Json.Configure(j));
        // what a write came to is for whoever asked for it to see; a second try would hide what was wrong
        o.ConfigureWritePolly(static _ => { });

        // sites are tenants: a session of one can't reach the streams of another
        o.Events.TenancyStyle = TenancyStyle.Conjoined;
        o.Events.StreamIdentity = StreamIdentity.AsGuid;
        // Quick would never tell the positions of new streams
        o.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        o.Events.UseMandatoryStreamTypeDeclaration = true;
        o.Events.MetadataConfig.CorrelationIdEnabled = true;
        // erasure marks what it masked
        o.Events.MetadataConfig.HeadersEnabled = true;
        EventNames.Map(o.Events);
        Aggregates.AddTo(o);
        // see Sites.Retention, which alone has it done
        o.Events.AddMaskingRuleForProtectedInformation<CommentFlagged>(static e => e with { Note = null });
        EventStore.EventIndex.AddTo(o);

        o.Storage.ExtendedSchemaObjects.AddRange(ReaderTables.Definitions);
        o.Storage.ExtendedSchemaObjects.Add(Moderation.ClaimTable.Definition);
        o.Storage.ExtendedSchemaObjects.AddRange(Identity.IdentityTables.Definitions);
        o.Storage.ExtendedSchemaObjects.Add(Identity.AdminLogTable.Definition);
        o.Storage.ExtendedSchemaObjects.AddRange(Databases.DatabaseTables.Definitions);
        o.Storage.ExtendedSchemaObjects.Add(Identity.IgnoredTable.Definition);
        o.Storage.ExtendedSchemaObjects.Add(Privacy.ErasureTable.Definition);
        o.Storage.ExtendedSchemaObjects.Add(Notices.NoticeContacts.Definition);
        o.Storage.ExtendedSchemaObjects.AddRange(DeliveryTables.Definitions);
        o.Storage.ExtendedSchemaObjects.AddRange(WebhookTables.Definitions);
        o.Storage.ExtendedSchemaObjects.Add(Broker.BrokerTables.Definition);
        o.Storage.ExtendedSchemaObjects.AddRange(Inbox.InboxTables.Definitions);
        o.Storage.ExtendedSchemaObjects.AddRange(MailTables.Definitions);
        o.Storage.ExtendedSchemaObjects.AddRange(Transfer.ImportTables.Definitions);
        o.Storage.ExtendedSchemaObjects.AddRange(Moderation.Learned.LearnedTables.Definitions);
        o.Projections.Add(
            new ThreadRows(database),
            ProjectionLifecycle.Inline,
            ThreadRows.Name,
            async =>
            {
                foreach (var table in ReaderTables.All)
                    async.DeleteDataInTableOnTeardown($"{ReaderTables.Schema}.{table}");
            }
        );

        // what may lag; the Indexer runs it, but where the mode says off, Marten warns of it on stdout
        o.Projections.AsyncMode = DaemonMode.Solo;
        // under the append lock a position that is missing below one that is there stays missing: no need to wait long
        o.Projections.StaleSequenceThreshold = TimeSpan.FromMilliseconds(500);
        o.Storage.ExtendedSchemaObjects.AddRange(ReportTables.Definitions);
        o.Projections.Add(
            new ReportRows(database, pace),
            ProjectionLifecycle.Async,
            ReportRows.Name,
            async =>
            {
                async.BatchSize = ReportRows.BatchSize;
                // by itself the daemon would hold two more batches ready
                async.MaximumHopperSize = ReportRows.BatchSize;
                async.DeleteDataInTableOnTeardown(ReportTables.Comments);
                async.DeleteDataInTableOnTeardown(ReportTables.Facts);
            }
        );
        o.Storage.ExtendedSchemaObjects.AddRange(SearchTables.Definitions);
        o.Projections.Add(
            new SearchRows(database, pace),
            ProjectionLifecycle.Async,
            SearchRows.Name,
            async =>
            {
                async.BatchSize = SearchRows.BatchSize;
                async.DeleteDataInTableOnTeardown(SearchTables.Rows);
                async.DeleteDataInTableOnTeardown(SearchTables.Sites);
            }
        );
    }
}
