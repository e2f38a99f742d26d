using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public sealed class HeadRequestsTests(Store store, Kestrel kestrel) : IClassFixture<Kestrel>
{
    static readonly string[] Same =
    [
        "Content-Length",
        "Content-Type",
        "ETag",
        "Cache-Control",
        "Vary",
        "Access-Control-Allow-Origin",
    ];

    [Fact]
    public async Task HEAD_answers_as_GET_would_without_the_body()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "First");
        foreach (
            var path in (string[])
                [
                    $"/articles/{article}/comments",
                    $"/articles/{article}",
                    $"/comments/{comment}",
                    "/articles/absent",
                    "/nowhere",
                ]
        )
        {
            var get = await kestrel.SendAsync("GET", site.Path + path);
            var head = await kestrel.SendAsync("HEAD", site.Path + path);

            Assert.Equal((get.Status, ""), (head.Status, head.Text));
            Assert.True(head.Position >= get.Position);
            var differs = Same.Where(n =>
                    get.Headers.GetValueOrDefault(n) != head.Headers.GetValueOrDefault(n)
                )
                .Select(n => $"{n}: {head.Headers.GetValueOrDefault(n)}")
                .ToList();
            Assert.True(
                differs.Count == 0,
                $"HEAD {path} has {string.Join(", ", differs)}, unlike GET: {get.Text}"
            );
        }
        var tag = (await kestrel.SendAsync("GET", $"{site.Path}/comments/{comment}")).ETag;
        var unchanged = await kestrel.SendAsync(
            "HEAD",
            $"{site.Path}/comments/{comment}",
            headers: $"If-None-Match: {tag}"
        );
        Assert.Equal(304, unchanged.Status);
    }

    [Theory]
    [InlineData("HEAD", "/articles/a/live")]
    [InlineData("HEAD", "/articles/a/withdraw")]
    public async Task What_has_no_end_or_no_GET_has_no_HEAD(string method, string path)
    {
        var site = await store.ASiteAsync();

        Assert.Equal(405, (await kestrel.SendAsync(method, site.Path + path)).Status);
    }
}
