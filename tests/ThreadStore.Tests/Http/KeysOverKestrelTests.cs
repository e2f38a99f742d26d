using System.Text;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

/// <summary>Keys in paths over a real socket: client libraries and servers both like to tidy addresses up.</summary>
public class KeysOverKestrelTests(Store store, Kestrel kestrel) : IClassFixture<Kestrel>
{
    Task<Reply> PutAsync(TestSite site, string segment, string title = "T") =>
        kestrel.SendAsync(
            "PUT",
            $"{site.Path}/articles/{segment}",
            site.Token("cms", Role.Service),
            $$"""{"title":"{{title}}"}"""
        );

    Task<Reply> GetAsync(TestSite site, string segment) =>
        kestrel.SendAsync("GET", $"{site.Path}/articles/{segment}");

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%25252Fb", "a%252Fb")]
    [InlineData("%25", "%")]
    [InlineData("..%2F..", "../..")]
    [InlineData("%2E%2E%2F", "../")]
    [InlineData("...", "...")]
    [InlineData("%2Fetc%2Fpasswd", "/etc/passwd")]
    [InlineData("a%5Cb", "a\\b")]
    [InlineData("a%20b", "a b")]
    [InlineData("%20", " ")]
    [InlineData("a+b", "a+b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a%3Fb", "a?b")]
    [InlineData("a%23b", "a#b")]
    [InlineData("a%26b%3Dc;d,e:f@g$!*'()~", "a&b=c;d,e:f@g$!*'()~")]
    [InlineData("%7Ba%7D", "{a}")]
    [InlineData("%F0%9F%98%80%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80", "😀👩\u200D🚀")]
    [InlineData("%61%62%63", "abc")]
    [InlineData("%22%3Cscript%3E", "\"<script>")]
    [InlineData("comments%2Fx", "comments/x")]
    public async Task A_segment_is_decoded_once(string segment, string key)
    {
        var site = await store.ASiteAsync();

        var put = (await PutAsync(site, segment)).Expect(201);

        Assert.Equal(key, put["key"].GetString());
        Assert.Equal(key, (await GetAsync(site, segment)).Expect(200)["key"].GetString());
        var listed = Assert.Single((await site.GetAsync("/articles"))["items"].EnumerateArray());
        Assert.Equal(key, listed.GetProperty("key").GetString());
        // and as a client library would write it
        (await GetAsync(site, Uri.EscapeDataString(key))).Expect(200);
    }

    [Fact]
    public async Task A_slash_an_encoded_slash_and_one_encoded_twice_are_three_things()
    {
        var site = await store.ASiteAsync();
        (await PutAsync(site, "a%2Fb", "slash")).Expect(201);
        (await PutAsync(site, "a%252Fb", "encoded")).Expect(201);

        Assert.Equal("slash", (await GetAsync(site, "a%2Fb"))["title"].GetString());
        Assert.Equal("encoded", (await GetAsync(site, "a%252Fb"))["title"].GetString());
        (await GetAsync(site, "a/b")).ExpectProblem(404, "not-found");
    }

    [Theory]
    [InlineData("A%2fB%c3%a9", "A%2FB%C3%A9")]
    [InlineData("key", "%6B%65%79")]
    [InlineData("key", "ke%79")]
    public async Task However_it_is_encoded_it_is_the_same_key(string one, string other)
    {
        var site = await store.ASiteAsync();
        (await PutAsync(site, one)).Expect(201);

        (await PutAsync(site, other)).Expect(200);
        Assert.Equal((await GetAsync(site, one)).Text, (await GetAsync(site, other)).Text);
    }

    [Fact]
    public async Task Keys_are_compared_code_point_by_code_point()
    {
        var site = await store.ASiteAsync();
        string[] keys = ["%C3%A9", "e%CC%81", "E%CC%81", "A", "a", "%C3%9F", "ss", "%EF%AC%81", "fi"];

        foreach (var key in keys)
            (await PutAsync(site, key, key)).Expect(201);

        foreach (var key in keys)
            Assert.Equal(key, (await GetAsync(site, key))["title"].GetString());
    }

