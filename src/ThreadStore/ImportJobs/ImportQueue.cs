using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Jobs;
using ThreadStore.Kernel;
using ThreadStore.Transfer;

namespace ThreadStore.ImportJobs;

/// <summary>Imports and their files, in the database.</summary>
/// <remarks>
/// A node that was only slow finds out at its next word that another has its import, or when it would store something, and
/// nothing of that is stored.
/// </remarks>
public sealed class ImportQueue(NpgsqlDataSource database)
    : JobQueue<ImportJob>(
        database,
        ImportTables.Jobs,
        ImportJob.Columns,
        ImportJob.Read,
        DatabaseTables.LivesElsewhere("j.site"),
        turn: TimeSpan.FromSeconds(5)
    )
{
    /// <summary>A piece of a file.</summary>
    const int PartBytes = 1 << 20;

    /// <summary>Pieces without an import: whoever sent them went away.</summary>
    static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>Keeps a file as it comes; answers its length and its hash.</summary>
    public async Task<(long Bytes, string Hash)> ReceiveAsync(
        string site,
        Guid id,
        Stream body,
        CancellationToken ct
    )
    {
        await RunAsync($"delete from {ImportTables.Parts} where site = $1 and id = $2", ct, site, id);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (part, bytes) = (new byte[PartBytes], 0L);
        for (var n = 0; ; n++)
        {
            var length = await body.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, ct);
            if (length == 0)
                break;
            hash.AppendData(part, 0, length);
            bytes += length;
            await RunAsync(
                $"insert into {ImportTables.Parts} (site, id, n, data) values ($1, $2, $3, $4)",
                ct,
                site,
                id,
                n,
                part[..length]
            );
        }
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <returns>False: there is one of that id.</returns>
    public Task<bool> AddAsync(ImportJob job, CancellationToken ct) =>
        AddAsync(
            $"""
            insert into {ImportTables.Jobs} (site, id, format, dry_run, strict, site_url, article, request_hash, state,
              bytes, started_at, created, taken_until)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, '{"{}"}', '-infinity') on conflict do nothing
            """,
            ct,
            job.Site,
            job.Id,
            job.Format,
            job.DryRun,
            job.Strict,
            job.SiteUrl,
            job.Article,
            job.RequestHash,
            job.Bytes,
            job.StartedAt
        );

    /// <summary>Newest first; one more than asked for, where there is one.</summary>
    public async Task<List<ImportJob>> ListAsync(string site, PageQuery page, CancellationToken ct)
    {
        await using var command = Command(
            $"""
            select {ImportJob.Columns} from {ImportTables.Jobs} where site = $1
              {(page.After is null ? "" : "and (started_at, id) < ($3, $4)")}
            order by started_at desc, id desc limit $2
            """,
            site,
            page.Limit + 1L
        );
        if (page.After is { } after)
        {
            command.Parameters.Add(new() { Value = after.KeyTime });
            command.Parameters.Add(new() { Value = after.Id });
        }
        var jobs = new List<ImportJob>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            jobs.Add(ImportJob.Read(reader));
        return jobs;
    }

    /// <summary>Whoever works on it finds out before long.</summary>
    public Task CancelAsync(string site, Guid id, CancellationToken ct) =>
        RunAsync(
            $"""
            with ended as (
              update {ImportTables.Jobs} set state = 'cancelled', ended_at = now(), position = ({Positions.NewestSql})
              where site = $1 and id = $2 and state = 'running' returning site, id)
            delete from {ImportTables.Parts} p using ended e where p.site = e.site and p.id = e.id
            """,
            ct,
            site,
            id
        );

    public async Task CopyFileAsync(ImportJob job, Stream into, CancellationToken ct)
    {
        await using var command = Command(
            $"select data from {ImportTables.Parts} where site = $1 and id = $2 order by n",
            job.Site,
            job.Id
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            await into.WriteAsync(reader.GetFieldValue<byte[]>(0), ct);
    }

    public Task RecogniseAsync(ImportJob job, string format, CancellationToken ct) =>
        RunAsync(
            $"update {ImportTables.Jobs} set format = $3 where site = $1 and id = $2",
            ct,
            job.Site,
            job.Id,
            format
        );

    /// <summary>With what was stored, in its transaction.</summary>
    /// <returns>False: it was cancelled, or another has it now; then nothing may be stored.</returns>
    public static async Task<bool> CreatedAsync(
        ImportJob job,
        ImportTally created,
        NpgsqlConnection connection
    )
    {
        await using var command = new NpgsqlCommand(
            $"update {ImportTables.Jobs} set created = $4 where {Ours}",
            connection
        );
        command.Parameters.Add(new() { Value = job.Site });
        command.Parameters.Add(new() { Value = job.Id });
        command.Parameters.Add(new() { Value = job.TakenBy });
        command.Parameters.Add(AsJson(job.Created + created));
        return await command.ExecuteNonQueryAsync() == 1;
    }

    public async Task EndAsync(ImportJob job, ImportState state, ImportReport report, CancellationToken ct)
    {
        await using var command = Command(
            $"""
            with ended as (
              update {ImportTables.Jobs} set state = $4, report = $5, ended_at = now(), position = ({Positions.NewestSql})
              where {Ours} returning site, id)
            delete from {ImportTables.Parts} p using ended e where p.site = e.site and p.id = e.id
            """,
            job.Site,
            job.Id,
            job.TakenBy,
            state.Word()
        );
        command.Parameters.Add(AsJson(report));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Begins the list anew, for whoever goes on with an import.</summary>
    public Task ForgetProblemsAsync(ImportJob job, CancellationToken ct) =>
        RunAsync($"delete from {ImportTables.Problems} where site = $1 and id = $2", ct, job.Site, job.Id);

    public Task TellAsync(ImportJob job, long first, List<string> lines, CancellationToken ct) =>
        RunAsync(
            $"""
            insert into {ImportTables.Problems} (site, id, n, line)
            select $1, $2, $4 + n, line from unnest($5) with ordinality as l(line, n)
            where exists (select 1 from {ImportTables.Jobs} where {Ours}) on conflict do nothing
            """,
            ct,
            job.Site,
            job.Id,
            job.TakenBy,
            first,
            lines.ToArray()
        );

    public NpgsqlCommand Problems(string site, Guid id) =>
        Command($"select line from {ImportTables.Problems} where site = $1 and id = $2 order by n", site, id);

    /// <summary>What was sent by people who went away before the end of it.</summary>
    public Task CleanAsync(CancellationToken ct) =>
        RunAsync(
            $"""
            delete from {ImportTables.Parts} p
            where p.received_at < now() - $1 and not {DatabaseTables.LivesElsewhere("p.site")}
              and not exists (select 1 from {ImportTables.Jobs} j where j.site = p.site and j.id = p.id)
            """,
            ct,
            Forgotten
        );

    static NpgsqlParameter AsJson<T>(T value) =>
        new() { Value = JsonSerializer.Serialize(value, Json.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
