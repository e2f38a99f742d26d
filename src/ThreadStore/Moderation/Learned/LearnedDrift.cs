using System.Globalization;
using System.Text.Json;
using Npgsql;
using ThreadStore.History.Reports;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Moderation.Learned;

/// <summary>How a site's adopted model does at work, in the newest week in which people decided on enough of what it held.</summary>
/// <param name="Week">When that week begins.</param>
/// <param name="Held">On how many of the comments that it held people decided.</param>
/// <param name="Promised">The precision that the model's report has for its threshold; null: nothing was held there.</param>
public sealed record LearnedDrift(
    string Site,
    string Model,
    DateTimeOffset Week,
    long Held,
    double Precision,
    double? Recall,
    double? Promised
)
{
    /// <summary>Of fewer a share says little.</summary>
    public const int MinHeld = 20;

    /// <summary>Where it has no week with enough decisions in so long, there is nothing to tell.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromDays(7 * 8);

    /// <summary>It is a fifth below what was promised.</summary>
    public bool HasFallen => Precision <= Promised * 0.8;

    /// <summary>Of each site that holds comments by a model; none of those that have too few decisions.</summary>
    public static async Task<IReadOnlyList<LearnedDrift>> ReadAsync(
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var drifts = new List<LearnedDrift>();
        foreach (var adopted in await AdoptedAsync(database, ct))
        {
            var query = new ReportQuery(
                LearnedReport.Report,
                [adopted.Site],
                new(now - Recent, null),
                new(null, null)
            );
            if (await ReportRun.RunAsync(query, database, answers: null, ct) is { } table)
                drifts.AddRange(Newest(adopted, table) is { } drift ? [drift] : []);
        }
        return drifts;
    }

    /// <param name="table">Of the report, by week.</param>
    static LearnedDrift? Newest(AdoptedModel adopted, ReportTable table)
    {
        int At(string column) => table.Columns.ToList().IndexOf(column);
        var (model, held) = (At("model"), At("held"));
        var row = table
            .Rows.SkipLast(1)
            .LastOrDefault(r => (string?)r[model] == adopted.Model && (long?)r[held] >= MinHeld);
        return row is null
            ? null
            : new(
                adopted.Site,
                adopted.Model,
                DateTimeOffset.Parse((string)row[At("start")]!, CultureInfo.InvariantCulture),
                (long)row[held]!,
                (double)row[At("precision")]!,
                (double?)row[At("recall")],
                Promise(adopted.Thresholds, adopted.HoldAbove)
            );
    }

    /// <summary>What the report says of the highest of its thresholds that is no higher than the one in use.</summary>
    internal static double? Promise(IReadOnlyList<ThresholdFigures> thresholds, double holdAbove) =>
        thresholds.LastOrDefault(t => t.Threshold <= holdAbove && t.Precision is not null)?.Precision
        ?? thresholds.FirstOrDefault(t => t.Precision is not null)?.Precision;

    sealed record AdoptedModel(
        string Site,
        string Model,
        double HoldAbove,
        IReadOnlyList<ThresholdFigures> Thresholds
    );

    static async Task<List<AdoptedModel>> AdoptedAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.site, m.hash, (s.settings->'learned'->>'holdAbove')::float8, m.report->'thresholds'
            from (select site, settings::jsonb as settings from {ReaderTables.Schema}.{ReaderTables.Sites}) s
            join {LearnedTables.Models} m on m.site = s.site and m.hash = s.settings->>'learnedModel'
            where s.settings->'learned'->>'holdAbove' is not null order by s.site
            """
        );
        var adopted = new List<AdoptedModel>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            adopted.Add(
                new(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetDouble(2),
                    JsonSerializer.Deserialize<List<ThresholdFigures>>(reader.GetString(3), Json.Options)
                        ?? []
                )
            );
        return adopted;
    }
}
