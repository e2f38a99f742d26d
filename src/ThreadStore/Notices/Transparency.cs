using ThreadStore.Comments;
using ThreadStore.History.Reports;
using ThreadStore.Kernel;

namespace ThreadStore.Notices;

/// <summary>Counts restrictions, and what ended them, of a span of time.</summary>
/// <param name="from">Inclusive.</param>
/// <param name="to">Exclusive.</param>
public sealed class TransparencyFold(DateTimeOffset from, DateTimeOffset to)
{
    readonly Dictionary<Restricted, long> restrictions = [];
    readonly Dictionary<(string What, DecisionMeans? Means), long> reversals = [];

    readonly record struct Restricted(
        RestrictionKind Kind,
        string Ground,
        DecisionMeans Means,
        RestrictionSource Source
    );

    public void Apply(object @event, bool wasRejected)
    {
        if (Restriction.Of(@event, wasRejected) is { } r && IsWithin(r.At))
            Count(restrictions, new(r.Kind, r.Ground, r.Means, r.Source));
        if (Reversal.Of(@event) is { } ended && IsWithin(ended.At))
            Count(reversals, (ended.What, ended.Means));
    }

    bool IsWithin(DateTimeOffset at) => at >= from && at < to;

    static void Count<T>(Dictionary<T, long> counts, T what)
        where T : notnull => counts[what] = counts.GetValueOrDefault(what) + 1;

    /// <summary>In the columns of <see cref="TransparencyReport.Columns"/>, in an order of their own.</summary>
    public IEnumerable<IReadOnlyList<object?>> Rows() =>
        [
            .. restrictions
                .Select(r =>
                    Row(
                        "restrictions",
                        r.Key.Kind.Word(),
                        r.Key.Ground,
                        r.Key.Means.Word(),
                        r.Key.Source.Word(),
                        r.Value
                    )
                )
                .OrderBy(Key, StringComparer.Ordinal),
            .. reversals
                .Select(r => Row("reversals", r.Key.What, null, r.Key.Means?.Word(), null, r.Value))
                .OrderBy(Key, StringComparer.Ordinal),
        ];

    static IReadOnlyList<object?> Row(
        string section,
        string what,
        string? ground,
        string? means,
        string? source,
        long count
    ) => [section, what, ground, means, source, count, null];

    static string Key(IReadOnlyList<object?> row) => string.Join('\n', row.Take(5));
}

/// <summary>
/// The figures that the Digital Services Act asks for once a year (articles 15 and 24), for a span from <c>from</c> to
/// <c>to</c>. What happened by then is counted; what became of it, as of the answer's position.
/// </summary>
/// <remarks>
/// Each row counts what it names, null standing for "all of them":
/// <list type="bullet">
/// <item><c>notices</c>: notices whose receipt lies in the span, by what they are for (<c>ground</c>) and what became of
/// them (<c>what</c>: open, upheld, dismissed, overtaken; reversed: upheld, until a later decision brought the comment back).
/// <c>secondsP50</c>: the median of first decision − receipt, of those that were decided.</item>
/// <item><c>restrictions</c>: decisions in the span that restrict somebody, by kind (<c>what</c>), ground, means, and who drew
/// attention to it; see <see cref="Restriction"/>.</item>
/// <item><c>reversals</c>: decisions in the span that end one, by the means of the decision that they end; of those by rules,
/// divided by restrictions by rules, it is the rate of error that article 15 (1) (e) asks for.</item>
/// <item><c>appeals</c>: appeals made in the span, by outcome and by the means of the decision appealed.
/// <c>secondsP50</c>: the median of answer − appeal, of those that were answered.</item>
/// </list>
/// </remarks>
public static class TransparencyReport
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "section",
        "what",
        "ground",
        "means",
        "source",
        "count",
        "secondsP50",
    ];

    /// <summary>What becomes of the parameters <c>$1</c> the site, <c>$2</c> and <c>$3</c> the span.</summary>
    public const string NoticesSql = """
        select 'notices', what, ground, null, null, count(*), percentile_cont(0.5) within group (order by seconds)
        from (
          select case when n.reversed_by is not null then 'reversed' else coalesce(n.outcome, 'open') end as what, n.reason as ground,
            case when n.outcome in ('upheld', 'dismissed') then extract(epoch from n.ended_at - n.received_at)::float8 end as seconds
          from threadstore.notice_rows n where n.site = $1 and n.received_at >= $2 and n.received_at < $3) n
        group by grouping sets ((), (what), (ground), (what, ground))
        having count(*) > 0
        order by what collate "C" nulls first, ground collate "C" nulls first
        """;

    /// <inheritdoc cref="NoticesSql"/>
    public const string AppealsSql = """
        select 'appeals', what, null, means, null, count(*), percentile_cont(0.5) within group (order by seconds)
        from (
          select coalesce(a.outcome, 'open') as what, case when a.decided_by is null then 'rule' else 'person' end as means,
            extract(epoch from a.answered_at - a.appealed_at)::float8 as seconds
          from threadstore.appeal_rows a where a.site = $1 and a.appealed_at >= $2 and a.appealed_at < $3) a
        group by grouping sets ((), (what, means))
        having count(*) > 0
        order by what collate "C" nulls first, means collate "C" nulls first
        """;

    /// <summary>By it the ends of a span are read, as those of all reports.</summary>
    public static readonly Report Report = new("transparency", [], _ => NoticesSql);
}
