using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ThreadStore.Appending;
using ThreadStore.Demo;
using ThreadStore.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public class DemoPageTests(Store store, Browser browser)
{
    [Fact]
    public async Task The_demos_page_is_an_article_with_the_embed_below_it()
    {
        var sample = DemoDiscussion.Read() with { ArticleKey = $"article-{Guid.NewGuid():N}" };
        await new LoadDemo(store.Services.GetRequiredService<Appender>(), TimeProvider.System).RunAsync(
            DemoPage.Site,
            sample,
            TestContext.Current.CancellationToken
        );
        var builder = store.Builder();
        DemoPage.Configure(builder);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseServer();
        app.MapDemoPage(Store.Key, sample.ArticleKey);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await using var visit = await browser.VisitAsync();

        var address = app.Urls.Single();
        await visit.Page.GotoAsync(address);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync(sample.Article.Title!);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 2 }))
            .ToHaveTextAsync($"{sample.Comments.Count} comments");
        await visit
            .Page.GetByRole(AriaRole.Textbox, new() { Name = "Your comment" })
            .FillAsync("From the demo’s page");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Post", Exact = true }).ClickAsync();

        await Expect(visit.Page.GetByText("From the demo’s page")).ToBeVisibleAsync();
        // the desk and the insights are one click away, without a token to be pasted
        foreach (var (link, first) in ((string, string)[])[("Desk", "Queues"), ("Insights", "Main")])
        {
            await visit.Page.GotoAsync(address);
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Navigation, new() { Name = first }))
                .ToBeVisibleAsync();
            await Expect(visit.Page.GetByText("Editor · demo")).ToBeVisibleAsync();
            Assert.DoesNotContain("token", visit.Page.Url, StringComparison.Ordinal);
        }
        visit.AssertQuiet(null, new Uri(address).Authority);
    }
}