    [Theory]
    [InlineData("%2E")]
    [InlineData("%2E%2E")]
    [InlineData("%2e.")]
    [InlineData(".%2e")]
    [InlineData("%01")]
    [InlineData("a%0Ab")]
    [InlineData("%1F")]
    [InlineData("%7F")]
    [InlineData("%C2%85")]
    public async Task What_is_no_key_is_refused(string segment)
    {
        var site = await store.ASiteAsync();
        var events = await site.CountEventsAsync();

        (await PutAsync(site, segment)).ExpectProblem(400, "validation");
        (await GetAsync(site, segment)).ExpectProblem(400, "validation");
        (await kestrel.SendAsync("GET", $"{site.Path}/commenters/{segment}")).ExpectProblem(
            400,
            "validation"
        );
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("a%C3")]
    [InlineData("%C0%AF")]
    [InlineData("%ED%A0%80")]
    [InlineData("%F5%80%80%80")]
    [InlineData("%2")]
    [InlineData("%")]
    [InlineData("%GG")]
    [InlineData("a%2F%zz")]
    public async Task What_is_no_percent_encoded_UTF8_is_refused(string segment)
    {
        var site = await store.ASiteAsync();

        (await GetAsync(site, segment)).ExpectProblem(400, "bad-request");
        (await PutAsync(site, segment)).ExpectProblem(400, "bad-request");
    }

