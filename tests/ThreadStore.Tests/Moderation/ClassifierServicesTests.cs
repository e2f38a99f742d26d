using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>Services that are asked, and answer, in their own way, in the shapes that they document.</summary>
public class ClassifierServicesTests(ImpatientNode impatient) : IClassFixture<ImpatientNode>
{
    const string Secret = "sk-zq7secret";

    Node Node => impatient.Node;

    Task<TestSite> ASiteAsync(Receiver receiver, string kind, string query = "") =>
        Node.ASiteAsync(
            new
            {
                classifier = new
                {
                    url = receiver.Url + query,
                    secret = Secret,
                    kind,
                },
            }
        );

    async Task QuietAsync(TestSite site)
    {
        var newest = (long)(await Node.ScalarAsync("select max(seq_id) from threadstore.mt_events"))!;
        await Until.TrueAsync(
            async () =>
                (long)(await Node.ScalarAsync("select position from threadstore.delivery_progress"))!
                    >= newest
                && await Node.ScalarAsync(
                    $"select count(*) from threadstore.deliveries where site = '{site.Key}'"
                )
                    is 0L,
            "all is delivered"
        );
    }

    async Task<string> FailureAsync(TestSite site)
    {
        var failure = "";
        await Until.TrueAsync(
            async () =>
                (
                    failure =
                        await Node.ScalarAsync(
                            $"select max(last_failure) from threadstore.deliveries where site = '{site.Key}'"
                        ) as string
                        ?? ""
                ).Length > 0,
            "it fails"
        );
        return failure;
    }

