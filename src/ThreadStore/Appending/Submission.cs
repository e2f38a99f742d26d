using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Appending;

/// <summary>What a command comes to: a refusal, or events; none where there is nothing to do.</summary>
public readonly record struct Decision(Refusal? Refusal, IReadOnlyList<StreamEvent> Events)
{
    public static readonly Decision Nothing = new(null, []);

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

    /// <summary>Pure: refuses, or says what happened.</summary>
    Decision Decide(WorkingSet known);
}

/// <summary>How a command ended. Everything that it did is on disk.</summary>
/// <param name="Position">Of its last event; null where it appended none.</param>
/// <param name="IsRepeated">It had been done before, under the same Idempotency-Key.</param>
public sealed record Receipt<T>(Refusal? Refusal, long? Position, T? Answer, bool IsRepeated = false);

/// <summary>A command that answers with something read from the rows right after it was decided.</summary>
public interface ISubmission<out T> : ISubmission
{
    T Answer(WorkingSet known);

    /// <summary>The answer to a repetition, which was not decided again.</summary>
    T AnswerAgain(WorkingSet known, DoneRequest before) => Answer(known);
}
