using Npgsql;
using ThreadStore.Postgres;

namespace ThreadStore.Search;

/// <summary>
/// How many databases this node indexes, one object for the servers of all of them: nodes share the databases out, so that
/// none has more than its part while another has less. With one database whoever comes first has it.
/// </summary>
/// <remarks>
/// Each node that may index shows itself in each database by a lock that it shares with the others, and that ends with
/// its session. Marten's HotCold mode lets the first node take all; Wolverine's distribution of agents needs its tables
/// of nodes and a leader.
/// </remarks>
public sealed class IndexShare
{
    /// <summary>The advisory lock by which nodes are counted.</summary>
    public const long Presence = Indexer.Lock + 1;

    /// <summary>Looks after which a database is taken that nobody has, though others should.</summary>
    const int Patience = 3;

    static readonly string Nodes = $"""
        select count(*)::integer from pg_locks where locktype = 'advisory' and granted and mode = 'ShareLock'
          and database = (select oid from pg_database where datname = current_database())
          and (classid::bigint << 32 | objid::bigint) = {Presence}
        """;

    readonly Lock gate = new();
    int databases;
    int held;

    /// <summary>One more database is indexed by nodes like this one.</summary>
    public void Join() => Interlocked.Increment(ref databases);

    public void Leave() => Interlocked.Decrement(ref databases);

    /// <summary>Says that this node may index, for as long as the session lasts or the answer is not disposed of.</summary>
    internal static Task<SessionLock?> ShowAsync(NpgsqlConnection connection, CancellationToken ct) =>
        SessionLock.TryTakeAsync(connection, Presence, ct, isShared: true);

    /// <summary>What this node may have: its part of all databases, rounded up.</summary>
    public async Task<int> PartAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var all = Volatile.Read(ref databases);
        // nobody is to be counted where there is nothing to share out
        if (all < 2)
            return 1;
        await using var command = new NpgsqlCommand(Nodes, connection);
        var nodes = Math.Max(1, (int)(await command.ExecuteScalarAsync(ct) ?? 1));
        return (all + nodes - 1) / nodes;
    }

    /// <param name="part">See <see cref="PartAsync"/>.</param>
    /// <param name="looks">How often in a row the database was left to others.</param>
    /// <returns>To be disposed of where the database can't be had, or no more; null: this node has its part.</returns>
    public Turn? TryBegin(int part, int looks)
    {
        lock (gate)
        {
            if (held >= part && looks < Patience)
                return null;
            held++;
            return new(this);
        }
    }

    /// <summary>A database that this node indexes, or is about to.</summary>
    public sealed class Turn(IndexShare share) : IDisposable
    {
        bool isOver;

        /// <summary>Ends it where this node has more than its part: of several such turns, as many as are too many.</summary>
        public bool TryGiveUp(int part)
        {
            lock (share.gate)
            {
                if (share.held <= part)
                    return false;
                End();
                return true;
            }
        }

        public void Dispose()
        {
            lock (share.gate)
                End();
        }

        void End()
        {
            if (!isOver)
                share.held--;
            isOver = true;
        }
    }
}
