using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Web;

[Collection(nameof(Browser))]
public partial class DeskSignInTests(Store store, Browser browser)
{
    [Fact]
    public async Task A_pasted_token_opens_the_desk_and_a_bad_one_says_why_not()
    {
        var site = await store.ASiteAsync();
        await using var visit = await browser.VisitAsync();
        await visit.OpenAsync("/desk?lang=de");

        await visit.Page.GetByLabel("Token").FillAsync("not.a.token");
        await visit.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Alert).SaysAsync("Dieses Token gilt für mehrere Websites");
        await visit.Page.GetByLabel("Website").FillAsync(site.Key);
        await visit.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Alert).SaysAsync("Sie sind abgemeldet");
        await visit.Page.GetByLabel("Token").FillAsync(site.Token("mona", Role.Moderator));
        await visit.PressAsync("Enter");
        await visit.Page.GetByText("Hier wartet nichts.").WaitForAsync();
        await visit.Page.ReloadAsync();
        await visit.Page.GetByText("Hier wartet nichts.").WaitForAsync();
        await visit.Button("Abmelden").ClickAsync();

        await visit.Page.GetByLabel("Token").WaitForAsync();
        Assert.Null(await visit.Page.EvaluateAsync<string?>("sessionStorage.getItem('threadstore.session')"));
        visit.AssertQuiet(Unauthorized());
    }

    [Fact]
    public async Task An_account_at_the_issuer_opens_the_desk()
    {
        var site = await store.ASiteAsync();
        await using var issuer = await PublicIssuer.StartAsync();
        var builder = store.Builder();
        builder.Configuration["ThreadStore:Authority"] = issuer.Address;
        builder.Configuration["ThreadStore:Audience"] = "comments";
        builder.Configuration["ThreadStore:ClientId"] = PublicIssuer.Client;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.UseServer();
        await server.StartAsync(TestContext.Current.CancellationToken);
        foreach (
            var (name, value) in new Dictionary<string, object?>
            {
                ["iss"] = issuer.Address,
                ["aud"] = "comments",
                ["sub"] = "mona",
                ["name"] = "Mona",
                ["site"] = site.Key,
                ["roles"] = "moderator",
                ["iat"] = Jwt.In(TimeSpan.Zero),
                ["exp"] = Jwt.In(TimeSpan.FromMinutes(10)),
            }
        )
            issuer.Claims[name] = value;
        // a node compiles an endpoint when it is first asked for, which is not what a page waits for here
        using var client = new HttpClient { BaseAddress = new(server.Urls.Single()) };
        foreach (var path in (string[])["queue", "counts"])
            (
                await Store.SendAsync(
                    client,
                    "GET",
                    $"{site.Path}/moderation/{path}",
                    token: site.Token("mona", Role.Moderator)
                )
            ).Expect(200);
        await using var visit = await browser.VisitAsync();

        await visit.Page.GotoAsync($"{server.Urls.Single()}/desk");
        await visit.Button("Sign in with your account").ClickAsync();
        await visit.Page.GetByText("Nothing waits here.").WaitForAsync();

        await visit.Page.GetByText($"Mona · {site.Key}").WaitForAsync();
        Assert.Equal($"{server.Urls.Single()}/desk", visit.Page.Url);
        visit.AssertQuiet(null, new Uri(server.Urls.Single()).Authority, new Uri(issuer.Address).Authority);
    }

    [GeneratedRegex("status of 401")]
    private static partial Regex Unauthorized();
}
