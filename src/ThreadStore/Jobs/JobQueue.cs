using Npgsql;
using NpgsqlTypes;

namespace ThreadStore.Jobs;

/// <summary>Work that was asked for and takes its time.</summary>
public interface IJob
{
    string Site { get; }
    Guid Id { get; }

    /// <summary>The turn in which it is worked on; another goes on with it in another.</summary>
    Guid? TakenBy { get; }
}

/// <summary>
/// Jobs in a table of the database: whichever node has a hand free takes one, and another goes on with it when that one
/// dies.
/// </summary>
/// <param name="table">It has <c>site</c>, <c>id</c>, <c>state</c>, <c>started_at</c>, <c>taken_until</c> and <c>taken_by</c>.</param>
/// <param name="columns">What <paramref name="read"/> reads.</param>
/// <param name="isElsewhere">As SQL over <c>j.site</c>: the site lives in another database, and so do its jobs.</param>
/// <param name="turn">How long a node that says nothing keeps its job.</param>
public abstract class JobQueue<T>(
    NpgsqlDataSource database,
    string table,
    string columns,
    Func<NpgsqlDataReader, T> read,
    string isElsewhere,
    TimeSpan turn
) : IDisposable
    where T : class, IJob
{
    /// <summary>Whose turn it still is: the first three parameters are the job's.</summary>
    protected const string Ours = "site = $1 and id = $2 and state = 'running' and taken_by = $3";

    readonly SemaphoreSlim wake = new(0);

    public void Dispose()
    {
        wake.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>There is a new one, or it is time to look for those that others left.</summary>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken ct) => wake.WaitAsync(atMost, ct);

    /// <returns>False: there is one of that id.</returns>
    protected async Task<bool> AddAsync(string insert, CancellationToken ct, params object?[] values)
    {
        var added = await RunAsync(insert, ct, values);
        wake.Release();
        return added == 1;
    }

    public async Task<T?> FindAsync(string site, Guid id, CancellationToken ct)
    {
        await using var command = Command(
            $"select {columns} from {table} where site = $1 and id = $2",
            site,
            id
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? read(reader) : null;
    }

    /// <summary>The oldest that nobody works on.</summary>
    public async Task<T?> TakeAsync(CancellationToken ct)
    {
        await using var command = Command(
            $"""
            update {table} set taken_until = now() + $1, taken_by = gen_random_uuid()
            where (site, id) = (
              select j.site, j.id from {table} j
              where j.state = 'running' and j.taken_until < now() and not {isElsewhere}
              order by j.taken_until, j.started_at limit 1 for update skip locked)
            returning {columns}
            """,
            turn
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? read(reader) : null;
    }

    /// <param name="also">More to be set, with parameters from $5 on.</param>
    /// <returns>False: it was cancelled, or another has it now.</returns>
    public async Task<bool> KeepAsync(
        T job,
        CancellationToken ct,
        string also = "",
        params object?[] values
    ) =>
        await RunAsync(
            $"update {table} set taken_until = now() + $4{also} where {Ours}",
            ct,
            [job.Site, job.Id, job.TakenBy ?? Guid.Empty, turn, .. values]
        ) == 1;

    /// <summary>Others may go on with it at once.</summary>
    public Task LeaveAsync(T job) =>
        RunAsync(
            $"update {table} set taken_until = '-infinity' where {Ours}",
            CancellationToken.None,
            job.Site,
            job.Id,
            job.TakenBy ?? Guid.Empty
        );

    /// <param name="values">Null is a text that is not there; of another type it comes as a parameter.</param>
    protected NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(
                value as NpgsqlParameter
                    ?? (
                        value is null
                            ? new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
                            : new() { Value = value }
                    )
            );
        return command;
    }

    protected async Task<int> RunAsync(string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
