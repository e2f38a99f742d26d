using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;

namespace ThreadStore.Tests.Http;

/// <summary>A request that an operation takes, in parts, so that a test may spoil one of them.</summary>
/// <param name="Values">What stands in the path for each of its parts.</param>
public sealed record Sample(IReadOnlyDictionary<string, string> Values, object? Body = null)
{
    public string Query { get; init; } = "";
    public string Sub { get; init; } = "ada";
    public Role Roles { get; init; }

    /// <summary>The site of the token; null: the one in the path.</summary>
    public string? TokenSite { get; init; }
    public string? Token { get; init; }

    /// <summary>To another node than the one that all tests share.</summary>
    public HttpClient? Client { get; init; }
    public bool HasToken { get; init; } = true;
    public (string Name, string Value)[] Headers { get; init; } = [];

    public Sample With(string part, string value) =>
        this with
        {
            Values = new Dictionary<string, string>(Values) { [part] = value },
        };

    /// <summary>As good, and to the same address, but asking for something else.</summary>
    public Sample Otherwise()
    {
        if (Body is null)
            return Ask("bulk=true");
        var body = JsonSerializer.SerializeToNode(Body, Json.Options)!.AsObject();
        var part = body["decisions"] is JsonArray decisions ? decisions[0]!.AsObject() : body;
        string[] texts =
        [
            "explanation",
            "body",
            "text",
            "message",
            "note",
            "classifier",
            "name",
            "key",
            "into",
        ];
        part[Array.Find(texts, part.ContainsKey) ?? (part.ContainsKey("action") ? "note" : "reason")] =
            "Otherwise";
        return this with { Body = body };
    }

    public Sample Ask(string query) => this with { Query = Query.Length == 0 ? query : $"{Query}&{query}" };

    public Task<Reply> SendAsync(Store store, ApiOperation operation)
    {
        var path = Values.Aggregate(
            operation.Path,
            (p, v) => p.Replace($"{{{v.Key}}}", Uri.EscapeDataString(v.Value), StringComparison.Ordinal)
        );
        var token = HasToken ? Token ?? Store.Token(TokenSite ?? Values["site"], Sub, Roles) : null;
        return Store.SendAsync(
            Client ?? store.Host.Server.CreateClient(),
            operation.Method,
            Query.Length == 0 ? path : $"{path}?{Query}",
            Body,
            token,
            Headers
        );
    }
}

/// <summary>Makes a request for every operation that succeeds, on what it makes for it.</summary>
public sealed class ApiSamples(TestSite site, string article)
{
    public TestSite Site => site;

