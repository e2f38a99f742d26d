using ThreadStore.Rows;
using static ThreadStore.History.Reports.ReportColumn;

namespace ThreadStore.History.Reports;

/// <summary>
/// Who reacts together far beyond chance, for a person to look at: pairs whose k common reactions of one weight, where λ =
/// nₐ · n_b / m are expected of two who choose among the m comments by themselves, have pairs · e^(k − λ) · (λ / k)^k ≤ 0.001
/// (Chernoff's bound on the tail of Poisson's distribution, times the number of pairs there are), k ≥ 5; and the groups
/// that such pairs make.
/// </summary>
public static class VotesReport
{
    const string Rows = $"""
        , together as (
          select a.grp, a.person, b.person as other, count(*)::float8 as k
          from chosen a join chosen b on b.grp = a.grp and b.comment_id = a.comment_id and b.weight = a.weight
            and b.person > a.person
          group by 1, 2, 3 having count(*) >= {Fewest}
        ), tested as (
          select t.grp, t.person, t.other, t.k, a.n as mine, b.n as theirs, a.n * b.n::float8 / m.comments as expected,
            t.k - a.n * b.n::float8 / m.comments - t.k * ln(t.k / (a.n * b.n::float8 / m.comments))
              + ln(m.people * (m.people - 1) / 2.0)::float8 as log_chance
          from together t
          join each_one a on a.grp = t.grp and a.person = t.person
          join each_one b on b.grp = t.grp and b.person = t.other
          join measured m on m.grp = t.grp
        ), linked as materialized (
          select * from tested where k > expected and log_chance <= ln({Chance}::float8)
        ), reached as (
          with recursive r(grp, person, other) as (
            select grp, person, person from linked union select grp, other, other from linked
            union
            select r.grp, r.person, case when l.person = r.other then l.other else l.person end
            from r join linked l on l.grp = r.grp and r.other in (l.person, l.other)
          ) select r.grp, r.person, min(k.key collate "C") as first
          from r join {ReaderTables.Schema}.{ReaderTables.Commenters} k on k.site = any($1) and k.id = r.other group by 1, 2
        ), named as (
          select l.*, r.first, a.key as name, b.key as other_name
          from linked l
          join reached r on r.grp = l.grp and r.person = l.person
          join {ReaderTables.Schema}.{ReaderTables.Commenters} a on a.site = any($1) and a.id = l.person
          join {ReaderTables.Schema}.{ReaderTables.Commenters} b on b.site = any($1) and b.id = l.other
        )
        select n.grp, dense_rank() over (partition by n.grp order by n.first), least(n.name collate "C", n.other_name),
          greatest(n.name collate "C", n.other_name), n.k::bigint, n.expected, exp(n.log_chance)
        from named n
        order by n.grp collate "C", 2, 3, 4
        """;

    const string Totals = """
        select '{}'::text[], null, null, null, count(*), null::float8, null::float8 from chosen
        """;

    /// <summary>Two who met less often are no case.</summary>
    const string Fewest = "5";

    /// <summary>How probable it may be that any pair at all stands there by chance.</summary>
    const string Chance = "0.001";

    /// <summary>Where more people react, who meets there says nothing, and pairs would be too many to look at.</summary>
    const string Most = "200";

    public static readonly Report Report = new(
        "votes",
        [
            Key("group"),
            Key("commenter"),
            Key("other"),
            Count("together"),
            Measure("expected"),
            Measure("chance"),
        ],
        part =>
            $"""
                cast_last as (
                  select distinct on (grp, person, comment_id) grp, person, comment_id, weight
                  from happened where kind = 'reaction' order by grp, person, comment_id, at desc, event desc
                ), crowds as (
                  select grp, comment_id from cast_last group by 1, 2 having count(*) between 2 and {Most}
                ), chosen as materialized (
                  select c.* from cast_last c join crowds using (grp, comment_id)
                ), each_one as (
                  select grp, person, count(*) as n from chosen group by 1, 2
                ), measured as (
                  select grp, count(distinct comment_id) as comments, count(distinct person) as people from chosen group by 1
                )
                {(part == ReportPart.Totals ? Totals : Rows)}
                """
    );
}
