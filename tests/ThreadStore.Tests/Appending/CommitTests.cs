using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Appending;

public sealed class CommitTests(Store store)
{
    /// <summary>Refuses a text, but only when all is written and the transaction is to be committed.</summary>
    const string RefuseLate = """
        create function threadstore.refuse() returns trigger language plpgsql
          as $$ begin raise exception 'Not at the last moment.'; end $$;
        create constraint trigger refuse after insert on threadstore.comment_rows deferrable initially deferred
          for each row when (new.content like '%unlucky%') execute function threadstore.refuse();
        select 1
        """;

    [Fact]
    public async Task What_the_database_refuses_at_commit_is_not_said_to_be_done()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        await node.ScalarAsync(RefuseLate);

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(n => site.PostAsync("a", $"c{n}", n % 10 == 3 ? $"unlucky {n}" : $"lucky {n}"))
        );

        for (var n = 0; n < replies.Length; n++)
            replies[n].Expect(n % 10 == 3 ? 500 : 201);
        Assert.Equal(27, (await Walk.ThreadAsync(site, "a")).Count);
        await Walk.AssertLawOfCountsAsync(site, "a");
        await node.AssertRowsFollowFromEventsAsync();
    }
}
