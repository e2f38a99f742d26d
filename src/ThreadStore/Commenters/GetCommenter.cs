using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
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
);

public static class GetCommenterEndpoint
{
    /// <summary>A commenter, with counts of what they wrote and got.</summary>
    /// <returns>200 the commenter; 304; 404 commenter-not-found.</returns>
    [Operation("getCommenter"), Answers(typeof(CommenterProfile))]
    [WolverineGet("/v1/sites/{site}/commenters/{commenterKey}"), Public]
    public static async Task<IResult> Get(
        string site,
        string commenterKey,
        Caller? caller,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select c.name, c.picture, c.joined_at, c.comment_count, c.reactions_received, c.standing,
                   ({Positions.NewestSql})
            from {ReaderTables.Schema}.commenter_rows c where c.site = $1 and c.id = $2
            """
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = StreamId.Commenter(site, commenterKey) });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.CommenterNotFound(commenterKey);
        var isModerator = caller?.Is(Role.Moderator) == true;
        var seesStanding = isModerator || caller?.Key == commenterKey;
        var standing = Words.Parse<Standing>(reader.GetString(5));
        if (standing == Standing.Shadowed && !isModerator)
            standing = Standing.Good;
        var profile = new CommenterProfile(
            commenterKey,
            reader.GetString(0),
            reader.Text(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            reader.GetInt32(3),
            reader.GetInt32(4),
            seesStanding ? standing : null
        );
        return Answer.Of(profile) with { Position = reader.GetInt64(6), IsPrivate = seesStanding };
    }
}
