using System.IO.Compression;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class CachingTests(Store store)
{
    const string OfCaller = "Authorization, ThreadStore-Min-Position";

    [Fact]
    public async Task What_depends_on_the_token_says_so_to_all()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");
        var position = (await site.GetAsync("/articles")).Position;
        var (ada, moderator) = (site.Token("ada"), site.Token("m", Role.Moderator | Role.Analyst));
        (string Path, string? Token, int Status, bool Depends)[] asked =
        [
            // the same for all
            ("/articles", null, 200, false),
            ($"/articles/{article}", ada, 200, false),
            ($"/articles/{article}/comments", ada, 200, false),
            ($"/articles/{article}/comments", moderator, 200, false),
            ($"/comments/{id}", null, 200, false),
            ($"/comments/{id}", moderator, 200, false),
            // its author: who is shadowed finds what others do not, and must not tell the two apart
            ($"/comments/{id}", ada, 200, true),
            ($"/comments/{id}/replies", ada, 200, false),
            ($"/counts?article={article}", ada, 200, false),
            ("/search?q=hello", ada, 200, false),
            // more for some: a cache must not give them what it has for all
            ("/commenters/ada", null, 200, true),
            ("/commenters/ada", ada, 200, true),
            ("/commenters/ada/comments", null, 200, true),
            ("/commenters/ada/comments", ada, 200, true),
            // for one or a few
            ($"/articles/{article}/me", ada, 200, true),
            ($"/comments/{id}/history", ada, 200, true),
            ("/moderation/queue", moderator, 200, true),
            ("/events", moderator, 200, true),
            ($"/articles/{article}/comments?atPosition={position}", moderator, 200, true),
            ("/analytics/activity", moderator, 200, true),
            // somebody else may find it
            ("/articles/absent", null, 404, true),
            ($"/articles/{article}/me", null, 401, true),
        ];
        foreach (var (path, token, status, depends) in asked)
        {
            var read = (await site.GetAsync(path, token)).Expect(status);
            var vary = read.Headers.GetValueOrDefault("Vary", "");
            Assert.True(vary.Contains(OfCaller, StringComparison.Ordinal) == depends, $"{path}: {vary}");
            Assert.Equal(1, vary.Split("Authorization").Length - 1 + (depends ? 0 : 1));
        }
    }

    [Fact]
    public async Task What_only_some_find_is_theirs()
    {
        var site = await store.ASiteAsync(new { moderationMode = "pre" });
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Held");

        var seen = (await site.GetAsync($"/comments/{id}", site.Token("ada"))).Expect(200);
        var hidden = (await site.GetAsync($"/comments/{id}")).Expect(404);

        Assert.StartsWith("private", seen.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains(OfCaller, seen.Headers["Vary"], StringComparison.Ordinal);
        Assert.Contains(OfCaller, hidden.Headers["Vary"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shared_caches_may_be_told_to_ask_less_often_about_what_is_public()
    {
        await using var node = await Node.StartAsync(store, null, ("ThreadStore:SharedMaxAge", "5"));
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");

        // the second comes ready-made
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                "public, max-age=0, must-revalidate, s-maxage=5",
                (await site.GetAsync($"/articles/{article}/comments")).Headers["Cache-Control"]
            );
        foreach (var path in (string[])[$"/articles/{article}/me", "/commenters/ada/comments"])
            Assert.Equal(
                "private, max-age=0, must-revalidate",
                (await site.GetAsync(path, site.Token("ada"))).Headers["Cache-Control"]
            );
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("five")]
    public async Task A_shared_age_that_is_no_number_is_told_at_start(string text) =>
        Assert.Contains(
            "ThreadStore__SharedMaxAge",
            (
                await Assert.ThrowsAsync<StartupException>(() =>
                    Node.StartAsync(store, store.ConnectionString, ("ThreadStore:SharedMaxAge", text))
                )
            ).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Each_encoding_of_an_answer_has_a_tag_of_its_own_and_all_mean_the_same()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        var id = await site.ACommentAsync(article, "ada", "Hello");
        foreach (
            var path in (string[])
                [
                    $"/articles/{article}/comments",
                    $"/articles/{article}/comments?minPosition=0",
                    $"/comments/{id}",
                ]
        )
        {
            var plain = (await site.GetAsync(path)).Expect(200).ETag;
            foreach (
                var (accepted, suffix) in (ValueTuple<string, string>[])
                    [
                        ("gzip", "-gzip"),
                        ("br", "-br"),
                        ("gzip, br", "-br"),
                        ("identity", ""),
                        ("gzip;q=0.5", "-gzip"),
                    ]
            )
            {
                var tag = $"{plain[..^1]}{suffix}\"";
                var (whole, again) = (
                    await GetAsync(node, site, path, accepted),
                    await GetAsync(node, site, path, accepted, tag)
                );
                Assert.Equal((200, tag), whole);
                Assert.Equal((304, tag), again);
                Assert.Equal((304, tag), await GetAsync(node, site, path, accepted, plain));
            }
        }
        // and each will do for a change
        var seen = (await GetAsync(node, site, $"/comments/{id}", "br")).ETag;
        foreach (var tag in (string[])[$"W/{seen}", seen])
            (
                await site.SendAsync(
                    "PATCH",
                    $"/comments/{id}",
                    new { body = $"By {tag}" },
                    site.Token("ada"),
                    ("If-Match", tag)
                )
            ).Expect(tag == seen ? 412 : 200);
    }

    static async Task<(int Status, string ETag)> GetAsync(
        Node node,
        TestSite site,
        string path,
        string encoding,
        string? known = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Path + path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        using var response = await node.Client.SendAsync(request);
        var body = await response.Content.ReadAsStreamAsync();
        await using var decoded = response.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var text = new StreamReader(decoded);
        Assert.Equal(known is null, (await text.ReadToEndAsync()).StartsWith('{'));
        return ((int)response.StatusCode, $"{response.Headers.ETag}");
    }

    [Theory]
    [InlineData("\"1.abc\"", true)]
    [InlineData("W/\"1.abc\"", true)]
    [InlineData("\"1.abc-gzip\"", true)]
    [InlineData("W/\"1.abc-br\"", true)]
    [InlineData("\"1.abc-zstd\"", true)]
    [InlineData("\"1.abc;gzip\"", true)]
    [InlineData("\"1.abc--gzip\"", true)]
    [InlineData("\"1.abc-br-gzip\"", true)]
    [InlineData("\"x\" ,\"1.abc-gzip\"", true)]
    [InlineData("*", true)]
    [InlineData("\"1.abcgzip\"", false)]
    [InlineData("\"1.abc-lzma\"", false)]
    [InlineData("\"1.ab-gzip\"", false)]
    [InlineData("\"-gzip\"", false)]
    [InlineData("1.abc-gzip", false)]
    [InlineData("\"", false)]
    [InlineData("W/", false)]
    [InlineData("", false)]
    public void A_tag_may_have_what_a_proxy_made_of_it(string header, bool matches) =>
        Assert.Equal(matches, ETags.Match(header, "\"1.abc\""));
}
