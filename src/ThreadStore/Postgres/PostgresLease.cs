namespace ThreadStore.Postgres;

/// <summary>
/// Says which processes use a cluster, by file locks that the operating system drops even on <c>kill -9</c>.
/// </summary>
/// <remarks>
/// Two files: the mutex, held only while the server is started or stopped, and the lease, held shared as long as the
/// server is used. A count in a file would be wrong after the first crash. .NET's FileShare is <c>flock</c> on Unix,
/// which belongs to the open file, so two users in one process count as two.
/// </remarks>
sealed class PostgresLease : IDisposable
{
    static readonly TimeSpan MutexTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan MutexPoll = TimeSpan.FromMilliseconds(20);

    readonly FileStream _held;

    PostgresLease(FileStream held) => _held = held;

    /// <summary>Waits until no other process starts or stops the server; dispose to let the next in.</summary>
    /// <exception cref="PostgresUnavailableException">Another process held it for 60 s.</exception>
    public static async Task<IDisposable> EnterAsync(string home, CancellationToken ct)
    {
        var path = Path.Combine(home, "start.lock");
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            if (TryOpen(path, FileAccess.ReadWrite, FileShare.None) is { } mutex)
                return mutex;
            if (waited.Elapsed > MutexTimeout)
            {
                throw new PostgresUnavailableException(
                    $"Another process has been starting or stopping PostgreSQL in {home} for "
                        + $"{MutexTimeout.TotalSeconds:0} s: wait until it is done, or end it, and try again."
                );
            }
            await Task.Delay(MutexPoll, ct);
        }
    }

    /// <summary>Counts the caller as a user of the server. Only inside the mutex.</summary>
    public static PostgresLease Take(string home)
    {
        var path = PathIn(home);
        // opened for writing only to make it: a lock for reading is the one that several can hold
        TryOpen(path, FileAccess.Write, FileShare.ReadWrite)?.Dispose();
        return new PostgresLease(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
    }

    /// <summary>Whether nobody uses the server. Only inside the mutex.</summary>
    public static bool NobodyHolds(string home)
    {
        using var all = TryOpen(PathIn(home), FileAccess.ReadWrite, FileShare.None);
        return all is not null;
    }

    public void Dispose() => _held.Dispose();

    static string PathIn(string home) => Path.Combine(home, "lease.lock");

    static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
