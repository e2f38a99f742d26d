using Npgsql;
using NpgsqlTypes;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Learned;

/// <summary>Models that were asked for: whichever node has a hand free takes one, and another begins it anew when that one
/// dies.</summary>
public sealed class LearningQueue(NpgsqlDataSource database) : IDisposable
{
    /// <summary>How long a node that says nothing keeps its job; it says something each second.</summary>
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    const string Ours = "site = $1 and id = $2 and state = 'running' and taken_by = $3";

    readonly SemaphoreSlim wake = new(0);

    public void Dispose() => wake.Dispose();

    /// <summary>There is a new one, or it is time to look for those that others left.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken ct) => wake.WaitAsync(atMost, ct);

    /// <returns>False: there is one of that id.</returns>
    public async Task<bool> AddAsync(LearningJob job, CancellationToken ct)
    {
        var added = await RunAsync(
            $"""
            insert into {LearnedTables.Jobs} (site, id, up_to, request_hash, state, progress, started_at, taken_until)
            values ($1, $2, $3, $4, 'running', 0, $5, '-infinity') on conflict do nothing
            """,
            ct,
            job.Site,
            job.Id,
            new NpgsqlParameter
            {
                Value = job.To is { } to ? to : DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.Bigint,
            },
            new NpgsqlParameter
            {
                Value = (object?)job.RequestHash ?? DBNull.Value,
                NpgsqlDbType = NpgsqlDbType.Text,
            },
            job.StartedAt
        );
        wake.Release();
        return added == 1;
    }

    public async Task<LearningJob?> FindAsync(string site, Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select {LearningJob.Columns} from {LearnedTables.Jobs} where site = $1 and id = $2",
            site,
            id
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? LearningJob.Read(reader) : null;
    }

    /// <summary>The oldest that nobody works on.</summary>
    public async Task<LearningJob?> TakeAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            update {LearnedTables.Jobs} set taken_until = now() + $1, taken_by = gen_random_uuid()
            where (site, id) = (
              select site, id from {LearnedTables.Jobs} where state = 'running' and taken_until < now()
              order by taken_until, started_at limit 1 for update skip locked)
            returning {LearningJob.Columns}
            """,
            Turn
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? LearningJob.Read(reader) : null;
    }

    /// <returns>False: another has it now.</returns>
    public async Task<bool> KeepAsync(LearningJob job, double progress, CancellationToken ct) =>
        await RunAsync(
            $"update {LearnedTables.Jobs} set taken_until = now() + $4, progress = $5 where {Ours}",
            ct,
            job.Site,
            job.Id,
            job.TakenBy ?? Guid.Empty,
            Turn,
            progress
        ) == 1;

    /// <summary>Others may begin it at once.</summary>
    public Task LeaveAsync(LearningJob job) =>
        RunAsync(
            $"update {LearnedTables.Jobs} set taken_until = '-infinity' where {Ours}",
            CancellationToken.None,
            job.Site,
            job.Id,
            job.TakenBy ?? Guid.Empty
        );

    public Task EndAsync(LearningJob job, string? hash, string? message, CancellationToken ct) =>
        RunAsync(
            $"""
            update {LearnedTables.Jobs} set state = $4, progress = 1, hash = $5, message = $6, ended_at = now() where {Ours}
            """,
            ct,
            job.Site,
            job.Id,
            job.TakenBy ?? Guid.Empty,
            (hash is null ? LearningState.Failed : LearningState.Done).Word(),
            new NpgsqlParameter { Value = (object?)hash ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter { Value = (object?)message ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
        );

    async Task<int> RunAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
