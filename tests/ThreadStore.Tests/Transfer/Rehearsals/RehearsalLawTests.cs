using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Privacy;
using ThreadStore.Tests.Privacy;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer.Rehearsals;
using Xunit;

namespace ThreadStore.Tests.Transfer.Rehearsals;

/// <summary>Whatever happened: the copy is the same discussion, by nobody that anybody knows.</summary>
public class RehearsalLawTests(Store store)
{
    static readonly Gen<RandomHistoryTests.Move[][]> Histories = Gen.Frequency(
            (12, RandomHistoryTests.Any),
            (6, ModeratorMoves.Any)
        )
        .Array[4, 16]
        .Array[10, 14];

    [Fact]
    public async Task A_copy_is_the_same_discussion_by_others()
    {
        await using var node = await Node.StartAsync(store);
        await Histories.SampleAsync(
            async groups =>
            {
                var run = await RandomHistoryTests.Run.StartAsync(node);
                foreach (var group in groups)
                    await Task.WhenAll(group.Select(run.MakeAsync));
                // from the beginning; and from the middle on, after an erasure
                await AssertPlaysAsync(node, run.Sites[0], 0);
                Assert.Contains((await run.Sites[1].EraseAsync("p0")).Status, new[] { 200, 404 });
                await AssertPlaysAsync(node, run.Sites[1], 0.5);
                await node.AssertRowsFollowFromEventsAsync();
            },
            iter: 2,
            threads: 1,
            print: groups => string.Join('\n', groups.Select(g => string.Join("; ", g.AsEnumerable())))
        );
    }

    static async Task AssertPlaysAsync(Node node, TestSite site, double share)
    {
        var events = $"from threadstore.mt_events where tenant_id = '{site.Key}'";
        var from = (long)
            (
                await node.ScalarAsync(
                    $"select percentile_disc({share}) within group (order by seq_id) {events}"
                )
            )!;
        var to = (long)(await node.ScalarAsync($"select max(seq_id) {events}"))!;
        var copy = $"{site.Key}-copy";
        var rehearsal = new Rehearsal(
            node.Database,
            node.Database,
            new(site.Key, from, to, copy, Speed: 1e9),
            node.Services.GetRequiredService<ErasureHash>(),
            TimeProvider.System
        );

        var outcome = await rehearsal.RunAsync(_ => { }, TestContext.Current.CancellationToken);

        Assert.Empty(outcome.LeftOut);
        Assert.Equal(outcome.Source, outcome.Copy);
        Assert.Equal(await ShapeAsync(node, site.Key), await ShapeAsync(node, copy));
        // of each text another, and nobody's id
        Assert.Equal(
            0L,
            await node.ScalarAsync(
                $"""
                select count(*) from threadstore.mt_events c join threadstore.mt_events s
                on s.tenant_id = '{site.Key}' and c.tenant_id = '{copy}'
                  and (s.data ->> 'body' = c.data ->> 'body' and s.data ->> 'body' <> '' or s.id = c.id or s.stream_id = c.stream_id)
                """
            )
        );
    }

    /// <summary>
    /// What rows say, with numbers in place of ids: an article or a comment is called by its turn. Of the structure's hash it
    /// knows nothing.
    /// </summary>
    static async Task<List<string>> ShapeAsync(Node node, string site)
    {
        var lines = new List<string>();
        await using var command = node.Database.CreateCommand(
            """
            with turn as (
              select stream_id as id, row_number() over (order by min(seq_id)) as n
              from threadstore.mt_events where tenant_id = $1 group by stream_id)
            select concat_ws(' ', t.n, p.n, a.n, w.n, c.state, c.depth, c.reply_count, c.positive, c.negative, c.is_featured, c.is_locked, c.version, c.reactions, c.flags, c.notices)
            from threadstore.comment_rows c join turn t on t.id = c.id left join turn p on p.id = c.parent_id
              join turn a on a.id = c.article_id join turn w on w.id = c.author_id
            where c.site = $1
            union all
            select concat_ws(' ', 'article', t.n, a.comment_count) from threadstore.article_rows a join turn t on t.id = a.id where a.site = $1
            union all
            select concat_ws(' ', 'person', t.n, p.standing, p.comment_count) from threadstore.commenter_rows p join turn t on t.id = p.id where p.site = $1
            union all
            select concat_ws(' ', 'flag', t.n, f.reason) from threadstore.flag_rows f join turn t on t.id = f.id where f.site = $1
            union all
            select concat_ws(' ', 'reaction', t.n, r.kind) from threadstore.reaction_rows r join turn t on t.id = r.id where r.site = $1
            """
        );
        command.Parameters.Add(new() { Value = site });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
