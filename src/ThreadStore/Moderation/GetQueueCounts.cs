using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>How many comments wait, exactly: as many as a walk of each queue meets.</summary>
public sealed record QueueCounts(long Pending, long Flagged);

public static class GetQueueCountsEndpoint
{
    // the indexes of the queues hold what waits and nothing else
    public const string Sql = $"""
        select ({Positions.NewestSql}),
          (select count(*) from {ReaderTables.Schema}.comment_rows where site = $1 and {ReaderTables.Pending}),
          (select count(*) from {ReaderTables.Schema}.comment_rows where site = $1 and {ReaderTables.Flagged})
        """;

    /// <summary>How many comments wait for moderators.</summary>
    /// <returns>200 the counts; 304.</returns>
    [Operation("getQueueCounts"), Answers(typeof(QueueCounts))]
    [WolverineGet("/v1/sites/{site}/moderation/counts"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(string site, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = site });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return Answer.Of(new QueueCounts(reader.GetInt64(1), reader.GetInt64(2))) with
        {
            Position = reader.GetInt64(0),
            IsPrivate = true,
        };
    }
}
