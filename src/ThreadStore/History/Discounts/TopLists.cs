using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Comments;
using ThreadStore.Rows;

namespace ThreadStore.History.Discounts;

/// <summary>
/// The highest of a site's published comments, or an article's, by each rank: those of the rows that stay as they are, and
/// among them those that would not.
/// </summary>
/// <param name="article">Null: the whole site.</param>
/// <param name="changed">What would stand otherwise; what is among them and would not is no harm.</param>
/// <param name="sample">Percent of the table's pages that are looked at first: enough to know about where a list of a large
/// site ends.</param>
sealed class TopLists(
    NpgsqlConnection connection,
    NpgsqlTransaction snapshot,
    string site,
    Guid? article,
    IReadOnlyList<ComparedComment> changed,
    double sample = 2
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

    static readonly IReadOnlyList<List> All =
    [
        new("best", 0, c => c.Ranks.Best, c => c.WouldRank.Best),
        new("controversial", 0, c => c.Ranks.Controversial, c => c.WouldRank.Controversial),
        new("reply_count", 0, c => c.Replies, c => c.WouldReply),
        new("hot", double.NegativeInfinity, c => c.Ranks.Hot, c => c.WouldRank.Hot),
    ];

    readonly record struct Line(Guid Id, string Article, DateTimeOffset At, double Rank);

    /// <summary>A row with its rank in each of the lists.</summary>
    readonly record struct Candidate(Guid Id, string Article, DateTimeOffset At, double[] Ranks);

    readonly HashSet<Guid> excluded = [.. changed.Select(c => c.Id)];

    public async Task<DiscountedTop> ReadAsync(CancellationToken ct)
    {
        var candidates = await CandidatesAsync(ct);
        var lists = All.Select((list, i) => Merge(list, candidates, i)).ToList();
        return new(lists[0], lists[1], lists[2], lists[3]);
    }

    List<DiscountedPlace> Merge(List list, List<Candidate> candidates, int rank)
    {
        var others = candidates.Select(c => new Line(c.Id, c.Article, c.At, c.Ranks[rank])).ToList();
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

    /// <summary>
    /// Of those that stay as they are, all that may be in one of the lists: as high as the last of as many that are known
    /// already, from a sample. So one look at all comments does for all lists, and few rows come of it.
    /// </summary>
    async Task<List<Candidate>> CandidatesAsync(CancellationToken ct)
    {
        var some = await ReadAsync(
            string.Create(CultureInfo.InvariantCulture, $"tablesample system ({sample})"),
            "",
            null,
            ct
        );
        var (conditions, values) = (new List<string>(), new List<object>());
        for (var i = 0; i < All.Count; i++)
        {
            var (list, rank) = (All[i], i);
            var known = Sort(some.Select(c => new Line(c.Id, c.Article, c.At, c.Ranks[rank])), list);
            // $1 and $2 are taken
            var (at, from) = ($"${3 + values.Count}", $"${4 + values.Count}");
            if (known.Count < Length)
            {
                conditions.Add($"c.{list.Column} > {at}");
                values.Add(list.Least);
            }
            else
            {
                conditions.Add(
                    $"(c.{list.Column} >= {at} and (c.{list.Column}, c.posted_at) >= ({at}, {from}))"
                );
                values.Add(known[^1].Rank);
                values.Add(known[^1].At);
            }
        }
        return await ReadAsync("", $"and ({string.Join(" or ", conditions)})", values, ct);
    }

    /// <param name="part">Of the table.</param>
    async Task<List<Candidate>> ReadAsync(
        string part,
        string condition,
        List<object>? values,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select c.id, a.key, c.posted_at, {string.Join(", ", All.Select(l => $"c.{l.Column}::float8"))}
            from {ReaderTables.Schema}.{ReaderTables.Comments} c {part}
            join {ReaderTables.Schema}.{ReaderTables.Articles} a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.state = 'published' and not a.is_withdrawn
              and ($2::uuid is null or c.article_id = $2) {condition}
            """,
            connection,
            snapshot
        )
        {
            CommandTimeout = 0,
        };
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(
            new() { Value = (object?)article ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        foreach (var value in values ?? [])
            command.Parameters.Add(new() { Value = value });
        var candidates = new List<Candidate>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (reader.GetGuid(0) is var id && !excluded.Contains(id))
                candidates.Add(
                    new(
                        id,
                        reader.GetString(1),
                        reader.GetFieldValue<DateTimeOffset>(2),
                        [.. Enumerable.Range(3, All.Count).Select(reader.GetDouble)]
                    )
                );
        return candidates;
    }
}
