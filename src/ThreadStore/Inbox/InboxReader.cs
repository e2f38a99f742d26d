using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Rows;

namespace ThreadStore.Inbox;

/// <summary>
/// Reads the history on, and notes whom to tell of what. Any node may do it, one at a time: whichever has the row of the
/// progress locked. Notes and progress are written in one transaction.
/// </summary>
public sealed class InboxReader(NpgsqlDataSource database)
{
    /// <summary>Positions that one transaction covers at most.</summary>
    const long Stretch = 5_000;

    const string Schema = ReaderTables.Schema;

    static readonly string Heard = EventTables.Types(NotificationEvent.Heard);
    static readonly string StateTypes = EventTables.Types(LiveMessage.StateEvents);

    const string Begin = $"""
        insert into {InboxTables.Progress} (name, position) values ('inbox', 0) on conflict do nothing
        """;

    // a history that went back, by a failover or a restored backup, is read on from its end
    const string Lock = $"""
        select least(position, ({Positions.NewestSql})), ({Positions.NewestSql}) from {InboxTables.Progress}
        where name = 'inbox' for update skip locked
        """;

    // by JSON paths, since all that happens on all sites goes through here (see EventTables)
    static readonly string Events = $$"""
        select e.seq_id, e.tenant_id, e.type, e.data->>'state', before.type, before.state, e.timestamp,
          e.data->>'removedBy' = 'moderator', coalesce((e.data #> '{before,reasons}')::text like '%"shadow"%', false),
          e.data->>'source' is not null, e.data->>'commenterKey', c.id, c.author_id, p.author_id, c.article_id,
          case when c.content like '%@%' then '{' || c.content || '}' end
        from {{EventTables.Events}} e
        left join {{Schema}}.comment_rows c on c.site = e.tenant_id and c.id = (e.data->>'commentId')::uuid
        left join {{Schema}}.comment_rows p on p.site = c.site and p.id = c.parent_id
        {{EventTables.StateBefore(StateTypes)}}
        where e.seq_id > $1 and e.seq_id <= $2 and e.type = any({{Heard}})
        order by e.seq_id
        """;

    /// <summary>Of those whom a text may name, who wrote on the article.</summary>
    const string Named = $"""
        select r.id from {Schema}.commenter_rows r
        where r.site = $1 and r.id = any($3) and exists (
          select 1 from {Schema}.comment_rows c
          where c.site = $1 and c.author_id = r.id and c.article_id = $2 and c.state = 'published')
        union
        select r.id from {Schema}.comment_rows c join {Schema}.commenter_rows r on r.site = c.site and r.id = c.author_id
        where cardinality($4) > 0 and c.site = $1 and c.article_id = $2 and c.state = 'published' and lower(r.name) = any($4)
        """;

    const string Note = $"""
        insert into {InboxTables.Notifications} (site, commenter_id, position, type, at, comment_id, by_id)
        select * from unnest($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """;

    const string Advance = $"update {InboxTables.Progress} set position = $1 where name = 'inbox'";

    sealed record Noted(
        string Site,
        Guid Commenter,
        long Position,
        NotificationType Type,
        DateTime At,
        Guid? Comment,
        Guid? By
    );

    sealed record Happened(
        NotificationEvent Event,
        string Site,
        long Position,
        DateTime At,
        string? Commenter,
        Guid? Comment,
        Guid? Author,
        Guid? ParentsAuthor,
        Guid? Article,
        string? Content
    );

