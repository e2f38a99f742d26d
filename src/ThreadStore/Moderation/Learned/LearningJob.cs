using Npgsql;
using ThreadStore.Jobs;
using ThreadStore.Kernel;

namespace ThreadStore.Moderation.Learned;

/// <summary>How far learning is.</summary>
public enum LearningState
{
    Running,
    Done,
    Failed,
}

/// <summary>A model in the making, or made.</summary>
/// <param name="Progress">How much is done, from 0 to 1.</param>
/// <param name="Hash">The model's; null: there is none yet.</param>
/// <param name="Message">Why it failed; null: it did not.</param>
/// <param name="Report">Null: there is no model yet.</param>
public sealed record LearningJobView(
    Guid Id,
    LearningState State,
    double Progress,
    string? Hash,
    string? Message,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ModelReport? Report
);

/// <summary>A model that was asked for.</summary>
/// <param name="To">The last position to learn from; null: after four fifths of the decisions.</param>
/// <param name="RequestHash">Of what was asked for; null: without an Idempotency-Key.</param>
public sealed record LearningJob(
    string Site,
    Guid Id,
    long? To,
    string? RequestHash,
    LearningState State,
    double Progress,
    string? Hash,
    string? Message,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt = null,
    Guid? TakenBy = null
) : IJob
{
    /// <summary>One that nobody has begun.</summary>
    public static LearningJob New(
        string site,
        Guid id,
        DateTimeOffset now,
        long? to = null,
        string? requestHash = null
    ) => new(site, id, to, requestHash, LearningState.Running, 0, null, null, now);

    public const string Columns =
        "site, id, up_to, request_hash, state, progress, hash, message, started_at, ended_at, taken_by";

    public static LearningJob Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            r.GetGuid(1),
            r.IsDBNull(2) ? null : r.GetInt64(2),
            r.Text(3),
            Words.Parse<LearningState>(r.GetString(4)),
            r.GetDouble(5),
            r.Text(6),
            r.Text(7),
            r.GetFieldValue<DateTimeOffset>(8),
            r.Time(9),
            r.IsDBNull(10) ? null : r.GetGuid(10)
        );

    public LearningJobView View(ModelReport? report) =>
        new(Id, State, Progress, Hash, Message, StartedAt, EndedAt, report);
}
