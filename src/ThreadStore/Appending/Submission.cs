using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;

namespace ThreadStore.Appending;

/// <summary>What a command comes to: a refusal, or events; none where there is nothing to do.</summary>
/// <param name="Found">What was found on the way that the answer tells of, and neither events nor rows do; or null.</param>
public readonly record struct Decision(
    Refusal? Refusal,
    IReadOnlyList<StreamEvent> Events,
    object? Found = null
)
{
    public static readonly Decision Nothing = new(null, []);

    /// <summary>What is written with the events, beside the reader rows.</summary>
    public IReadOnlyList<RowStatement> Beside { get; init; } = [];

    public T FoundAs<T>() =>
        Found is T found
            ? found
            : throw new InvalidOperationException("It was not decided, or found something else.");

    public static implicit operator Decision(Refusal refusal) => new(refusal, []);

    public static Decision Append(params StreamEvent[] events) => new(null, events);
}

/// <summary>A command on its way through the <see cref="Appender"/>.</summary>
public interface ISubmission
{
    string Site { get; }

    /// <summary>What must be known to decide.</summary>
    void Need(WorkingSet set);

    /// <summary>What must be known beside, as shows only once the site's settings are.</summary>
    void NeedMore(WorkingSet known) { }

    /// <summary>Texts of which must be known whether they were posted of late; see Comments.TextHash.Of.</summary>
    long? TextHash => null;

    /// <summary>Pure: refuses, or says what happened; the same each time that it is asked about the same.</summary>
    Decision Decide(WorkingSet known);
}

/// <summary>How a command ended. Everything that it did is on disk.</summary>
/// <param name="Position">Of its last event; null where it appended none.</param>
/// <param name="IsRepeated">It had been done before, under the same Idempotency-Key.</param>
public sealed record Receipt<T>(Refusal? Refusal, long? Position, T? Answer, bool IsRepeated = false);

/// <summary>A command that answers with something read from the rows right after it was decided.</summary>
public interface ISubmission<out T> : ISubmission
{
    /// <param name="decision">Of this very time.</param>
    T Answer(WorkingSet known, Decision decision);

    /// <summary>The answer to a repetition, which was not decided again.</summary>
    T AnswerAgain(WorkingSet known, DoneRequest before) => Answer(known, Decision.Nothing);
}
