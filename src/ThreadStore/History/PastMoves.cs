using Npgsql;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History;

/// <summary>A time at which an article was renamed or merged, or that was taken back; see <see cref="IArticleMove"/>.</summary>
/// <param name="ReadsBack">It was taken back.</param>
readonly record struct PastMove(
    long Position,
    string Article,
    string From,
    bool ReadsBack,
    bool WasRenaming,
    bool WasItsOwn
);

/// <summary>Which keys led where at which time. Articles are seldom renamed or merged: most sites have none of it.</summary>
public sealed class PastMoves
{
    readonly string site;
    readonly List<PastMove> moves = [];

    PastMoves(string site) => this.site = site;

    public bool Any => moves.Count > 0;

    public static async Task<PastMoves> ReadAsync(
        NpgsqlDataSource database,
        string site,
        CancellationToken ct
    )
    {
        // by the moderators' log, which alone has them together
        await using var command = database.CreateCommand(
            $"""
            select e.seq_id, e.type, e.data::text
            from {ReaderTables.Schema}.decision_rows d
            join {EventTables.Events} e on e.tenant_id = d.site and e.stream_id = d.stream
              and e.data->>'decisionId' = d.decision::text
            where d.site = $1 and d.commenter_id = '{Guid.Empty}'
            order by e.seq_id
            """,
            site
        );
        var past = new PastMoves(site);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (EventNames.Read(reader.GetString(1), reader.GetFieldValue<byte[]>(2)) is IArticleMove move)
                past.moves.Add(
                    new(
                        reader.GetInt64(0),
                        move.ArticleKey,
                        move.From,
                        move is ArticleMoveUndone,
                        move is ArticleRenamed or ArticleMoveUndone { WasRenaming: true },
                        move is ArticleRenamed { WasItsOwn: true } or ArticleMoveUndone { WasItsOwn: true }
                    )
                );
        return past;
    }

    /// <summary>The key of the article that a key led to at a position; null: it led to none, though it had before.</summary>
    public string? Root(string key, long position)
    {
        var leads = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var move in moves.TakeWhile(m => m.Position <= position))
            if (!move.ReadsBack)
            {
                leads[move.From] = move.Article;
                leads.Remove(move.Article);
            }
            else
            {
                leads.Remove(move.From);
                if (move.WasRenaming)
                    leads[move.Article] = move.WasItsOwn ? move.From : null;
            }
        while (leads.TryGetValue(key, out var next))
            if (next is null)
                return null;
            else
                key = next;
        return key;
    }

    /// <summary>The key that what is now the article of a key had at a position, as far as it was renamed since.</summary>
    public string Before(string key, long position)
    {
        foreach (var move in moves.AsEnumerable().Reverse().TakeWhile(m => m.Position > position))
            if (move.WasRenaming && key == (move.ReadsBack ? move.From : move.Article))
                key = move.ReadsBack ? move.Article : move.From;
        return key;
    }

    /// <summary>All keys whose comments were ever together with those of a key, itself among them.</summary>
    public HashSet<string> Family(string key)
    {
        var family = new HashSet<string>(StringComparer.Ordinal) { key };
        for (var count = 0; count < family.Count; )
        {
            count = family.Count;
            foreach (var move in moves)
                if (family.Contains(move.Article) || family.Contains(move.From))
                    family.UnionWith([move.Article, move.From]);
        }
        return family;
    }

    /// <summary>The same by ids.</summary>
    public HashSet<Guid> Families(IEnumerable<Guid> articles)
    {
        var family = articles.ToHashSet();
        foreach (
            var key in moves
                .SelectMany(m => (string[])[m.Article, m.From])
                .Where(k => family.Contains(StreamId.Article(site, k)))
                .ToList()
        )
            family.UnionWith(Family(key).Select(k => StreamId.Article(site, k)));
        return family;
    }
}
