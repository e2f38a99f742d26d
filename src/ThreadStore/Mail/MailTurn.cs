using System.Diagnostics;
using Npgsql;
using ThreadStore.Kernel;
using ThreadStore.Postgres;

namespace ThreadStore.Mail;

/// <summary>Sees to it that one node at a time sends mail: it says that it is still there, and another takes over when it does not.</summary>
public sealed class MailTurn(NpgsqlDataSource database)
{
    /// <summary>How long a node that says nothing keeps its turn.</summary>
    static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    /// <summary>How often one that is busy must ask.</summary>
    public static readonly TimeSpan Interval = Length / 5;

    const string Take = $"""
        update {MailTables.Progress} set taken_by = $1, taken_until = now() + $2
        where name = 'mail' and (taken_by = $1 or taken_until is null or taken_until < now())
        """;

    const string Leave = $"""
        update {MailTables.Progress} set taken_by = null, taken_until = null where name = 'mail' and taken_by = $1
        """;

    long? confirmed;

    /// <summary>This process: one that starts again is another.</summary>
    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>Whether it is this node's turn, for a few seconds at least.</summary>
    public async Task<bool> HasAsync(CancellationToken ct)
    {
        if (confirmed is { } last && Stopwatch.GetElapsedTime(last) < Interval)
            return true;
        var asked = Stopwatch.GetTimestamp();
        await using var command = database.CreateCommand(Take, Node, Length);
        var isOurs = await command.ExecuteNonQueryAsync(ct) > 0;
        confirmed = isOurs ? asked : null;
        return isOurs;
    }

    /// <summary>Does something that takes longer than a turn may, and cuts it off when the turn is another's.</summary>
    public async Task<T> DuringAsync<T>(Func<CancellationToken, Task<T>> action)
    {
        using var lost = new CancellationTokenSource();
        var task = action(lost.Token);
        while (await Task.WhenAny(task, Task.Delay(Interval, lost.Token)) != task)
            try
            {
                if (!await HasAsync(lost.Token))
                    await lost.CancelAsync();
            }
            catch (Exception) when (confirmed is not { } last || Stopwatch.GetElapsedTime(last) > Length)
            {
                // whoever can't say that it is there counts as gone
                await lost.CancelAsync();
            }
            catch (Exception e) when (Outage.Is(e)) { }
        return await task;
    }

    /// <summary>Another may go on at once.</summary>
    public async Task LeaveAsync()
    {
        confirmed = null;
        await using var command = database.CreateCommand(Leave, Node);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
