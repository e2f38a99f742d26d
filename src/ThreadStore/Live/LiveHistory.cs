using System.Globalization;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Live;

/// <summary>Reads what live readers are told: events after a position, and the rows that they are about.</summary>
public sealed class LiveHistory(NpgsqlDataSource database) : IDisposable
{
    /// <summary>Statements that all readers who catch up may have under way: they must not take all connections.</summary>
    const int MaxAtOnce = 8;

    /// <summary>
    /// Reactions are told late, by up to <see cref="ThreadFeed.ReactionInterval"/> and a tick: whoever is cut off may have
    /// a later position than that of a reaction they were not told of. Ten seconds also serve those who are cut off
    /// again while they catch up, and a tail that was held up.
    /// </summary>
    public static readonly TimeSpan Late = TimeSpan.FromSeconds(10);

    /// <summary>Positions that are searched for such reactions at most.</summary>
    const int MaxLate = 5_000;

    readonly SemaphoreSlim catchingUp = new(MaxAtOnce);

    public void Dispose() => catchingUp.Dispose();

    static readonly string StateTypes = EventTables.Types(LiveMessage.StateEvents);

    // what a comment was before follows from its own history, so an event means the same to whoever reads it whenever;
    // by JSON paths, since all that happens on all sites goes through here (see EventTables)
    static readonly string EventsSql = $"""
        select e.seq_id, e.tenant_id, e.type, e.data->>'articleKey', e.data->>'commentId', e.data->>'state',
               before.type, before.state, e.data->>'from'
        from {EventTables.Events} e
        {EventTables.StateBefore(StateTypes)}
        where e.seq_id > $1 and e.seq_id <= $2 and e.tenant_id = any($3)
          and e.type = any({EventTables.Types(LiveMessage.Heard)}) and not {Unseen}
        """;

    /// <summary>A reaction in the shadow that takes the place of none that counted, or its end: nothing to be told.</summary>
    const string Unseen = """
        ((e.type = 'reaction-set' and e.data->'shadowed' is not null
            and (e.data->'previous' is null or jsonb_typeof(e.data->'previous') = 'null' or e.data->'previous'->'shadowed' is not null))
          or (e.type = 'reaction-removed' and e.data->'previous'->'shadowed' is not null))
        """;

    /// <summary>Events after <paramref name="after"/> and up to <paramref name="upTo"/>, of all articles of some sites.</summary>
    public async Task<List<LiveEvent>> ReadAsync(string[] sites, long after, long upTo, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"{EventsSql} order by e.seq_id");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = sites });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await ReadAsync(reader, ct);
    }

    /// <summary>What a reader of one article missed.</summary>
    /// <param name="Last">The event at the position that they have, where it is one of this article.</param>
    /// <param name="LateReactions">
    /// Comments with reactions up to that position that may have been held back; the same for whoever asks whenever.
    /// </param>
    public sealed record Gap(LiveEvent? Last, List<LiveEvent> Events, List<Guid> LateReactions);

    /// <param name="limit">Events after what they have, at most: who gets as many may lack more.</param>
    public async Task<Gap> ReadGapAsync(
        string site,
        string article,
        long after,
        long upTo,
        int limit,
        CancellationToken ct
    )
    {
        await catchingUp.WaitAsync(ct);
        try
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(
                new(
                    $"{EventsSql} and e.data->>'articleKey' = $4 order by e.seq_id limit {(limit + 1).ToString(CultureInfo.InvariantCulture)}"
                )
                {
                    Parameters =
                    {
                        new() { Value = after - 1 },
                        new() { Value = Math.Max(after, upTo) },
                        new() { Value = new[] { site } },
                        new() { Value = article },
                    },
                }
            );
            batch.BatchCommands.Add(
                new(
                    $"""
                    select e.data->>'commentId' from {EventTables.Events} e
                    where e.seq_id > $1 and e.seq_id <= $2 and e.tenant_id = $3
                      and e.type in ('reaction-set', 'reaction-removed') and not {Unseen}
                      and e.timestamp >= (
                          select l.timestamp - $5 from {EventTables.Events} l
                          where l.seq_id <= $2 order by l.seq_id desc limit 1)
                      and e.data->>'articleKey' = $4
                    group by 1
                    having count(*) > 1 and max(e.seq_id) < $2
                    order by 1
                    """
                )
                {
                    Parameters =
                    {
                        new() { Value = after - MaxLate },
                        new() { Value = after },
                        new() { Value = site },
                        new() { Value = article },
                        new() { Value = Late },
                    },
                }
            );
            await using var reader = await batch.ExecuteReaderAsync(ct);
            var events = await ReadAsync(reader, ct);
            await reader.NextResultAsync(ct);
            var late = new List<Guid>();
            while (await reader.ReadAsync(ct))
                late.Add(Guid.Parse(reader.GetString(0)));
            var last = events is [{ Position: var first }, ..] && first == after ? events[0] : null;
            if (last is not null)
                events.RemoveAt(0);
            else if (events.Count > limit)
                events.RemoveAt(limit);
            return new(last, events, late);
        }
        finally
        {
            catchingUp.Release();
        }
    }

    static async Task<List<LiveEvent>> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var events = new List<LiveEvent>();
        while (await reader.ReadAsync(ct))
        {
            var type = reader.GetString(2);
            events.Add(
                new(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    type,
                    reader.GetString(3),
                    reader.Text(4) is { } id ? Guid.Parse(id) : null,
                    reader.Text(6) is { } before ? LiveMessage.StateAfter(before, reader.Text(7)) : null,
                    LiveMessage.StateAfter(type, reader.Text(5)),
                    reader.Text(8)
                )
            );
        }
        return events;
    }

    /// <summary>The rows of comments and articles as they stand, in one round trip.</summary>
    public async Task<LiveRows> LoadAsync(
        IReadOnlyCollection<(string Site, Guid Id)> comments,
        IReadOnlyCollection<(string Site, string Key)> articles,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        // articles last: an article withdrawn meanwhile must not pass for one that is not
        batch.BatchCommands.Add(
            new(
                $"""
                select {CommentView.Columns}, c.site from {ReaderTables.Schema}.comment_rows c
                join unnest($1::text[], $2::uuid[]) w (site, id) on c.site = w.site and c.id = w.id
                """
            )
            {
                Parameters =
                {
                    new() { Value = comments.Select(c => c.Site).ToArray() },
                    new() { Value = comments.Select(c => c.Id).ToArray() },
                },
            }
        );
        batch.BatchCommands.Add(
            new(
                $"""
                select a.site, a.key, a.comment_count, a.is_withdrawn from {ReaderTables.Schema}.article_rows a
                join unnest($1::text[], $2::uuid[]) w (site, id) on a.site = w.site and a.id = w.id
                where a.moved_to is null
                """
            )
            {
                Parameters =
                {
                    new() { Value = articles.Select(a => a.Site).ToArray() },
                    new() { Value = articles.Select(a => StreamId.Article(a.Site, a.Key)).ToArray() },
                },
            }
        );
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var views = new Dictionary<(string, Guid), CommentView>();
        while (await reader.ReadAsync(ct))
        {
            var view = CommentView.Read(reader);
            views[(reader.GetString(CommentView.ColumnCount), view.Id)] = view;
        }
        await reader.NextResultAsync(ct);
        var now = new Dictionary<(string, string), ArticleNow>();
        while (await reader.ReadAsync(ct))
            now[(reader.GetString(0), reader.GetString(1))] = new(reader.GetInt32(2), reader.GetBoolean(3));
        return new(views, now);
    }
}
