using Npgsql;
using NpgsqlTypes;
using ThreadStore.Databases;
using ThreadStore.Jobs;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Learned;

/// <summary>Models that were asked for. Whoever takes one over from a node that died begins it anew.</summary>
public sealed class LearningQueue(NpgsqlDataSource database)
    : JobQueue<LearningJob>(
        database,
        LearnedTables.Jobs,
        LearningJob.Columns,
        LearningJob.Read,
        DatabaseTables.LivesElsewhere("j.site"),
        turn: TimeSpan.FromSeconds(10)
    )
{
    /// <returns>False: there is one of that id.</returns>
    public Task<bool> AddAsync(LearningJob job, CancellationToken ct) =>
        AddAsync(
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
            job.RequestHash,
            job.StartedAt
        );

    /// <returns>False: another has it now.</returns>
    public Task<bool> KeepAsync(LearningJob job, double progress, CancellationToken ct) =>
        KeepAsync(job, ct, ", progress = $5", progress);

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
            hash,
            message
        );
}
