using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Identity;

public static class SiteKeyEndpoints
{
    /// <summary>Keys of a site: enough to rotate them, and few enough to try each for a token that names none.</summary>
    const int MaxKeys = 20;

    /// <summary>Gives a site a key of its own, or changes it: tokens for this site that it signs are good from now on.</summary>
    /// <remarks>What is secret in it is kept encrypted and shown to nobody. In force on all servers within a second.</remarks>
    /// <returns>201 the key, new; 200 the key, which was there; 400 validation; 413; 503 busy, unavailable.</returns>
    [Operation("putSiteKey"), Answers(typeof(SiteKeyView))]
    [WolverinePut("/v1/sites/{site}/keys/{kid}"), Roles(Role.Admin)]
    public static async Task<IResult> Put(
        string site,
        string kid,
        [Body] PutSiteKey command,
        Caller caller,
        Appender appender,
        Trust trust,
        Vault vault,
        NpgsqlDataSource database,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (kept, problem) = command.Read();
        if (kept is null)
            return Problem.Of(problem)!;
        if (command.NotAfter <= now)
            return Problem.Validation("notAfter", Flaw.Of("must be a time to come.", "past"));
        if (!vault.CanSeal)
            return Vault.Refusal("algorithm");
        var place = SiteSecrets.Place(site, SiteSecrets.Key, kid);
        var (before, seal, count) = await FindAsync(database, site, kid, ct);
        if (before is null && count >= MaxKeys)
            return Problem.Validation(
                "kid",
                Flaw.Count(
                    $"is one too many: a site has {MaxKeys} keys at most. Delete one first.",
                    0,
                    MaxKeys
                )
            );
        var after = new SiteKeyView(
            kid,
            command.Algorithm,
            command.NotAfter,
            now.ToMicroseconds(),
            caller.Key
        );
        var isSame =
            before is not null
            && before == after with { CreatedAt = before.CreatedAt, CreatedBy = before.CreatedBy }
            && seal is not null
            && vault.Open(place, seal) == kept;
        if (isSame)
            return Answer.Of(before) with { IsPrivate = true };
        var receipt = await appender.AppendAsync(new SetSiteKey(site, after, vault.Seal(place, kept)), ct);
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        await trust.RenewAsync(ct);
        return Answer.Of(after, before is null ? 201 : 200) with
        {
            Position = receipt.Position,
            IsPrivate = true,
        };
    }

    /// <summary>A page of a site's own keys, the oldest first, without what is secret in them.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listSiteKeys"), Answers(typeof(SiteKeyPage)), Paged]
    [WolverineGet("/v1/sites/{site}/keys"), Roles(Role.Admin)]
    public static async Task<IResult> List(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var scope = $"keys/{site}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var command = database.CreateCommand(
            $"""
            select k.kid, k.algorithm, k.not_after, k.created_at, k.created_by, md5(k.kid)::uuid
            from {IdentityTables.Keys} k
            where k.site = $1 and (k.created_at, md5(k.kid)::uuid) > ($2, $3)
            order by k.created_at, md5(k.kid)::uuid limit $4
            """,
            site,
            page.After?.KeyTime ?? DateTimeOffset.MinValue,
            page.After?.Id ?? Guid.Empty,
            page.Limit + 1L
        );
        var items = new List<(SiteKeyView Key, Guid Id)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            items.Add((Read(reader), reader.GetGuid(5)));
        var (shown, next) = page.Cut(items, scope, i => Cursor.At(i.Key.CreatedAt, i.Id));
        return Answer.Of(new SiteKeyPage([.. shown.Select(i => i.Key)], next)) with { IsPrivate = true };
    }

    /// <summary>Removes a site's key: whatever it signed is refused from now on. Again: no event.</summary>
    /// <returns>204; 503 busy, unavailable.</returns>
    [Operation("deleteSiteKey")]
    [WolverineDelete("/v1/sites/{site}/keys/{kid}"), Roles(Role.Admin)]
    public static async Task<IResult> Delete(
        string site,
        string kid,
        Caller caller,
        Appender appender,
        Trust trust,
        NpgsqlDataSource database,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (before, _, _) = await FindAsync(database, site, kid, ct);
        if (before is not null)
        {
            var receipt = await appender.AppendAsync(
                new RemoveSiteKey(site, kid, caller.Key, now.ToMicroseconds()),
                ct
            );
            if (receipt.Refusal is { } refusal)
                return Problem.Of(refusal);
            await trust.RenewAsync(ct);
            Gate.SetPosition(http, receipt.Position!.Value);
        }
        return Results.NoContent();
    }

    static SiteKeyView Read(NpgsqlDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.Time(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(4));

    static async Task<(SiteKeyView? Key, byte[]? Seal, long Count)> FindAsync(
        NpgsqlDataSource database,
        string site,
        string kid,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select k.kid, k.algorithm, k.not_after, k.created_at, k.created_by, s.sealed, n.count
            from (select count(*) from {IdentityTables.Keys} where site = $1) n
            left join {IdentityTables.Keys} k on k.site = $1 and k.kid = $2
            left join {IdentityTables.Secrets} s on s.site = $1 and s.kind = '{SiteSecrets.Key}' and s.name = $2
            """,
            site,
            kid
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return reader.IsDBNull(0)
            ? (null, null, reader.GetInt64(6))
            : (Read(reader), reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5), reader.GetInt64(6));
    }
}
