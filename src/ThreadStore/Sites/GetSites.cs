using System.Text.Json.Nodes;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Sites;

public static class GetSitesEndpoints
{
    /// <summary>A site with all of its settings; only administrators see the classifier's address and secret.</summary>
    /// <returns>200 the site's settings; 304.</returns>
    [Operation("getSite"), Answers(typeof(SiteShape))]
    [WolverineGet("/v1/sites/{site}"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(
        string site,
        Caller caller,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"select settings, ({Positions.NewestSql}) from {ReaderTables.Schema}.site_rows where site = $1"
        );
        command.Parameters.Add(new() { Value = site });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Problem.SiteNotFound(site);
        var settings = RowStore.SettingsOf(reader.GetString(0));
        if (!caller.Is(Role.Admin))
            settings = settings with { Classifier = settings.Classifier?.ToMasked() };
        return Answer.Of(SiteView.Of(site, settings)) with
        {
            Position = reader.GetInt64(1),
            IsPrivate = true,
        };
    }

    /// <summary>A page of all sites, in the order of their creation.</summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("listSites"), Answers(typeof(SitesPageShape)), Paged]
    [WolverineGet("/v1/sites"), Roles(Role.Admin, AllSites = true)]
    public static async Task<IResult> List(HttpContext http, NpgsqlDataSource database, CancellationToken ct)
    {
        const string scope = "sites";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        // ordered by creation: keys make no keyset of fixed length
        await using var command = database.CreateCommand(
            $"""
            select s.site, s.settings, s.created_at, md5(s.site)::uuid as id, ({Positions.NewestSql})
            from {ReaderTables.Schema}.site_rows s
            where $2::timestamptz is null or (s.created_at, md5(s.site)::uuid) > ($2, $3)
            order by s.created_at, id limit $1
            """
        );
        command.Parameters.Add(new() { Value = page.Limit + 1L });
        command.Parameters.Add(
            new()
            {
                Value = page.After is { } a ? a.KeyTime : DBNull.Value,
                NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz,
            }
        );
        command.Parameters.Add(new() { Value = page.After?.Id ?? Guid.Empty });
        var items = new List<(JsonObject Site, Cursor Cursor)>();
        long? position = null;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (bytes, hasMore) = (0, false);
        while (await reader.ReadAsync(ct))
        {
            // lists of words are long
            if (items.Count == page.Limit || !AnswerBudget.HasRoom(items.Count, bytes))
            {
                hasMore = true;
                break;
            }
            bytes += reader.GetString(1).Length;
            items.Add(
                (
                    SiteView.Of(reader.GetString(0), RowStore.SettingsOf(reader.GetString(1))),
                    new(Cursor.Microseconds(reader.GetFieldValue<DateTimeOffset>(2)), 0, reader.GetGuid(3))
                )
            );
            position = reader.GetInt64(4);
        }
        var next = hasMore ? items[^1].Cursor.Encode(scope) : null;
        return Answer.Of(new { items = items.Select(i => i.Site), nextCursor = next }) with
        {
            Position = position,
            IsPrivate = true,
        };
    }
}
