using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>
/// Writes <c>/openapi/v1.json</c> from the endpoints that run. What Wolverine tells the framework of them is left out: it
/// guesses at statuses and at bodies that we read ourselves, and names parameters twice.
/// </summary>
public sealed class OpenApiDescription(EndpointDataSource endpoints) : IOpenApiDocumentTransformer
{
    static readonly Lazy<DocComments> Docs = new(DocComments.Load);

    const string About = """
        Comments for the articles of one or many publications.

        **Read** a discussion with `GET /v1/sites/{site}/articles/{articleKey}/comments`: no token, the same answer for
        everybody, cached by `ETag`. **Write** with `Authorization: Bearer` and a token that the publication signs for
        its reader. What only this reader sees or may do is at `…/articles/{articleKey}/me`.

        **Read what you wrote:** every answer carries `ThreadStore-Position`; send that of your write as `minPosition`,
        and the answer holds it.

        **Errors** are `application/problem+json` (RFC 9457). Look at `code`; `type` is a page that explains it.

        **Pages** are `{ items, nextCursor }`; ask on with `cursor` until `nextCursor` is null.

        Times are RFC 3339 in UTC. Members that are null are present and null. Unknown members and
        parameters of a request are refused.
        """;

    // tags in the order in which a reader of the document meets them
    static readonly (string Name, string Description)[] Tags =
    [
        ("Threads", "An article's discussion, as its readers see it."),
        ("Comments", "Write, edit, delete, react and flag."),
        ("Live", "An article's discussion, as it happens."),
        ("Search", "Find what was written."),
        ("Articles", "What is discussed."),
        ("Commenters", "The people who write."),
        ("Identity", "Who may speak: keys of sites and of programs, and the end of sessions."),
        ("Inbox", "What one is told of: replies, mentions, decisions."),
        ("Moderation", "Decide on comments: the queue, decisions and their undoing, appeals."),
        ("Sites", "Publications and their settings."),
        ("Webhooks", "Have programs elsewhere told of what happens."),
        ("History", "Everything that happened, as events."),
    ];

    /// <summary>The endpoints that the document describes.</summary>
    public static IEnumerable<RouteEndpoint> Described(EndpointDataSource endpoints) =>
        endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/v1/", StringComparison.Ordinal) == true)
            .Where(e => e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null);

    public Task TransformAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new()
        {
            Title = "ThreadStore",
            Version = "v1",
            Description = About,
        };
        // the framework names this request's; of that, the path is all that holds wherever readers come from
        var asked = document.Servers?.FirstOrDefault()?.Url;
        document.Servers =
        [
            new() { Url = Uri.TryCreate(asked, UriKind.Absolute, out var at) ? at.AbsolutePath : "/" },
        ];
        document.Paths = [];
        document.Components = new();
        document.AddComponent<IOpenApiSecurityScheme>(
            OpenApiOperations.Scheme,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description =
                    "A JWT (HS256) with sub, name, site, roles and exp; the publication signs it, or `threadstore token`.",
            }
        );
        var operations = new OpenApiOperations(document, Docs.Value);
        operations.AddComponents();
        var described = Described(endpoints).ToArray();
        document.Tags = new HashSet<OpenApiTag>(
            Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description })
        );
        foreach (var endpoint in described)
        {
            var method = KnownQuery.MethodOf(endpoint);
            if (method is not null && document.Tags.All(t => t.Name != OpenApiOperations.TagOf(method)))
                document.Tags.Add(new() { Name = OpenApiOperations.TagOf(method) });
        }
        foreach (var endpoint in described.OrderBy(e => e.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = endpoint.RoutePattern.RawText!;
            if (!document.Paths.TryGetValue(path, out var item))
                document.Paths[path] = item = new OpenApiPathItem();
            foreach (var verb in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                ((OpenApiPathItem)item).AddOperation(new HttpMethod(verb), operations.Describe(endpoint));
        }
        return Task.CompletedTask;
    }
}
