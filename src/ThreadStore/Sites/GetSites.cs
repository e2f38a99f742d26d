using Npgsql;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Rows;
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
    public static async Task<IResult> List(HttpContext http, AllDatabases databases, CancellationToken ct)
    {
        const string scope = "sites";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        var found = new List<Found>();
        foreach (var database in databases.Sources)
            found.AddRange(await ReadAsync(database, page, ct));
        // where there are several databases, each has given as many as the page may have
        // one that is being moved is in two of them
        Found[] sites =
        [
            .. found.OrderBy(f => f.CreatedAt).ThenBy(f => f.Id, ByText).DistinctBy(f => f.Site),
        ];
        var bytes = 0;
        // lists of words are long
        Found[] shown =
        [
            .. sites
                .Take(page.Limit)
                .TakeWhile(
                    (f, i) => i == 0 || AnswerBudget.HasRoom(i, bytes += sites[i - 1].Settings.Length)
                ),
        ];
        var next =
            shown.Length < sites.Length
                ? new Cursor(Cursor.Microseconds(shown[^1].CreatedAt), 0, shown[^1].Id).Encode(scope)
                : null;
        return Answer.Of(
            new
            {
                items = shown.Select(f => SiteView.Of(f.Site, RowStore.SettingsOf(f.Settings))),
                nextCursor = next,
            }
        ) with
        {
            // positions are a database's
            Position = databases.AreSeveral ? null : sites.FirstOrDefault()?.Position,
            IsPrivate = true,
        };
    }

    sealed record Found(string Site, string Settings, DateTimeOffset CreatedAt, Guid Id, long Position);

    /// <summary>As PostgreSQL orders UUIDs, whatever the machine's byte order.</summary>
    static readonly Comparer<Guid> ByText = Comparer<Guid>.Create(
        static (a, b) => string.CompareOrdinal($"{a:N}", $"{b:N}")
    );

    static async Task<List<Found>> ReadAsync(NpgsqlDataSource database, PageQuery page, CancellationToken ct)
    {
        // ordered by creation: keys make no keyset of fixed length
        await using var command = database.CreateCommand(
            $"""
            select s.site, s.settings, s.created_at, md5(s.site)::uuid as id, ({Positions.NewestSql})
            from {ReaderTables.Schema}.site_rows s
            where ($2::timestamptz is null or (s.created_at, md5(s.site)::uuid) > ($2, $3))
              and not {DatabaseTables.LivesElsewhere("s.site")}
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
        var found = new List<Found>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(
                new(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.GetGuid(3),
                    reader.GetInt64(4)
                )
            );
        return found;
    }
}
