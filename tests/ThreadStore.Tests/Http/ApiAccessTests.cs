using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using ThreadStore.Http;
using ThreadStore.OpenApi;
using ThreadStore.Tests.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Http;

public class ApiAccessTests(Store store)
{
    /// <summary>The contract's tables (sections 5 to 7), independent of what the endpoints say.</summary>
    static readonly Dictionary<string, string> Contract = new()
    {
        // sites
        ["listSites"] = "admin",
        ["getSite"] = "moderator admin",
        ["putSite"] = "admin",
        // articles
        ["listArticles"] = "anyone",
        ["getArticle"] = "anyone",
        ["putArticle"] = "service admin",
        ["closeDiscussion"] = "moderator service admin",
        ["openDiscussion"] = "moderator service admin",
        ["withdrawArticle"] = "service admin",
        ["getArticleModeration"] = "moderator admin",
        ["setArticleModeration"] = "moderator admin",
        ["publishArticle"] = "service admin",
        ["renameArticle"] = "service admin",
        ["mergeArticle"] = "service admin",
        ["getOwnView"] = "token",
        // threads
        ["getThread"] = "anyone",
        ["getThreadHtml"] = "anyone",
        ["getReplies"] = "anyone",
        ["getArticleAtom"] = "anyone",
        ["getArticleJsonFeed"] = "anyone",
        ["getSiteAtom"] = "anyone",
        ["getSiteJsonFeed"] = "anyone",
        ["getCommenterAtom"] = "anyone",
        ["getCommenterJsonFeed"] = "anyone",
        ["getCounts"] = "anyone",
        ["countComments"] = "anyone",
        ["watchThread"] = "anyone",
        ["searchComments"] = "anyone",
        // comments
        ["postComment"] = "token",
        ["getComment"] = "anyone",
        ["editComment"] = "token",
        ["deleteComment"] = "token",
        ["getCommentHistory"] = "token",
        ["setReaction"] = "token",
        ["removeReaction"] = "token",
        ["flagComment"] = "token",
        // commenters
        ["getCommenter"] = "anyone",
        ["getCommenterHistory"] = "anyone",
        // people's data
        ["getPersonalData"] = "token",
        ["eraseCommenter"] = "token",
        ["reportComment"] = "anyone",
        ["getReportOfComment"] = "anyone",
        ["getTransparency"] = "admin",
        ["getStatements"] = "admin",
        ["listErasures"] = "admin",
        ["getErasure"] = "token",
        // moderation
        ["approveComment"] = "moderator admin",
        ["rejectComment"] = "moderator admin",
        ["featureComment"] = "moderator admin",
        ["unfeatureComment"] = "moderator admin",
        ["lockComment"] = "moderator admin",
        ["unlockComment"] = "moderator admin",
        ["restoreComment"] = "moderator admin",
        ["judgeComment"] = "service admin",
        ["decideInBulk"] = "moderator admin",
        ["discountCasts"] = "moderator admin",
        ["getQueue"] = "moderator admin",
        ["getQueueCounts"] = "moderator admin",
        ["claimComments"] = "moderator admin",
        ["getModerationLog"] = "moderator admin",
        ["undoDecision"] = "moderator admin",
        ["getAppeals"] = "moderator admin",
        ["decideAppeal"] = "moderator admin",
        ["banCommenter"] = "moderator admin",
        ["suspendCommenter"] = "moderator admin",
        ["shadowCommenter"] = "moderator admin",
        ["warnCommenter"] = "moderator admin",
        ["premoderateCommenter"] = "moderator admin",
        ["reinstateCommenter"] = "moderator admin",
        ["noteOnCommenter"] = "moderator admin",
        ["acknowledgeWarning"] = "token",
        ["appealDecision"] = "token",
        // who may speak
        ["putSiteKey"] = "admin",
        ["listSiteKeys"] = "admin",
        ["deleteSiteKey"] = "admin",
        ["makeApiKey"] = "admin",
        ["listApiKeys"] = "admin",
        ["revokeApiKey"] = "admin",
        ["signOutCommenter"] = "token",
        ["getAdminLog"] = "admin",
        ["becomeGuest"] = "anyone",
        ["ignoreCommenter"] = "token",
        ["unignoreCommenter"] = "token",
        ["listIgnored"] = "token",
        // models
        ["learnModel"] = "admin",
        ["getLearning"] = "admin",
        ["listModels"] = "admin",
        ["getModel"] = "admin",
        ["adoptModel"] = "admin",
        // imports
        ["postImport"] = "admin",
        ["listImports"] = "admin",
        ["getImport"] = "admin",
        ["getImportProblems"] = "admin",
        ["cancelImport"] = "admin",
        // telling others
        ["putWebhook"] = "admin",
        ["listWebhooks"] = "admin",
        ["getWebhook"] = "admin",
        ["deleteWebhook"] = "admin",
        ["testWebhook"] = "admin",
        ["rotateWebhookSecret"] = "admin",
        ["replayWebhook"] = "admin",
        ["listWebhookDeliveries"] = "admin",
        ["retryWebhookDelivery"] = "admin",
        ["watchQueue"] = "moderator admin",
        ["getNotifications"] = "token",
        ["getPreferences"] = "token",
        ["putPreferences"] = "token",
        ["readNotifications"] = "token",
        ["watchNotifications"] = "token",
        // history
        ["getEvents"] = "analyst admin",
        ["getReport"] = "analyst admin",
        ["whatIf"] = "analyst admin",
        ["discount"] = "analyst admin",
    };

    /// <summary>Who calls; null roles: without a token.</summary>
    /// <param name="Site">Null: the site that is asked.</param>
    /// <param name="By">With what they come: a token of ours, one that the site's own key signed, or an API key.</param>
    sealed record Visitor(
        string Name,
        Role? Roles,
        string? Site = null,
        bool IsExpired = false,
        string By = "token"
    );

