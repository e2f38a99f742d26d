using System.ComponentModel;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>
/// A PostgreSQL of our own for a data folder, shared by all processes that open the folder; whoever ends last stops
/// it. One that outlived its processes (<c>kill -9</c>) is taken over.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    readonly Running _server;
    readonly PostgresLease _lease;
    readonly string _home;
    readonly Action<string> _log;
    bool _disposed;

    EmbeddedPostgres(Running server, PostgresLease lease, string dataFolder, string home, Action<string> log)
    {
        _server = server;
        _lease = lease;
        DataFolder = dataFolder;
        _home = home;
        _log = log;
    }

    /// <summary>For Npgsql: the database <c>threadstore</c>, which exists, as its owner.</summary>
    public string ConnectionString => _server.ConnectionString;

    /// <summary>The data folder, absolute, with links resolved.</summary>
    public string DataFolder { get; }

    /// <summary>Whether a database was ever made in a data folder; looks, and changes nothing.</summary>
    public static bool IsThere(string dataFolder) =>
        Path.Combine(Path.GetFullPath(dataFolder), ClusterFolder.HomeName) is var home
        && Directory.Exists(home)
        && (ClusterFolder.Existing(home) is not null || File.Exists(PostgresStarter.ContainerMark(home)));

    /// <summary>Opens the database in a data folder, which is made if absent; starts the server if none runs on it.</summary>
    /// <param name="dataFolder">Relative to the working folder, or absolute.</param>
    /// <param name="log">Takes a line for a person about what takes long or went wrong.</param>
    /// <param name="source">Where a server that must be started comes from.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="PostgresUnavailableException">There is none; its message says what to do.</exception>
    public static Task<EmbeddedPostgres> StartAsync(
        string dataFolder,
        Action<string> log,
        PostgresSource source = PostgresSource.Any,
        CancellationToken ct = default
    ) => StartAsync(dataFolder, log, source, PostgresSearch.ThisMachine, ct);

    internal static async Task<EmbeddedPostgres> StartAsync(
        string dataFolder,
        Action<string> log,
        PostgresSource source,
        PostgresSearch search,
        CancellationToken ct
    )
    {
        try
        {
            var (folder, home) = ClusterFolder.Open(dataFolder);
            using var mutex = await PostgresLease.EnterAsync(home, ct);
            var lease = PostgresLease.Take(home);
            try
            {
                var server = await new PostgresStarter(home, source, search, log).OpenAsync(ct);
                return new EmbeddedPostgres(server, lease, folder, home, log);
            }
            catch
            {
                // cancelled or failed halfway, a server may be left that nobody would stop
                lease.Dispose();
                if (PostgresLease.NobodyHolds(home) && ClusterFolder.Existing(home) is var (cluster, major))
                    await new PostgresCluster(cluster, major, "", log).StopAsync(CancellationToken.None);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresUnavailableException(
                $"The data folder {Path.GetFullPath(dataFolder)} cannot be used ({e.Message}): make it writable for "
                    + "this user, or choose another with ThreadStore__DataFolder.",
                e
            );
        }
        catch (Exception e) when (e is NpgsqlException or Win32Exception or TimeoutException)
        {
            throw new PostgresUnavailableException(
                $"The embedded PostgreSQL in {Path.GetFullPath(dataFolder)} does not work ({e.Message}): look into "
                    + "server.log in its folder, or set ConnectionStrings__ThreadStore.",
                e
            );
        }
    }

    /// <summary>Starts the server again where it has ended, which nobody asked it to.</summary>
    /// <returns>False where there was nothing to do; a container is left to Docker.</returns>
    /// <exception cref="PostgresUnavailableException">It can't be started.</exception>
    public async Task<bool> ReviveAsync(CancellationToken ct)
    {
        if (_server.ReviveAsync is not { } reviveAsync)
            return false;
        using var mutex = await PostgresLease.EnterAsync(_home, ct);
        return await reviveAsync(ct);
    }

    /// <summary>Drops this user's lease; stops the server if it was the last. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        try
        {
            using var mutex = await PostgresLease.EnterAsync(_home, CancellationToken.None);
            _lease.Dispose();
            if (PostgresLease.NobodyHolds(_home))
                await _server.StopAsync();
        }
        catch (Exception e)
        {
            // the next to open the folder takes the server over
            _log($"PostgreSQL may still run: {e.Message}");
        }
        finally
        {
            _lease.Dispose();
        }
    }

    /// <summary>A server that lets us in, how to stop it, and how to start it where it has ended.</summary>
    internal sealed record Running(
        string ConnectionString,
        Func<Task> StopAsync,
        Func<CancellationToken, Task<bool>>? ReviveAsync
    );
}
