using System.Globalization;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

/// <summary>Reports once more, in SQL over the files that a replay writes, and by every way in which they are asked for.</summary>
public sealed class LakeReportTests(Store store) : IDisposable
{
    const string Span = "from=2021-03-12&to=2021-04-21";
    const string InSpan = "t >= '2021-03-12' and t < '2021-04-22'";

    /// <summary>What the queries share. Staff is who bore such a badge; an erased one has none.</summary>
    const string Views = """
        create or replace view c as
          select comment_id, article, parent_id, depth, commenter, state, created_at::timestamp as t, coalesce(staff, false) as staff
          from {comments} left join (
            select comment_id, true as staff from {events}
            where type = 'comment-posted' and list_has_any(
              try_cast(data::json -> '$.author.badges' as varchar[]), ['staff', 'moderator', 'admin', 'author', 'editor', 'journalist'])
          ) using (comment_id);
        create or replace view acts as
          select type, comment_id, data::json ->> '$.by' as person, (data::json ->> '$.at')::timestamp as t
          from {events} where type in ('reaction-set', 'comment-flagged');
        create or replace view scores as
          select comment_id, max((data::json ->> '$.score')::double) as score from {events} where type = 'comment-judged' group by all;
        create or replace view weeks as
          select week::timestamp as week from generate_series(timestamp '2021-03-08', timestamp '2021-04-19', interval 7 day) g(week)
        """;

