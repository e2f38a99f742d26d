using System.Buffers;
using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.ImportJobs;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Threads;
using ThreadStore.Transfer;

namespace ThreadStore.Webhooks;

/// <summary>
/// Makes what is sent: of what a message is about, as it stands now, since who was deleted or erased meanwhile is to be
/// told to nobody any more.
/// </summary>
public sealed class WebhookMessages(NpgsqlDataSource database, TimeProvider clock)
{
    const string Schema = ReaderTables.Schema;

    static readonly string Comments = $"""
        select {CommentView.Columns}, a.key, a.title, a.url, a.is_withdrawn,
          {Moderation.QueueQuery.FlagsOf},
          (select jsonb_build_object('id', p.id, 'text', p.text, 'outcome', p.outcome, 'reason', p.reason)::text
           from {Schema}.{ReaderTables.Appeals} p where p.site = c.site and p.comment_id = c.id
           order by p.appealed_at desc limit 1)
        from {Schema}.comment_rows c
        join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
        where c.site = $1 and c.id = any($2)
        """;

    const string Articles = $"""
        select a.id, a.key, a.title, a.url from {Schema}.article_rows a where a.site = $1 and a.id = any($2)
        """;

    static readonly string Commenters = $"""
        select {CommenterRows.Columns} from {Schema}.commenter_rows r where r.site = $1 and r.id = any($2)
        """;

    const string Imports = $"""
        select {ImportJob.Columns} from {ImportTables.Jobs} where site = $1 and id = any($2)
        """;

    sealed record ArticleLink(string Key, string Title, string? Url);

    sealed record Subject(
        ArticleLink? Article,
        CommentView? Comment,
        bool IsWithdrawn,
        string? Flags,
        string? Appeal
    )
    {
        public object? Commenter { get; init; }
        public object? Import { get; init; }

        public static readonly Subject None = new(null, null, false, null, null);
    }

    /// <summary>Bodies of messages to one site's webhook, by their ids, in one round trip.</summary>
    public async Task<Dictionary<Guid, ReadOnlyMemory<byte>>> MakeAsync(
        string site,
        IReadOnlyList<DueMessage> messages,
        CancellationToken ct
    )
    {
        var about = await LoadAsync(site, [.. messages.Select(m => m.Subject).Distinct()], ct);
        return messages.ToDictionary(
            m => m.Id,
            m => Write(site, m, about.GetValueOrDefault(m.Subject) ?? Subject.None)
        );
    }

    async Task<Dictionary<Guid, Subject>> LoadAsync(string site, Guid[] subjects, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in (string[])[Comments, Articles, Commenters, Imports])
            batch.Add(sql, site, subjects);
        var found = new Dictionary<Guid, Subject>();
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            const int first = CommentView.ColumnCount;
            found[reader.GetGuid(0)] = new(
                new(reader.GetString(first), reader.GetString(first + 1), reader.Text(first + 2)),
                CommentView.Read(reader),
                reader.GetBoolean(first + 3),
                reader.Text(first + 4),
                reader.Text(first + 5)
            );
        }
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            found[reader.GetGuid(0)] = Subject.None with
            {
                Article = new(reader.GetString(1), reader.GetString(2), reader.Text(3)),
            };
        await reader.NextResultAsync(ct);
        var now = clock.GetUtcNow();
        while (await reader.ReadAsync(ct))
        {
            var commenter = CommenterRows.Read(reader);
            found[commenter.Id] = Subject.None with { Commenter = Person(commenter, now) };
        }
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var job = ImportJob.Read(reader);
            found[job.Id] = Subject.None with { Import = job.View() };
        }
        return found;
    }

    static object Person(Commenter c, DateTimeOffset now)
    {
        var isGood = c.StandingAt(now) == Standing.Good;
        return new
        {
            c.Key,
            c.Name,
            c.Picture,
            c.JoinedAt,
            c.CommentCount,
            c.ReactionsReceived,
            standing = c.StandingAt(now),
            until = isGood ? null : c.StandingUntil,
            reason = isGood ? null : c.StandingReason,
        };
    }

    static ReadOnlyMemory<byte> Write(string site, DueMessage message, Subject about)
    {
        var json = new ArrayBufferWriter<byte>(2048);
        json.Append($"{{\"type\":\"{message.Type}\",\"timestamp\":\"");
        json.Append(message.HappenedAt);
        json.Write("\",\"data\":{\"site\":"u8);
        json.Write(ThreadQuery.Quote(site));
        json.Write(",\"position\":"u8);
        json.Append(message.Position);
        json.Write(",\"article\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(about.Article, Json.Options));
        json.Write(",\"comment\":"u8);
        if (about.Comment is { } comment)
            WriteComment(json, comment, about, WebhookTypes.IsForModerators(message.Type));
        else
            json.Write("null"u8);
        if (message.Type is WebhookTypes.Flagged or WebhookTypes.ReportReceived)
            json.Append($",\"flags\":{{{about.Flags}}}");
        if (message.Type is WebhookTypes.AppealMade or WebhookTypes.AppealDecided)
            json.Append($",\"appeal\":{about.Appeal ?? "null"}");
        Add(json, "commenter", about.Commenter);
        Add(json, "import", about.Import);
        json.Write("}}"u8);
        return json.WrittenMemory;
    }

    static void WriteComment(ArrayBufferWriter<byte> json, CommentView comment, Subject about, bool whole)
    {
        // readers find nothing of an article that was withdrawn
        if (about.IsWithdrawn && !whole)
            comment = comment with
            {
                Author = "null"u8.ToArray(),
                Content = "\"body\":null,\"html\":null"u8.ToArray(),
                Reactions = "{}"u8.ToArray(),
            };
        comment.Write(json, ThreadQuery.Quote(about.Article!.Key), whole);
    }

    static void Add(ArrayBufferWriter<byte> json, string member, object? value)
    {
        if (value is null)
            return;
        json.Append($",\"{member}\":");
        json.Write(JsonSerializer.SerializeToUtf8Bytes(value, Json.Options));
    }
}
