using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Privacy;

public static class GetErasuresEndpoint
{
    /// <summary>A page of certificates of people who were erased, the newest first, with nothing of who they were.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listErasures"), Answers(typeof(ErasurePage)), Paged]
    [WolverineGet("/v1/sites/{site}/erasures"), Roles(Role.Admin)]
    public static async Task<IResult> List(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var scope = $"erasures/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var command = database.CreateCommand(
            $"""
            select {Erasures.Columns} from {ErasureTable.Name} r
            where r.site = $1 and r.erased_at is not null and (r.erased_at, r.id) < ($2, $3)
            order by r.erased_at desc, r.id desc limit $4
            """,
            site,
            page.After?.KeyTime ?? DateTimeOffset.MaxValue,
            page.After?.Id ?? Guid.AllBitsSet,
            page.Limit + 1L
        );
        var items = new List<ErasureCertificate>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    reader.GetInt64(2),
                    reader.GetInt32(3),
                    reader.GetInt32(4),
                    reader.GetFieldValue<string[]>(5)
                )
            );
        var (shown, next) = page.Cut(items, scope, i => Cursor.At(i.ErasedAt, i.Id));
        return Answer.Of(new ErasurePage(shown, next)) with { IsPrivate = true };
    }

    /// <summary>An erasure, under way or done. For whoever knows its id: there is nothing personal in it.</summary>
    /// <returns>200 the erasure; 304; 400 bad-request; 404 erasure-not-found.</returns>
    [Operation("getErasure"), Answers(typeof(ErasureView))]
    [WolverineGet("/v1/sites/{site}/erasures/{erasureId}"), SignedIn]
    public static async Task<IResult> Get(
        string site,
        string erasureId,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select {Erasures.Columns} from {ErasureTable.Name} r where r.site = $1 and r.id = $2",
            site,
            Guid.Parse(erasureId)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? Answer.Of(Erasures.Read(reader)) with
            {
                IsPrivate = true,
            }
            : new Problem("erasure-not-found", "There is no such erasure on this site.");
    }
}