    [Theory]
    [InlineData("a%00", "", 400, "bad-request")]
    [InlineData("a b", "", 400, "bad-request")]
    [InlineData("a", "Content-Length: many\r\n", 400, "bad-request")]
    [InlineData("{long}", "", 414, "uri-too-long")]
    [InlineData("a", "X: {long}\r\n", 431, "headers-too-large")]
    public async Task What_the_server_refuses_before_anything_else_is_a_problem_too(
        string segment,
        string header,
        int status,
        string code
    )
    {
        var site = await store.ASiteAsync();
        static string Long(string text) =>
            text.Replace("{long}", new string('k', 70_000), StringComparison.Ordinal);

        var refused = await kestrel.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET {site.Path}/articles/{Long(segment)} HTTP/1.1\r\nHost: x\r\n{Long(header)}\r\n"
            )
        );

        refused.Expect(status, code);
        Assert.Equal("application/problem+json", refused.Headers["Content-Type"]);
        Assert.Equal($"/problems/{code}", refused["type"].GetString());
        Assert.Equal(status, refused["status"].GetInt32());
        Assert.True(refused.Position > 0);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_refused_after_the_caller_and_the_site()
    {
        var site = await store.ASiteAsync();

        (await kestrel.SendAsync("PUT", $"{site.Path}/articles/%FF", body: "{}")).ExpectProblem(
            401,
            "unauthorized"
        );
        (await kestrel.SendAsync("PUT", $"{site.Path}/articles/%FF", site.Token("x"), "{}")).ExpectProblem(
            403,
            "forbidden"
        );
        (await kestrel.SendAsync("GET", "/v1/sites/nowhere/articles/%FF")).ExpectProblem(
            404,
            "site-not-found"
        );
        (await kestrel.SendAsync("GET", "/v1/sites/%FF/articles")).ExpectProblem(404, "site-not-found");
    }

    [Theory]
    [InlineData("k")]
    [InlineData("é")]
    [InlineData("😀")]
    public async Task A_key_has_200_code_points_at_most(string point)
    {
        var site = await store.ASiteAsync();
        string Segment(int points) => Uri.EscapeDataString(string.Concat(Enumerable.Repeat(point, points)));

        (await PutAsync(site, Segment(200))).Expect(201);
        (await GetAsync(site, Segment(200))).Expect(200);
        (await PutAsync(site, Segment(201))).ExpectProblem(400, "validation");
    }

    [Fact]
    public async Task An_address_in_absolute_form_means_the_same()
    {
        var site = await store.ASiteAsync();
        (await PutAsync(site, "a%2Fb")).Expect(201);
        (await PutAsync(site, "a%252Fb")).Expect(201);

        foreach (var (segment, key) in (ValueTuple<string, string>[])[("a%2Fb", "a/b"), ("a%252Fb", "a%2Fb")])
        {
            var read = await kestrel.SendAsync(
                "GET",
                $"http://{kestrel.Authority}{site.Path}/articles/{segment}?minPosition=1&minPosition=%2F"
            );
            Assert.Equal(key, read.Expect(200)["key"].GetString());
        }
    }

    [Theory]
    [InlineData("a%2Fb%3F%23")]
    [InlineData("%F0%9F%98%80%20%2525")]
    public async Task Location_leads_back_to_the_comment_whatever_the_key_of_its_article(string segment)
    {
        var site = await store.ASiteAsync();
        (await PutAsync(site, segment)).Expect(201);
        var comments = $"{site.Path}/articles/{segment}/comments";

        var posted = (
            await kestrel.SendAsync("POST", comments, site.Token("ada"), """{"body":"Hello"}""")
        ).Expect(201);

        var read = (await kestrel.SendAsync("GET", posted.Headers["Location"])).Expect(200);
        Assert.Equal(posted["id"].GetGuid(), read["id"].GetGuid());
        var item = Assert.Single((await kestrel.SendAsync("GET", comments))["items"].EnumerateArray());
        Assert.Equal(read["article"].GetString(), item.GetProperty("article").GetString());
        Assert.Equal(Uri.UnescapeDataString(segment), read["article"].GetString());
    }

    [Theory]
    [InlineData("https://id.example/u/1?x=%2F#me")]
    [InlineData("Ada Lovelace 😀")]
    [InlineData("e\u0301")]
    public async Task A_commenter_has_a_key_like_that_too(string key)
    {
        var site = await store.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), key, "Hello");
        var segment = Uri.EscapeDataString(key);

        var profile = (await kestrel.SendAsync("GET", $"{site.Path}/commenters/{segment}")).Expect(200);
        var history = (await kestrel.SendAsync("GET", $"{site.Path}/commenters/{segment}/comments")).Expect(
            200
        );

        Assert.Equal(key, profile["key"].GetString());
        Assert.Single(history["items"].EnumerateArray());
        (
            await kestrel.SendAsync(
                "GET",
                $"{site.Path}/commenters/{Uri.EscapeDataString(key.Normalize(NormalizationForm.FormKC) + "x")}"
            )
        ).ExpectProblem(404, "commenter-not-found");
    }

    [Fact]
    public async Task A_repeated_request_is_recognised_however_its_address_is_encoded()
    {
        var site = await store.ASiteAsync();
        (await PutAsync(site, "a%2Fb")).Expect(201);
        Task<Reply> Post(string segment) =>
            kestrel.SendAsync(
                "POST",
                $"{site.Path}/articles/{segment}/comments",
                site.Token("ada"),
                """{"body":"Hello"}""",
                "Idempotency-Key: k"
            );

        var (one, two) = (await Post("a%2Fb"), await Post("%61%2f%62"));

        Assert.Equal(one.Expect(201).Text, two.Expect(201).Text);
    }

    [Fact]
    public async Task A_body_in_chunks_is_read_up_to_the_limit_and_no_further()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        Task<Reply> Post(string body) =>
            kestrel.SendAsync(
                Encoding.UTF8.GetBytes(
                    $"POST {site.Path}/articles/{article}/comments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        + $"Authorization: Bearer {site.Token("ada")}\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
                )
            );

        Assert.Equal(201, (await Post("""{"body":"Hello"}""")).Status);
        Assert.Equal(413, (await Post(new string(' ', (int)BodyLimitAttribute.Comment + 1))).Status);
    }
}
