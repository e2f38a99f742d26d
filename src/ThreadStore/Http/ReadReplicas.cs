using System.Runtime.CompilerServices;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Postgres;
using ThreadStore.Setup;
using ThreadStore.Telemetry;

namespace ThreadStore.Http;

/// <summary>
/// Where those who only read find the database: at a physical standby of <c>ThreadStore__ReadReplicas__0</c> and on that
/// holds all that this node knows of the history, otherwise at the primary. Whoever reads there reads nothing that is
/// older than what the primary would have told when they came.
/// </summary>
public sealed class ReadReplicas : BackgroundService
{
    /// <summary>Between two looks at each.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Seconds that one may take to say how far it is: a reader waits for it.</summary>
    const int Patience = 1;

    /// <summary>Seconds that a statement may take there before the primary is asked in its place.</summary>
    const int Limit = 5;

    /// <summary>In metrics, in a standby's place.</summary>
    static readonly KeyValuePair<string, object?> Primary = new("replica", "primary");

    readonly NpgsqlDataSource primary;
    readonly Positions positions;
    readonly ILogger<ReadReplicas> log;
    readonly Replica[] replicas;
    readonly bool isOneOfSeveral;
    int turn;

    public ReadReplicas(
        NpgsqlDataSource primary,
        Positions positions,
        ServerOptions options,
        ILogger<ReadReplicas> log
    )
    {
        (this.primary, this.positions, this.log) = (primary, positions, log);
        isOneOfSeveral = options.Databases.Count > 1;
        replicas = [.. options.ReadReplicas.Select(Open)];
    }

