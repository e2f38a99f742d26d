using System.Diagnostics;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.History;

/// <summary>
/// Threads of the past. Those asked for last are kept for a while: whoever looks at one turns its pages, and what has
/// happened by a position never changes, unless somebody is erased.
/// </summary>
public sealed class PastThreads
{
    /// <summary>Comments of all that are kept, each some hundred bytes.</summary>
    const int MaxComments = 50_000;

    static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    // the last event by then says which of its states is meant: between two of them nothing changes
    const string LastSql = $"""
        select (
          select e.seq_id from {EventTables.Events} e
          where e.tenant_id = $1 and e.{EventFilter.ArticleKey} = any($2) and e.seq_id <= $3
          order by e.seq_id desc limit 1
        ), ({EventStore.Positions.NewestSql}), ({HistoryRewrites.CountSql})
        """;

    readonly Lock gate = new();

    // the one used last comes last
    readonly List<Kept> kept = [];

    sealed record Kept(
        string Site,
        string Article,
        long Position,
        long Erased,
        PastThread Thread,
        long Since
    );

    /// <param name="position">After everything up to it.</param>
    /// <returns>The thread, null where there was no such article yet; and the newest position of all.</returns>
    public async Task<(PastThread? Thread, long Newest)> ReadAsync(
        NpgsqlDataSource database,
        string site,
        string articleKey,
        PastMoves moves,
        long position,
        CancellationToken ct
    )
    {
        var family = moves.Family(articleKey);
        var (last, newest, erased) = await LastAsync(database, site, [.. family], position, ct);
        if (last is not { } at)
            return (null, newest);
        if (Find(site, articleKey, at, erased) is { } known)
            return (known, newest);
        var thread = await PastThread.ReadAsync(database, site, articleKey, family, at, ct);
        if (thread is not null)
            Keep(new(site, articleKey, at, erased, thread, Stopwatch.GetTimestamp()));
        return (thread, newest);
    }

    /// <summary>Whether anything had happened on an article of that key by a position.</summary>
    public static async Task<bool> HasAsync(
        NpgsqlDataSource database,
        string site,
        string articleKey,
        long position,
        CancellationToken ct
    ) => (await LastAsync(database, site, [articleKey], position, ct)).Last is not null;

    static async Task<(long? Last, long Newest, long Erased)> LastAsync(
        NpgsqlDataSource database,
        string site,
        string[] articles,
        long position,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(LastSql, site, articles, position);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    PastThread? Find(string site, string article, long position, long erased)
    {
        lock (gate)
        {
            kept.RemoveAll(k => Stopwatch.GetElapsedTime(k.Since) > Life);
            var at = kept.FindIndex(k =>
                (k.Site, k.Article, k.Position, k.Erased) == (site, article, position, erased)
            );
            if (at < 0)
                return null;
            var found = kept[at];
            kept.RemoveAt(at);
            kept.Add(found);
            return found.Thread;
        }
    }

    void Keep(Kept thread)
    {
        lock (gate)
        {
            kept.Add(thread);
            // the newest may be larger than all that may be kept
            for (var sum = kept.Sum(k => k.Thread.Size); sum > MaxComments && kept.Count > 1; )
            {
                sum -= kept[0].Thread.Size;
                kept.RemoveAt(0);
            }
        }
    }
}
