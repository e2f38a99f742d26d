using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>Whoever wrote can read their write, from any node.</summary>
public class PositionsTests(Store store, Kestrel other) : IClassFixture<Kestrel>
{
    [Fact]
    public async Task A_write_is_read_from_another_node_by_its_position()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        for (var n = 0; n < 20; n++)
        {
            var posted = (await site.PostAsync(article, "ada", $"{n}")).Expect(201);
            var read = await other.SendAsync(
                "GET",
                $"{site.Path}/comments/{posted["id"]}?minPosition={posted.Position}"
            );
            Assert.True(read.Expect(200).Position >= posted.Position);
        }
    }

    [Fact]
    public async Task A_refusal_after_a_wait_tells_a_position_that_was_waited_for()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        for (var n = 0; n < 20; n++)
        {
            var posted = (await site.PostAsync(article, "ada", $"{n}")).Expect(201);
            var refused = await other.SendAsync(
                "GET",
                $"{site.Path}/articles/missing?minPosition={posted.Position}"
            );
            Assert.True(refused.ExpectProblem(404, "article-not-found").Position >= posted.Position);
        }
    }

    [Fact]
    public async Task Requests_with_one_key_that_arrive_at_once_all_tell_a_position_that_holds_the_comment()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => site.PostAsync(article, "ada", "Once", headers: ("Idempotency-Key", "k")))
        );

        // the events of one write: that ada joined, then what she posted
        var written = replies.Min(r => r.Expect(201).Position);
        var history = await site.GetAsync(
            "/events?type=comment-posted",
            site.Token("x", ThreadStore.Http.Role.Analyst)
        );
        Assert.True(written >= history.Json.GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task A_write_that_is_repeated_or_refused_on_another_node_tells_a_position_that_holds_the_reason()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var path = $"{site.Path}/articles/{article}/comments";

        for (var n = 0; n < 20; n++)
        {
            var (key, body) = ($"Idempotency-Key: {n}", $$"""{"body":"{{n}}"}""");
            var first = await store.SendAsync(
                "POST",
                path,
                body,
                site.Token("ada"),
                ("Idempotency-Key", $"{n}")
            );
            var repeated = await other.SendAsync("POST", path, site.Token("ada"), body, key);
            var refused = await other.SendAsync("POST", path, site.Token("ada"), body);

            Assert.Equal(first.Expect(201).Text, repeated.Expect(201).Text);
            Assert.True(repeated.Position >= first.Position);
            Assert.True(refused.ExpectProblem(409, "duplicate-comment").Position >= first.Position);

            var comment = $"{site.Path}/comments/{first["id"]}";
            var deleted = (await store.SendAsync("DELETE", comment, token: site.Token("ada"))).Expect(204);
            var again = (await other.SendAsync("DELETE", comment, site.Token("ada"))).Expect(204);
            Assert.True(again.Position >= deleted.Position);
        }
    }
}
