using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Identity;

public static class ApiKeyEndpoints
{
    const string Columns = "k.id, k.name, k.roles, k.created_at, k.created_by, k.expires_at, k.last_used_at";

    /// <summary>Makes a key for a program. Its secret is shown this once, and kept as a hash.</summary>
    /// <remarks>Repeated under its Idempotency-Key, it is the key without its secret.</remarks>
    /// <returns>201 the key; 400 validation; 413; 503 busy, unavailable.</returns>
    [Operation("makeApiKey"), Answers(typeof(ApiKeyView))]
    [WolverinePost("/v1/sites/{site}/api-keys"), Roles(Role.Admin)]
    public static async Task<IResult> Post(
        string site,
        [Body] MakeApiKey command,
        Caller caller,
        IdempotencyKey key,
        Appender appender,
        Trust trust,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (command.Refuse(now) is { } invalid)
            return Problem.Of(invalid);
        var request = key.Of(caller, command);
        var made = new ApiKeyView(
            request?.Id ?? Guid.CreateVersion7(now),
            command.Name,
            [.. command.Roles.Distinct()],
            now.ToMicroseconds(),
            caller.Key,
            command.ExpiresAt,
            LastUsedAt: null,
            ApiKey.NewSecret()
        );
        var receipt = await appender.AppendAsync(new AddApiKey(site, made), request, ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        if (!receipt.IsRepeated)
            await trust.RenewAsync(ct);
        var shown = receipt.IsRepeated
            ? await FindAsync(database, site, made.Id, ct) ?? made with { Secret = null }
            : made;
        return Answer.Of(shown, StatusCodes.Status201Created) with
        {
            Position = receipt.Position,
            IsPrivate = true,
        };
    }

    /// <summary>A page of a site's keys of programs, the oldest first, without their secrets.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listApiKeys"), Answers(typeof(ApiKeyPage)), Paged]
    [WolverineGet("/v1/sites/{site}/api-keys"), Roles(Role.Admin)]
    public static async Task<IResult> List(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var scope = $"api-keys/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from {IdentityTables.ApiKeys} k
            where k.site = $1 and (k.created_at, k.id) > ($2, $3)
            order by k.created_at, k.id limit $4
            """,
            site,
            page.After?.KeyTime ?? DateTimeOffset.MinValue,
            page.After?.Id ?? Guid.Empty,
            page.Limit + 1L
        );
        var items = new List<ApiKeyView>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add(Read(reader));
        var (shown, next) = page.Cut(items, scope, i => Cursor.At(i.CreatedAt, i.Id));
        return Answer.Of(new ApiKeyPage(shown, next)) with { IsPrivate = true };
    }

    /// <summary>Revokes a program's key, on all servers within a second. Again: no event.</summary>
    /// <returns>204; 503 busy, unavailable.</returns>
    [Operation("revokeApiKey")]
    [WolverineDelete("/v1/sites/{site}/api-keys/{apiKeyId}"), Roles(Role.Admin)]
    public static async Task<IResult> Delete(
        string site,
        string apiKeyId,
        Caller caller,
        Appender appender,
        Trust trust,
        NpgsqlDataSource database,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var id = Guid.Parse(apiKeyId);
        if (await FindAsync(database, site, id, ct) is not null)
        {
            var receipt = await appender.AppendAsync(
                new RevokeApiKey(site, id, caller.Key, now.ToMicroseconds()),
                ct
            );
            if (receipt.Refusal is { } refusal)
                return Problem.Of(refusal);
            await trust.RenewAsync(ct);
            Gate.SetPosition(http, receipt.Position!.Value);
        }
        return Results.NoContent();
    }

    static async Task<ApiKeyView?> FindAsync(
        NpgsqlDataSource database,
        string site,
        Guid id,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from {IdentityTables.ApiKeys} k where k.site = $1 and k.id = $2",
            site,
            id
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? Read(reader) : null;
    }

    static ApiKeyView Read(NpgsqlDataReader r) =>
        new(
            r.GetGuid(0),
            r.GetString(1),
            r.GetFieldValue<string[]>(2),
            r.GetFieldValue<DateTimeOffset>(3),
            r.GetString(4),
            r.Time(5),
            r.Time(6),
            Secret: null
        );
}
