namespace ThreadStore.Webhooks;

/// <summary>Wakes all who send on this node: something was configured, or asked for by hand. Other nodes look for themselves.</summary>
public sealed class WebhookBell
{
    TaskCompletionSource rung = New();

    public Task Rung => Volatile.Read(ref rung).Task;

    public void Ring() => Interlocked.Exchange(ref rung, New()).TrySetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
