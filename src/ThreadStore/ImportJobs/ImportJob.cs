using System.Text.Json;
using Npgsql;
using ThreadStore.Jobs;
using ThreadStore.Kernel;
using ThreadStore.Transfer;

namespace ThreadStore.ImportJobs;

/// <summary>An import that was asked for over HTTP.</summary>
/// <param name="Format">Null: to be recognised.</param>
/// <param name="Article">The key of the page that a plain text is.</param>
/// <param name="RequestHash">Of what was asked for, body included; null: without an Idempotency-Key.</param>
/// <param name="Created">What it has stored so far.</param>
/// <param name="Report">Null: it has not ended by itself.</param>
public sealed record ImportJob(
    string Site,
    Guid Id,
    string? Format,
    bool DryRun,
    bool Strict,
    string? SiteUrl,
    string? Article,
    string? RequestHash,
    ImportState State,
    long Bytes,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ImportTally Created,
    ImportReport? Report,
    long? Position,
    Guid? TakenBy = null
) : IJob
{
    public const string Columns =
        "site, id, format, dry_run, strict, site_url, article, request_hash, state, bytes, started_at, ended_at, created, report, position, taken_by";

    public static ImportJob Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetGuid(1),
            r.Text(2),
            r.GetBoolean(3),
            r.GetBoolean(4),
            r.Text(5),
            r.Text(6),
            r.Text(7),
            Words.Parse<ImportState>(r.GetString(8)),
            r.GetInt64(9),
            r.GetFieldValue<DateTimeOffset>(10),
            r.Time(11),
            JsonSerializer.Deserialize<ImportTally>(r.GetString(12), Json.Options) ?? new(),
            r.Text(13) is { } report ? JsonSerializer.Deserialize<ImportReport>(report, Json.Options) : null,
            r.IsDBNull(14) ? null : r.GetInt64(14),
            r.IsDBNull(15) ? null : r.GetGuid(15)
        );

    public ImportJobView View()
    {
        var report = Report ?? ImportReport.Nothing.Plus(Created, new(), new());
        return new(
            Id,
            Format,
            DryRun,
            State,
            report.Read,
            report.Created,
            report.Already,
            report.Rejected,
            report.Warnings,
            Bytes,
            StartedAt,
            EndedAt,
            Position
        );
    }
}
