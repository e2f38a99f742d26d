using System.Text.Json;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using Wolverine.Http;

namespace ThreadStore.Identity;

/// <summary>Something that an administrator did.</summary>
/// <param name="Action">The operation, as this description names it.</param>
/// <param name="Target">What it was done to: a kid, an id, a name, or the settings that were sent; null: the site.</param>
/// <param name="Key">By which they came in: the kid of the key that signed their token, or <c>api-key:</c> and its id.</param>
/// <param name="Done">False while it is under way, or where its end was not seen.</param>
/// <param name="Position">Of the history when it was done.</param>
public sealed record AdminAction(
    Guid Id,
    DateTimeOffset At,
    string By,
    string Action,
    string? Target,
    string? Key,
    bool Done,
    long? Position
);

/// <summary>A page of what administrators did, the newest first.</summary>
public sealed record AdminLogPage(IReadOnlyList<AdminAction> Items, string? NextCursor);

public static class GetAdminLogEndpoint
{
    /// <summary>A page of what administrators did, newest first: who, what, when, and by which key.</summary>
    /// <remarks>Settings, keys, API keys, sign-outs of others, imports and whatever else needs their role. What was
    /// refused is not in it.</remarks>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("getAdminLog"), Answers(typeof(AdminLogPage)), Paged]
    [Query("by", typeof(string), "Only what this person, or program, did.")]
    [Query("action", typeof(string), "Only what was done by this operation.")]
    [WolverineGet("/v1/sites/{site}/admin/log"), Roles(Role.Admin)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var (by, action) = (
            http.Request.Query["by"].FirstOrDefault(),
            http.Request.Query["action"].FirstOrDefault()
        );
        if (by is not null && Keys.Fault(by) is { } fault)
            return Problem.Validation("by", fault);
        if (action is not null && Keys.Fault(action) is { } noAction)
            return Problem.Validation("action", noAction);
        var scope = JsonSerializer.Serialize(new[] { "admin-log", site, by, action });
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        await using var command = database.CreateCommand(
            $"""
            select l.id, l.at, l.by, l.action, l.target, l.key, l.status is not null, l.position
            from {AdminLogTable.Name} l
            where l.site = $1 and (l.at, l.id) < ($2, $3) and ($4 = '' or l.by = $4) and ($5 = '' or l.action = $5)
            order by l.at desc, l.id desc limit $6
            """,
            site,
            page.After?.KeyTime ?? DateTimeOffset.MaxValue,
            page.After?.Id ?? Guid.AllBitsSet,
            by ?? "",
            action ?? "",
            page.Limit + 1L
        );
        var items = new List<AdminAction>();
        await using var r = await command.ExecuteReaderAsync(ct);
        while (await r.ReadAsync(ct))
            items.Add(
                new(
                    r.GetGuid(0),
                    r.GetFieldValue<DateTimeOffset>(1),
                    r.GetString(2),
                    r.GetString(3),
                    r.Text(4),
                    r.Text(5),
                    r.GetBoolean(6),
                    r.IsDBNull(7) ? null : r.GetInt64(7)
                )
            );
        var (shown, next) = page.Cut(items, scope, i => Cursor.At(i.At, i.Id));
        return Answer.Of(new AdminLogPage(shown, next)) with { IsPrivate = true };
    }
}
