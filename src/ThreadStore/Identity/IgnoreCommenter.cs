using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Identity;

/// <summary>Somebody whom one doesn't want to read.</summary>
/// <param name="Since">When one began to ignore them.</param>
public sealed record IgnoredCommenter(string Key, string Name, string? Picture, DateTimeOffset Since);

/// <summary>A page of those whom one ignores, the newest first.</summary>
public sealed record IgnoredPage(IReadOnlyList<IgnoredCommenter> Items, string? NextCursor);

public static class IgnoreCommenterEndpoints
{
    /// <summary>A front end must know all of them for every page that it shows.</summary>
    const int MaxIgnored = 1_000;

    /// <summary>Ignores somebody: front ends hide what they write, and one is not notified of it. Nobody is told.</summary>
    /// <returns>204 they are ignored; again: the same; 400 validation; 404 commenter-not-found.</returns>
    [Operation("ignoreCommenter")]
    [WolverinePut("/v1/sites/{site}/me/ignored/{commenterKey}"), SignedIn]
    public static async Task<IResult> Put(
        string site,
        string commenterKey,
        Caller caller,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (commenterKey == caller.Key)
            return Problem.Validation("key", "is your own.");
        await using var command = database.CreateCommand(
            $"""
            with found as (select c.id from {ReaderTables.Schema}.commenter_rows c where c.site = $1 and c.id = $3),
              others as (
                select count(*) from {IgnoredTable.Name} i
                where i.site = $1 and i.commenter_id = $2 and i.ignored_id <> $3),
              added as (
                insert into {IgnoredTable.Name} (site, commenter_id, ignored_id, since)
                select $1, $2, f.id, $4 from found f, others o where o.count < $5
                on conflict (site, commenter_id, ignored_id) do nothing)
            select (select count(*) from found), (select count from others)
            """,
            site,
            StreamId.Commenter(site, caller.Key),
            StreamId.Commenter(site, commenterKey),
            now.ToMicroseconds(),
            (long)MaxIgnored
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (reader.GetInt64(0) == 0)
            return Problem.CommenterNotFound(commenterKey);
        if (reader.GetInt64(1) >= MaxIgnored)
            return Problem.Validation(
                "key",
                Flaw.Count($"is one too many: nobody ignores more than {MaxIgnored}.", 0, MaxIgnored)
            );
        return Results.NoContent();
    }

    /// <summary>Ignores somebody no longer.</summary>
    /// <returns>204 they are not ignored; again: the same; 400 validation.</returns>
    [Operation("unignoreCommenter")]
    [WolverineDelete("/v1/sites/{site}/me/ignored/{commenterKey}"), SignedIn]
    public static async Task<IResult> Delete(
        string site,
        string commenterKey,
        Caller caller,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"delete from {IgnoredTable.Name} where site = $1 and commenter_id = $2 and ignored_id = $3",
            site,
            StreamId.Commenter(site, caller.Key),
            StreamId.Commenter(site, commenterKey)
        );
        await command.ExecuteNonQueryAsync(ct);
        return Results.NoContent();
    }

    /// <summary>A page of those whom one ignores, the newest first. For oneself alone.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listIgnored"), Answers(typeof(IgnoredPage)), Paged]
    [WolverineGet("/v1/sites/{site}/me/ignored"), SignedIn]
    public static async Task<IResult> List(
        string site,
        HttpContext http,
        Caller caller,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var scope = $"ignored/{site}/{caller.Key}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var command = database.CreateCommand(
            $"""
            select c.key, c.name, c.picture, i.since, i.ignored_id
            from {IgnoredTable.Name} i
            join {ReaderTables.Schema}.commenter_rows c on c.site = i.site and c.id = i.ignored_id
            where i.site = $1 and i.commenter_id = $2 and (i.since, i.ignored_id) < ($3, $4)
            order by i.since desc, i.ignored_id desc limit $5
            """,
            site,
            StreamId.Commenter(site, caller.Key),
            page.After?.KeyTime ?? DateTimeOffset.MaxValue,
            page.After?.Id ?? Guid.AllBitsSet,
            page.Limit + 1L
        );
        var items = new List<(IgnoredCommenter Item, Guid Id)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add(
                (
                    new(
                        reader.GetString(0),
                        reader.GetString(1),
                        reader.Text(2),
                        reader.GetFieldValue<DateTimeOffset>(3)
                    ),
                    reader.GetGuid(4)
                )
            );
        var (shown, next) = page.Cut(items, scope, i => Cursor.At(i.Item.Since, i.Id));
        return Answer.Of(new IgnoredPage([.. shown.Select(i => i.Item)], next)) with { IsPrivate = true };
    }
}
