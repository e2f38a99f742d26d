namespace ThreadStore.EventStore;

/// <summary>Keeps what commits change, and is told of them: by the Appender of this node, and by what it hears of others.</summary>
public interface IFollowsCommits
{
    /// <summary>A command of this node was decided with all up to here known; called before it is answered.</summary>
    void Knew(long position);

    /// <summary>This node committed; called before it answers.</summary>
    /// <param name="changed">Whose discussions changed; null: any may have.</param>
    void Wrote(long position, IReadOnlyCollection<Guid>? changed);

    /// <summary>Notifications come in the order of commits.</summary>
    void Hear(Heard news);

    /// <summary>From here on this node hears of all commits.</summary>
    /// <param name="position">It knows all up to here; what is read from now on holds it.</param>
    void Listen(long position);

    void StopListening();

    /// <summary>The history is not what it was: it ends here, and what came before may be another.</summary>
    void Forget(long position);
}

/// <summary>Is told by other nodes of something else than commits, on the same channel.</summary>
public interface IHearsNodes
{
    /// <summary>Something was told; what is not for it, it leaves alone.</summary>
    void Hear(string payload);

    /// <summary>From now on this node hears all that is told; what was told before is to be read.</summary>
    Task ListenAsync(CancellationToken ct);

    void StopListening();
}