    static async Task<(string? State, JsonElement? Judged)> FoundAsync(TestSite site, Guid comment)
    {
        var history = (await site.LookAsync($"/comments/{comment}/history")).GetProperty("items");
        var judged = history
            .EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() == "comment-judged")
            .ToList();
        return (
            (await site.LookAsync($"/comments/{comment}")).GetProperty("state").GetString(),
            judged.Count == 0 ? null : Assert.Single(judged).GetProperty("data")
        );
    }

    /// <summary>As the service's reference shows an answer.</summary>
    static object Moderated(bool flagged, params (string Category, bool? IsFlagged, double? Score)[] found) =>
        new
        {
            id = "modr-970d409ef3bef3b70c73d8232df86e7d",
            model = "omni-moderation-latest",
            results = (object[])
                [
                    new
                    {
                        flagged,
                        categories = found.ToDictionary(f => f.Category, f => f.IsFlagged),
                        category_scores = found.ToDictionary(f => f.Category, f => f.Score),
                        category_applied_input_types = found.ToDictionary(
                            f => f.Category,
                            _ => (string[])["text"]
                        ),
                    },
                ],
        };

    [Fact]
    public async Task OpenAi_is_sent_the_text_alone_and_what_it_flags_is_held_with_its_categories()
    {
        await using var receiver = await Receiver.StartAsync(_ =>
            Results.Json(
                Moderated(
                    true,
                    ("harassment", true, 0.82),
                    ("harassment/threatening", false, 0.01),
                    ("illicit", null, null),
                    ("violence", true, 0.9999992735124786)
                )
            )
        );
        var site = await ASiteAsync(receiver, "openai-moderation");
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "zq7ada", "I **kill** you");
        await QuietAsync(site);

        var call = Assert.Single(receiver.Calls);
        Assert.Equal("""{"model":"omni-moderation-latest","input":"I kill you"}""", call.Body);
        Assert.Equal($"Bearer {Secret}", call.Headers.Authorization);
        Assert.Equal("application/json", call.Headers.ContentType);
        Assert.DoesNotContain(
            call.Headers,
            h => h.Key.StartsWith("ThreadStore", StringComparison.OrdinalIgnoreCase)
        );
        var (state, judged) = await FoundAsync(site, comment);
        Assert.Equal("pending", state);
        Assert.Equal(
            ("openai-moderation", 0.9999992735124786, "hold", """["harassment","violence"]"""),
            (
                judged!.Value.GetProperty("classifier").GetString(),
                judged.Value.GetProperty("score").GetDouble(),
                judged.Value.GetProperty("action").GetString(),
                judged.Value.GetProperty("labels").GetRawText()
            )
        );
        var reason = (await site.LookAsync("/moderation/queue?state=pending"))
            .GetProperty("items")[0]
            .GetProperty("reasons")[0];
        Assert.Equal("openai-moderation: harassment, violence", reason.GetProperty("match").GetString());
    }

    [Fact]
    public async Task What_OpenAi_does_not_flag_stays_published_and_its_score_is_kept()
    {
        await using var receiver = await Receiver.StartAsync(_ =>
            Results.Json(Moderated(false, ("hate", false, 0.2), ("sexual", false, 1.5731e-6)))
        );
        var site = await ASiteAsync(receiver, "openai-moderation", "?model=omni-moderation-2024-09-26");
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fine");
        await QuietAsync(site);

        Assert.Equal(
            "omni-moderation-2024-09-26",
            Assert.Single(receiver.Calls).Json.GetProperty("model").GetString()
        );
        var (state, judged) = await FoundAsync(site, comment);
        Assert.Equal("published", state);
        Assert.Equal(0.2, judged!.Value.GetProperty("score").GetDouble());
        Assert.Equal(JsonValueKind.Null, judged.Value.GetProperty("action").ValueKind);
    }

    [Theory]
    [InlineData("openai-moderation", 401, "{}")]
    [InlineData("openai-moderation", 429, "{}")]
    [InlineData("openai-moderation", 200, "<html>")]
    [InlineData("openai-moderation", 200, "{\"results\":[]}")]
    [InlineData(
        "openai-moderation",
        200,
        "{\"results\":[{\"flagged\":\"yes\",\"category_scores\":{\"hate\":1}}]}"
    )]
    [InlineData("openai-moderation", 200, "[1]")]
    [InlineData("openai-moderation", 204, "")]
    [InlineData("akismet", 200, "invalid")]
    [InlineData("akismet", 200, "")]
    [InlineData("akismet", 500, "true")]
    public async Task A_service_that_fails_delays_nobody_and_is_asked_again(
        string kind,
        int status,
        string body
    )
    {
        await using var receiver = await Receiver.StartAsync(call =>
            call.Number < 4 ? Results.Text(body, "text/plain", null, status)
            : kind == "akismet" ? Results.Text("true")
            : Results.Json(Moderated(true, ("hate", true, 0.9)))
        );
        var site = await ASiteAsync(
            receiver,
            kind,
            kind == "akismet" ? "?blog=https%3A%2F%2Fnews.example" : ""
        );
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await QuietAsync(site);

        Assert.Equal("pending", (await FoundAsync(site, comment)).State);
        Assert.Equal(4, receiver.Calls.Count);
    }

    sealed class Said(string text, bool isBlatant) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (isBlatant)
                httpContext.Response.Headers["X-akismet-pro-tip"] = "discard";
            return httpContext.Response.WriteAsync(text);
        }
    }

    [Theory]
    [InlineData("true", false, "pending", 0.9, """["spam"]""")]
    [InlineData("true", true, "pending", 1, """["spam","blatant"]""")]
    [InlineData("false", false, "published", 0, "[]")]
    public async Task Akismet_says_whether_it_is_spam(
        string says,
        bool isBlatant,
        string state,
        double score,
        string labels
    )
    {
        await using var receiver = await Receiver.StartAsync(_ => new Said(says, isBlatant));
        var site = await ASiteAsync(receiver, "akismet");
        await site.PutArticleAsync("bridge", new { title = "Bridge", url = "https://news.example/b?x=1" });
        var root = await site.ACommentAsync("bridge", "ben", "Buy **pills** & more", null);
        var reply = await site.ACommentAsync("bridge", "ada", "No", root);
        await QuietAsync(site);

        var asked = receiver
            .Calls.Select(c => QueryHelpers.ParseQuery(c.Body).ToDictionary(p => p.Key, p => $"{p.Value}"))
            .ToList();
        var first = asked.Single(a => a["comment_author"] == "ben");
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["api_key"] = Secret,
                ["blog"] = "https://news.example",
                ["blog_charset"] = "UTF-8",
                ["comment_author"] = "ben",
                ["comment_content"] = "Buy **pills** & more",
                ["comment_date_gmt"] = (await site.LookAsync($"/comments/{root}"))
                    .GetProperty("createdAt")
                    .GetString()!,
                ["comment_type"] = "comment",
                ["permalink"] = "https://news.example/b?x=1",
                ["user_ip"] = "127.0.0.1",
            },
            new SortedDictionary<string, string>(first, StringComparer.Ordinal)
        );
        Assert.Equal("reply", asked.Single(a => a["comment_author"] == "ada")["comment_type"]);
        Assert.All(
            receiver.Calls,
            c => Assert.Equal("application/x-www-form-urlencoded", c.Headers.ContentType)
        );
        var (now, judged) = await FoundAsync(site, reply);
        Assert.Equal(
            (state, "akismet", score, labels),
            (
                now,
                judged!.Value.GetProperty("classifier").GetString(),
                judged.Value.GetProperty("score").GetDouble(),
                judged.Value.GetProperty("labels").GetRawText()
            )
        );
    }

    [Fact]
    public async Task An_edited_text_is_asked_about_again_and_said_to_be()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.Text("false"));
        var site = await ASiteAsync(receiver, "akismet", "?blog=https%3A%2F%2Fnews.example%2Fblog");
        var comment = await site.ACommentAsync(await site.AnArticleAsync(), "ada", "One");
        await QuietAsync(site);
        (
            await site.SendAsync("PATCH", $"/comments/{comment}", new { body = "Two" }, site.Token("ada"))
        ).Expect(200);
        await QuietAsync(site);

        var asked = receiver.Calls.Select(c => QueryHelpers.ParseQuery(c.Body)).ToList();
        Assert.Equal(
            [("One", ""), ("Two", "edit")],
            asked.Select(a => ($"{a["comment_content"]}", $"{a.GetValueOrDefault("recheck_reason")}"))
        );
        Assert.All(asked, a => Assert.Equal("https://news.example/blog", a["blog"]));
        // and the address is not called with what was set in it
        Assert.Equal(2, receiver.Calls.Count);
    }

    [Fact]
    public async Task Akismet_needs_to_know_the_site_s_address_and_whoever_looks_is_told()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.Text("true"));
        var site = await ASiteAsync(receiver, "akismet");
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");

        Assert.Contains("?blog=", await FailureAsync(site), StringComparison.Ordinal);
        Assert.Empty(receiver.Calls);
        (
            await site.SendAsync(
                "PUT",
                "",
                new { allowedOrigins = (string[])["https://news.example"] },
                site.Token("root", Role.Admin)
            )
        ).Expect(200);
        await QuietAsync(site);
        Assert.NotEmpty(receiver.Calls);
        // at least once: on a busy machine a look that was under way may ask once more
        Assert.All(
            receiver.Calls,
            c => Assert.Equal("https://news.example", QueryHelpers.ParseQuery(c.Body)["blog"])
        );
    }

    [Fact]
    public async Task Nobody_is_shown_a_service_s_key_nor_has_it_sent_elsewhere_who_does_not_know_it()
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.StatusCode(503));
        await using var thief = await Receiver.StartAsync(_ => Results.NoContent());
        var site = await ASiteAsync(receiver, "openai-moderation");
        var root = site.Token("root", Role.Admin);
        Task<Reply> PutAsync(string url, string secret, string kind = "openai-moderation") =>
            site.SendAsync(
                "PUT",
                "",
                new
                {
                    classifier = new
                    {
                        url,
                        secret,
                        kind,
                    },
                },
                root
            );
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        var failure = await FailureAsync(site);

        (await PutAsync(thief.Url, "********")).Expect(400, "validation");
        (await PutAsync(receiver.Url, "********", "akismet")).Expect(400, "validation");
        (await PutAsync(receiver.Url, "********")).Expect(200);
        (await PutAsync(thief.Url, Secret)).Expect(200);

        foreach (
            var told in (string[])
                [
                    failure,
                    (await site.GetAsync("", root)).Expect(200).Text,
                    (await site.GetAsync("/events", site.Token("ana", Role.Analyst))).Expect(200).Text,
                    (await site.GetAsync("/admin/log", root)).Expect(200).Text,
                    $"{await Node.ScalarAsync($"select string_agg(settings, ' ') from threadstore.site_rows where site = '{site.Key}'")}",
                    $"{await Node.ScalarAsync($"select string_agg(r::text, ' ') from threadstore.delivery_recipients r where site = '{site.Key}'")}",
                ]
        )
            Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
        Assert.Equal(
            """{"url":"********","secret":"********","kind":"openai-moderation"}""",
            (await site.LookAsync("")).GetProperty("classifier").GetRawText()
        );
    }

    [Theory]
    [InlineData("perspective")]
    [InlineData("OpenAi-Moderation")]
    [InlineData("")]
    public async Task A_kind_that_nobody_knows_is_refused(string kind)
    {
        var site = await Node.ASiteAsync();
        var refused = await site.SendAsync(
            "PUT",
            "",
            new
            {
                classifier = new
                {
                    url = "https://classifier.example",
                    secret = Secret,
                    kind,
                },
            },
            site.Token("root", Role.Admin)
        );

        refused.Expect(400, "validation");
        Assert.Contains("openai-moderation", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai-moderation")]
    [InlineData("akismet")]
    public async Task Services_in_one_s_own_network_are_not_called_unless_that_is_allowed(string kind)
    {
        await using var receiver = await Receiver.StartAsync(_ => Results.Text("true"));
        await using var guarded = await Node.StartAsync(
            Node.Store,
            null,
            [.. ImpatientNode.Settings, ("ThreadStore:Deliveries:AllowPrivateAddresses", "false")]
        );
        var site = await guarded.ASiteAsync(
            new
            {
                classifier = new
                {
                    url = $"{receiver.Url}?blog=https://news.example",
                    secret = Secret,
                    kind,
                },
            }
        );
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Fool");
        await Until.TrueAsync(
            async () =>
                await guarded.ScalarAsync("select max(last_failure) from threadstore.deliveries") is string,
            "it fails"
        );

        Assert.Empty(receiver.Calls);
    }
}
