using System.ComponentModel.DataAnnotations;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

/// <summary>Tells the other moderators which comments one is looking at.</summary>
public sealed record ClaimComments(
    [property: MinLength(1), MaxLength(ClaimComments.MaxIds)] IReadOnlyList<Guid> Ids
)
{
    public const int MaxIds = 100;

    /// <summary>Long enough to read and decide; a moderator who went away blocks nobody for long.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
}

/// <summary>Who looks at a comment, and until when others should leave it to them.</summary>
/// <param name="ClaimedBy">Another's key where they came first.</param>
public sealed record Claim(Guid Id, string ClaimedBy, DateTimeOffset Until);

/// <summary>One for each comment.</summary>
public sealed record Claims(IReadOnlyList<Claim> Items);

public static class ClaimCommentsEndpoint
{
    /// <summary>Claims comments for 5 minutes: other moderators see it in the queue. What another has claimed stays theirs.</summary>
    /// <remarks>A claim is a courtesy and keeps nobody from deciding. Claimed again, it begins anew.</remarks>
    /// <returns>200 who has each of the comments now; 400 validation; 404 comment-not-found; 413.</returns>
    [Operation("claimComments"), Answers(typeof(Claims))]
    [WolverinePost("/v1/sites/{site}/moderation/claims"), Roles(Role.Moderator)]
    public static async Task<IResult> Post(
        string site,
        [Body] ClaimComments command,
        Caller caller,
        NpgsqlDataSource database,
        ClaimBell bell,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Ids.Count is 0 or > ClaimComments.MaxIds)
            return Problem.Validation(
                "ids",
                Flaw.Count($"must be from 1 to {ClaimComments.MaxIds} ids.", 1, ClaimComments.MaxIds)
            );
        // in the order of ids, so that two who claim the same never wait for each other
        Guid[] ids = [.. command.Ids.Distinct().Order()];
        await using var batch = database.CreateBatch();
        batch.Add(
            $"""
            insert into {ClaimTable.Name} as k (site, comment_id, claimed_by, until)
            select c.site, c.id, $3, $4 from {ReaderTables.Schema}.comment_rows c
            where c.site = $1 and c.id = any($2) and cardinality($2) = (
              select count(*) from {ReaderTables.Schema}.comment_rows a where a.site = $1 and a.id = any($2))
            order by c.id
            on conflict (site, comment_id) do update set claimed_by = excluded.claimed_by, until = excluded.until
            where k.until <= $5 or k.claimed_by = excluded.claimed_by
            """,
            site,
            ids,
            caller.Key,
            (now + ClaimComments.Life).ToMicroseconds(),
            now
        );
        batch.Add(
            $"select comment_id, claimed_by, until from {ClaimTable.Name} where site = $1 and comment_id = any($2)",
            site,
            ids
        );
        // what is over is in nobody's way, but need not be kept
        batch.Add($"delete from {ClaimTable.Name} where site = $1 and until <= $2", site, now);
        var claims = new Dictionary<Guid, Claim>();
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
                claims[reader.GetGuid(0)] = new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetFieldValue<DateTimeOffset>(2)
                );
        }
        bell.Ring();
        foreach (var id in command.Ids)
            if (!claims.ContainsKey(id))
                return Problem.CommentNotFound(id);
        return Answer.Of(new Claims([.. command.Ids.Distinct().Select(id => claims[id])])) with
        {
            IsPrivate = true,
        };
    }
}
