using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.History;

public static class GetEventFeedEndpoint
{
    public const int DefaultLimit = 1_000;
    public const int MaxLimit = 10_000;

    /// <summary>A stretch of the site's history as NDJSON, one event a line, in the order of positions.</summary>
    /// <returns>200 the events; 400 bad-request, validation.</returns>
    [Operation("getEvents"), Answers(typeof(EventLineShape), ContentType = "application/x-ndjson")]
    [Query("after", typeof(long), "Only events after this position.", Default = 0, Min = 0)]
    [Query("limit", typeof(int), "How many events at most.", Default = DefaultLimit, Min = 1, Max = MaxLimit)]
    [Query("type", typeof(string), "Only events of this type, such as comment-posted.")]
    [Query("article", typeof(string), "Only what happened on this article.")]
    [Query("commenter", typeof(string), "Only what this commenter did, or what happened to what they wrote.")]
    [WolverineGet("/v1/sites/{site}/events"), Roles(Role.Analyst)]
    public static async Task<IResult> Get(
        string site,
        HttpContext http,
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        if (PageQuery.ReadNumber(http, "limit", DefaultLimit, 1, MaxLimit, out var limit) is { } wrong)
            return wrong;
        long after = 0;
        if (
            http.Request.Query["after"].FirstOrDefault() is { } text
            && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)
        )
            return Problem.BadRequest("after is a position, a whole number.");
        var type = http.Request.Query["type"].FirstOrDefault();
        if (type is not null && EventNames.Find(type) is null)
            return Problem.Validation("type", $"There is no event '{type}'.");
        var (article, commenter) = (
            http.Request.Query["article"].FirstOrDefault(),
            http.Request.Query["commenter"].FirstOrDefault()
        );
        if ((article is null ? null : Keys.Fault(article)) is { } badArticle)
            return Problem.Validation("article", badArticle);
        if ((commenter is null ? null : Keys.Fault(commenter)) is { } badCommenter)
            return Problem.Validation("commenter", badCommenter);
        return new Feed(database, site, after, limit, type, article, commenter);
    }

    sealed record Feed(
        NpgsqlDataSource Database,
        string Site,
        long After,
        int Limit,
        string? Type,
        string? Article,
        string? Commenter
    ) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var http = httpContext;
            var ct = http.RequestAborted;
            await using var connection = await Database.OpenConnectionAsync(ct);
            await using var command = Command(connection);
            // one statement sees one moment: everything committed before the request, nothing in between
            await using var reader = await command.ExecuteReaderAsync(
                System.Data.CommandBehavior.SequentialAccess,
                ct
            );
            http.Response.ContentType = "application/x-ndjson";
            http.Response.Headers.CacheControl = "private, no-store";
            var output = http.Response.BodyWriter;
            var site = JsonSerializer.SerializeToUtf8Bytes(Site, Json.Options);
            while (await reader.ReadAsync(ct))
            {
                WriteLine(output, reader, site);
                if (output.UnflushedBytes > 64 * 1024)
                    await output.FlushAsync(ct);
            }
            await output.FlushAsync(ct);
        }

        NpgsqlCommand Command(NpgsqlConnection connection)
        {
            var filters = "";
            var command = new NpgsqlCommand { Connection = connection };
            command.Parameters.Add(new() { Value = Site });
            command.Parameters.Add(new() { Value = After });
            command.Parameters.Add(new() { Value = (long)Limit });
            void Filter(string? value, string condition)
            {
                if (value is null)
                    return;
                command.Parameters.Add(new() { Value = value });
                filters += string.Format(CultureInfo.InvariantCulture, condition, command.Parameters.Count);
            }
            Filter(Type, " and e.type = ${0}");
            Filter(Article, " and e.data->>'articleKey' = ${0}");
            Filter(
                Commenter,
                " and ${0} in (e.data->>'commenterKey', e.data->'author'->>'key', e.data->>'by')"
            );
            command.CommandText = $"""
                select e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.data->>'by', e.data::text,
                       e.correlation_id
                from {ReaderTables.Schema}.mt_events e
                where e.tenant_id = $1 and e.seq_id > $2 and e.type <> 'tombstone'{filters}
                order by e.seq_id limit $3
                """;
            return command;
        }

        static void WriteLine(IBufferWriter<byte> line, NpgsqlDataReader r, byte[] site)
        {
            line.Write("{\"position\":"u8);
            line.Append(r.GetInt64(0));
            line.Write(",\"id\":\""u8);
            line.Append(r.GetGuid(1));
            var stream = r.GetGuid(2);
            var version = r.GetInt64(3);
            var type = r.GetString(4);
            var entry = EventNames.Find(type);
            line.Write("\",\"stream\":{\"type\":\""u8);
            line.Append(entry?.Stream ?? "unknown");
            line.Write("\",\"id\":\""u8);
            line.Append(stream);
            line.Write("\"},\"version\":"u8);
            line.Append(version);
            line.Write(",\"type\":\""u8);
            line.Append(type);
            line.Write("\",\"schema\":"u8);
            line.Append(entry?.Schema ?? 1);
            line.Write(",\"at\":\""u8);
            line.Append(r.GetFieldValue<DateTimeOffset>(5));
            line.Write("\",\"by\":"u8);
            line.Write(
                r.IsDBNull(6) ? "null"u8 : JsonSerializer.SerializeToUtf8Bytes(r.GetString(6), Json.Options)
            );
            line.Write(",\"site\":"u8);
            line.Write(site);
            line.Write(",\"data\":"u8);
            line.Write(r.GetFieldValue<byte[]>(7));
            line.Write(",\"metadata\":{\"correlationId\":"u8);
            line.Append(r.IsDBNull(8) ? "null" : $"\"{r.GetString(8)}\"");
            line.Write("}}\n"u8);
        }
    }
}
