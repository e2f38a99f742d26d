using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Privacy;

public static class EraseCommenterEndpoint
{
    /// <summary>Who wrote more is erased by a job: nobody waits for an answer as long as that may take.</summary>
    public const int MaxAtOnce = 1_000;

    /// <summary>Erases all that is held of a person: for themselves, or an administrator. It can't be taken back.</summary>
    /// <remarks>
    /// Names, pictures and texts go, and whatever quotes them; a random key takes the place of theirs everywhere. Their
    /// comments are deleted, and stay as tombstones where they have replies; reactions and flags still count, and so does
    /// what moderators decided. Whoever wrote more than 1,000 comments is erased by a job: 202. Whoever comes with a
    /// token for the key afterwards is a new person. Again, while nothing new is held: the same certificate.
    /// </remarks>
    /// <returns>200 the certificate; 202 the job; 400 validation; 403 forbidden; 404 commenter-not-found; 503 busy,
    /// unavailable.</returns>
    [Operation("eraseCommenter")]
    [
        Answers(typeof(ErasureCertificate), 200),
        Answers(typeof(ErasureView), 202, HasLocation = true, IsInProse = true)
    ]
    [
        WolverineDelete("/v1/sites/{site}/commenters/{commenterKey}/data"),
        SignedIn,
        AdminAction(HidesTarget = true)
    ]
    public static async Task<IResult> Delete(
        string site,
        string commenterKey,
        Caller caller,
        NpgsqlDataSource database,
        Positions positions,
        Erasures erasures,
        ErasureWorker worker,
        DateTimeOffset now,
        HttpContext http,
        CancellationToken ct
    )
    {
        if (caller.Key != commenterKey && !caller.Is(Role.Admin))
            return Problem.Forbidden("Only they themselves, or an administrator, may erase somebody.");
        if (positions.IsReadOnly || positions.IsSilent)
            return Problem.Unavailable;
        var person = new Person(site, commenterKey);
        now = now.ToMicroseconds();
        if (await erasures.FindAsync(site, commenterKey, underWay: true, ct) is { } running)
            return Accepted(http, site, running);
        if (await CommentsAsync(database, person, ct) > MaxAtOnce)
        {
            var ordered = await erasures.OrderAsync(person, caller.Key, now, ct);
            worker.Ring();
            return Accepted(http, site, ordered);
        }
        // whoever goes away meanwhile is erased all the same
        var erased = await erasures.EraseAsync(person, caller.Key, now, CancellationToken.None);
        var certificate =
            erased ?? (await erasures.FindAsync(site, commenterKey, underWay: false, ct))?.Certificate;
        if (certificate is null)
            return Problem.CommenterNotFound(commenterKey);
        AdminLog.Note(http, $"{certificate.Id}");
        return Answer.Of(certificate) with { Position = erased?.Position, IsPrivate = true };
    }

    static Answer Accepted(HttpContext http, string site, ErasureView running)
    {
        AdminLog.Note(http, $"{running.Id}");
        return Answer.Of(running, StatusCodes.Status202Accepted) with
        {
            IsPrivate = true,
            Location = $"/v1/sites/{site}/erasures/{running.Id}",
        };
    }

    static async Task<long> CommentsAsync(NpgsqlDataSource database, Person person, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            select count(*) from (
              select 1 from {ReaderTables.Schema}.comment_rows c where c.site = $1 and c.author_id = $2 limit $3) c
            """,
            person.Site,
            person.Id,
            MaxAtOnce + 1L
        );
        return (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
    }
}
