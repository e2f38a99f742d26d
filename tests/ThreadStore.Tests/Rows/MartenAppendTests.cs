using System.Data;
using Marten.Services;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>Whoever appends by Marten's own session, beside servers, is exact or refused.</summary>
public sealed class MartenAppendTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static CommentPosted Posted(string site, string article, int n) =>
        Past.Posted(StreamId.Import(site, "marten", $"{n}"), article, Past.Day.AddSeconds(n));

    [Fact]
    public async Task A_session_beside_two_servers_is_seen_by_both_and_loses_nothing()
    {
        await using var node = await Node.StartAsync(store);
        await using var other = await node.AnotherAsync();
        var site = await node.ASiteAsync();
        var there = other.Site(site.Key);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "First");
        // both nodes keep this page, and remember these rows
        foreach (var at in (TestSite[])[site, there])
            (await at.GetAsync($"/articles/{article}/comments")).Expect(200);

        var posting = Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(n => (n % 2 == 0 ? site : there).ACommentAsync(article, $"p{n}", $"Text {n}"))
        );
        var last = 0L;
        for (var n = 0; n < 10; n++)
        {
            await using var session = node.Documents.LightweightSession(site.Key);
            var posted = Posted(site.Key, article, n);
            session.Events.StartStream<Comment>(posted.CommentId, posted);
            await session.SaveChangesAsync(Ct);
            last = (await session.Events.FetchStreamAsync(posted.CommentId, token: Ct))[^1].Sequence;
        }
        await posting;

        foreach (var at in (TestSite[])[site, there])
        {
            var thread = (
                await at.GetAsync($"/articles/{article}/comments?limit=100&minPosition={last}")
            ).Expect(200);
            Assert.Equal(31, thread["commentCount"].GetInt32());
            await Walk.AssertLawOfCountsAsync(at, article);
        }
        await node.AssertRowsFollowFromEventsAsync();
        await AssertPositionsRiseAsync(node, site);
    }

    static async Task AssertPositionsRiseAsync(Node node, TestSite site)
    {
        var feed = await site.GetAsync("/events?limit=1000", site.Token("ana", Role.Analyst));
        Assert.Equal(
            await node.ScalarAsync(
                $"select count(*) from threadstore.mt_events where tenant_id = '{site.Key}'"
            ),
            (long)feed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length
        );
    }

    [Theory]
    [InlineData("stream", "belongs into the stream")]
    [InlineData("article", "does not exist")]
    [InlineData("other", "is not one of the article")]
    [InlineData("depth", "no depth of 7")]
    [InlineData("unknown", "is no event of ThreadStore")]
    [InlineData("isolation", "IsolationLevel.ReadCommitted")]
    public async Task What_would_not_be_exact_is_refused_in_a_sentence_and_leaves_nothing(
        string how,
        string sentence
    )
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "First");
        (await site.PutArticleAsync("another")).Expect(201);
        var posted = Posted(site.Key, article, 1);
        var before = await node.ScalarAsync("select max(seq_id) from threadstore.mt_events");
        await using var session = node.Documents.LightweightSession(
            new SessionOptions
            {
                TenantId = site.Key,
                IsolationLevel =
                    how == "isolation" ? IsolationLevel.Serializable : IsolationLevel.ReadCommitted,
            }
        );
        if (how == "stream")
            session.Events.StartStream<Comment>(Guid.NewGuid(), posted);
        else if (how == "article")
            session.Events.StartStream<Comment>(posted.CommentId, posted with { ArticleKey = "no such" });
        else if (how == "depth")
            session.Events.StartStream<Comment>(posted.CommentId, posted with { Depth = 7 });
        else if (how == "other")
            session.Events.Append(comment, new CommentHeld(comment, "another", "flags", "eve", Past.Day));
        else if (how == "unknown")
            session.Events.Append(comment, new Praised("x"));
        else
            session.Events.StartStream<Comment>(posted.CommentId, posted);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync(Ct));

        Assert.Contains(sentence, $"{refused}", StringComparison.Ordinal);
        Assert.Equal(before, await node.ScalarAsync("select max(seq_id) from threadstore.mt_events"));
        // whoever keeps the session holds up nobody; it would be ten seconds, and what a server locks is gone at once
        await Until.TrueAsync(
            async () =>
                await node.ScalarAsync(
                    "select count(*) from pg_locks l join pg_stat_activity a using (pid) "
                        + "where a.datname = current_database() and l.locktype = 'advisory' "
                        + "and a.state like 'idle in transaction%'"
                )
                    is 0L,
            "the end of the lock",
            TimeSpan.FromSeconds(5)
        );
        await site.ACommentAsync(article, "ada", "Second");
        await node.AssertRowsFollowFromEventsAsync();
    }

    sealed record Praised(string By);
}
