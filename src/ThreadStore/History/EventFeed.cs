using System.Buffers;
using System.IO.Pipelines;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Live;
using ThreadStore.Postgres;

namespace ThreadStore.History;

/// <summary>What a reader of the event feed asked for.</summary>
/// <param name="Limit">Events at most; null: no end.</param>
/// <param name="Follow">Stay, and send what comes.</param>
public sealed record FeedRequest(EventFilter Filter, long After, long? Limit, bool Follow);

/// <summary>
/// Reads the history for those who follow it. A reader who waits, or who is slow to take what was read, holds no
/// database connection; all readers together hold a few, whatever their number.
/// </summary>
public sealed class EventFeed : IDisposable
{
    /// <summary>Connections that all readers together may hold, of the 30 that a node has for all it does.</summary>
    const int MaxConnections = 8;

    /// <summary>Events that one statement gives: about what fits into the pipe, so that the connection is free soon.</summary>
    const int Stretch = 2_000;

    /// <summary>Bytes that may wait for a reader: all the memory that one of them takes.</summary>
    const int MaxWaiting = 2 * 1024 * 1024;
    const int FlushAt = 64 * 1024;

    /// <summary>Proxies close what is silent for 30 to 60 s. An empty line is no event to any reader of NDJSON.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>The first news after a pause goes out at once; on a busy site those that follow share a statement.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    static readonly PipeOptions Pipes = new(
        pauseWriterThreshold: MaxWaiting,
        resumeWriterThreshold: MaxWaiting / 2,
        minimumSegmentSize: FlushAt,
        useSynchronizationContext: false
    );

    readonly NpgsqlDataSource database;
    readonly Positions positions;
    readonly TimeProvider clock;
    readonly ILogger<EventFeed> log;
    readonly CancellationToken stopping;
    readonly Departures departures;
    readonly SemaphoreSlim connections = new(MaxConnections);

    public EventFeed(
        NpgsqlDataSource database,
        Positions positions,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        Departures departures,
        ILogger<EventFeed> log
    )
    {
        this.departures = departures;
        (this.database, this.positions, this.clock, this.log) = (database, positions, clock, log);
        stopping = lifetime.ApplicationStopping;
    }

    public void Dispose() => connections.Dispose();

    /// <summary>Starts to read. What is read waits in the pipe; it ends at the end of a line, also when the server stops.</summary>
    /// <param name="ct">Ends the reading: the reader went away.</param>
    public PipeReader Open(FeedRequest request, CancellationToken ct)
    {
        var pipe = new Pipe(Pipes);
        _ = FillAsync(request, pipe.Writer, ct);
        return pipe.Reader;
    }

    async Task FillAsync(FeedRequest request, PipeWriter output, CancellationToken ct)
    {
        // a server that stops finishes what has an end
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            ct,
            request.Follow ? stopping : CancellationToken.None,
            // the site has left this database; who comes again follows it in the other
            request is { Follow: true, Filter.Site: { } site }
                ? departures.Of(site)
                : CancellationToken.None
        );
        Exception? failure = null;
        try
        {
            await new Reading(this, request, output, end.Token).RunAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested) { }
        catch (Exception e)
        {
            failure = e;
        }
        await output.CompleteAsync(failure);
    }

    sealed class Reading(EventFeed feed, FeedRequest request, PipeWriter output, CancellationToken ct)
    {
        readonly RecordedEvent row = new();
        readonly int epoch = feed.positions.Epoch;
        long position = request.After;
        long left = request.Limit ?? long.MaxValue;

        public async Task RunAsync()
        {
            var began = false;
            while (left > 0)
            {
                // before the statement, so that it sees all up to there: what a filter passed over is done with
                var newest = feed.positions.Newest;
                var wanted = Math.Min(left, Stretch);
                long found;
                if (request.Follow && feed.positions.Epoch != epoch)
                    throw new HistoryWentBackException();
                try
                {
                    found = await ReadAsync(wanted);
                }
                catch (Exception e) when (request.Follow && began && Outage.Is(e))
                {
                    feed.log.LogWarning("A follower waits: the events can't be read: {Reason}", e.Message);
                    await Task.Delay(RetryAfter, feed.clock, ct);
                    continue;
                }
                began = true;
                if (found == wanted)
                    continue;
                if (!request.Follow)
                    return;
                position = Math.Max(position, newest);
                await WaitAsync();
            }
        }

        /// <summary>Reads on, up to so many events.</summary>
        async Task<long> ReadAsync(long limit)
        {
            var before = left;
            await feed.connections.WaitAsync(ct);
            try
            {
                await using var connection = await feed.database.OpenConnectionAsync(ct);
                await using var command = request.Filter.Command(connection, position, limit);
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                {
                    row.Read(reader);
                    EventLine.Write(output, row);
                    position = row.Position;
                    left--;
                    if (output.UnflushedBytes >= FlushAt)
                        await output.FlushAsync(ct);
                }
            }
            finally
            {
                feed.connections.Release();
            }
            await output.FlushAsync(ct);
            return before - left;
        }

        /// <summary>Until something was committed that this reader may not have, or nothing is as it was.</summary>
        async Task WaitAsync()
        {
            await Task.Delay(Pause, feed.clock, ct);
            while (true)
            {
                try
                {
                    await feed
                        .positions.MovedBeyondAsync(position)
                        .WaitAsync(HeartbeatInterval, feed.clock, ct);
                    return;
                }
                catch (TimeoutException)
                {
                    output.Write("\n"u8);
                    await output.FlushAsync(ct);
                }
            }
        }
    }
}

/// <summary>What a follower was sent may not be of the history that is there now: the answer is cut off.</summary>
sealed class HistoryWentBackException()
    : IOException("The history went back, by a failover or a restored backup that lost what came last.");
