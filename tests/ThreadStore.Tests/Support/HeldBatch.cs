using Npgsql;
using ThreadStore.Appending;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>Keeps a node's Appender waiting for the append lock, so that what is added shares one batch.</summary>
public sealed class HeldBatch
{
    /// <summary>As in <see cref="Appender"/>: a part of what nodes of different versions must agree on.</summary>
    const long AppendLock = 0x7468_7265_6164;

    readonly Node node;
    readonly NpgsqlConnection holder;
    readonly NpgsqlTransaction transaction;

    HeldBatch(Node node, NpgsqlConnection holder, NpgsqlTransaction transaction) =>
        (this.node, this.holder, this.transaction) = (node, holder, transaction);

    /// <param name="node">Whose Appender.</param>
    /// <param name="first">Taken up alone, before the others; it waits for the lock.</param>
    public static async Task<HeldBatch> StartAsync<T>(Node node, ISubmission<T> first)
    {
        var ct = TestContext.Current.CancellationToken;
        var holder = await node.Database.OpenConnectionAsync(ct);
        var transaction = await holder.BeginTransactionAsync(ct);
        await using (var take = new NpgsqlCommand($"select pg_advisory_xact_lock({AppendLock})", holder))
            await take.ExecuteNonQueryAsync(ct);
        var batch = new HeldBatch(node, holder, transaction);
        _ = batch.AddAsync(first);
        await batch.UntilWaitingAsync(1);
        return batch;
    }

    /// <summary>Waits until so many transactions wait for the lock, which they get in the order in which they came.</summary>
    public async Task UntilWaitingAsync(int transactions)
    {
        while (
            (long)
                (
                    await node.ScalarAsync(
                        "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
                            + "where l.locktype = 'advisory' and not l.granted and d.datname = current_database()"
                    )
                )! < transactions
        )
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    /// <summary>Queues a command; the order of calls is the order of decisions.</summary>
    public Task<Receipt<T>> AddAsync<T>(ISubmission<T> submission) =>
        node.Appender.AppendAsync(submission, TestContext.Current.CancellationToken);

    /// <summary>Queues a command; gives the position of its last event.</summary>
    public async Task<long> PositionAsync<T>(ISubmission<T> submission)
    {
        var receipt = await AddAsync(submission);
        Assert.Null(receipt.Refusal);
        return Assert.NotNull(receipt.Position);
    }

    public async Task ReleaseAsync()
    {
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await transaction.DisposeAsync();
        await holder.DisposeAsync();
    }
}
