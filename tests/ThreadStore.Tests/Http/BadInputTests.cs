using System.Text;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class BadInputTests(Store store, Kestrel kestrel) : IClassFixture<Kestrel>
{
    /// <summary>The operations that read a body: a good one, its limit, and a member that takes text.</summary>
    sealed record Operation(string Method, string Path, string Good, long Limit, string Text);

    static readonly Dictionary<string, Operation> Operations = new()
    {
        ["site"] = new("PUT", "", """{"name":"N"}""", BodyLimitAttribute.Large, """{"name":"@"}"""),
        ["article"] = new(
            "PUT",
            "/articles/a",
            """{"title":"T"}""",
            BodyLimitAttribute.Large,
            """{"title":"T","tags":["@"]}"""
        ),
        ["comment"] = new(
            "POST",
            "/articles/known/comments",
            """{"body":"B"}""",
            BodyLimitAttribute.Comment,
            """{"body":"@"}"""
        ),
        ["edit"] = new(
            "PATCH",
            "/comments/OWN",
            """{"body":"C"}""",
            BodyLimitAttribute.Comment,
            """{"body":"@"}"""
        ),
        ["flag"] = new(
            "POST",
            "/comments/OTHER/flags",
            """{"reason":"spam"}""",
            BodyLimitAttribute.Small,
            """{"reason":"spam","note":"@"}"""
        ),
        ["counts"] = new(
            "POST",
            "/counts",
            """{"articles":["a"]}""",
            BodyLimitAttribute.Small,
            """{"articles":["@"]}"""
        ),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    async Task<TestSite> ASiteAsync()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("known")).Expect(201);
        return site;
    }

    /// <summary>The operation's address, on comments that are there for it alone.</summary>
    static async Task<string> PathAsync(TestSite site, Operation o)
    {
        var path = o.Path;
        foreach (var (word, author) in (ValueTuple<string, string>[])[("OWN", "x"), ("OTHER", "ada")])
        {
            if (path.Contains(word, StringComparison.Ordinal))
                path = path.Replace(
                    word,
                    $"{await site.ACommentAsync("known", author, $"By {author} {Guid.NewGuid()}")}",
                    StringComparison.Ordinal
                );
        }
        return site.Path + path;
    }

    Task<Reply> SendAsync(TestSite site, Operation o, string path, object body) =>
        store.SendAsync(o.Method, path, body, site.Token("x", Role.Admin));

    async Task<Reply> RefusedAsync(string operation, object body, int status, string code)
    {
        var (site, o) = (await ASiteAsync(), Operations[operation]);
        var path = await PathAsync(site, o);
        var events = await site.CountEventsAsync();
        var refused = (await SendAsync(site, o, path, body)).ExpectProblem(status, code);
        Assert.Equal(events, await site.CountEventsAsync());
        return refused;
    }

    static string With(Operation o, string member) => $"{o.Good[..^1]},{member}}}";

    [Theory, MemberData(nameof(Names))]
    public async Task A_good_body_is_taken(string operation)
    {
        var (site, o) = (await ASiteAsync(), Operations[operation]);

        Assert.InRange((await SendAsync(site, o, await PathAsync(site, o), o.Good)).Status, 200, 201);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_member_that_nobody_knows_is_refused(string operation)
    {
        var refused = await RefusedAsync(
            operation,
            With(Operations[operation], "\"bogus\":1"),
            400,
            "validation"
        );

        Assert.Equal(["bogus"], refused.Members());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_member_in_another_case_is_refused(string operation) =>
        await RefusedAsync(operation, Operations[operation].Good.ToUpperInvariant(), 400, "validation");

    [Theory, MemberData(nameof(Names))]
    public async Task A_member_that_is_there_twice_is_refused(string operation)
    {
        var good = Operations[operation].Good;
        var refused = await RefusedAsync(
            operation,
            With(Operations[operation], good[1..^1]),
            400,
            "validation"
        );

        Assert.Equal([good.Split('"')[1]], refused.Members());
    }

    public static TheoryData<string, string> Malformed
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Operations.Keys)
            foreach (
                var text in (string[])
                    [
                        "{",
                        "nonsense",
                        "{'name':1}",
                        "{} {}",
                        "{\"name\":}",
                        "{,}",
                        "{/**/}",
                        "[]",
                        "1",
                        "\"text\"",
                        "true",
                        "null",
                        "\u0000",
                        " ",
                    ]
            )
                data.Add(name, text);
            return data;
        }
    }

    [Theory, MemberData(nameof(Malformed))]
    public async Task What_is_no_JSON_object_is_refused(string operation, string body) =>
        await RefusedAsync(operation, body, 400, "bad-request");

    [Theory, MemberData(nameof(Names))]
    public async Task A_comma_too_many_is_refused(string operation) =>
        await RefusedAsync(operation, With(Operations[operation], ""), 400, "bad-request");

    [Theory, MemberData(nameof(Names))]
    public async Task Bytes_that_are_no_UTF8_are_refused(string operation)
    {
        var parts = Operations[operation].Text.Split('@');
        byte[] body = [.. Encoding.UTF8.GetBytes(parts[0]), 0xC3, 0x28, .. Encoding.UTF8.GetBytes(parts[1])];

        await RefusedAsync(operation, body, 400, "bad-request");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task JSON_that_is_nested_very_deep_is_refused(string operation)
    {
        var deep = $"{new string('[', 10_000)}{new string(']', 10_000)}";

        await RefusedAsync(operation, deep, 400, "bad-request");
        // a known member holds it, so that it is not refused for its name
        await RefusedAsync(
            operation,
            Operations[operation].Text.Replace("\"@\"", deep, StringComparison.Ordinal),
            400,
            "bad-request"
        );
    }

    public static TheoryData<string, string> BadText
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Operations.Keys)
            foreach (var text in (string[])["\\u0000", "a\\u0000b", "\\ud800", "x\\udc00", "\\udc00\\ud800"])
                data.Add(name, text);
            return data;
        }
    }

    [Theory, MemberData(nameof(BadText))]
    public async Task Text_that_cannot_be_kept_is_refused(string operation, string text) =>
        await RefusedAsync(
            operation,
            Operations[operation].Text.Replace("@", text, StringComparison.Ordinal),
            400,
            "bad-request"
        );

    [Theory]
    [InlineData("""{"bannedWords":["ok","\ud800"]}""")]
    [InlineData("""{"bannedWords":["\u0000"]}""")]
    [InlineData("""{"suspectPatterns":["\udc00"]}""")]
    [InlineData("""{"reactions":{"\ud800":1}}""")]
    [InlineData("""{"reactions":{"a\u0000":1}}""")]
    [InlineData("""{"classifier":{"url":"https://x.example","secret":"\udfff"}}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"key":"\ud800"}""")]
    public async Task Text_that_cannot_be_kept_is_refused_anywhere_in_settings(string settings) =>
        await RefusedAsync("site", settings, 400, "bad-request");

    [Theory]
    [InlineData("article", """{"title":"T","body":["ok","\ud800"]}""")]
    [InlineData("article", """{"title":"T","url":"https://x.example/\u0000"}""")]
    [InlineData("article", """{"\ud800":"T"}""")]
    [InlineData("comment", """{"body":"B","\udc00":1}""")]
    public async Task Text_that_cannot_be_kept_is_refused_anywhere(string operation, string body) =>
        await RefusedAsync(operation, body, 400, "bad-request");

    [Theory]
    [InlineData("article", "{}", "title")]
    [InlineData("article", """{"url":"https://x.example"}""", "title")]
    [InlineData("article", "", "title")]
    [InlineData("comment", "{}", "body")]
    [InlineData("comment", "", "body")]
    [InlineData("edit", "{}", "body")]
    [InlineData("edit", "", "body")]
    [InlineData("flag", "{}", "reason")]
    [InlineData("flag", """{"note":"N"}""", "reason")]
    [InlineData("counts", "{}", "articles")]
    [InlineData("counts", "", "articles")]
    public async Task A_member_that_is_missing_is_named(string operation, string body, string member)
    {
        var refused = await RefusedAsync(operation, Encoding.UTF8.GetBytes(body), 400, "validation");

        Assert.Equal([member], refused.Members());
    }

    [Fact]
    public async Task A_body_in_which_all_is_optional_may_be_left_out()
    {
        var site = await ASiteAsync();

        (await store.SendAsync("PUT", site.Path, token: site.Token("x", Role.Admin))).Expect(200);
    }

    [Theory]
    [InlineData("site", """{"name":5}""")]
    [InlineData("site", """{"maxDepth":"5"}""")]
    [InlineData("site", """{"maxDepth":5.5}""")]
    [InlineData("site", """{"maxDepth":99999999999}""")]
    [InlineData("site", """{"maxDepth":null}""")]
    [InlineData("site", """{"moderationMode":1}""")]
    [InlineData("site", """{"bannedWords":"word"}""")]
    [InlineData("site", """{"bannedWords":null}""")]
    [InlineData("site", """{"bannedWords":[1]}""")]
    [InlineData("site", """{"reactions":["like"]}""")]
    [InlineData("site", """{"reactions":null}""")]
    [InlineData("site", """{"reactions":{"like":"1"}}""")]
    [InlineData("site", """{"reactions":{"required":"1"}}""")]
    [InlineData("site", """{"reactions":{"duplicate":null}}""")]
    [InlineData("site", """{"repeatedTextHeldForReview":1}""")]
    [InlineData("site", """{"classifier":"https://x.example"}""")]
    [InlineData("article", """{"title":5}""")]
    [InlineData("article", """{"title":null}""")]
    [InlineData("article", """{"title":["T"]}""")]
    [InlineData("article", """{"title":"T","tags":"a,b"}""")]
    [InlineData("article", """{"title":"T","tags":{"a":1}}""")]
    [InlineData("article", """{"title":"T","publishedAt":"yesterday"}""")]
    [InlineData("article", """{"title":"T","publishedAt":1617357600}""")]
    [InlineData("article", """{"title":"T","publishedAt":"2021-04-02T10:00:00"}""")]
    [InlineData("article", """{"title":"T","publishedAt":"2021-04-02"}""")]
    [InlineData("article", """{"title":"T","publishedAt":"2021-02-30T10:00:00Z"}""")]
    [InlineData("article", """{"title":"T","publishedAt":"0001-01-01T00:00:00+09:00"}""")]
    [InlineData("article", """{"title":"T","body":"one paragraph"}""")]
    [InlineData("comment", """{"body":5}""")]
    [InlineData("comment", """{"body":null}""")]
    [InlineData("comment", """{"body":{"text":"B"}}""")]
    [InlineData("comment", """{"body":"B","parentId":"no uuid"}""")]
    [InlineData("comment", """{"body":"B","parentId":""}""")]
    [InlineData("comment", """{"body":"B","parentId":5}""")]
    [InlineData("edit", """{"body":5}""")]
    [InlineData("edit", """{"body":null}""")]
    [InlineData("flag", """{"reason":null}""")]
    [InlineData("flag", """{"reason":0}""")]
    [InlineData("flag", """{"reason":"spam","note":5}""")]
    [InlineData("counts", """{"articles":"a"}""")]
    [InlineData("counts", """{"articles":null}""")]
    [InlineData("counts", """{"articles":[1]}""")]
    public async Task A_value_of_another_type_is_refused(string operation, string body) =>
        await RefusedAsync(operation, body, 400, "bad-request");

    [Theory]
    [InlineData("article", """{"title":""}""", "title")]
    [InlineData("article", """{"title":" \t"}""", "title")]
    [InlineData("article", """{"title":"T","url":"/relative"}""", "url")]
    [InlineData("article", """{"title":"T","url":"javascript:alert(1)"}""", "url")]
    [InlineData("article", """{"title":"T","tags":[null]}""", "tags")]
    [InlineData("article", """{"title":"T","body":[null]}""", "body")]
    [InlineData("site", """{"moderationMode":"later"}""", "moderationMode")]
    [InlineData("site", """{"moderationMode":"post,pre"}""", "moderationMode")]
    [InlineData("flag", """{"reason":"boring"}""", "reason")]
    [InlineData("flag", """{"reason":"Spam"}""", "reason")]
    [InlineData("comment", """{"body":" \n"}""", "body")]
    [InlineData("comment", "{\"body\":\"\u200B\u2060\u00AD \u3164\u2800\"}", "body")]
    [InlineData("edit", "{\"body\":\"\uFEFF\u115F\"}", "body")]
    [InlineData("edit", """{"body":""}""", "body")]
    [InlineData("edit", """{"body":"\t"}""", "body")]
    [InlineData("counts", """{"articles":[]}""", "articles")]
    [InlineData("counts", """{"articles":[null]}""", "articles")]
    [InlineData("counts", """{"articles":[""]}""", "articles")]
    [InlineData("counts", """{"articles":["a",".."]}""", "articles")]
    public async Task A_value_that_is_not_allowed_is_refused_by_member(
        string operation,
        string body,
        string member
    )
    {
        var refused = await RefusedAsync(operation, body, 400, "validation");

        Assert.Equal([member], refused.Members());
    }

    [Fact]
    public async Task An_address_that_no_index_can_hold_is_refused()
    {
        // so many different ideographs that compression does not help
        var random = new Random(1);
        var path = string.Concat(Enumerable.Range(0, 2000).Select(_ => (char)random.Next(0x4E00, 0x9FA5)));

        var refused = await RefusedAsync(
            "article",
            $$"""{"title":"T","url":"https://x.example/{{path}}"}""",
            400,
            "validation"
        );

        Assert.Equal(["url"], refused.Members());
    }

    [Fact]
    public async Task More_than_a_hundred_articles_are_not_counted()
    {
        var site = await ASiteAsync();
        var keys = Enumerable.Range(0, 101).Select(n => $"a{n}").ToArray();

        (await store.SendAsync("POST", $"{site.Path}/counts", new { articles = keys })).ExpectProblem(
            400,
            "validation"
        );
        (await site.GetAsync($"/counts?{string.Join("&", keys.Select(k => $"article={k}"))}")).ExpectProblem(
            400,
            "validation"
        );
        (await site.GetAsync("/counts")).ExpectProblem(400, "validation");
        (await store.SendAsync("POST", $"{site.Path}/counts", new { articles = keys[..100] })).Expect(200);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_body_of_the_limit_is_read_and_a_byte_more_is_refused(string operation)
    {
        var (site, o) = (await ASiteAsync(), Operations[operation]);
        var body = new byte[o.Limit + 1];
        body.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(o.Good, body);
        var path = await PathAsync(site, o);
        var events = await site.CountEventsAsync();

        (await SendAsync(site, o, path, body)).ExpectProblem(413, "too-large");
        Assert.Equal(events, await site.CountEventsAsync());
        Assert.InRange((await SendAsync(site, o, path, body[..^1])).Status, 200, 201);
    }

    [Fact]
    public async Task What_reads_no_body_takes_no_large_one()
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        var path = $"/comments/{await site.ACommentAsync("a", "ada", "Hello")}/reactions/like";
        var body = new byte[BodyLimitAttribute.Small + 1];
        body.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(body);

        (await site.SendAsync("PUT", path, body, site.Token("ben"))).ExpectProblem(413, "too-large");
        (await site.SendAsync("PUT", path, body[..^1], site.Token("ben"))).Expect(200);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_body_that_does_not_tell_its_length_has_the_same_limit(string operation)
    {
        var (site, o) = (await ASiteAsync(), Operations[operation]);
        using var client = store.Host.Server.CreateClient();
        using var request = new HttpRequestMessage(new(o.Method), await PathAsync(site, o));
        request.Headers.Authorization = new("Bearer", site.Token("x", Role.Admin));
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(new MemoryStream(new byte[o.Limit + 1]));
        var events = await site.CountEventsAsync();

        using var response = await client.SendAsync(request);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("/comments/no-uuid", "bad-request")]
    [InlineData("/comments/00000000000000000000000000000000", "bad-request")]
    [InlineData("/comments/%7B00000000-0000-0000-0000-000000000000%7D", "bad-request")]
    [InlineData("/comments/no-uuid/replies", "bad-request")]
    [InlineData("/articles/known/comments?limit=0", "validation")]
    [InlineData("/articles/known/comments?limit=101", "validation")]
    [InlineData("/articles/known/comments?limit=-1", "validation")]
    [InlineData("/articles/known/comments?limit=abc", "bad-request")]
    [InlineData("/articles/known/comments?limit=1.5", "bad-request")]
    [InlineData("/articles/known/comments?limit=", "bad-request")]
    [InlineData("/articles/known/comments?limit=99999999999999999999", "bad-request")]
    [InlineData("/articles/known/comments?replies=11", "validation")]
    [InlineData("/articles/known/comments?replies=-1", "validation")]
    [InlineData("/articles/known/comments?replies=x", "bad-request")]
    [InlineData("/articles/known/comments?sort=bogus", "validation")]
    [InlineData("/articles/known/comments?sort=Newest", "validation")]
    [InlineData("/articles/known/comments?sort=", "validation")]
    [InlineData("/articles/known/comments?cursor=", "bad-cursor")]
    [InlineData("/articles/known/comments?cursor=garbage", "bad-cursor")]
    [InlineData("/articles/known/comments?cursor=%00", "bad-cursor")]
    [InlineData(
        "/articles/known/comments?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "bad-cursor"
    )]
    [InlineData("/articles?limit=0", "validation")]
    [InlineData("/articles?limit=101", "validation")]
    [InlineData("/articles?limit=x", "bad-request")]
    [InlineData("/articles?sort=oldest", "validation")]
    [InlineData("/articles?cursor=garbage", "bad-cursor")]
    [InlineData("/articles?section=%00", "bad-request")]
    [InlineData("/commenters/ada/comments?limit=0", "validation")]
    [InlineData("/commenters/ada/comments?cursor=garbage", "bad-cursor")]
    [InlineData("/events?limit=0", "validation")]
    [InlineData("/events?limit=10001", "validation")]
    [InlineData("/events?after=x", "bad-request")]
    [InlineData("/events?after=-1", "bad-request")]
    [InlineData("/events?type=bogus", "validation")]
    [InlineData("/events?article=..", "validation")]
    [InlineData("/events?commenter=%00", "validation")]
    [InlineData("/articles/known?minPosition=x", "bad-request")]
    [InlineData("/articles/known?minPosition=-1", "bad-request")]
    [InlineData("/articles/known?minPosition=", "bad-request")]
    public async Task A_parameter_that_is_not_allowed_is_refused(string path, string code)
    {
        var site = await ASiteAsync();
        await site.ACommentAsync("known", "ada", "Hello");

        (await site.GetAsync(path, site.Token("x", Role.Admin))).ExpectProblem(400, code);
    }

    [Fact]
    public async Task A_cursor_belongs_to_one_list_its_sort_and_its_filters()
    {
        var site = await ASiteAsync();
        var other = await site.AnArticleAsync();
        foreach (var article in (string[])["known", other])
        {
            await site.ACommentAsync(article, "ada", "One");
            await site.ACommentAsync(article, "ada", "Two");
        }
        (
            await site.PutArticleAsync(
                "a",
                new
                {
                    title = "A",
                    section = "x",
                    tags = new[] { "y/z", "z" },
                }
            )
        ).Expect(201);
        (
            await site.PutArticleAsync(
                "b",
                new
                {
                    title = "B",
                    section = "x",
                    tags = new[] { "y/z" },
                }
            )
        ).Expect(201);
        (
            await site.PutArticleAsync(
                "c",
                new
                {
                    title = "C",
                    section = "x/y",
                    tags = new[] { "z" },
                }
            )
        ).Expect(201);
        string[] lists =
        [
            "/articles/known/comments?sort=newest",
            "/articles/known/comments?sort=oldest",
            "/articles/known/comments?sort=replies",
            $"/articles/{other}/comments?sort=newest",
            "/articles?sort=newest",
            "/articles?sort=active",
            "/articles?section=x",
            "/articles?section=x&tag=y/z",
            "/articles?section=x/y&tag=z",
            "/commenters/ada/comments?",
        ];

        foreach (var list in lists)
        {
            var cursor = (await site.GetAsync($"{list}&limit=1")).Expect(200)["nextCursor"].GetString();
            foreach (var foreign in lists.Where(l => cursor is not null && l != list))
                (await site.GetAsync($"{foreign}&cursor={cursor}")).ExpectProblem(400, "bad-cursor");
        }
    }

    [Fact]
    public async Task An_Idempotency_Key_has_1_to_200_characters()
    {
        var site = await ASiteAsync();
        var events = await site.CountEventsAsync();

        (
            await site.PostAsync("known", "ada", "Hello", headers: ("Idempotency-Key", new string('k', 201)))
        ).ExpectProblem(400, "validation");
        // in memory an empty header does not arrive
        var empty = await kestrel.SendAsync(
            "POST",
            $"{site.Path}/articles/known/comments",
            site.Token("ada"),
            """{"body":"Hello"}""",
            "Idempotency-Key:"
        );
        Assert.Equal(["Idempotency-Key"], empty.ExpectProblem(400, "validation").Members());
        Assert.Equal(events, await site.CountEventsAsync());
        (
            await site.PostAsync("known", "ada", "Hello", headers: ("Idempotency-Key", new string('k', 200)))
        ).Expect(201);
    }

    [Fact]
    public async Task A_position_that_is_no_number_is_refused()
    {
        var site = await ASiteAsync();

        foreach (var position in (string[])["x", "", "-1", "1.5", "99999999999999999999"])
        {
            var header = $"ThreadStore-Min-Position: {position}";
            (await kestrel.SendAsync("GET", $"{site.Path}/articles/known", headers: header)).ExpectProblem(
                400,
                "bad-request"
            );
        }
    }

    [Fact]
    public async Task Who_asks_for_a_position_far_ahead_is_told_to_come_back()
    {
        var site = await ASiteAsync();

        var behind = (
            await site.GetAsync(
                "/articles/known",
                headers: ("ThreadStore-Min-Position", "9000000000000000000")
            )
        ).ExpectProblem(503, "behind");

        Assert.True(int.Parse(behind.Headers["Retry-After"], null) >= 1);
    }
}
