using Marten;
using ThreadStore.Articles;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Notices;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Rows;

/// <summary>
/// The law of Marten's own API: what it makes of a stream is the row, in all that the stream itself says. What other
/// streams add to a row is named here, and is 0 or null there.
/// </summary>
static class MartenLaw
{
    public static async Task AssertHoldsAsync(Place place, IReadOnlyList<TestSite> sites)
    {
        foreach (var site in sites)
        {
            var rows = await LoadAsync(place, site.Key);
            await using var session = place.Documents.LightweightSession(site.Key);
            Assert.Equal(
                Text(rows.Sites.Require(site.Key, Guid.Empty)),
                Text(await AggregateAsync<Site>(session, StreamId.Site(site.Key)))
            );
            foreach (var row in rows.Articles.All)
                Assert.Equal(Text(Own(row)), Text(Own(await AggregateAsync<Article>(session, row.Id))));
            foreach (var row in rows.Commenters.All)
                Assert.Equal(
                    row with
                    {
                        CommentCount = 0,
                        ReactionsReceived = 0,
                        RejectedCount = 0,
                        ShadowedCount = 0,
                    },
                    await AggregateAsync<Commenter>(session, row.Id)
                );
            foreach (var row in rows.Comments.All)
            {
                var comment = await AggregateAsync<Comment>(session, row.Id);
                Assert.Equal(
                    row with
                    {
                        ReactionsJson = "{}",
                        Positive = 0,
                        Negative = 0,
                        Flags = 0,
                        Notices = 0,
                        ReplyCount = 0,
                        ShownReplies = 0,
                        // which articles were renamed and merged
                        ArticleId = row.PostedOn ?? row.ArticleId,
                        PostedOn = null,
                    },
                    comment with
                    {
                        Flags = 0,
                        Notices = 0,
                    }
                );
                Assert.Equal(comment, await session.Events.FetchLatest<Comment>(row.Id));
            }
            foreach (var row in rows.Reactions.All)
            {
                var reaction = await AggregateAsync<Reaction>(session, row.Id);
                Assert.Equal(row, reaction with { ArticleId = row.ArticleId });
            }
            foreach (var row in rows.Flags.All)
            {
                var flag = await AggregateAsync<Flag>(session, row.Id);
                Assert.Equal(row with { SettledBy = null }, flag with { ArticleId = row.ArticleId });
            }
            foreach (var row in rows.Notices.All)
            {
                var notice = await AggregateAsync<Notice>(session, row.Id);
                Assert.Equal(
                    row with
                    {
                        End = null,
                        Reversal = null,
                    },
                    notice with
                    {
                        ArticleId = row.ArticleId,
                    }
                );
            }
            // an appeal is in its comment's stream; of several the newest
            foreach (var appeals in rows.Appeals.All.GroupBy(a => a.CommentId))
                Assert.Equal(
                    appeals.MaxBy(a => a.At),
                    (await AggregateAsync<Appeal>(session, appeals.Key)) with
                    {
                        AnsweredWith = null,
                    }
                );
        }
    }

    /// <summary>What an article's own stream says of it: not its comments, nor that it has become part of another.</summary>
    static Article Own(Article row) =>
        row with
        {
            CommentCount = 0,
            LastCommentAt = null,
            Content = null,
            MovedTo = null,
            LockedBranches = 0,
        };

    static async Task<T> AggregateAsync<T>(IQuerySession session, Guid stream)
        where T : class =>
        await session.Events.AggregateStreamAsync<T>(stream, token: TestContext.Current.CancellationToken)
        ?? throw new InvalidOperationException($"There is no {typeof(T).Name} {stream}.");

    /// <summary>Lists within are compared by what is in them.</summary>
    static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value, Json.Options);

    /// <summary>All rows of a site, as the server reads them.</summary>
    static async Task<WorkingSet> LoadAsync(Place place, string site)
    {
        var ct = TestContext.Current.CancellationToken;
        var set = new WorkingSet();
        set.Sites.Want(site, Guid.Empty);
        await WantAsync(ReaderTables.Articles, id => set.Articles.Want(site, id));
        await WantAsync(ReaderTables.Commenters, id => set.Commenters.Want(site, id));
        await WantAsync(ReaderTables.Comments, id => set.Comments.Want(site, id));
        await WantAsync(ReaderTables.Reactions, id => set.Reactions.Want(site, id));
        await WantAsync(ReaderTables.Flags, id => set.Flags.Want(site, id));
        await WantAsync(ReaderTables.Notices, id => set.Notices.Want(site, id));
        await WantAsync(ReaderTables.Appeals, id => set.Appeals.Want(site, id));
        await using var connection = await place.Database.OpenConnectionAsync(ct);
        await RowStore.Live.LoadAsync(connection, set, [], [], DateTimeOffset.MinValue, ct);
        return set;

        async Task WantAsync(string table, Action<Guid> want)
        {
            await using var command = place.Database.CreateCommand(
                $"select id from {ReaderTables.Schema}.{table} where site = $1"
            );
            command.Parameters.Add(new() { Value = site });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                want(reader.GetGuid(0));
        }
    }
}
