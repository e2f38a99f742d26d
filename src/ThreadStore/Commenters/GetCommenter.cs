using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Commenters;

/// <summary>A commenter as others see them.</summary>
/// <param name="CommentCount">Published comments.</param>
/// <param name="Standing">Only for moderators and oneself; null for others.</param>
public sealed record CommenterProfile(
    string Key,
    string Name,
    string? Picture,
    DateTimeOffset JoinedAt,
    int CommentCount,
    int ReactionsReceived,
    Standing? Standing
)
{
    /// <summary>As <paramref name="caller"/> may see them.</summary>
    public static CommenterProfile Of(Commenter commenter, Caller? caller, DateTimeOffset now)
    {
        var isModerator = caller?.Is(Role.Moderator) == true;
        var isOneself = caller?.Key == commenter.Key;
        return new(
            commenter.Key,
            commenter.Name,
            commenter.Picture,
            commenter.JoinedAt,
            isOneself && !isModerator ? commenter.ToldCommentCount : commenter.CommentCount,
            commenter.ReactionsReceived,
            isModerator ? commenter.StandingAt(now)
                : isOneself ? commenter.ToldStandingAt(now)
                : null
        );
    }
}

public static class GetCommenterEndpoint
{
    static readonly string Sql = $"""
        select ({Positions.NewestSql}), {CommenterRows.Columns}
        from {ReaderTables.Schema}.commenter_rows r where r.site = $1 and r.id = $2
        """;

    /// <summary>A commenter, with counts of what they wrote and got.</summary>
    /// <returns>200 the commenter; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenter"), Answers(typeof(CommenterProfile))]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}"), Public(SaysMoreToSome = true)]
    public static async Task<IResult> Get(
        string site,
        string commenterKey,
        Caller? caller,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = StreamId.Commenter(site, commenterKey) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.CommenterNotFound(commenterKey);
        var commenter = CommenterRows.Read(reader, first: 1);
        var seesStanding = caller is not null && (caller.Key == commenterKey || caller.Is(Role.Moderator));
        return Answer.Of(CommenterProfile.Of(commenter, caller, now)) with
        {
            Position = reader.GetInt64(0),
            IsPrivate = seesStanding,
        };
    }
}
