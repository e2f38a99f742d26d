namespace ThreadStore.Tests.History.Reports;

/// <summary>
/// Reports of moderation and of votes once more, in DuckDB's SQL over the events of a lake alone: of a history in which no
/// votes were discounted, since that changes what was counted before.
/// </summary>
static class LakeModeration
{
    const string InSpan = "moment >= '2021-03-12' and moment < '2021-04-22'";

    /// <summary>
    /// What happened to comments, each with the comment's state before and after it; from when until when they waited; and
    /// what people last made of them. A spell lasts from one end of waiting to the next: whatever first begins to wait in it,
    /// waits until the spell's end.
    /// </summary>
    public const string Views = """
        create or replace view happened as
          select position, type, comment_id, data::json as j,
            coalesce(data::json ->> '$.at', data::json ->> '$.postedAt')::timestamp as moment,
            case type when 'comment-held' then 'pending' when 'comment-deleted' then 'deleted' when 'comment-rejected' then 'rejected'
              when 'comment-approved' then 'published' when 'comment-restored' then 'published'
              else data::json ->> '$.state' end as state
          from {events} where comment_id is not null and type not like 'reaction-%';
        create or replace view stood as
          select *, last_value(state ignore nulls) over (partition by comment_id order by position
            rows between unbounded preceding and current row) as now
          from happened;
        create or replace view turns as
          select *,
            type in ('comment-approved', 'comment-rejected', 'comment-restored', 'comment-deleted', 'appeal-decided', 'comment-posted',
                'comment-decision-undone')
              or type = 'comment-edited' and state <> before or type = 'comment-judged' and state <> before and state <> 'pending'
              or type in ('comment-featured', 'comment-unfeatured') and now <> 'pending' as is_end,
            case when type in ('comment-posted', 'comment-edited') and state = 'pending' then moment
              when type = 'comment-decision-undone' and (state = 'pending' or (j ->> '$.restored.flags')::int > 0) then moment
              when type in ('comment-held', 'comment-flagged') or type = 'comment-judged' and state = 'pending' and before <> 'pending'
              then moment end as begins
          from (select *, lag(now) over (partition by comment_id order by position) as before from stood);
        create or replace view spells as
          select *, count(*) filter (is_end) over (partition by comment_id order by position) as spell from turns;
        create or replace view since as
          select comment_id, spell, arg_min(begins, position) as since from spells where begins is not null group by all;
        create or replace view ended as
          select t.*, s.since from (select * from spells where is_end) t
          left join since s on s.comment_id = t.comment_id and s.spell = t.spell - 1;
        create or replace view waits as
          select since, greatest(moment, since) as until from ended where since is not null
          union all
          select s.since, timestamp '9999-01-01' from since s
          where not exists (select 1 from spells t where t.comment_id = s.comment_id and t.spell > s.spell);
        create or replace view decided as
          select e.moment, (e.j ->> '$.by') as actor, epoch(e.moment) - epoch(e.since) as seconds, exists (
            select 1 from happened u where u.type = 'comment-decision-undone' and u.comment_id = e.comment_id
              and (u.j ->> '$.undone') = (e.j ->> '$.decisionId')) as is_undone
          from ended e
          where (e.type in ('comment-approved', 'comment-rejected', 'comment-restored') and (e.j ->> '$.means') = 'person'
            or e.type = 'comment-deleted' and (e.j ->> '$.removedBy') = 'moderator') and e.moment >= '2021-03-12' and e.moment < '2021-04-22';
        create or replace view outcomes as
          select comment_id, arg_max(outcome, position) as outcome from (
            select position, comment_id, case
                when type in ('comment-approved', 'comment-rejected') and (j ->> '$.means') <> 'person' then ''
                when type in ('comment-approved', 'comment-restored') then 'approved'
                when type = 'comment-rejected' or type = 'comment-deleted' then 'rejected'
                when type = 'appeal-decided' then if((j ->> '$.uphold')::boolean, 'rejected', 'approved')
                else '' end as outcome
            from turns
            where type in ('comment-approved', 'comment-rejected', 'comment-restored', 'appeal-decided', 'comment-held',
                'comment-decision-undone')
              or type = 'comment-deleted' and (j ->> '$.removedBy') = 'moderator'
              or type in ('comment-edited', 'comment-judged') and state <> before) group by all
        """;