    static readonly Visitor[] Visitors =
    [
        new("nobody", null),
        new("a reader", Role.None),
        new("a moderator", Role.Moderator),
        new("an analyst", Role.Analyst),
        new("a service", Role.Service),
        new("an admin", Role.Admin),
        new("an admin of all sites", Role.Admin, "*"),
        new("a moderator of all sites", Role.Moderator, "*"),
        new("all roles of another site", (Role)15, "elsewhere"),
        new("an expired admin", Role.Admin, IsExpired: true),
        new("a moderator by the site's key", Role.Moderator, By: "site key"),
        new("an admin by the site's key", Role.Admin, By: "site key"),
        new("a program that moderates", Role.Moderator, By: "API key"),
        new("a program that analyses", Role.Analyst, By: "API key"),
        new("a program of the CMS", Role.Service, By: "API key"),
        new("a program that administers", Role.Admin, By: "API key"),
    ];

    [Fact]
    public async Task Each_role_may_do_what_the_contract_says_and_nothing_else()
    {
        var document = await ApiDocument.ReadAsync(store);
        var samples = await ApiSamples.OnASiteAsync(store);
        using var pair = SigningPair.Of("ES256", "visitors");
        var programs = await AdmitAsync(samples.Site, pair);
        var complaints = new List<string>();
        foreach (var operation in document.Operations)
        {
            if (!Contract.TryGetValue(operation.Id, out var access))
            {
                complaints.Add($"{operation.Id}: say in ApiAccessTests.Contract who may call it");
                continue;
            }
            if (operation.Access != access)
                complaints.Add($"{operation.Id}: documented for {operation.Access}, not {access}");
            foreach (var visitor in Visitors)
            {
                // what only they themselves may do, a program is nobody for
                if (visitor.By == "API key" && access == "token")
                    continue;
                if (await samples.MakeAsync(operation.Id) is not { } good)
                    break;
                var token = visitor.By switch
                {
                    "API key" => programs[visitor.Roles!.Value],
                    "site key" => pair.Token(samples.Site.Key, good.Sub, Word(visitor.Roles!.Value)),
                    _ => null,
                };
                var sample = As(good, visitor, samples.Site.Key);
                var reply = await (token is null ? sample : sample with { Token = token }).SendAsync(
                    store,
                    operation
                );
                var expected = Expected(operation.Id, access, visitor);
                var got = reply.Status < 400 ? "allowed" : $"{reply.Status} {reply.Code}";
                if (got != expected)
                    complaints.Add($"{operation.Id} by {visitor.Name}: {got}, not {expected}: {reply.Text}");
                complaints.AddRange(document.Faults(operation, reply).Select(f => $"{operation.Id}: {f}"));
            }
        }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    static string Word(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Gives the site a key of its own, and a program for each role.</summary>
    static async Task<Dictionary<Role, string>> AdmitAsync(TestSite site, SigningPair pair)
    {
        var root = site.Token("root", Role.Admin);
        (
            await site.SendAsync(
                "PUT",
                $"/keys/{pair.Kid}",
                new { algorithm = pair.Algorithm, jwk = pair.Jwk() },
                root
            )
        ).Expect(201);
        var programs = new Dictionary<Role, string>();
        foreach (var role in (Role[])[Role.Moderator, Role.Analyst, Role.Service, Role.Admin])
            programs[role] = (
                await site.SendAsync(
                    "POST",
                    "/api-keys",
                    new { name = $"{role}", roles = (string[])[Word(role)] },
                    root
                )
            )
                .Expect(201)["secret"]
                .GetString()!;
        return programs;
    }

    static Sample As(Sample good, Visitor visitor, string site) =>
        good with
        {
            HasToken = visitor.Roles is not null,
            Token = Store.Token(
                visitor.Site ?? site,
                good.Sub,
                visitor.Roles ?? Role.None,
                life: visitor.IsExpired ? TimeSpan.FromMinutes(-10) : null
            ),
        };

    static string Expected(string operation, string access, Visitor visitor) =>
        access == "anyone" ? "allowed"
        : visitor.Roles is not { } roles || visitor.IsExpired ? "401 unauthorized"
        : visitor.Site is not null and not "*" ? "403 forbidden"
        : operation == "listSites" && visitor.Site != "*" ? "403 forbidden"
        : access == "token" || access.Split(' ').Contains(roles.ToString().ToLowerInvariant()) ? "allowed"
        : "403 forbidden";

    [Fact]
    public async Task An_endpoint_that_does_not_say_who_may_call_it_is_refused_to_all_and_undocumented()
    {
        await using var app = store.Builder().Build();
        app.UseServer();
        app.MapGet("/v1/sites/{site}/undeclared", () => "secret");
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };
        var site = await store.ASiteAsync();

        var reply = await Store.SendAsync(
            client,
            "GET",
            $"{site.Path}/undeclared",
            null,
            Store.Token("*", "root", Role.Admin)
        );
        var endpoint = OpenApiDescription
            .Described(app.Services.GetRequiredService<EndpointDataSource>())
            .Single(e => e.RoutePattern.RawText!.EndsWith("undeclared", StringComparison.Ordinal));
        var complaint = Assert.Throws<InvalidOperationException>(() =>
            new OpenApiOperations(new OpenApiDocument(), DocComments.Load()).Describe(endpoint)
        );

        reply.Expect(403, "forbidden");
        Assert.Contains(
            "needs [Public], [SignedIn] or [Roles(…)]",
            complaint.Message,
            StringComparison.Ordinal
        );
        await app.StopAsync();
    }
}
