using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Setup;

namespace ThreadStore.Broker;

/// <summary>
/// Sends every event of the history to the broker, from a stored position on: one node at a time, which moves the
/// position when the broker has confirmed. While the broker is away, nobody waits for it, and the history keeps what it
/// is to have.
/// </summary>
public sealed class BrokerPublisher(
    NpgsqlDataSource database,
    HotPages pages,
    Positions positions,
    WritingPace writing,
    ServerOptions options,
    ILogger<BrokerPublisher> log
) : BackgroundService
{
    /// <summary>Events between two movements of the position: what may be sent again after an accident.</summary>
    const int Stretch = 500;

    /// <summary>Streams that are sent beside each other; of one, each event waits for the one before it.</summary>
    const int Lanes = 16;

    /// <summary>For a stretch to be confirmed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How long a node that says nothing is taken to be the one that sends; longer than a stretch takes.</summary>
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks whether it is this node's turn, or there is more, and after a mishap.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>The first event after a pause goes at once; on a busy site, many share a stretch.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    const string Begin = $"""
        insert into {BrokerTables.Progress} (name, position) values ('events', 0) on conflict do nothing
        """;

    // a history that went back, by a failover or a restored backup, is sent on from its end
    const string Take = $"""
        update {BrokerTables.Progress} set taken_by = $1, taken_until = now() + $2,
          position = least(position, ({Positions.NewestSql}))
        where name = 'events' and (taken_by = $1 or taken_until is null or taken_until < now())
        returning position
        """;

    const string Advance = $"""
        update {BrokerTables.Progress} set position = $3 where name = 'events' and taken_by = $1 and position = $2
        """;

    const string Leave = $"""
        update {BrokerTables.Progress} set taken_by = null, taken_until = null where taken_by = $1
        """;

    readonly Guid node = Guid.NewGuid();
    BrokerSender? sender;
    bool isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Broker is not { } broker)
            return;
        // the server is to listen first
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(broker, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                await CloseAsync();
                Tell(e);
                await Task.Delay(Interval, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await CloseAsync();
        await LeaveAsync();
    }

    /// <summary>Without its address, which has a password.</summary>
    void Tell(Exception e)
    {
        if (!isAway)
            log.LogWarning(
                "The broker does not take events; the history keeps them for it, and it is tried again: {Reason}",
                e is Confluent.Kafka.KafkaException refused ? refused.Error.Reason
                    : Outage.Is(e) ? e.Message
                    : e.GetBaseException().GetType().Name
            );
        isAway = true;
    }

    async Task RunAsync(BrokerOptions broker, CancellationToken ct)
    {
        await using (var begin = database.CreateCommand(Begin))
            await begin.ExecuteNonQueryAsync(ct);
        while (true)
        {
            var known = positions.Newest;
            await using var take = database.CreateCommand(Take, node, Turn);
            if (await take.ExecuteScalarAsync(ct) is not long position)
            {
                // another node's turn
                await CloseAsync();
                await Task.Delay(Interval, ct);
                continue;
            }
            sender ??= await BrokerSender.OpenAsync(broker, ct);
            await writing.YieldAsync(LongestDelay, ct);
            var (end, hasMore) = await SendOnAsync(sender, position, ct);
            if (isAway)
                log.LogWarning("The broker takes events again.");
            isAway = false;
            if (hasMore)
                continue;
            await Task.Delay(Pause, ct);
            await positions
                .MovedBeyondAsync(Math.Max(known, end))
                .WaitAsync(Interval, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Up to where the broker has all events, and whether there may be more.</returns>
    async Task<(long Position, bool HasMore)> SendOnAsync(BrokerSender to, long after, CancellationToken ct)
    {
        // who was erased since these were read is in them still
        var sweeps = pages.Sweeps;
        var events = await ReadAsync(after, ct);
        if (events.Count == 0)
            return (after, false);
        var sent = new bool[events.Count];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        await Parallel.ForEachAsync(
            events.Index().GroupBy(e => e.Item.Event.Stream),
            new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = patience.Token },
            async (stream, token) =>
            {
                foreach (var (index, e) in stream)
                {
                    if (pages.Sweeps != sweeps)
                        return;
                    await to.SendAsync(e.Event, token);
                    sent[index] = true;
                }
            }
        );
        var unsent = Array.IndexOf(sent, false);
        if (unsent == 0)
            return (after, true);
        var last = events[unsent < 0 ? ^1 : unsent - 1].Position;
        await using var advance = database.CreateCommand(Advance, node, after, last);
        if (await advance.ExecuteNonQueryAsync(ct) == 0)
            log.LogWarning("Another node sends events to the broker; some may come twice, with the same ids");
        return (last, true);
    }

    async Task<List<(long Position, CloudEvent Event)>> ReadAsync(long after, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = new EventFilter(Site: null).Command(connection, after, Stretch);
        var (row, events) = (new RecordedEvent(), new List<(long, CloudEvent)>());
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            row.Read(reader);
            events.Add((row.Position, CloudEvent.Of(row)));
        }
        return events;
    }

    async Task CloseAsync()
    {
        var open = sender;
        sender = null;
        try
        {
            if (open is not null)
                await open.DisposeAsync();
        }
        catch (Exception e)
        {
            log.LogDebug(e, "The connection to the broker did not end well");
        }
    }

    /// <summary>Another node may go on at once.</summary>
    async Task LeaveAsync()
    {
        try
        {
            await using var command = database.CreateCommand(Leave, node);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogWarning("The broker could not be handed over, and waits a moment: {Reason}", e.Message);
        }
    }
}
