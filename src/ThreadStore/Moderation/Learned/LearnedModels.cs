using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation.Learned;

/// <summary>A model as a list shows it.</summary>
/// <param name="Adopted">The site screens by it.</param>
public sealed record ModelSummary(
    string Hash,
    long TrainedTo,
    DateTimeOffset TrainedAt,
    bool Adopted,
    int Texts,
    int Positives,
    double? Auc,
    double? AveragePrecision
);

/// <summary>A model with all that is known of it.</summary>
public sealed record ModelView(
    string Hash,
    long TrainedTo,
    DateTimeOffset TrainedAt,
    bool Adopted,
    ModelReport Report
)
{
    public ModelSummary Summarise() =>
        new(
            Hash,
            TrainedTo,
            TrainedAt,
            Adopted,
            Report.Texts,
            Report.Positives,
            Report.Auc,
            Report.AveragePrecision
        );
}

/// <summary>The models of sites, in the database.</summary>
public sealed class LearnedModels : IDisposable
{
    /// <summary>Newer ones push out older ones that no settings name: some years of monthly ones.</summary>
    const int MaxOfSite = 60;

    const string Columns = $"""
        m.hash, m.trained_to, m.trained_at, m.report,
        m.hash is not distinct from (
          select s.settings->>'learnedModel' from (
            select settings::jsonb as settings from {ReaderTables.Schema}.site_rows where site = m.site) s
          where jsonb_typeof(s.settings->'learned') = 'object')
        """;

    readonly NpgsqlDataSource database;

    public LearnedModels(NpgsqlDataSource database)
    {
        this.database = database;
        KnownModels.AddSource(this, Fetch);
    }

    public void Dispose() => KnownModels.RemoveSource(this);

    /// <summary>Keeps a model; the same again is left as it is.</summary>
    public async Task KeepAsync(string site, LearnedResult result, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            with kept as (
              insert into {LearnedTables.Models} (site, hash, trained_to, trained_at, report, weights)
              values ($1, $2, $3, $4, $5, $6) on conflict (site, hash) do update set report = excluded.report)
            delete from {LearnedTables.Models} m where m.site = $1 and m.hash <> $2
              and not exists (
                select 1 from {ReaderTables.Schema}.site_rows s
                where s.site = $1 and s.settings::jsonb->>'learnedModel' = m.hash)
              and (select count(*) from {LearnedTables.Models} n where n.site = $1 and n.trained_at > m.trained_at) >= {MaxOfSite}
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = result.Model.Hash });
        command.Parameters.Add(new() { Value = result.Report.TrainedTo });
        command.Parameters.Add(new() { Value = now });
        command.Parameters.Add(
            new()
            {
                Value = JsonSerializer.Serialize(result.Report, Json.Options),
                NpgsqlDbType = NpgsqlDbType.Jsonb,
            }
        );
        command.Parameters.Add(new() { Value = result.Model.Bytes });
        await command.ExecuteNonQueryAsync(ct);
        KnownModels.Keep(result.Model);
    }

    public async Task<ModelView?> FindAsync(string site, string hash, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {LearnedTables.Models} m where m.site = $1 and m.hash = $2",
            site,
            hash
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    /// <summary>All of a site, the newest first.</summary>
    public async Task<List<ModelView>> ListAsync(string site, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {LearnedTables.Models} m where m.site = $1 order by m.trained_at desc, m.hash",
            site
        );
        var models = new List<ModelView>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            models.Add(Read(reader));
        return models;
    }

    public static async Task<string> LanguageAsync(
        NpgsqlDataSource database,
        string site,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select coalesce(settings::jsonb->>'language', 'simple') from {ReaderTables.Schema}.site_rows where site = $1",
            site
        );
        return (string?)await command.ExecuteScalarAsync(ct) ?? "simple";
    }

    /// <summary>The models of a site that were made before a time, and are still kept.</summary>
    public static async Task<string[]> BeforeAsync(
        NpgsqlConnection connection,
        string site,
        DateTimeOffset time,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select coalesce(array_agg(hash order by trained_at, hash), '{"{}"}')
            from {LearnedTables.Models} where site = $1 and trained_at < $2
            """,
            connection
        );
        command.Parameters.AddValues(site, time);
        return (string[]?)await command.ExecuteScalarAsync(ct) ?? [];
    }

    static ModelView Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetInt64(1),
            r.GetFieldValue<DateTimeOffset>(2),
            r.GetBoolean(4),
            JsonSerializer.Deserialize<ModelReport>(r.GetString(3), Json.Options)
                ?? throw new InvalidOperationException("A model without a report.")
        );

    /// <summary>At once, as whoever screens can't go on without it; a megabyte, and once for a node.</summary>
    (bool IsSure, LearnedModel? Model) Fetch(string hash)
    {
        try
        {
            using var connection = database.OpenConnection();
            using var command = new NpgsqlCommand(
                $"select weights from {LearnedTables.Models} where hash = $1 limit 1",
                connection
            );
            command.Parameters.Add(new() { Value = hash });
            return (true, command.ExecuteScalar() is byte[] bytes ? LearnedModel.FromBytes(bytes) : null);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or ObjectDisposedException)
        {
            return (false, null);
        }
    }
}
