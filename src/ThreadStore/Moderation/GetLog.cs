using System.Text.Json;
using Npgsql;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Moderation;

public static class GetLogEndpoint
{
    /// <summary>A page of what moderators decided, newest first: who, on what, and why.</summary>
    /// <remarks>A ban that took all comments of a commenter away is one entry.</remarks>
    /// <returns>200 the page; 304; 400 validation, bad-cursor.</returns>
    [Operation("getModerationLog"), Answers(typeof(LogPage)), Paged]
    [Query("by", typeof(string), "Only what this moderator did.")]
    [Query("article", typeof(string), "Only decisions on this article and on comments on it.")]
    [Query("commenter", typeof(string), "Only decisions on this commenter and on what they wrote.")]
    [WolverineGet("/v1/sites/{site}/moderation/log"), Roles(Role.Moderator)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        string? Asked(string name) => http.Request.Query[name].FirstOrDefault();
        var (by, article, commenter) = (Asked("by"), Asked("article"), Asked("commenter"));
        foreach (var (name, key) in new[] { ("by", by), ("article", article), ("commenter", commenter) })
            if (key is not null && Keys.Fault(key) is { } fault)
                return Problem.Validation(name, fault);
        var scope = JsonSerializer.Serialize(new[] { "log", site, by, article, commenter });
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new(Positions.NewestSql));
        batch.BatchCommands.Add(Command(site, by, article, commenter, page));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var position = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var items = new List<LogEntry>();
        var (number, bytes) = (0L, 0);
        while (
            items.Count < page.Limit && AnswerBudget.HasRoom(items.Count, bytes) && await reader.ReadAsync(ct)
        )
        {
            var entry = LogEntry.Read(reader);
            items.Add(entry);
            bytes += 400 + (entry.Reason?.Length ?? 0) + (entry.Note?.Length ?? 0);
            number = reader.GetInt64(8);
        }
        var hasMore = items.Count > 0 && await reader.ReadAsync(ct);
        return Answer.Of(
            new LogPage(items, hasMore ? new Cursor(number, 0, Guid.Empty).Encode(scope) : null)
        ) with
        {
            Position = position,
            IsPrivate = true,
        };
    }

    static NpgsqlBatchCommand Command(
        string site,
        string? by,
        string? article,
        string? commenter,
        PageQuery page
    )
    {
        var command = new NpgsqlBatchCommand();
        string Parameter(object value)
        {
            command.Parameters.Add(new() { Value = value });
            return $"${command.Parameters.Count}";
        }
        var limit = Parameter(page.Limit + 1L);
        var ofSite = Parameter(site);
        var conditions = new List<string> { $"d.site = {ofSite}" };
        if (by is not null)
            conditions.Add($"d.by_id = {Parameter(StreamId.Commenter(site, by))}");
        if (article is not null)
            conditions.Add(
                $"d.article_id = {MovedArticle.RootOf(ofSite, Parameter(StreamId.Article(site, article)))}"
            );
        if (commenter is not null)
            conditions.Add($"d.commenter_id = {Parameter(StreamId.Commenter(site, commenter))}");
        if (page.After is { } after)
            conditions.Add($"d.number < {Parameter(after.Key)}");
        command.CommandText = $"""
            select {LogEntry.Columns}, d.number
            from (
              select * from {ReaderTables.Schema}.decision_rows d where {string.Join(" and ", conditions)}
              order by d.number desc limit {limit}
            ) d
            join {EventTables.Events} e on e.tenant_id = d.site and e.stream_id = d.stream
              and e.data->>'decisionId' = d.decision::text
            {LogEntry.Joins}
            order by d.number desc
            """;
        return command;
    }
}
