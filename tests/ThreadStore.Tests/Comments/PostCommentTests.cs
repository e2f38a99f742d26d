using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Comments;

public class PostCommentTests(Store store)
{
    [Fact]
    public async Task A_posted_reply_is_read_back_under_its_parent()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "First");
        var reply = await site.ACommentAsync(article, "ben", "Second", parent);

        var thread = (await site.GetAsync($"/articles/{article}/comments")).Expect(200);

        var item = Assert.Single(thread["items"].EnumerateArray());
        Assert.Equal(parent, item.GetProperty("id").GetGuid());
        Assert.Equal(1, item.GetProperty("replyCount").GetInt32());
        var below = Assert.Single(item.GetProperty("replies").GetProperty("items").EnumerateArray());
        Assert.Equal((reply, 1), (below.GetProperty("id").GetGuid(), below.GetProperty("depth").GetInt32()));
        Assert.Equal(2, thread["commentCount"].GetInt32());
    }

    [Fact]
    public async Task The_answer_is_the_comment_its_address_its_version_and_its_position()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var posted = (await site.PostAsync(article, "ada", "Hello *world*")).Expect(201);

        var id = posted["id"].GetGuid();
        Assert.Equal($"{site.Path}/comments/{id}", posted.Headers["Location"]);
        Assert.StartsWith("\"1.", posted.ETag, StringComparison.Ordinal);
        Assert.Equal("<p dir=\"auto\">Hello <em>world</em></p>", posted["html"].GetString());
        Assert.Equal("published", posted["state"].GetString());
        var read = (
            await site.GetAsync(
                $"/comments/{id}",
                headers: ("ThreadStore-Min-Position", $"{posted.Position}")
            )
        ).Expect(200);
        Assert.Equal(posted["createdAt"].GetString(), read["createdAt"].GetString());
        Assert.True(read.Position >= posted.Position);
    }

    [Fact]
    public async Task A_repeated_request_gets_the_first_answer_and_appends_nothing()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var first = (await site.PostAsync(article, "ada", "Once", headers: ("Idempotency-Key", "k"))).Expect(
            201
        );
        var events = await site.CountEventsAsync();
        (
            await store.SendAsync(
                "POST",
                $"{site.Path}/articles/{article}/discussion/close",
                token: site.Token("m", Role.Moderator)
            )
        ).Expect(200);

        // looked up before any refusal: the discussion is closed by now
        var again = (await site.PostAsync(article, "ada", "Once", headers: ("Idempotency-Key", "k"))).Expect(
            201
        );

        Assert.Equal(first.Text, again.Text);
        Assert.Equal(events + 1, await site.CountEventsAsync());
        (await site.PostAsync(article, "ada", "Twice", headers: ("Idempotency-Key", "k"))).Expect(
            422,
            "idempotency-conflict"
        );
    }

    [Fact]
    public async Task Requests_with_one_key_that_arrive_at_once_create_one_comment()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();

        var replies = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => site.PostAsync(article, "ada", "Once", headers: ("Idempotency-Key", "k")))
        );

        Assert.All(replies, r => r.Expect(201));
        Assert.Single(replies.Select(r => r["id"].GetGuid()).Distinct());
        Assert.Single(await Walk.ThreadAsync(site, article));
    }

    [Fact]
    public async Task A_preview_takes_no_key()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        (await site.PostAsync(article, "ada", "Once", headers: ("Idempotency-Key", "k"))).Expect(201);

        var preview = await site.SendAsync(
            "POST",
            $"/articles/{article}/comments?dryRun=true",
            new { body = "Otherwise" },
            site.Token("ada"),
            ("Idempotency-Key", "k")
        );

        Assert.Equal("published", preview.Expect(200)["state"].GetString());
    }

    [Theory]
    [InlineData("reject")]
    [InlineData("hold")]
    public async Task Who_is_neither_author_nor_moderator_does_not_learn_that_there_is_such_a_comment(
        string how
    )
    {
        var site = await store.ASiteAsync(how == "hold" ? new { moderationMode = "pre" } : null);
        var article = await site.AnArticleAsync();
        var id = (await site.PostAsync(article, "ada", "Hidden")).Expect(201)["id"].GetGuid();
        if (how == "reject")
            (await site.ModerateAsync($"/comments/{id}/reject", new { reason = "spam" })).Expect(200);

        foreach (var role in (Role[])[Role.None, Role.Analyst, Role.Service])
        foreach (var path in (string[])["", "/replies", "/history"])
            (await site.GetAsync($"/comments/{id}{path}", site.Token("ben", role))).Expect(
                404,
                "comment-not-found"
            );
        foreach (var token in (string[])[site.Token("ada"), site.Token("mo", Role.Moderator)])
        foreach (var path in (string[])["", "/history"])
            (await site.GetAsync($"/comments/{id}{path}", token)).Expect(200);
    }

    [Fact]
    public async Task Keys_are_within_commenter_and_path()
    {
        var site = await store.ASiteAsync();
        var (one, other) = (await site.AnArticleAsync(), await site.AnArticleAsync());

        var replies = new[]
        {
            await site.PostAsync(one, "ada", "Text", headers: ("Idempotency-Key", "k")),
            await site.PostAsync(one, "ben", "Text", headers: ("Idempotency-Key", "k")),
            await site.PostAsync(other, "ada", "Text", headers: ("Idempotency-Key", "k")),
        };

        Assert.Equal(3, replies.Select(r => r.Expect(201)["id"].GetGuid()).Distinct().Count());
    }

    [Fact]
    public async Task The_same_text_in_the_same_place_is_taken_once_within_five_minutes()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var parent = await site.ACommentAsync(article, "ada", "Same");

        var twice = (await site.PostAsync(article, "ada", "Same")).Expect(409, "duplicate-comment");
        Assert.Equal(parent, twice["comment"].GetGuid());
        (await site.PostAsync(article, "ada", "Same", parent)).Expect(201);
        (await site.PostAsync(article, "ben", "Same")).Expect(201);
    }

    [Fact]
    public async Task A_reply_goes_to_a_published_comment_of_the_article_and_not_too_deep()
    {
        var site = await store.ASiteAsync(new { maxDepth = 2 });
        var (article, other) = (await site.AnArticleAsync(), await site.AnArticleAsync());
        var foreign = await site.ACommentAsync(other, "ada", "Elsewhere");
        var root = await site.ACommentAsync(article, "ada", "0");
        var one = await site.ACommentAsync(article, "ada", "1", root);
        var two = await site.ACommentAsync(article, "ada", "2", one);
        var events = await site.CountEventsAsync();

        (await site.PostAsync(article, "ada", "x", foreign)).Expect(409, "parent-not-available");
        (await site.PostAsync(article, "ada", "x", Guid.NewGuid())).Expect(409, "parent-not-available");
        (await site.PostAsync(article, "ada", "3", two)).Expect(409, "too-deep");
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData(" \n\t ", "body")]
    [InlineData("123456", "body")]
    [InlineData("𝒳𝒳𝒳𝒳𝒳𝒳", "body")]
    public async Task A_text_that_is_empty_or_too_long_is_refused(string body, string member)
    {
        var site = await store.ASiteAsync(new { maxCommentLength = 5 });
        var article = await site.AnArticleAsync();

        var refused = (await site.PostAsync(article, "ada", body)).Expect(400, "validation");

        Assert.True(refused["errors"].TryGetProperty(member, out _));
        (await site.PostAsync(article, "ada", "𝒳𝒳𝒳𝒳𝒳")).Expect(201);
    }

    // Markdown of nothing, entities of blanks, what has no width
    [Theory]
    [InlineData("-")]
    [InlineData("> - \n>\n> 1.")]
    [InlineData("```")]
    [InlineData("~~~cs\n\n~~~")]
    [InlineData("&nbsp; &#8203;&#x2060;")]
    [InlineData("\u200B\u200D\uFEFF\u00AD\u2800\u3164\uFE0F")]
    [InlineData("[\u200B](https://a.example)")]
    public async Task What_shows_nothing_is_empty_whether_posted_or_edited(string body)
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "Something");
        var events = await site.CountEventsAsync();

        (await site.PostAsync(article, "ada", body)).Expect(400, "validation");
        (await site.SendAsync("PATCH", $"/comments/{comment}", new { body }, site.Token("ada"))).Expect(
            400,
            "validation"
        );

        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("[12:30]: goal!")]
    [InlineData("***")]
    [InlineData("\\")]
    [InlineData("#")]
    [InlineData("&amp;")]
    [InlineData("❤\uFE0F")]
    public async Task What_shows_anything_is_a_comment(string body)
    {
        var site = await store.ASiteAsync();

        (await site.PostAsync(await site.AnArticleAsync(), "ada", body)).Expect(201);
    }

    [Fact]
    public async Task Nobody_writes_on_what_is_missing_withdrawn_or_closed()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var (cms, path) = (site.Token("cms", Role.Service), $"{site.Path}/articles/{article}");

        (await site.PostAsync("nowhere", "ada", "x")).Expect(404, "article-not-found");
        (await store.SendAsync("POST", $"{path}/withdraw", token: cms)).Expect(200);
        (await site.PostAsync(article, "ada", "x")).Expect(404, "article-not-found");
        (await store.SendAsync("POST", $"{path}/publish", token: cms)).Expect(200);
        (await store.SendAsync("POST", $"{path}/discussion/close", token: cms)).Expect(200);
        (await site.PostAsync(article, "ada", "x")).Expect(409, "discussion-closed");
        (await store.SendAsync("POST", $"{path}/discussion/open", token: cms)).Expect(200);
        (await site.PostAsync(article, "ada", "x")).Expect(201);
    }

    [Fact]
    public async Task A_discussion_closes_by_itself_after_the_days_that_the_site_sets()
    {
        var site = await store.ASiteAsync(new { closeAfterDays = 3 });
        (
            await site.PutArticleAsync(
                "old",
                new { title = "Old", publishedAt = DateTimeOffset.UtcNow.AddDays(-4) }
            )
        ).Expect(201);
        (
            await site.PutArticleAsync(
                "new",
                new { title = "New", publishedAt = DateTimeOffset.UtcNow.AddDays(-2) }
            )
        ).Expect(201);

        (await site.PostAsync("old", "ada", "x")).Expect(409, "discussion-closed");
        (await site.PostAsync("new", "ada", "x")).Expect(201);
        Assert.Equal("closed", (await site.GetAsync("/articles/old"))["discussion"].GetString());
    }

    [Fact]
    public async Task Text_is_kept_as_sent()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        const string text =
            "a\u0301 é \u202E‮ \U0001F469\u200D\U0001F680 \uFEFF <b>&\"'\\ 汉字\t\r\nend \u2028";

        var id = await site.ACommentAsync(article, "ada", text);

        Assert.Equal(text, (await site.GetAsync($"/comments/{id}"))["body"].GetString());
    }

    [Fact]
    public async Task A_commenter_whose_token_shows_another_name_is_renamed_but_their_comments_keep_theirs()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        Task<Reply> As(string name, string body) =>
            store.SendAsync(
                "POST",
                $"{site.Path}/articles/{article}/comments",
                new { body },
                site.Token("ada", name: name)
            );

        (await As("Ada", "One")).Expect(201);
        (await As("Countess", "Two")).Expect(201);

        var names = (await Walk.ThreadAsync(site, article, "oldest")).Select(c =>
            c.GetProperty("author").GetProperty("name").GetString()
        );
        Assert.Equal(["Ada", "Countess"], names);
        Assert.Equal("Countess", (await site.GetAsync("/commenters/ada"))["name"].GetString());
    }

    [Fact]
    public async Task A_reply_to_a_comment_of_the_same_batch_and_its_parent_are_both_there()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "root");

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => site.PostAsync(article, $"c{i}", $"reply {i}", root))
        );

        Assert.All(replies, r => r.Expect(201));
        Assert.Equal(50, replies.Select(r => r.Position).Distinct().Count());
        Assert.Equal(50, (await site.GetAsync($"/comments/{root}"))["replyCount"].GetInt32());
        await Walk.AssertLawOfCountsAsync(site, article);
        Assert.Equal(JsonValueKind.Null, (await site.GetAsync($"/comments/{root}"))["editedAt"].ValueKind);
    }
}
