using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class LoadSheddingTests(Store store)
{
    [Fact]
    public async Task Where_too_much_is_under_way_the_crowd_is_told_to_come_back_and_nobody_else_is()
    {
        // whose clock stands still: it never finds the Appender busy, so how many it takes is known
        var pace = new WritingPace(new ManualClock());
        await using var app = await StartAsync(pace);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var site = await store.ASiteAsync(new { allowedOrigins = (string[])["https://news.example"] });
        site = site with { Client = client };
        var article = await site.AnArticleAsync();
        var comment = await site.ACommentAsync(article, "ada", "Before");
        for (var i = 0; i < WritingPace.Burst; i++)
            // the comment's request is counted until a moment after its answer
            while (!pace.TryEnter())
                await Task.Yield();

        var refused = (
            await site.PostAsync(article, "ben", "Too much", headers: ("Origin", "https://news.example"))
        ).Expect(503, "busy");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal("https://news.example", refused.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal($"{site.Path}/articles/{article}/comments", refused["instance"].GetString());
        Assert.True(refused.Position > 0);
        var reaction = $"/comments/{comment}/reactions/like";
        (await site.SendAsync("PUT", reaction, token: site.Token("ben"))).Expect(503, "busy");
        // what would be refused however little there is to do
        (await site.SendAsync("PUT", reaction)).Expect(401);
        (await site.SendAsync("PUT", reaction, token: Store.Token("other", "ben"))).Expect(403);
        // who keeps order, and who reads
        (
            await site.SendAsync(
                "POST",
                $"/comments/{comment}/reject",
                new { reason = "spam" },
                site.Token("mod", Role.Moderator)
            )
        ).Expect(200);
        (await site.GetAsync($"/articles/{article}/comments")).Expect(200);
        (await site.SendAsync("POST", "/counts", new { articles = (string[])[article] })).Expect(200);

        // each that was answered makes room for the next
        pace.Leave();
        for (var i = 0; i < 3; i++)
            (await site.PostAsync(article, "ben", $"Now {i}")).Expect(201);
    }

    async Task<WebApplication> StartAsync(WritingPace pace)
    {
        var builder = store.Builder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(pace);
        var app = builder.Build();
        app.UseServer();
        await app.StartAsync();
        return app;
    }
}
