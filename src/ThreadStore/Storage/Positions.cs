using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using ThreadStore.Threads;

namespace ThreadStore.Storage;

/// <summary>
/// The newest position that this node knows of. Reader rows are written in the transaction of their events, and
/// transactions commit in order of position, so whoever reads now reads all that happened up to it.
/// </summary>
public sealed class Positions(
    NpgsqlDataSource database,
    WriteConnections connections,
    HotPages pages,
    WritingPace pace,
    IConfiguration configuration,
    ILogger<Positions> log
) : BackgroundService
{
    /// <summary>The channel on which every commit tells its last position to all nodes; see <see cref="Heard"/>.</summary>
    public const string Channel = "threadstore_position";

    /// <summary>How long a request waits for a position before it is told to come back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks whether the connection that listens is still there: one may die without a word.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the database may take to say that it is there.</summary>
    readonly TimeSpan silence = TimeSpan.FromMilliseconds(
        configuration.GetValue("ThreadStore:SilenceMilliseconds", 3_000)
    );

    volatile bool isSilent;

    /// <summary>The database is there, but does not answer: nobody need wait to find out.</summary>
    public bool IsSilent => isSilent;

    public const string NewestSql = $"select coalesce(max(seq_id), 0) from {ReaderTables.Schema}.mt_events";

    readonly Lock gate = new();
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long newest;

    public long Newest => Interlocked.Read(ref newest);

    public void Observe(long position)
    {
        lock (gate)
        {
            if (position <= newest)
                return;
            Interlocked.Exchange(ref newest, position);
            moved.SetResult();
            moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends when this node knows of a position beyond the given one.</summary>
    public Task MovedBeyondAsync(long position)
    {
        lock (gate)
            return newest > position ? Task.CompletedTask : moved.Task;
    }

    /// <returns>False where it did not come within <see cref="Patience"/>.</returns>
    public async Task<bool> WaitForAsync(long position, CancellationToken ct)
    {
        if (position <= Newest)
            return true;
        // a notification may be under way, or this node may listen no longer: the database knows
        await AskAsync(ct);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        try
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (position <= newest)
                        return true;
                    next = moved.Task;
                }
                await next.WaitAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks the database, for whoever can't wait until it is told.</summary>
    public async Task AskAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(NewestSql);
        Observe((long)(await command.ExecuteScalarAsync(ct) ?? 0L));
    }

    /// <summary>Knows how far the history goes before the first request is answered.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Could not ask for the newest position: {Reason}", e.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Listens to the other nodes; asks for what it may have missed whenever it begins to listen.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // however many read, and hold all other connections
                await using var connection = await connections.OpenAsync();
                connection.Notification += (_, e) =>
                {
                    if (e.Payload == Heard.Hurry)
                        pace.Hurry();
                    if (Heard.TryRead(e.Payload) is not { } heard)
                        return;
                    // first, so that no page is older than a position that this node claims to know
                    pages.Hear(heard);
                    Observe(heard.Position);
                };
                await using (var listen = new NpgsqlCommand($"listen {Channel}; {NewestSql}", connection))
                    Observe((long)(await listen.ExecuteScalarAsync(stoppingToken) ?? 0L));
                isSilent = false;
                pages.Listen(Newest);
                while (true)
                {
                    if (!await connection.WaitAsync(Interval, stoppingToken))
                        await PingAsync(connection);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is: a listener that ends would take the server with it
                // where the database went away, the idle connections of the pool are dead too; no request need find out
                pages.StopListening();
                isSilent = IsTimeout(e);
                if (isSilent)
                    // what came in between waits too
                    ServerSockets.Shutdown(connections.Ports);
                connections.Clear();
                log.LogWarning("Lost the connection that listens to other nodes: {Reason}", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <exception cref="TimeoutException">The database is silent; whoever waits for it fails too.</exception>
    async Task PingAsync(NpgsqlConnection connection)
    {
        await using var ping = new NpgsqlCommand("select 1", connection) { CommandTimeout = 0 };
        var answer = ping.ExecuteNonQueryAsync(CancellationToken.None);
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await answer.WaitAsync(silence);
                return;
            }
            catch (TimeoutException) when (Stopwatch.GetElapsedTime(began) > 1.5 * silence)
            {
                // this process hardly ran meanwhile, which says nothing of the database
                continue;
            }
            catch (TimeoutException)
            {
                isSilent = true;
                pages.StopListening();
                ServerSockets.Shutdown(connections.Ports);
                // its connection can't be given back before it is done with it
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }
    }

    static bool IsTimeout(Exception? e) =>
        e is not null && (e is TimeoutException || IsTimeout(e.InnerException));
}

/// <summary>What a node hears of a commit, of its own or another's.</summary>
/// <param name="Position">Its last.</param>
/// <param name="Changed">Marks of the articles whose discussion changed; null: any may have.</param>
public sealed record Heard(long Position, IReadOnlyCollection<uint>? Changed)
{
    /// <summary>Somebody waits for what may lag: it is not to be put off for a while.</summary>
    public const string Hurry = "hurry";

    /// <summary>PostgreSQL takes 8,000 bytes.</summary>
    const int MaxMarks = 800;

    /// <summary>The first bytes of an article's id: those of two are seldom equal, and then one is read anew in vain.</summary>
    public static uint Mark(Guid article)
    {
        Span<byte> bytes = stackalloc byte[16];
        article.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>What follows the position in a notification: nothing where any article may have changed.</summary>
    public static string Suffix(IReadOnlyCollection<Guid>? changed) =>
        changed is null || changed.Count > MaxMarks
            ? ""
            : $" {string.Join(' ', changed.Select(a => Mark(a).ToString("x", CultureInfo.InvariantCulture)))}";

    public static Heard? TryRead(string payload)
    {
        var parts = payload.Split(' ');
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return null;
        if (parts.Length == 1)
            return new(position, null);
        var marks = new List<uint>();
        foreach (var part in parts.AsSpan(1))
        {
            if (uint.TryParse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mark))
                marks.Add(mark);
        }
        return new(position, marks);
    }
}