    static Replica Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = Limit;
        // one that is frozen would not answer to be cancelled either
        if (!settings.ShouldSerialize("Cancellation Timeout"))
            settings.CancellationTimeout = -1;
        return new(
            $"{settings.Host}:{settings.Port}",
            SessionSettings.Open(TunedConnection.Of(settings.ConnectionString))
        );
    }

    /// <summary>Reads that a standby answered so far.</summary>
    public long Answered => replicas.Sum(r => r.Answered);

    /// <summary>A database that holds all that this node knows by now; to be taken after a page is begun to be kept.</summary>
    public ValueTask<NpgsqlDataSource> ForAsync(HttpContext http) =>
        replicas.Length == 0
        || http.Items.ContainsKey(typeof(ReadReplicas))
        // nothing else is tried again
        || !HttpMethods.IsGet(http.Request.Method)
            ? ValueTask.FromResult(primary)
            : ChooseAsync(http);

    /// <summary>
    /// The same for what is read from projections that lag, which tells how far they have come. A standby that holds the
    /// events need not hold the rows made of them: who asks for a position is answered by the primary.
    /// </summary>
    public ValueTask<NpgsqlDataSource> ForLaggingAsync(HttpContext http) =>
        Gate.MinPosition(http) is null ? ForAsync(http) : ValueTask.FromResult(primary);

    async ValueTask<NpgsqlDataSource> ChooseAsync(HttpContext http)
    {
        var first = (uint)Interlocked.Increment(ref turn);
        for (var n = 0; n < replicas.Length; n++)
        {
            var replica = replicas[(first + n) % replicas.Length];
            if (!replica.IsUsable || !await HoldsAllAsync(replica, http.RequestAborted))
                continue;
            replica.Chosen();
            // where it fails, the request is tried once more, and then at the primary
            http.Items[typeof(ReadReplicas)] = replica;
            return replica.Database;
        }
        Meters.ReplicaReads.Add(1, Primary);
        return primary;
    }

    /// <summary>A standby that was asked did not answer: from now on, and until it is looked at again, none asks it.</summary>
    /// <returns>False where the request was answered by the primary.</returns>
    public static bool GiveUp(HttpContext http, Exception why)
    {
        if (!http.Items.TryGetValue(typeof(ReadReplicas), out var used) || used is not Replica replica)
            return false;
        Meters.ReplicaReads.Add(1, Primary);
        // what the standby has to replay may end a reader's statement, and says nothing of the next
        if (!IsConflict(why))
            replica.Leave();
        return true;
    }

    /// <summary>What the standby has to replay is in the way of a reader.</summary>
    static bool IsConflict(Exception? e) =>
        e is not null
        && (
            e is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure }
            || IsConflict(e.InnerException)
        );

    /// <summary>Whether an exception is a standby's, which the primary would not have.</summary>
    public static bool IsOfReplica(HttpContext http, Exception e) =>
        http.Items.ContainsKey(typeof(ReadReplicas)) && IsOfReplica(e);

    /// <inheritdoc cref="IsOfReplica(HttpContext, Exception)"/>
    public static bool IsOfReplica(Exception e) => (Outage.Is(e) && !Outage.IsTimeout(e)) || IsConflict(e);

    async ValueTask<bool> HoldsAllAsync(Replica replica, CancellationToken ct)
    {
        var known = positions.Known;
        // a history of which nothing is known can't be told from another one
        if (known.Landmark is null)
            return false;
        if (replica.Holds(known.Newest, positions.Epoch))
            return true;
        try
        {
            return await AskAsync(replica, known, positions.Epoch, ct) == Standing.HoldsAll;
        }
        catch (Exception e) when (Outage.Is(e))
        {
            replica.Leave();
            return false;
        }
    }

    static async Task<Standing> AskAsync(Replica replica, Known known, int epoch, CancellationToken ct)
    {
        var (standing, newest) = await CompareAsync(replica, known, ct);
        if (standing == Standing.HoldsAll)
            replica.Has(newest, epoch);
        return standing;
    }

    /// <summary>How far its history goes, and whether it is the one that is known.</summary>
    static async Task<(Standing Standing, long Newest)> CompareAsync(
        Replica replica,
        Known known,
        CancellationToken ct
    )
    {
        await using var connection = await replica.Database.OpenConnectionAsync(ct);
        var there = await DatabaseLook.AtEndAsync(connection, known.Landmark, Patience);
        return (
            there.Newest < known.Newest ? Standing.IsBehind
            : there.IdAtLandmark != known.Landmark?.Id ? Standing.IsOther
            : Standing.HoldsAll,
            there.Newest
        );
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(replicas.Select(r => WatchAsync(r, stoppingToken)));

    /// <summary>One that lacks what was known a look ago is asked by nobody until it has caught up.</summary>
    async Task WatchAsync(Replica replica, CancellationToken ct)
    {
        var before = positions.Known;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (before.Landmark is not null)
                    Tell(
                        replica,
                        await AskAsync(replica, before, positions.Epoch, ct) == Standing.HoldsAll
                            ? null
                            : "it is behind, or its history is another one",
                        // one of several databases is not the one that it follows
                        isExpected: isOneOfSeveral && !replica.WasUsable
                    );
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is, it is looked at again
                Tell(replica, e.GetBaseException().Message);
            }
            before = positions.Known;
            await Task.Delay(Interval, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Tell(Replica replica, string? fault, bool isExpected = false)
    {
        if (!replica.Judge(fault) || isExpected)
            return;
        if (fault is null)
            log.LogInformation("The read replica {Name} answers readers", replica.Name);
        else
            log.LogWarning(
                "The primary answers in place of the read replica {Name}: {Reason}",
                replica.Name,
                fault
            );
    }

    /// <summary>How each stands to the primary now, in words.</summary>
    public async IAsyncEnumerable<(string Name, bool IsWell, string Text)> DescribeAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var end = await EndAsync(ct);
        foreach (var replica in replicas)
        {
            var (isWell, text) = await DescribeAsync(replica, end, ct);
            yield return (replica.Name, isWell, text);
        }
    }

    /// <summary>A standby that holds all that the primary does now, for a command that reads for long; null: there is none.</summary>
    public async Task<(string Name, NpgsqlDataSource Database)?> HoldingAllAsync(CancellationToken ct)
    {
        if (replicas.Length == 0)
            return null;
        var end = await EndAsync(ct);
        foreach (var replica in replicas)
            if ((await DescribeAsync(replica, end, ct)).IsWell)
                return (replica.Name, replica.Database);
        return null;
    }

    async Task<Known> EndAsync(CancellationToken ct)
    {
        await using var connection = await primary.OpenConnectionAsync(ct);
        var end = await DatabaseLook.AtEndAsync(connection, null);
        return new(end.Newest, end.Id is { } id ? new(end.Newest, id) : null);
    }

    static async Task<(bool IsWell, string Text)> DescribeAsync(
        Replica replica,
        Known end,
        CancellationToken ct
    )
    {
        try
        {
            var (standing, newest) = await CompareAsync(replica, end, ct);
            return standing switch
            {
                Standing.IsBehind => (
                    false,
                    $"{end.Newest - newest} positions behind, or of another history"
                ),
                Standing.IsOther => (false, "it has another history"),
                _ => (true, $"holds all up to position {end.Newest}"),
            };
        }
        catch (Exception e) when (Outage.Is(e))
        {
            return (false, e.GetBaseException().Message);
        }
    }

    public override void Dispose()
    {
        foreach (var replica in replicas)
            replica.Database.Dispose();
        base.Dispose();
    }

    enum Standing
    {
        HoldsAll,
        IsBehind,
        IsOther,
    }

    sealed class Replica(string name, NpgsqlDataSource database)
    {
        readonly KeyValuePair<string, object?> tag = new("replica", name);

        sealed record Reached(long Position, int Epoch);

        Reached reached = new(-1, -1);
        string? fault = "it was not looked at yet";
        volatile bool isUsable;
        long answered;

        public string Name => name;
        public NpgsqlDataSource Database => database;
        public bool IsUsable => isUsable;

        /// <summary>It held this history once.</summary>
        public bool WasUsable { get; private set; }
        public long Answered => Interlocked.Read(ref answered);

        public bool Holds(long position, int epoch) =>
            Volatile.Read(ref reached) is var r && r.Position >= position && r.Epoch == epoch;

        public void Has(long position, int epoch) => Volatile.Write(ref reached, new(position, epoch));

        public void Chosen()
        {
            Interlocked.Increment(ref answered);
            Meters.ReplicaReads.Add(1, tag);
        }

        public void Leave() => isUsable = false;

        /// <returns>Whether that is news.</returns>
        public bool Judge(string? why)
        {
            isUsable = why is null;
            WasUsable |= isUsable;
            return Interlocked.Exchange(ref fault, why) != why;
        }
    }
}