    /// <summary>Each report, the columns of it that are left out, since they say when an interval begins, and the same in SQL.</summary>
    static readonly (string Report, int[] Times, string Sql)[] Reports =
    [
        (
            "hours",
            [],
            $"""
            select d, h,
              (select count(*) from c where {InSpan} and isodow(t) = d and hour(t) = h),
              (select count(distinct commenter) from c where {InSpan} and isodow(t) = d and hour(t) = h),
              (select count(*) from acts where type = 'reaction-set' and {InSpan} and isodow(t) = d and hour(t) = h),
              (select count(*) from acts where type = 'comment-flagged' and {InSpan} and isodow(t) = d and hour(t) = h)
            from range(1, 8) days(d), range(0, 24) hours(h) order by d, h
            """
        ),
        (
            "returning?interval=week",
            [0, 1],
            $"""
            with here as (select date_trunc('week', t) as week, commenter, count(*) as n from c where {InSpan} group by all),
              ranked as (select *, row_number() over (partition by week order by n desc) as place, count(*) over (partition by week) as people
                from here),
              shares as (select week, count(*) as people, sum(n) filter (place <= ceil(people * 0.01)) / sum(n) as top1,
                sum(n) filter (place <= ceil(people * 0.05)) / sum(n) as top5, sum(n) filter (place <= ceil(people * 0.2)) / sum(n) as top20
                from ranked group by week),
              firsts as (select commenter, min(t) as t from c group by commenter),
              news as (select date_trunc('week', t) as week, count(*) as n from firsts where {InSpan} group by all),
              losses as (select b.week + interval 7 day as week, count(*) as n from here b
                anti join here a on a.week = b.week + interval 7 day and a.commenter = b.commenter group by all)
            select coalesce(s.people, 0), coalesce(n.n, 0), coalesce(s.people, 0) - coalesce(n.n, 0),
              case when w.week > '2021-03-08' then coalesce(l.n, 0) end, s.top1, s.top5, s.top20
            from weeks w left join shares s using (week) left join news n using (week) left join losses l using (week)
            order by w.week
            """
        ),
        (
            "conversation?interval=week",
            [0, 1],
            $"""
            with p as (select *, date_trunc('week', t) as week from c where state = 'published' and {InSpan}),
              s as (select week, comment_id, article, t from p where staff and parent_id is not null),
              around as (
                select s.week, s.comment_id, any_value(s.t) as t, any_value(s.article) as article,
                  count(o.t) filter (o.t < s.t) as before, count(o.t) filter (o.t > s.t) as after,
                  count(o.t) filter (o.t < s.t and o.state = 'rejected') as rejected_before,
                  count(o.t) filter (o.t > s.t and o.state = 'rejected') as rejected_after
                from s left join c o on o.article = s.article and not o.staff and o.t <> s.t
                  and o.t between s.t - interval 24 hour and s.t + interval 24 hour
                group by s.week, s.comment_id),
              life as (select article, max(t) as last from c where state = 'published' group by article)
            select (select count(*) from p where p.week = w.week),
              (select count(parent_id) from p where p.week = w.week),
              (select count(parent_id) / nullif(count(*), 0) from p where p.week = w.week),
              (select avg(depth) from p where p.week = w.week),
              count(a.comment_id), avg(a.before), avg(a.after),
              sum(a.rejected_before) / nullif(sum(a.before), 0), sum(a.rejected_after) / nullif(sum(a.after), 0),
              median(epoch(l.last) - epoch(a.t))
            from weeks w left join around a on a.week = w.week left join life l on l.article = a.article
            group by w.week order by w.week
            """
        ),
        (
            "paths",
            [],
            $"""
            with nth as (select commenter, t, row_number() over (partition by commenter order by t) as n from c),
              acted as (select person, min(t) as t from acts group by person),
              steps as (
                select 1 as place, 'actToComment' as step, a.t, n.t as reached
                from acted a left join nth n on n.commenter = a.person and n.n = 1 where n.t is null or n.t > a.t
                union all
                select s.place, s.step, f.t, n.t
                from (values (2, 'commentToSecond', 2), (3, 'commentToTenth', 10)) s(place, step, nr) cross join nth f
                  left join nth n on n.commenter = f.commenter and n.n = s.nr
                where f.n = 1)
            select step, count(*), count(reached), count(reached) / count(*), median(epoch(reached) - epoch(t))
            from steps where {InSpan} group by place, step order by place
            """
        ),
        (
            "civility?limit=1",
            [],
            $"""
            with flags as (select comment_id, count(*) as n from acts where type = 'comment-flagged' group by all)
            select null, count(*), count(*) filter (state = 'rejected'), count(*) filter (state = 'rejected') / count(*),
              count(n), count(n) / count(*), sum(coalesce(n, 0)),
              count(score), avg(score), quantile_cont(score, 0.95)
            from c left join flags using (comment_id) left join scores using (comment_id) where {InSpan}
            """
        ),
        (
            "top?limit=3",
            [],
            $"""
            with flags as (select comment_id, count(*) as n from acts where type = 'comment-flagged' group by all),
              said as (select c.*, r.replies, r.positive + r.negative as reactions, coalesce(f.n, 0) as flags,
                  r.positive, r.negative, r.featured::integer as featured, c.state = 'published' as shown
                from c join {"{comments}"} r using (comment_id) left join flags f using (comment_id) where {InSpan}),
              things as (
                select 'thread' as kind, article, null as comment_id, null as commenter, max(t) as t,
                  count(*) filter (shown) as replies, sum(reactions) filter (shown) as reactions, sum(flags) as flags,
                  sum(positive) filter (shown) as p, sum(negative) filter (shown) as n, sum(featured) filter (shown) as featured
                from said group by article
                union all
                select 'comment', article, comment_id, commenter, t, if(shown, replies, null), if(shown, reactions, null), flags,
                  if(shown, positive, null), if(shown, negative, null), if(shown, featured, null) from said),
              measured as (select *, if(p > 0 and n > 0, pow(p + n, least(p, n) / greatest(p, n)), null) as controversy from things),
              ranked as (
                select m.*, x.place, x.measure, row_number() over (partition by kind, x.measure order by x.value desc, t desc) as rank
                from measured m, lateral (values (1, 'replies', replies::double), (2, 'reactions', reactions::double),
                  (3, 'flags', flags::double), (4, 'controversy', controversy), (5, 'featured', featured::double)) x(place, measure, value)
                where x.value > 0)
            select kind, measure, rank, article, title, comment_id, commenter, replies, reactions, flags, controversy, ranked.featured
            from ranked join (select article, title from {"{articles}"}) using (article)
            where rank <= 3 order by kind desc, place, rank
            """
        ),
        ("rules", [1, 2], LakeModeration.Rules),
        ("workload", [0, 1], LakeModeration.Workload),
        ("votes", [], LakeModeration.Votes),
    ];

    readonly Lake lake = new();
    readonly ThreadStoreProgram program = new();

    public void Dispose()
    {
        lake.Dispose();
        program.Dispose();
    }

