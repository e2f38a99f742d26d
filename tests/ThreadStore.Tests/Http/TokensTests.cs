using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class TokensTests(Store store)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    async Task<(TestSite Site, string Comments)> ADiscussionAsync()
    {
        var site = await store.ASiteAsync();
        return (site, $"{site.Path}/articles/{await site.AnArticleAsync()}/comments");
    }

    Task<Reply> PostAsync(string comments, string? token) =>
        store.SendAsync("POST", comments, new { body = "Hello" }, token);

    [Fact]
    public async Task Whoever_writes_without_a_token_is_told_to_send_one()
    {
        var (site, comments) = await ADiscussionAsync();
        var events = await site.CountEventsAsync();

        var refused = (await PostAsync(comments, null)).ExpectProblem(401, "unauthorized");

        Assert.Equal("Bearer", refused.Headers["WWW-Authenticate"]);
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiJ9.e30.")]
    [InlineData("Basic YWRhOnNlY3JldA==")]
    public async Task A_malformed_token_is_none(string authorization)
    {
        var (_, comments) = await ADiscussionAsync();

        var refused = await store.SendAsync(
            "POST",
            comments,
            new { body = "Hello" },
            headers: ("Authorization", authorization)
        );

        refused.ExpectProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_token_made_by_hand_as_the_contract_says_is_taken()
    {
        var (site, comments) = await ADiscussionAsync();
        var token = Jwt.Of(
            new
            {
                sub = "ada",
                name = "Ada",
                site = site.Key,
                roles = Array.Empty<string>(),
                exp = Jwt.In(Life),
                email = "ada@news.example",
                picture = "https://news.example/ada.png",
            }
        );

        var author = (await PostAsync(comments, token)).Expect(201)["author"];

        Assert.Equal(
            """{"key":"ada","name":"Ada","picture":"https://news.example/ada.png","badges":[]}""",
            author.GetRawText()
        );
    }

    [Fact]
    public async Task A_signature_by_another_key_is_refused()
    {
        var (site, comments) = await ADiscussionAsync();
        var forged = Jwt.Of(
            new
            {
                sub = "ada",
                site = site.Key,
                exp = Jwt.In(Life),
            },
            key: "another key that has 32 bytes too"u8.ToArray()
        );

        (await PostAsync(comments, forged)).ExpectProblem(401, "unauthorized");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("")]
    public async Task A_token_does_not_choose_its_algorithm(string algorithm)
    {
        var (site, comments) = await ADiscussionAsync();
        var token = Jwt.Of(
            new
            {
                sub = "ada",
                site = site.Key,
                exp = Jwt.In(Life),
            },
            algorithm
        );

        (await PostAsync(comments, token)).ExpectProblem(401, "unauthorized");
    }

    [Theory]
    [InlineData("../../keys/main")]
    [InlineData("' or 1=1 --")]
    [InlineData("main\0")]
    [InlineData("https://keys.example/jwks")]
    public async Task A_kid_is_a_name_to_compare_and_nothing_else(string kid)
    {
        var (site, comments) = await ADiscussionAsync();
        var claims = new
        {
            sub = "ada",
            site = site.Key,
            exp = Jwt.In(Life),
        };

        var forged = Jwt.With(
            new { alg = "HS256", kid },
            claims,
            "another key that has 32 bytes too"u8.ToArray()
        );

        (await PostAsync(comments, forged)).ExpectProblem(401, "unauthorized");
        // a key without a name is good for every kid
        (await PostAsync(comments, Jwt.With(new { alg = "HS256", kid }, claims))).Expect(201);
    }

    [Fact]
    public async Task A_token_within_a_token_is_none()
    {
        var (site, comments) = await ADiscussionAsync();

        var refused = await PostAsync(comments, Jwt.Around(site.Token("ada")));

        refused.ExpectProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_token_of_10_KB_is_told_to_be_too_long()
    {
        var (site, comments) = await ADiscussionAsync();
        var token = Jwt.Of(
            new
            {
                sub = "ada",
                site = site.Key,
                exp = Jwt.In(Life),
                groups = new string('x', 10_000),
            }
        );

        var refused = (await PostAsync(comments, token)).ExpectProblem(401, "unauthorized");

        Assert.Contains("8192", refused["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var (site, comments) = await ADiscussionAsync();

        (await PostAsync(comments, Store.Token(site.Key, "ada", life: -Life))).ExpectProblem(
            401,
            "unauthorized"
        );
    }

    [Fact]
    public async Task Two_commenters_whose_keys_are_numbers_are_not_made_one()
    {
        var (site, comments) = await ADiscussionAsync();
        var events = await site.CountEventsAsync();

        foreach (var sub in (long[])[9_007_199_254_740_993, 9_007_199_254_740_992])
        {
            var refused = await PostAsync(
                comments,
                Jwt.Of(
                    new
                    {
                        sub,
                        site = site.Key,
                        exp = Jwt.In(Life),
                    }
                )
            );
            refused.ExpectProblem(401, "unauthorized");
            Assert.Contains("sub", refused["detail"].GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task Whoever_is_refused_reads_what_is_wrong_with_their_token()
    {
        var (site, comments) = await ADiscussionAsync();
        async Task<string> DetailAsync(object claims, byte[]? key = null) =>
            (await PostAsync(comments, Jwt.Of(claims, key: key)))
                .ExpectProblem(401, "unauthorized")["detail"]
                .GetString()!;

        var (sub, exp) = ("ada", Jwt.In(Life));
        Assert.Contains(
            "expired",
            await DetailAsync(
                new
                {
                    sub,
                    site = site.Key,
                    exp = Jwt.In(-Life),
                }
            )
        );
        Assert.Contains(
            "not yet valid",
            await DetailAsync(
                new
                {
                    sub,
                    site = site.Key,
                    exp,
                    nbf = Jwt.In(Life),
                }
            )
        );
        Assert.Contains(
            "signature",
            await DetailAsync(
                new
                {
                    sub,
                    site = site.Key,
                    exp,
                },
                new byte[32]
            )
        );
        Assert.Contains("site", await DetailAsync(new { sub, exp }));
        Assert.Contains("claims", await DetailAsync(new { site = site.Key, exp }));
        Assert.Contains(
            "claims",
            await DetailAsync(
                new
                {
                    sub,
                    site = site.Key,
                    exp,
                    roles = "admin",
                }
            )
        );
    }

    [Fact]
    public async Task A_token_that_never_expires_is_refused()
    {
        var (site, comments) = await ADiscussionAsync();

        (await PostAsync(comments, Jwt.Of(new { sub = "ada", site = site.Key }))).ExpectProblem(
            401,
            "unauthorized"
        );
    }

    [Fact]
    public async Task A_token_for_another_site_is_refused()
    {
        var (_, comments) = await ADiscussionAsync();
        var other = await store.ASiteAsync();

        (await PostAsync(comments, other.Token("ada", Role.Admin))).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_token_for_all_sites_is_good_for_each()
    {
        var (_, comments) = await ADiscussionAsync();

        (await PostAsync(comments, Store.Token("*", "ada"))).Expect(201);
    }

    [Theory]
    [InlineData("PUT", "", Role.Moderator | Role.Analyst | Role.Service)]
    [InlineData("GET", "", Role.Analyst | Role.Service)]
    [InlineData("PUT", "/articles/a", Role.Moderator | Role.Analyst)]
    [InlineData("POST", "/articles/a/withdraw", Role.Moderator | Role.Analyst)]
    [InlineData("POST", "/articles/a/publish", Role.Moderator | Role.Analyst)]
    [InlineData("POST", "/articles/a/discussion/close", Role.Analyst)]
    [InlineData("POST", "/articles/a/discussion/open", Role.Analyst)]
    [InlineData("GET", "/events", Role.Moderator | Role.Service)]
    public async Task Who_lacks_the_role_is_refused(string method, string path, Role roles)
    {
        var site = await store.ASiteAsync();
        await site.PutArticleAsync("a");
        var events = await site.CountEventsAsync();

        foreach (
            var token in (string[])[site.Token("x", roles), site.Token("x"), Store.Token("*", "x", roles)]
        )
            (await store.SendAsync(method, site.Path + path, token: token)).ExpectProblem(403, "forbidden");
        Assert.Equal(events, await site.CountEventsAsync());
    }

    [Fact]
    public async Task The_list_of_sites_needs_an_administrator_of_all_sites()
    {
        var site = await store.ASiteAsync();

        (await store.SendAsync("GET", "/v1/sites")).ExpectProblem(401, "unauthorized");
        (await store.SendAsync("GET", "/v1/sites", token: site.Token("x", Role.Admin))).ExpectProblem(
            403,
            "forbidden"
        );
        (
            await store.SendAsync("GET", "/v1/sites", token: Store.Token("*", "x", Role.Moderator))
        ).ExpectProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("text:Ada")]
    [InlineData("disqus:17")]
    [InlineData("commento:x")]
    [InlineData("coral:x")]
    [InlineData("artrans:x")]
    [InlineData("livefyre:x")]
    public async Task A_key_like_an_imported_one_needs_a_token_that_says_so(string sub)
    {
        var (site, comments) = await ADiscussionAsync();
        var exp = Jwt.In(Life);

        foreach (
            var token in (string[])
                [
                    Jwt.Of(
                        new
                        {
                            sub,
                            site = site.Key,
                            exp,
                        }
                    ),
                    Jwt.Of(
                        new
                        {
                            sub,
                            site = site.Key,
                            exp,
                            imported = false,
                        }
                    ),
                    Jwt.Of(
                        new
                        {
                            sub,
                            site = site.Key,
                            exp,
                            imported = "true",
                        }
                    ),
                ]
        )
            (await PostAsync(comments, token)).ExpectProblem(403, "forbidden");
        var imported = Jwt.Of(
            new
            {
                sub,
                site = site.Key,
                exp,
                imported = true,
            }
        );
        (await PostAsync(comments, imported)).Expect(201);
    }

    [Fact]
    public async Task A_key_that_only_resembles_an_imported_one_is_anybodys()
    {
        var (site, comments) = await ADiscussionAsync();

        foreach (var sub in (string[])["text", "texts:1", "Text:1", "x:text:1"])
            (await PostAsync(comments, site.Token(sub))).Expect(201);
    }

    public static TheoryData<string> KeysThatAreNone =>
        ["", ".", "..", "a\u0000b", "a\nb", new string('k', 201)];

    [Theory, MemberData(nameof(KeysThatAreNone))]
    public async Task A_token_whose_sub_is_no_key_is_refused(string sub)
    {
        var (site, comments) = await ADiscussionAsync();

        (await PostAsync(comments, site.Token(sub, name: "x"))).ExpectProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_token_without_sub_or_site_is_refused()
    {
        var (site, comments) = await ADiscussionAsync();
        var exp = Jwt.In(Life);

        (await PostAsync(comments, Jwt.Of(new { site = site.Key, exp }))).ExpectProblem(401, "unauthorized");
        (await PostAsync(comments, Jwt.Of(new { sub = "ada", exp }))).ExpectProblem(401, "unauthorized");
        (
            await PostAsync(
                comments,
                Jwt.Of(
                    new
                    {
                        sub = "ada",
                        site = "No Site",
                        exp,
                    }
                )
            )
        ).ExpectProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_role_that_nobody_knows_gives_nothing()
    {
        var site = await store.ASiteAsync();
        var token = Jwt.Of(
            new
            {
                sub = "x",
                site = site.Key,
                exp = Jwt.In(Life),
                roles = new[] { "15", "-1", "root", "", "administrator" },
            }
        );

        (await store.SendAsync("PUT", site.Path, new { }, token)).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task What_is_public_can_be_read_whatever_the_token()
    {
        var (site, comments) = await ADiscussionAsync();
        var id = (await PostAsync(comments, site.Token("ada"))).Expect(201)["id"].GetString();
        var other = await store.ASiteAsync();
        string[] tokens =
        [
            "nonsense",
            Store.Token(site.Key, "ada", life: -Life),
            other.Token("ada", Role.Moderator),
            site.Token("text:Ada"),
        ];

        foreach (
            var path in (string[])
                [
                    comments,
                    $"{site.Path}/articles",
                    $"{site.Path}/comments/{id}",
                    $"{site.Path}/comments/{id}/replies",
                    $"{site.Path}/commenters/ada",
                    $"{site.Path}/commenters/ada/comments",
                    $"{site.Path}/counts?article=a",
                ]
        )
        {
            var plain = (await store.SendAsync("GET", path)).Expect(200);
            foreach (var token in tokens)
            {
                var read = (await store.SendAsync("GET", path, token: token)).Expect(200);
                Assert.Equal((plain.Text, plain.ETag), (read.Text, read.ETag));
                Assert.Equal("public, max-age=0, must-revalidate", read.Headers["Cache-Control"]);
            }
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nowhere")]
    [InlineData("GET", "/v1/sites/x/nowhere")]
    [InlineData("POST", "/v1/sites/x/articles/a/nowhere")]
    [InlineData("GET", "/v1")]
    [InlineData("GET", "/v1/")]
    public async Task An_address_that_nobody_serves_is_not_found_before_all_else(
        string method,
        string path
    ) => (await store.SendAsync(method, path, "{", "nonsense")).ExpectProblem(404, "not-found");

    [Fact]
    public async Task A_method_that_an_address_does_not_know_is_refused_with_those_that_it_knows()
    {
        var site = await store.ASiteAsync();

        var refused = (await store.SendAsync("PATCH", $"{site.Path}/articles/a")).ExpectProblem(
            405,
            "method-not-allowed"
        );

        Assert.Contains("PUT", refused.Headers["Allow"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_come_in_the_order_of_the_contract()
    {
        var (site, _) = await ADiscussionAsync();
        var (nowhere, missing) = ("/v1/sites/nowhere/articles/a", $"{site.Path}/articles/missing");
        var (big, all) = (new byte[BodyLimitAttribute.Comment + 1], Store.Token("*", "x"));
        var absent = new { body = "Hello", parentId = Guid.Empty };

        // no token, on a site that is not there, with a body that can't be read
        (await store.SendAsync("POST", $"{nowhere}/comments", "{")).ExpectProblem(401, "unauthorized");
        (await store.SendAsync("PUT", nowhere, "{")).ExpectProblem(401, "unauthorized");
        // a token for another site; then without the role
        (await store.SendAsync("POST", $"{nowhere}/comments", "{", site.Token("x"))).ExpectProblem(
            403,
            "forbidden"
        );
        (await store.SendAsync("PUT", nowhere, "{", all)).ExpectProblem(403, "forbidden");
        // the site
        (await store.SendAsync("POST", $"{nowhere}/comments", "{", all)).ExpectProblem(404, "site-not-found");
        (await store.SendAsync("POST", $"{nowhere}/comments", big, all)).ExpectProblem(404, "site-not-found");
        (await store.SendAsync("GET", "/v1/sites/nowhere/comments/no-uuid")).ExpectProblem(
            404,
            "site-not-found"
        );
        (await store.SendAsync("GET", "/v1/sites/NOWHERE/articles?limit=0")).ExpectProblem(
            404,
            "site-not-found"
        );
        // the body and the parameters
        (await store.SendAsync("POST", $"{missing}/comments", "{", all)).ExpectProblem(400, "bad-request");
        (await store.SendAsync("POST", $"{missing}/comments", big, all)).ExpectProblem(413, "too-large");
        (await store.SendAsync("POST", $"{missing}/comments", new { body = "" }, all)).ExpectProblem(
            400,
            "validation"
        );
        (await store.SendAsync("GET", $"{missing}/comments?limit=0")).ExpectProblem(400, "validation");
        // what it is about
        (await store.SendAsync("POST", $"{missing}/comments", absent, all)).ExpectProblem(
            404,
            "article-not-found"
        );
        // its state
        var article = await site.AnArticleAsync();
        (
            await store.SendAsync("POST", $"{site.Path}/articles/{article}/comments", absent, all)
        ).ExpectProblem(409, "parent-not-available");
    }
}
