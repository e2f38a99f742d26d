using ThreadStore.Http;

namespace ThreadStore.Moderation;

/// <summary>
/// One what-if at a time on a node, whatever the site: each keeps a core busy for as long as the history is. The next
/// waits a moment, for most histories are short; whoever finds a long one before them is told to come back.
/// </summary>
public sealed class WhatIfTurn : IDisposable
{
    /// <summary>The answer to whoever did not get a turn.</summary>
    public static readonly Problem Busy = new(
        "busy",
        "Another what-if is under way on this server, which makes one at a time. Try again in some seconds."
    );

    /// <summary>As long as a position is waited for.</summary>
    static readonly TimeSpan Patience = EventStore.Positions.Patience;

    readonly SemaphoreSlim turn = new(1, 1);

    /// <returns>To be disposed of at the end; null: it is somebody else's.</returns>
    public async Task<IDisposable?> TakeAsync(CancellationToken ct) =>
        await turn.WaitAsync(Patience, ct) ? new Turn(turn) : null;

    public void Dispose() => turn.Dispose();

    sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
