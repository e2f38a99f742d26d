using System.Globalization;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;

namespace ThreadStore.Identity;

/// <summary>An administrator who calls this for others is in their log, though people may call it for themselves.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AdminActionAttribute : Attribute
{
    /// <summary>Whether the log must not say to whom it was done.</summary>
    public bool HidesTarget { get; init; }
}

/// <summary>
/// Writes down what administrators do, before it is done: every change that needs their role, whatever part of the server
/// makes it. What is refused changes nothing and is taken out again; what nobody saw the end of stays.
/// </summary>
public sealed class AdminLog(RequestDelegate next, NpgsqlDataSource database, TimeProvider clock)
{
    static readonly object Detail = new();

    /// <summary>Says what was done, where the address does not.</summary>
    public static void Note(HttpContext http, string detail) => http.Items[Detail] = detail;

    public Task InvokeAsync(HttpContext http) =>
        Administrator(http) is { } caller && http.Request.RouteValues["site"] is string site
            ? NoteAsync(http, caller, site)
            : next(http);

    async Task NoteAsync(HttpContext http, Caller caller, string site)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using (
            var begin = database.CreateCommand(
                $"""
                insert into {AdminLogTable.Name} (site, id, at, by, action, target, key)
                values ($1, $2, $3, $4, $5, $6, $7)
                """,
                site,
                id,
                now.ToMicroseconds(),
                caller.Key,
                http.GetEndpoint()!.Metadata.GetMetadata<OperationAttribute>()!.Id,
                Target(http) ?? (object)DBNull.Value,
                caller.Via ?? (object)DBNull.Value
            )
        )
            await begin.ExecuteNonQueryAsync(http.RequestAborted);
        await next(http);
        await EndAsync(http, site, id);
    }

    async Task EndAsync(HttpContext http, string site, Guid id)
    {
        // whoever went away meanwhile has done it all the same
        await using var end =
            http.Response.StatusCode >= StatusCodes.Status400BadRequest
                ? database.CreateCommand(
                    $"delete from {AdminLogTable.Name} where site = $1 and id = $2",
                    site,
                    id
                )
                : database.CreateCommand(
                    $"""
                    update {AdminLogTable.Name} set status = $3, position = $4, target = coalesce(target, $5)
                    where site = $1 and id = $2
                    """,
                    site,
                    id,
                    http.Response.StatusCode,
                    long.Parse(
                        http.Response.Headers[Gate.PositionHeader].ToString(),
                        CultureInfo.InvariantCulture
                    ),
                    http.Items[Detail] as string ?? (object)DBNull.Value
                );
        foreach (var parameter in end.Parameters.Where(p => p.Value is DBNull))
            parameter.NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text;
        await end.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Who calls; null: it is nothing for the log.</summary>
    static Caller? Administrator(HttpContext http) =>
        !HttpMethods.IsGet(http.Request.Method)
        && http.GetEndpoint() is { } endpoint
        && http.Features.Get<Caller>() is { } caller
        && endpoint.Metadata.GetMetadata<OperationAttribute>() is not null
        && (
            endpoint.Metadata.GetMetadata<AccessAttribute>() is RolesAttribute { Roles: Role.Admin }
            || (
                endpoint.Metadata.GetMetadata<AdminActionAttribute>() is not null
                && caller.Is(Role.Admin)
                && http.Request.RouteValues["commenterKey"] as string != caller.Key
            )
        )
            ? caller
            : null;

    /// <summary>What it was done to, as the address has it.</summary>
    static string? Target(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AdminActionAttribute>() is { HidesTarget: true })
            return null;
        var parts = http.Request.RouteValues.Where(v => v.Key != "site").Select(v => $"{v.Value}").ToList();
        return parts.Count > 0 ? string.Join('/', parts) : null;
    }
}