    /// <summary>Without when an interval begins.</summary>
    public const string Rules = $"""
        with caught as (
            select comment_id, moment, rule from (
              select distinct position, comment_id, moment, (v ->> '$.rule') as rule from (
                select *, unnest((j -> '$.verdicts')::json[]) as v from turns
                where type in ('comment-posted', 'comment-edited') and state <> 'published'
                  and (type = 'comment-posted' or state <> before))
              where (v ->> '$.state') = state)
            union all
            select comment_id, moment, (j ->> '$.rule') from turns where type = 'comment-held'
            union all
            select comment_id, moment, 'classifier' from turns where type = 'comment-judged' and state = 'pending' and before <> 'pending'),
          judged as (select c.rule, date_trunc('month', c.moment) as month, o.outcome
            from caught c left join outcomes o using (comment_id) where {InSpan})
        select rule, n, approved, rejected, n - approved - rejected, rejected / nullif(approved + rejected, 0) from (
          select rule, month, count(*) as n, count(*) filter (outcome = 'approved') as approved,
            count(*) filter (outcome = 'rejected') as rejected
          from judged group by grouping sets ((rule), (rule, month)))
        order by rule, month nulls first
        """;

    const string Quick = """
        count(*) as n, count(*) filter (seconds <= 600) / nullif(count(seconds), 0) as w10,
        count(*) filter (seconds <= 3600) / nullif(count(seconds), 0) as w60,
        count(*) filter (seconds <= 14400) / nullif(count(seconds), 0) as w240,
        count(*) filter (is_undone) as undone, count(*) filter (is_undone) / nullif(count(*), 0) as rate
        """;

    /// <summary>Without when an interval begins.</summary>
    public const string Workload = $"""
        with newest as (
            select max(t) + interval 1 microsecond as t from (
              select max(moment) as t from happened where type in ('comment-posted', 'comment-flagged', 'comment-held', 'comment-approved',
                'comment-rejected', 'comment-restored', 'decision-appealed', 'appeal-decided', 'comment-decision-undone')
              union all select max(moment) from ended where since is not null
              union all select max(t) from acts)),
          days as (select d::timestamp as day, least(d::timestamp + interval 1 day, t) as e
            from generate_series(timestamp '2021-03-12', timestamp '2021-04-21', interval 1 day) g(d), newest),
          done as (select date_trunc('day', moment) as day, {Quick} from decided group by all),
          mods as (select actor, {Quick} from decided group by all)
        select * exclude (is_moderator, day) from (
          select null as moderator, (select count(*) from waits w where date_trunc('day', w.since) = d.day) as arrived,
            (select count(*) from waits w where w.since < d.e and w.until >= d.e) as waiting,
            (select avg(epoch(d.e) - epoch(w.since)) from waits w where w.since < d.e and w.until >= d.e) as age,
            coalesce(n, 0), w10, w60, w240, coalesce(undone, 0), rate, false as is_moderator, d.day
          from days d left join done using (day)
          union all
          select actor, null, null, null, n, w10, w60, w240, undone, rate, true, null from mods)
        order by is_moderator, day, moderator
        """;

    public const string Votes = $"""
        with recursive cast_last as (select person, comment_id, last(weight order by t, position) as weight from (
            select position, comment_id, data::json ->> '$.by' as person, (data::json ->> '$.weight')::int as weight,
              (data::json ->> '$.at')::timestamp as t, t as moment
            from {"{events}"} where type = 'reaction-set') where {InSpan} group by all),
          chosen as (select * from cast_last where comment_id in (
            select comment_id from cast_last group by 1 having count(*) between 2 and 200)),
          each_one as (select person, count(*) as n from chosen group by 1),
          measured as (select count(distinct comment_id) as m, count(distinct person) as p from chosen),
          tested as (
            select a.person, b.person as other, count(*) as k, any_value(x.n) * any_value(y.n) / any_value(m.m) as l, any_value(m.p) as p
            from chosen a join chosen b on b.comment_id = a.comment_id and b.weight = a.weight and b.person > a.person
            join each_one x on x.person = a.person join each_one y on y.person = b.person cross join measured m
            group by 1, 2 having count(*) >= 5),
          linked as (
            select person, other, k, l, exp(k - l - k * ln(k / l) + ln(p * (p - 1) / 2.0)) as chance from tested
            where k > l and chance <= 0.001),
          ways as (select person, other from linked union select other, person from linked),
          reached as (
            select person, person as other from ways
            union
            select r.person, w.other from reached r join ways w on w.person = r.other),
          firsts as (select person, min(other) as first from reached group by 1)
        select dense_rank() over (order by first), person, other, k, l, chance from linked join firsts using (person)
        order by 1, 2, 3
        """;
}
