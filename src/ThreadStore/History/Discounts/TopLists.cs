using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Threads;

namespace ThreadStore.History.Discounts;

/// <summary>
/// The highest of a site's published comments, or an article's, by each rank: those of the rows that stay as they are, and
/// among them those that would not.
/// </summary>
/// <param name="article">Null: the whole site.</param>
/// <param name="changed">What would stand otherwise; what is among them and would not is no harm.</param>
sealed class TopLists(
    NpgsqlConnection connection,
    NpgsqlTransaction snapshot,
    string site,
    Guid? article,
    IReadOnlyList<ComparedComment> changed
)
{
    const int Length = 20;

    /// <summary>A rank, and the row's column of it.</summary>
    /// <param name="Least">What is listed has more than that.</param>
    sealed record List(
        string Column,
        double Least,
        Func<ComparedComment, double> Is,
        Func<ComparedComment, double> Would
    );

    static readonly List Best = new("best", 0, c => c.Ranks.Best, c => c.WouldRank.Best);
    static readonly List Controversial = new(
        "controversial",
        0,
        c => c.Ranks.Controversial,
        c => c.WouldRank.Controversial
    );
    static readonly List Replies = new("reply_count", 0, c => c.Replies, c => c.WouldReply);
    static readonly List Hot = new("hot", double.NegativeInfinity, c => c.Ranks.Hot, c => c.WouldRank.Hot);

    readonly record struct Line(Guid Id, string Article, DateTimeOffset At, double Rank);

    public async Task<DiscountedTop> ReadAsync(CancellationToken ct) =>
        new(
            await ListAsync(Best, ct),
            await ListAsync(Controversial, ct),
            await ListAsync(Replies, ct),
            await ListAsync(Hot, ct)
        );

    async Task<IReadOnlyList<DiscountedPlace>> ListAsync(List list, CancellationToken ct)
    {
        var others = await OthersAsync(list, ct);
        var here = changed.Where(c => !c.IsWithdrawn && (article is null || c.ArticleId == article)).ToList();
        var stands = Sort(
            others.Concat(
                here.Where(c => c.State == CommentState.Published)
                    .Select(c => new Line(c.Id, c.Article, c.PostedAt, list.Is(c)))
            ),
            list
        );
        var would = Sort(
            others.Concat(
                here.Where(c => c.WouldState == CommentState.Published)
                    .Select(c => new Line(c.Id, c.Article, c.PostedAt, list.Would(c)))
            ),
            list
        );
        return would.ConvertAll(l => new DiscountedPlace(
            l.Id,
            l.Article,
            l.Rank,
            stands.FindIndex(s => s.Id == l.Id) is >= 0 and var place ? place + 1 : null
        ));
    }

    /// <summary>Ties newest first, then by id, as threads have them.</summary>
    static List<Line> Sort(IEnumerable<Line> lines, List list) =>
        [
            .. lines
                .Where(l => l.Rank > list.Least)
                .OrderByDescending(l => l.Rank)
                .ThenByDescending(l => l.At)
                .ThenBy(l => l.Id)
                .Take(Length),
        ];

    /// <summary>The highest of those that stay as they are.</summary>
    async Task<List<Line>> OthersAsync(List list, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select c.id, a.key, c.posted_at, c.{list.Column}::float8
            from {ReaderTables.Schema}.{ReaderTables.Comments} c
            join {ReaderTables.Schema}.{ReaderTables.Articles} a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.state = 'published' and c.{list.Column} > $2 and not a.is_withdrawn
              {(article is null ? "" : "and c.article_id = $4")}
              and not exists (select 1 from unnest($3) u(id) where u.id = c.id)
            order by c.{list.Column} desc, c.posted_at desc, c.id limit {Length}
            """,
            connection,
            snapshot
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = list.Least, NpgsqlDbType = NpgsqlDbType.Double });
        command.Parameters.Add(new() { Value = changed.Select(c => c.Id).ToArray() });
        if (article is { } one)
            command.Parameters.Add(new() { Value = one });
        var lines = new List<Line>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            lines.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.GetDouble(3)
                )
            );
        return lines;
    }
}