    [Fact]
    public async Task HTTP_CSV_the_command_line_and_DuckDB_say_the_same()
    {
        var site = await store.ASiteAsync();
        await new RandomDiscussion(site, 2).HappenAsync(300, moves: true);
        await ConspireAsync(site);
        var now = (await site.GetAsync("/articles")).Position;
        await lake.ReplayAsync(store.Database, site.Key);
        lake.Query(Views);
        lake.Query(LakeModeration.Views);

        foreach (var (report, times, sql) in Reports)
        {
            var path = $"/analytics/{report}{(report.Contains('?') ? '&' : '?')}{Span}&minPosition={now}";
            var token = site.Token("ana", Role.Analyst);
            var json = (await site.GetAsync(path, token)).Expect(200)["rows"];
            var csv = (await site.GetAsync(path, token, ("Accept", "text/csv"))).Expect(200).Text;
            var rows = json.EnumerateArray()
                .Select(r => r.EnumerateArray().Select(v => v.ToString()).ToArray())
                .ToList();
            var read = csv.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];

            Assert.Equal(rows.Select(r => string.Join(',', r.Select(Quoted))), read);
            Assert.True(rows.Count > 1, report);
            // the last are the totals
            Assert.Equal(
                rows[..^1].Select(r => Line([.. r.Where((_, i) => !times.Contains(i))])),
                lake.Query(sql)
                    .Select(r => Line([.. r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture))]))
            );
            if (report.StartsWith("conversation", StringComparison.Ordinal))
                Assert.Equal(csv, await CommandAsync(site, report));
        }
    }

    /// <summary>
    /// Two who like the same of what others like by themselves; and one who does so with a second, and elsewhere with a third.
    /// </summary>
    static async Task ConspireAsync(TestSite site)
    {
        List<string> people = ["w1", "w2", "w3", "x1", "x2", .. Enumerable.Range(0, 6).Select(n => $"y{n}")];
        await Past.HappenAsync(
            site,
            [
                .. people
                    .Append("ada")
                    .Select(p =>
                        StreamEvent.First<Commenter>(
                            StreamId.Commenter(site.Key, p),
                            new CommenterJoined(p, p, null, p, Past.Day, null)
                        )
                    ),
            ]
        );
        var comments = Enumerable.Range(0, 200).Select(n => Past.Id(site, n)).ToList();
        await Past.AppendAsync(
            site,
            comments.Select((id, n) => Past.Posted(id, "a0", Past.Day.AddMinutes(n)))
        );
        var votes = comments
            .SelectMany((_, n) => people[5..].Where((_, p) => n % 6 == p || n % 5 == p).Select(by => (n, by)))
            .Concat(
                from pair in new (int From, string One, string Other)[]
                {
                    (0, "x1", "x2"),
                    (20, "w1", "w2"),
                    (40, "w2", "w3"),
                }
                from n in Enumerable.Range(pair.From, 20)
                from person in new[] { pair.One, pair.Other }
                select (n, person)
            );
        await Past.HappenAsync(
            site,
            [
                .. votes.Select(v =>
                    StreamEvent.First<Reaction>(
                        StreamId.Reaction(comments[v.Item1], v.Item2),
                        new ReactionSet(
                            comments[v.Item1],
                            "a0",
                            "like",
                            1,
                            null,
                            v.Item2,
                            Past.Day.AddMinutes(100 + v.Item1)
                        )
                    )
                ),
            ]
        );
    }

    async Task<string> CommandAsync(TestSite site, string report)
    {
        var (name, interval) = (report.Split('?')[0], report.Split('=')[^1]);
        string[] arguments =
        [
            "report",
            name,
            "--site",
            site.Key,
            "--interval",
            interval,
            "--from",
            "2021-03-12",
        ];
        return (
            await program.RunAsync(
                [.. arguments, "--to", "2021-04-21", "--format", "csv"],
                ("ConnectionStrings__ThreadStore", store.ConnectionString)
            )
        )
            .Expect(0)
            .Out;
    }

    static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(',', '"')
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;

    /// <summary>Sums in another order differ in the last digits.</summary>
    static string Line(string?[] row) =>
        string.Join(
            " | ",
            row.Select(v =>
                double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? number.ToString("G9", CultureInfo.InvariantCulture)
                    : v
            )
        );
}