    public static async Task<ApiSamples> OnASiteAsync(Store store, object? settings = null)
    {
        var site = await store.ASiteAsync(settings);
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "The first");
        return new(site, article);
    }

    /// <returns>Null where nobody has thought of one.</returns>
    public async Task<Sample?> MakeAsync(string operationId) =>
        operationId switch
        {
            "listSites" => new(new Dictionary<string, string>()) { TokenSite = "*", Roles = Role.Admin },
            "getSite" => OnSite(Role.Moderator),
            "putSite" => OnSite(Role.Admin, new { name = $"Site {Guid.NewGuid()}" }),
            "getReport" => OnSite(Role.Analyst).With("report", "activity"),
            "getEvents" => OnSite(Role.Analyst),
            "discount" => OnSite(Role.Analyst, new { commenters = (string[])["ada"] }),
            "whatIf" => OnSite(Role.Analyst, new { bannedWords = (string[])["first"] }),
            "postImport" => OnSite(Role.Admin, AFile()) with { Query = "format=artrans" },
            "listImports" => OnSite(Role.Admin),
            "getImport" or "getImportProblems" or "cancelImport" => OnSite(Role.Admin)
                .With("importId", await AnImportAsync()),
            "putSiteKey" => OnSite(Role.Admin, new { algorithm = "HS256", secret = $"{Guid.NewGuid()}" })
                .With("kid", await AFreeKidAsync()),
            "deleteSiteKey" => OnSite(Role.Admin).With("kid", "k"),
            "makeApiKey" => OnSite(Role.Admin, new { name = "The CMS", roles = (string[])["service"] }),
            "revokeApiKey" => OnSite(Role.Admin).With("apiKeyId", $"{Guid.NewGuid()}"),
            "listSiteKeys" or "listApiKeys" or "getAdminLog" => OnSite(Role.Admin),
            "signOutCommenter" => OnALeaver($"leaver-{Guid.NewGuid()}"),
            "becomeGuest" => OnSite(body: new { name = "A passer-by" })
                .With("site", (await site.Store.ASiteAsync(new { guests = "open" })).Key),
            "ignoreCommenter" or "unignoreCommenter" => (OnSite() with { Sub = "ben" }).With(
                "commenterKey",
                "ada"
            ),
            "listIgnored" => OnSite(),
            "eraseCommenter" => await OnSomebodyAsync($"gone-{Guid.NewGuid()}"),
            "listErasures" or "getTransparency" or "getStatements" => OnSite(Role.Admin),
            "getErasure" => OnSite().With("erasureId", await AnErasureAsync()),
            "getPersonalData" => OnSite().With("commenterKey", "ada"),
            "listArticles" => OnSite(),
            "getCounts" => OnSite() with { Query = $"article={article}" },
            "searchComments" => OnSite() with { Query = "q=first" },
            "countComments" => OnSite(body: new { articles = (string[])[article] }),
            "getSiteAtom" or "getSiteJsonFeed" => OnSite(),
            "getCommenter" or "getCommenterHistory" or "getCommenterAtom" or "getCommenterJsonFeed" =>
                OnSite().With("commenterKey", "ada"),
            "putArticle" => OnSite(Role.Service, new { title = "New" })
                .With("articleKey", $"{Guid.NewGuid()}"),
            "getArticle"
            or "getThread"
            or "getThreadHtml"
            or "getArticleAtom"
            or "getArticleJsonFeed"
            or "getOwnView"
            or "watchThread" => OnSite().With("articleKey", article),
            "postComment" => OnSite(body: new { body = $"Text {Guid.NewGuid()}" })
                .With("articleKey", article),
            "closeDiscussion" or "openDiscussion" => await OnAnArticleAsync(Role.Moderator),
            "getArticleModeration" => await OnAnArticleAsync(Role.Moderator),
            "setArticleModeration" => await OnAnArticleAsync(Role.Moderator, new { mode = "pre" }),
            "withdrawArticle" or "publishArticle" => await OnAnArticleAsync(Role.Service),
            "renameArticle" => await OnAnArticleAsync(Role.Service, new { key = $"{Guid.NewGuid()}" }),
            "mergeArticle" => await OnAnArticleAsync(
                Role.Service,
                new { into = await site.AnArticleAsync() }
            ),
            "getComment" or "getCommentHistory" or "getReplies" or "deleteComment" => await OnACommentAsync(),
            "editComment" => await OnACommentAsync(new { body = "Edited" }),
            "flagComment" => await OnACommentAsync(new { reason = "spam", note = "Again" }, by: "ben"),
            "reportComment" => await OnACommentAsync(AReport, by: "ben"),
            "getReportOfComment" => await OnAReportAsync(),
            "setReaction" or "removeReaction" => (await OnACommentAsync(by: "ben")).With("kind", "like"),
            _ => await new ModerationSamples(site, article).MakeAsync(operationId)
                ?? await new TellingSamples(site).MakeAsync(operationId),
        };

    Sample OnSite(Role roles = Role.None, object? body = null) =>
        new(new Dictionary<string, string> { ["site"] = site.Key }, body) { Roles = roles };

    Sample OnALeaver(string sub) => (OnSite() with { Sub = sub }).With("commenterKey", sub);

    async Task<Sample> OnSomebodyAsync(string sub)
    {
        await site.ACommentAsync(article, sub, "Hello");
        return OnALeaver(sub);
    }

    static readonly object AReport = new
    {
        reason = "defamation",
        explanation = "It is not true.",
        goodFaith = true,
    };

    async Task<Sample> OnAReportAsync()
    {
        var good = await OnACommentAsync();
        var report = (
            await site.SendAsync("POST", $"/comments/{good.Values["commentId"]}/reports", AReport)
        ).Expect(201);
        return good.With("reportId", report["id"].GetString()!) with
        {
            Query = $"secret={report["secret"].GetString()}",
        };
    }

    async Task<string> AnErasureAsync()
    {
        var sub = $"gone-{Guid.NewGuid()}";
        await site.ACommentAsync(article, sub, "Hello");
        return (await site.SendAsync("DELETE", $"/commenters/{sub}/data", null, site.Token(sub)))
            .Expect(200)["id"]
            .GetString()!;
    }

    /// <summary>A site has room for so many keys, and tests put more.</summary>
    async Task<string> AFreeKidAsync()
    {
        var root = site.Token("root", Role.Admin);
        foreach (var key in (await site.GetAsync("/keys", root)).Expect(200)["items"].EnumerateArray())
            if (key.GetProperty("kid").GetString() is var kid && kid != "visitors")
                await site.SendAsync("DELETE", $"/keys/{kid}", null, root);
        return $"k{Guid.NewGuid():N}";
    }

    static byte[] AFile() =>
        System.Text.Encoding.UTF8.GetBytes(
            $$"""[{"id":"{{Guid.NewGuid()}}","page_key":"/a","content":"x"}]"""
        );

    async Task<string> AnImportAsync() =>
        (await site.SendAsync("POST", "/imports?format=artrans", AFile(), site.Token("ada", Role.Admin)))
            .Expect(202)["id"]
            .GetString()!;

    async Task<Sample> OnAnArticleAsync(Role roles, object? body = null) =>
        OnSite(roles, body).With("articleKey", await site.AnArticleAsync());

    async Task<Sample> OnACommentAsync(object? body = null, string by = "ada")
    {
        var id = await site.ACommentAsync(article, "ada", $"Text {Guid.NewGuid()}");
        return (OnSite(body: body) with { Sub = by }).With("commentId", $"{id}");
    }
}
