using System.Diagnostics;
using Npgsql;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.EventStore;

/// <summary>
/// Listens to the other nodes, and looks whether the database answers, takes writes, and still holds the history that this
/// node knew.
/// </summary>
public sealed class Listener(
    WriteConnections connections,
    Positions positions,
    IFollowsCommits pages,
    IHearsNodes trust,
    WritingPace pace,
    ServerOptions options,
    ILogger<Listener> log
) : BackgroundService
{
    /// <summary>Between two looks: a connection may die without a word.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How often a person is told of what lasts.</summary>
    static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>How long the database may take to say that it is there.</summary>
    readonly TimeSpan silence = options.Silence;

    /// <summary>Which server it was, as far as that is known.</summary>
    string? identity;
    (string Text, long At)? told;

    /// <summary>Knows how far the history goes before the first request is answered.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await positions.AskAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Could not ask for the newest position: {Reason}", e.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // however many read, and hold all other connections
                await using (var connection = await connections.OpenAsync())
                    await ListenAsync(connection, stoppingToken);
                // it takes no writes: whether it does again, a new session says
                connections.Renew();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // whatever it is: a listener that ends would take the server with it
                // where the database went away, the idle connections of the pool are dead too; no request need find out
                StopListening();
                positions.IsSilent = IsTimeout(e);
                if (positions.IsSilent)
                    // what came in between waits too
                    ServerSockets.Shutdown(connections.Servers);
                connections.Clear();
                if (e is DeafException)
                {
                    positions.IsDeaf(e.Message);
                    Tell(e.Message);
                }
                else
                    log.LogWarning("Lost the connection that listens to other nodes: {Reason}", e.Message);
            }
            await Task.Delay(RetryAfter, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends where the database takes no writes.</summary>
    async Task ListenAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        if (await LookAsync(connection, await IsOtherServerAsync(connection, ct)))
        {
            var why = await DatabaseLook.WhyReadOnlyAsync(connection, ct);
            StopListening();
            positions.IsSilent = false;
            positions.Close(why);
            Tell(why);
            return;
        }
        connection.Notification += (_, e) => Hear(e.Payload);
        await using (var listen = new NpgsqlCommand($"listen {Positions.Channel}", connection))
            await listen.ExecuteNonQueryAsync(ct);
        if (!await SessionProof.ArrivesAsync(connection, connections.OpenAsync, silence, ct))
            throw new DeafException();
        // what came before it listened
        await LookAsync(connection);
        if (positions.IsReadOnly)
            // sessions that were begun meanwhile would go on refusing writes
            connections.Clear();
        if (positions.Trouble is not null)
            log.LogWarning("The database takes writes again, and tells of them.");
        told = null;
        await trust.ListenAsync(ct);
        positions.IsWell();
        pages.Listen(positions.Newest);
        var looked = Stopwatch.GetTimestamp();
        while (true)
        {
            var isNews = await connection.WaitAsync(Interval, ct);
            if (isNews && Stopwatch.GetElapsedTime(looked) < Interval)
                continue;
            var isClosed = await LookAsync(connection);
            looked = Stopwatch.GetTimestamp();
            // or a writer was refused, in a session that began later than this one
            if (isClosed || positions.IsReadOnly)
            {
                StopListening();
                positions.FoundReadOnly();
                return;
            }
        }
    }

    void StopListening()
    {
        pages.StopListening();
        trust.StopListening();
    }

    void Hear(string payload)
    {
        if (payload == Heard.Hurry)
            pace.Hurry();
        trust.Hear(payload);
        if (Heard.TryRead(payload) is not { } heard)
            return;
        // first, so that no page is older than a position that this node claims to know
        pages.Hear(heard);
        positions.Observe(heard.Position);
    }

    void Tell(string text)
    {
        if (told is { } last && last.Text == text && Stopwatch.GetElapsedTime(last.At) < Reminder)
            return;
        told = (text, Stopwatch.GetTimestamp());
        log.LogError("{Trouble}", text);
    }

    async Task<bool> IsOtherServerAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var before = identity;
        identity = await DatabaseLook.IdentityAsync(connection, ct) ?? before;
        return before is not null && identity != before;
    }

    /// <exception cref="TimeoutException">The database is silent; whoever waits for it fails too.</exception>
    /// <returns>Whether it takes no writes.</returns>
    async Task<bool> LookAsync(NpgsqlConnection connection, bool isOtherServer = false)
    {
        var known = positions.Known;
        var end = await WatchAsync(DatabaseLook.AtEndAsync(connection, known.Landmark));
        if (!positions.Learn(known, end, isOtherServer))
        {
            log.LogError(
                "The database's history is not the one that this server knew up to position {Known}: it ends at {Newest}, after a failover or a restored backup that lost what came last. What was remembered is dropped, readers are asked to read anew, and lost positions are not given out again. Replay into new folders.",
                known.Newest,
                end.Newest
            );
            pages.Forget(end.Newest);
        }
        return end.IsReadOnly;
    }

    async Task<T> WatchAsync<T>(Task<T> answer)
    {
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                return await answer.WaitAsync(silence);
            }
            catch (TimeoutException) when (Stopwatch.GetElapsedTime(began) > 1.5 * silence)
            {
                // this process hardly ran meanwhile, which says nothing of the database
                continue;
            }
            catch (TimeoutException)
            {
                positions.IsSilent = true;
                StopListening();
                ServerSockets.Shutdown(connections.Servers);
                // its connection can't be given back before it is done with it
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }
    }

    static bool IsTimeout(Exception? e) =>
        e is not null && (e is TimeoutException || IsTimeout(e.InnerException));
}
