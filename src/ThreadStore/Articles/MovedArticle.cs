using Npgsql;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Articles;

/// <summary>
/// Where a key leads that an article had before it was renamed or merged. Nobody asks before an article was not found: those
/// that were never moved, nearly all, cost nothing.
/// </summary>
public static class MovedArticle
{
    /// <summary>The article, its key and its id, that a key leads to, as SQL; no row where there is none.</summary>
    const string Root = $"""
        with recursive r(id, key, next) as (
          select a.id, a.key, a.moved_to from {ReaderTables.Schema}.article_rows a where a.site = $1 and a.id = $2
          union
          select a.id, a.key, a.moved_to
          from r join {ReaderTables.Schema}.article_rows a on a.site = $1 and a.id = r.next
        )
        select key from r where next is null
        """;

    /// <summary>The id of the article that one is part of now, as SQL: its own where it is nobody's.</summary>
    /// <remarks>Its table has a name of its own within: <paramref name="id"/> may be a column of the same table outside.</remarks>
    /// <param name="site">The site, as SQL.</param>
    /// <param name="id">The id that follows from a key, as SQL.</param>
    public static string RootOf(string site, string id) =>
        $"""
            coalesce((
              with recursive r(id, next) as (
                select moving.id, moving.moved_to from {ReaderTables.Schema}.article_rows moving
                where moving.site = {site} and moving.id = {id}
                union
                select moving.id, moving.moved_to
                from r join {ReaderTables.Schema}.article_rows moving on moving.site = {site} and moving.id = r.next
              ) select r.id from r where r.next is null), {id})
            """;

    /// <summary>The ids of all articles that are part of one now, itself among them, as SQL.</summary>
    /// <param name="id">Of any of them, as SQL.</param>
    public static string AllOf(string site, string id) =>
        $"""
            (
              with recursive m(id) as (
                select {RootOf(site, id)}
                union
                select moving.id
                from m join {ReaderTables.Schema}.article_rows moving on moving.site = {site} and moving.moved_to = m.id
              ) select m.id from m)
            """;

    /// <summary>The key that an article has now; null: there is none.</summary>
    public static async Task<string?> KeyNowAsync(
        NpgsqlDataSource database,
        string site,
        string key,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(Root, site, StreamId.Article(site, key));
        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Answers a request for an old key with the same address under the new one.</summary>
    /// <returns>False where the key leads nowhere else: then nothing was written.</returns>
    public static async Task<bool> RedirectAsync(HttpContext http)
    {
        // where it leads today says nothing about a time before the article was there
        if (TimeTravelAttribute.IsAsked(http, http.GetEndpoint()))
            return false;
        if (
            http.Request.RouteValues["articleKey"] is not string key
            || http.Request.RouteValues["site"] is not string site
        )
            return false;
        var database = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        if (await KeyNowAsync(database, site, key, http.RequestAborted) is not { } now || now == key)
            return false;
        Redirect(http, now);
        return true;
    }

    /// <summary>Sends the client on to the same address of another article. Methods and bodies stay as they are.</summary>
    public static void Redirect(HttpContext http, string key)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } path })
            throw new InvalidOperationException("Only what has a route leads elsewhere.");
        foreach (var (name, value) in http.Request.RouteValues)
            path = path.Replace(
                $"{{{name}}}",
                Uri.EscapeDataString(name == "articleKey" ? key : value as string ?? ""),
                StringComparison.Ordinal
            );
        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = $"{http.Request.PathBase}{path}{http.Request.QueryString}";
        // for as long as nobody takes it back
        http.Response.Headers.CacheControl = "no-store";
        Gate.RenewPosition(http);
    }
}

/// <summary>Leads to the article that a key belonged to at a time.</summary>
public sealed record LeadsTo(string Key) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        MovedArticle.Redirect(httpContext, Key);
        return Task.CompletedTask;
    }
}
