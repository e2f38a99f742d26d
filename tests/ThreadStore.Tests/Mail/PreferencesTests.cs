using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Mail;

/// <summary>What people say about mail, and how they end it.</summary>
public class PreferencesTests(Store store)
{
    const string Nothing = """{"email":{"replies":"never","decisions":"never","mentions":"never"}}""";

    [Fact]
    public async Task Nobody_is_written_to_who_did_not_ask_for_it()
    {
        var site = await store.ASiteAsync();

        Assert.Equal(Nothing, (await site.GetAsync("/me/preferences", site.Token("ada"))).Expect(200).Text);
    }

    [Fact]
    public async Task What_is_left_out_stays_and_others_have_their_own()
    {
        var site = await store.ASiteAsync();
        var token = site.Token("ada");
        (await site.WishAsync(token, new { email = new { replies = "instant", mentions = "daily" } })).Expect(
            200
        );

        var changed = (await site.WishAsync(token, new { email = new { replies = "hourly" } })).Expect(200);
        var same = (await site.WishAsync(token, new { })).Expect(200);

        const string wanted = """{"email":{"replies":"hourly","decisions":"never","mentions":"daily"}}""";
        Assert.Equal(wanted, changed.Text);
        Assert.Equal(wanted, same.Text);
        Assert.Equal(wanted, (await site.GetAsync("/me/preferences", token)).Expect(200).Text);
        Assert.Equal(Nothing, (await site.GetAsync("/me/preferences", site.Token("ben"))).Expect(200).Text);
    }

    [Theory]
    [InlineData("""{"email":{"replies":"weekly"}}""", "email.replies")]
    [InlineData("""{"email":{"replies":"Instant"}}""", "email.replies")]
    [InlineData("""{"email":{"featured":"daily"}}""", "email.featured")]
    [InlineData("""{"push":{}}""", "push")]
    public async Task What_is_no_wish_is_refused_and_changes_nothing(string body, string member)
    {
        var site = await store.ASiteAsync();
        var token = site.Token("ada");

        var refused = await site.WishAsync(token, System.Text.Json.Nodes.JsonNode.Parse(body));

        refused.Expect(400, "validation");
        Assert.Equal(member, Assert.Single(refused["errors"].EnumerateObject()).Name);
        Assert.Equal(Nothing, (await site.GetAsync("/me/preferences", token)).Expect(200).Text);
    }

    [Fact]
    public async Task A_click_ends_all_mail_and_to_look_at_the_page_changes_nothing()
    {
        var site = await store.ASiteAsync(new { name = "A & B", language = "french" });
        var token = site.TokenWith("ada", MailReader.AnAddress());
        (await site.WishAsync(token, new { email = new { replies = "daily" } })).Expect(200);
        var path = UnsubscribeTests.LinkOf(store, site, "ada");

        var page = await store.SendAsync("GET", path);
        Assert.Equal(200, page.Status);
        Assert.Contains("Ne plus recevoir d’e-mails de A &amp; B", page.Text, StringComparison.Ordinal);
        Assert.Contains("<form method=\"post\">", page.Text, StringComparison.Ordinal);
        Assert.Contains(
            "form-action 'self'",
            page.Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
        Assert.NotEqual(Nothing, (await site.GetAsync("/me/preferences", token)).Text);
        for (var i = 0; i < 2; i++)
            Assert.Equal(200, (await store.SendAsync("POST", path)).Status);

        Assert.Equal(Nothing, (await site.GetAsync("/me/preferences", token)).Text);
    }

    [Fact]
    public async Task A_link_that_nobody_signed_ends_nothing()
    {
        var site = await store.ASiteAsync();
        var token = site.TokenWith("ada", MailReader.AnAddress());
        (await site.WishAsync(token, new { email = new { replies = "daily" } })).Expect(200);
        var good = UnsubscribeTests.LinkOf(store, site, "ada");
        var bens = UnsubscribeTests.LinkOf(store, site, "ben");
        var last = good[^1] == 'A' ? 'B' : 'A';

        foreach (
            var bad in (string[])
                [
                    good[..^1],
                    $"{good[..^4]}{last}{good[^3..]}",
                    $"{good}AAAA",
                    $"{good[..30]}{bens[30..]}",
                    "/unsubscribe/-",
                ]
        )
        foreach (var method in (string[])["GET", "POST"])
            Assert.Equal(404, (await store.SendAsync(method, bad)).Status);

        Assert.NotEqual(Nothing, (await site.GetAsync("/me/preferences", token)).Text);
    }
}
