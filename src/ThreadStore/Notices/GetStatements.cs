using System.Globalization;
using System.Text.Json;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Notices;

public static class GetStatementsEndpoint
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>Statements of reasons, a line for each decision that restricts somebody, in the shape that the EU's DSA
    /// Transparency Database takes.</summary>
    /// <remarks>
    /// All that there are after a position, the oldest first, without anything personal. The next time, go on after the
    /// answer's <c>ThreadStore-Position</c>; where an answer was cut off, after the number with which the last line's
    /// <c>puid</c> begins. Members are named as the database names them.
    /// </remarks>
    /// <returns>200 the statements; 400 bad-request, validation.</returns>
    [Operation("getStatements"), Answers(typeof(Statement), ContentType = ContentType)]
    [Query("after", typeof(long), "The position that one has; all after it comes.", Min = 0)]
    [WolverineGet("/v1/sites/{site}/transparency/statements"), Roles(Role.Admin)]
    public static IResult Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        Positions positions,
        CancellationToken ct
    )
    {
        var text = http.Request.Query["after"].FirstOrDefault() ?? "0";
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var after))
            return Problem.BadRequest("after is a position, a whole number.");
        return after < 0
            ? Problem.Validation("after", Flaw.Range("must not be negative.", 0, null))
            : new StatementsAnswer(site, after, database, positions, ct);
    }
}

sealed record StatementsAnswer(
    string Site,
    long After,
    NpgsqlDataSource Database,
    Positions Positions,
    CancellationToken Ct
) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, ct) = (httpContext.Response, Ct);
        // before the statement, so that it sees all up to there
        var upTo = Positions.Newest;
        await using var connection = await Database.OpenConnectionAsync(ct);
        var language = await LanguageAsync(connection, ct);
        var facts = await LegalHistory.ReadAsync(connection, Site, After, upTo, ct);
        response.ContentType = GetStatementsEndpoint.ContentType;
        response.Headers.CacheControl = "private, no-store";
        Gate.SetPosition(httpContext, upTo);
        while (true)
        {
            foreach (var fact in facts)
                if (Restriction.Of(fact.Event, fact.WasRejected) is { } restriction)
                {
                    await JsonSerializer.SerializeAsync(
                        response.Body,
                        Statement.Of(fact, restriction, language),
                        Json.Options,
                        ct
                    );
                    await response.Body.WriteAsync("\n"u8.ToArray(), ct);
                }
            if (facts.Count < LegalHistory.Stretch)
                return;
            facts = await LegalHistory.ReadAsync(connection, Site, facts[^1].Position, upTo, ct);
        }
    }

    async Task<string> LanguageAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select settings from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1",
            connection
        );
        command.Parameters.AddValues(Site);
        return RowStore.SettingsOf((string)(await command.ExecuteScalarAsync(ct))!).Language;
    }
}
