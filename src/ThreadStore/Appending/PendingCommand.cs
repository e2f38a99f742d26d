using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Rows;

namespace ThreadStore.Appending;

/// <summary>A command that waits for its turn in the <see cref="Appender"/>, and what came of it.</summary>
abstract class PendingCommand(ISubmission submission, KeyedRequest? request, string? traceId)
{
    public ISubmission Submission => submission;
    public KeyedRequest? Request => request;
    public string? TraceId => traceId;

    /// <summary>The last event that the command appended.</summary>
    public AppendedEvent? Last { get; set; }

    /// <summary>What it came to, unless it was refused before that.</summary>
    protected Decision Decided { get; private set; } = Decision.Nothing;

    /// <summary>The same request, done before.</summary>
    protected DoneRequest? Before { get; private set; }

    public Decision Decide(WorkingSet set)
    {
        (Last, Before) = (null, null);
        return Decided = request is null ? submission.Decide(set) : DecideOnce(set, request);
    }

    Decision DecideOnce(WorkingSet set, KeyedRequest request)
    {
        Before = set.Requests[submission.Site, request.Id];
        if (Before is { BodyHash: KeyedRequest.Erased })
            return Refusal.KeyErased;
        if (Before is not null)
            return Before.BodyHash == request.BodyHash ? Decision.Nothing : Refusal.KeyConflict;
        var decision = submission.Decide(set);
        return decision with { Events = [.. decision.Events.Select(e => e.Of(request))] };
    }

    public void Refuse(Refusal refusal) => (Decided, Last) = (refusal, null);

    public static void RefuseAll(IEnumerable<PendingCommand> all, Refusal refusal)
    {
        foreach (var waiting in all)
        {
            waiting.Refuse(refusal);
            waiting.Answer();
        }
    }

    /// <summary>What must be known to decide them.</summary>
    public static WorkingSet Wanted(List<PendingCommand> batch)
    {
        var set = new WorkingSet();
        foreach (var waiting in batch)
        {
            set.Sites.Want(waiting.Submission.Site, Guid.Empty);
            if (waiting.Request is { } request)
                set.Requests.Want(waiting.Submission.Site, request.Id);
            waiting.Submission.Need(set);
        }
        return set;
    }

    /// <summary>Of which must be known whether they were posted of late.</summary>
    public static long[] TextsOf(List<PendingCommand> batch) =>
        [.. batch.Select(w => w.Submission.TextHash).OfType<long>()];

    public abstract void Read(WorkingSet set);

    public abstract void Answer();

    /// <summary>Has it decided where its site lives now; nothing of it was done.</summary>
    public abstract Task HandOverAsync(ISiteForwarding homes, Appender left);
}

sealed class PendingCommand<T>(ISubmission<T> submission, KeyedRequest? request, string? traceId)
    : PendingCommand(submission, request, traceId)
{
    public TaskCompletionSource<Receipt<T>> Done { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? answer;

    public override void Read(WorkingSet set) =>
        answer =
            Decided.Refusal is not null ? default
            : Before is null ? submission.Answer(set, Decided)
            : submission.AnswerAgain(set, Before);

    public override void Answer() =>
        Done.TrySetResult(new(Decided.Refusal, Last?.Position, answer, Before is not null));

    public override async Task HandOverAsync(ISiteForwarding homes, Appender left)
    {
        try
        {
            Done.TrySetResult(
                await homes.FindAsync(submission.Site, left) is { } appender
                    ? await appender.AppendAsync(submission, Request, CancellationToken.None)
                    : new(Refusal.Unavailable, null, default)
            );
        }
        catch (Exception e)
        {
            Done.TrySetResult(new(Outage.Is(e) ? Refusal.Unavailable : Refusal.Internal, null, default));
        }
    }
}
