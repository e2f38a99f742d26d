using System.Globalization;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>The moment of the past that a request asks about: after everything up to a position.</summary>
/// <param name="Asked">As it was asked; a cursor is good for the same question only.</param>
public sealed record PastPoint(long Position, string Asked)
{
    public const string AsOf = "asOf";
    public const string AtPosition = "atPosition";

    public static bool IsAsked(HttpContext http) =>
        http.Request.Query.ContainsKey(AsOf) || http.Request.Query.ContainsKey(AtPosition);

    // The last event of the site recorded at or before a time. Its positions rise with time, so it is searched for by
    // halves; where the clocks of two nodes differ by a little, what lies within a thousand events beyond is looked through
    // as well.
    const string PositionAtSql = $"""
        with recursive half(low, high) as (
          select 0::bigint, ({Positions.NewestSql})
          union all
          select case when e.is_early then e.seq_id else h.low end, case when e.is_early then h.high else (h.low + h.high) / 2 end
          from half h left join lateral (
            select e.seq_id, e.timestamp <= $2 as is_early from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id > (h.low + h.high) / 2 and e.seq_id <= h.high order by e.seq_id limit 1
          ) e on true
          where h.low < h.high
        ), found as (select max(low) as low from half)
        select greatest(f.low, (
          select max(n.seq_id) from (
            select e.seq_id, e.timestamp from {EventTables.Events} e
            where e.tenant_id = $1 and e.seq_id > f.low order by e.seq_id limit 1000
          ) n where n.timestamp <= $2
        )) from found f
        """;

    /// <summary>Reads <c>asOf</c> or <c>atPosition</c>, one of which is there.</summary>
    /// <returns>What is wrong with it; or the point, and a database that holds all up to it.</returns>
    public static async Task<(Problem? Problem, PastPoint? Point, NpgsqlDataSource Database)> ReadAsync(
        string site,
        HttpContext http,
        ReadReplicas replicas,
        Positions positions,
        CancellationToken ct
    )
    {
        var (wrong, at) = await AtPositionAsync(http, positions, ct);
        // only now: until the position was waited for, a standby need not hold it
        var database = await replicas.ForAsync(http);
        return wrong is not null || at is not null
            ? (wrong, at, database)
            : await AsOfAsync(site, http, database, ct);
    }

    /// <returns>Neither, where another way is used.</returns>
    static async Task<(Problem? Problem, PastPoint? Point)> AtPositionAsync(
        HttpContext http,
        Positions positions,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        if (query.ContainsKey(AsOf) && query.ContainsKey(AtPosition))
            return (
                Problem.Validation(AsOf, Flaw.Of($"is given, or {AtPosition}, not both.", "one-or-other")),
                null
            );
        if (query[AtPosition].FirstOrDefault() is not { } number)
            return (null, null);
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return (Problem.BadRequest($"{AtPosition} is a position, a whole number."), null);
        // until it is there, what will have happened up to it is not known
        return await positions.WaitForAsync(at, ct)
            ? (null, new(at, AtPosition))
            : (Problem.Behind(at), null);
    }

    static async Task<(Problem? Problem, PastPoint? Point, NpgsqlDataSource Database)> AsOfAsync(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        var query = http.Request.Query;
        if (!TimeQuery.TryRead(query[AsOf].FirstOrDefault() ?? "", out var time))
            return (
                Problem.Validation(AsOf, Flaw.NoTime("is a time as in 2021-04-02T10:00:00Z.")),
                null,
                database
            );
        await using var command = database.CreateCommand(PositionAtSql);
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = time });
        var position = (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
        // a time that has not quite passed may mean another position by the next page: that stays with the first
        if (PositionOf(query["cursor"].FirstOrDefault()) is { } before && before < position)
            position = before;
        return (null, new(position, $"{AsOf} {time:O}"), database);
    }

    static long? PositionOf(string? cursor) =>
        cursor?.IndexOf('.', StringComparison.Ordinal) is > 0 and var end
        && long.TryParse(
            cursor.AsSpan(0, end),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var position
        )
            ? position
            : null;

    /// <summary>The text of a cursor, of the present where <paramref name="past"/> is null.</summary>
    public static string Encode(PastPoint? past, Cursor cursor, string scope) =>
        past is null ? cursor.Encode(scope) : past.Prefix + cursor.Encode(past.Scope(scope));

    /// <returns>False where it is none, or one of another list or moment.</returns>
    public static bool TryDecode(PastPoint? past, string text, string scope, out Cursor cursor)
    {
        cursor = default;
        return past is null
            ? Cursor.TryDecode(text, scope, out cursor)
            : text.StartsWith(past.Prefix, StringComparison.Ordinal)
                && Cursor.TryDecode(text[past.Prefix.Length..], past.Scope(scope), out cursor);
    }

    string Prefix => $"{Position}.";

    string Scope(string list) => $"{list}@{Asked}@{Position}";
}