    public async Task BeginAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Begin);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Goes on from where it, or another node, stopped.</summary>
    /// <returns>How far it is, and whether there is more; null: another node is at it.</returns>
    public async Task<(long Position, bool HasMore)?> ReadOnAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, ct) is not var (position, newest))
            return null;
        var end = Math.Min(newest, position + Stretch);
        if (end <= position)
            return (position, false);
        var notes = new List<Noted>();
        foreach (var happened in await ReadAsync(connection, position, end, ct))
            notes.AddRange(await NotesOfAsync(connection, happened, ct));
        await using var batch = connection.CreateBatch();
        if (notes.Count > 0)
            Add(batch, notes);
        batch.Add(Advance, end);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return (end, end < newest);
    }

    static async Task<(long, long)?> LockAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    static async Task<List<Happened>> ReadAsync(
        NpgsqlConnection connection,
        long after,
        long upTo,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Events, connection);
        command.Parameters.AddValues(after, upTo);
        var found = new List<Happened>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var type = reader.GetString(2);
            var isState = Array.IndexOf(LiveMessage.StateEvents, type) >= 0;
            found.Add(
                new(
                    new(
                        type,
                        reader.Text(4) is { } before ? LiveMessage.StateAfter(before, reader.Text(5)) : null,
                        isState ? LiveMessage.StateAfter(type, reader.Text(3)) : null,
                        !reader.IsDBNull(7) && reader.GetBoolean(7),
                        reader.GetBoolean(8),
                        reader.GetBoolean(9)
                    ),
                    reader.GetString(1),
                    reader.GetInt64(0),
                    reader.GetDateTime(6),
                    reader.Text(10),
                    reader.Id(11),
                    reader.Id(12),
                    reader.Id(13),
                    reader.Id(14),
                    reader.Text(15)
                )
            );
        }
        return found;
    }

    static async Task<List<Noted>> NotesOfAsync(
        NpgsqlConnection connection,
        Happened happened,
        CancellationToken ct
    )
    {
        var notes = new List<Noted>();
        void Tell(Guid whom, NotificationType what, Guid? by) =>
            notes.Add(new(happened.Site, whom, happened.Position, what, happened.At, happened.Comment, by));
        var whomItIsAbout = happened.Commenter is { } key
            ? StreamId.Commenter(happened.Site, key)
            : happened.Author;
        if (happened.Event.ToWhomItIsAbout() is { } type && whomItIsAbout is { } them)
            Tell(them, type, by: null);
        if (!happened.Event.IsSeenAnew || happened.Author is not { } author)
            return notes;
        var told = new HashSet<Guid> { author };
        // an edit is no new reply, but may name somebody new
        if (happened.ParentsAuthor is { } parent && told.Add(parent))
            Tell(parent, NotificationType.Reply, author);
        foreach (var named in await NamedAsync(connection, happened, ct))
            if (told.Add(named))
                Tell(named, NotificationType.Mention, author);
        return notes;
    }

    static async Task<List<Guid>> NamedAsync(
        NpgsqlConnection connection,
        Happened happened,
        CancellationToken ct
    )
    {
        if (happened.Content is null || happened.Article is not { } article)
            return [];
        var body = JsonSerializer.Deserialize<JsonElement>(happened.Content).GetProperty("body").GetString();
        var mentions = Mentions.Of(body ?? "");
        if (mentions.Keys.Count + mentions.Names.Count == 0)
            return [];
        await using var command = new NpgsqlCommand(Named, connection);
        command.Parameters.AddValues(
            happened.Site,
            article,
            mentions.Keys.Select(k => StreamId.Commenter(happened.Site, k)).ToArray(),
            mentions.Names.Select(n => n.ToLowerInvariant()).ToArray()
        );
        var named = new List<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            named.Add(reader.GetGuid(0));
        return named;
    }

    static void Add(NpgsqlBatch batch, List<Noted> notes)
    {
        batch.Add(
            Note,
            notes.Select(n => n.Site).ToArray(),
            notes.Select(n => n.Commenter).ToArray(),
            notes.Select(n => n.Position).ToArray(),
            notes.Select(n => n.Type.Word()).ToArray(),
            notes.Select(n => n.At).ToArray()
        );
        var parameters = batch.BatchCommands[^1].Parameters;
        foreach (
            var ids in (Guid?[][])
                [
                    [.. notes.Select(n => n.Comment)],
                    [.. notes.Select(n => n.By)],
                ]
        )
            parameters.Add(new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
    }
}
