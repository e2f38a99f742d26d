using System.Reflection;
using Microsoft.OpenApi;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>Describes an endpoint by its doc comment, its access and the attributes in DocumentedAs.cs.</summary>
public sealed class OpenApiOperations(OpenApiDocument document, DocComments docs)
{
    public const string Scheme = "bearer";

    readonly OpenApiSchemas schemas = new(document, docs);

    public void AddComponents() => Answers.AddComponents();

    OpenApiAnswers Answers => new(document, schemas);

    /// <exception cref="InvalidOperationException">The endpoint lacks documentation; the message says what to add.</exception>
    public OpenApiOperation Describe(RouteEndpoint endpoint)
    {
        var method =
            KnownQuery.MethodOf(endpoint)
            ?? throw new InvalidOperationException($"{endpoint.DisplayName} has no method.");
        InvalidOperationException Lacks(string what) =>
            new(
                $"{method.DeclaringType?.Name}.{method.Name} ({endpoint.RoutePattern.RawText}) needs {what}."
            );
        var access =
            endpoint.Metadata.GetMetadata<AccessAttribute>()
            ?? throw Lacks("[Public], [SignedIn] or [Roles(…)]: who may call it");
        var id =
            method.GetCustomAttribute<OperationAttribute>()?.Id
            ?? throw Lacks("[Operation(\"camelCaseName\")]: its operationId");
        var summary =
            docs.Summary(method) ?? throw Lacks("a doc comment <summary>: what it does, in a sentence");
        var documented = docs.Answers(method);
        if (!documented.Any(a => a.Status is >= 200 and < 300))
            throw Lacks(
                "a doc comment <returns> that lists its answers, such as '201 the comment; 400 validation; 409 too-deep'"
            );
        foreach (var status in documented.Select(a => a.Status).Where(s => s is >= 200 and < 300 and not 204))
            if (!method.GetCustomAttributes<AnswersAttribute>().Any(a => a.Status == 0 || a.Status == status))
                throw Lacks(
                    $"[Answers(typeof(…))]: what {status} holds, from Shapes.cs or a record of its own"
                );

        // lists of operations have room for a few words
        var title = summary.Split(['.', ':', ';'], 2)[0];
        var body = endpoint.Metadata.GetMetadata<RequestBodyType>()?.Type;
        var limit = endpoint.Metadata.GetMetadata<BodyLimitAttribute>()?.Bytes ?? BodyLimitAttribute.Small;
        return new()
        {
            OperationId = id,
            Tags = new HashSet<OpenApiTagReference> { new(TagOf(method), document) },
            Summary = title,
            Description = string.Join(
                "\n\n",
                (
                    (string?[])
                        [
                            summary.Length <= title.Length + 1 ? null : summary,
                            docs.Remarks(method),
                            Who(access)
                                + (
                                    method.GetCustomAttribute<TimeTravelAttribute>() is null
                                        ? null
                                        : " With `asOf` or `atPosition`: needs a token with the role analyst or admin."
                                ),
                            body is null ? null : MaxBody(limit),
                        ]
                ).OfType<string>()
            ),
            Parameters =
            [
                .. new OpenApiParameters(schemas).Of(
                    endpoint.RoutePattern,
                    method,
                    mayBeUnchanged: documented.Any(a => a.Status == 304)
                ),
            ],
            RequestBody = RequestBody(body, method.GetCustomAttribute<TakesFileAttribute>()),
            Responses = Answers.Of(method, documented, General(endpoint, method, access, body)),
            Security = Security(access),
        };
    }

    OpenApiRequestBody? RequestBody(Type? body, TakesFileAttribute? file) =>
        (body, file) switch
        {
            (not null, _) => new()
            {
                Required = OpenApiSchemas.HasRequired(body),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = Answers.Media(body, isRequest: true),
                },
            },
            (_, not null) => new()
            {
                Required = true,
                Description = file.Description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    // generators give a stream or a file for it
                    ["application/octet-stream"] = new()
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                        Example = file.Example,
                    },
                },
            },
            _ => null,
        };

    /// <summary>The capability: the folder that the endpoint lies in.</summary>
    public static string TagOf(MethodInfo method) => method.DeclaringType!.Namespace!.Split('.')[^1];

    /// <summary>What follows from the endpoint itself, so that nobody has to write it.</summary>
    static IEnumerable<string> General(
        Endpoint endpoint,
        MethodInfo method,
        AccessAttribute access,
        Type? body
    )
    {
        var parts = ((RouteEndpoint)endpoint).RoutePattern.Parameters.Select(p => p.Name).ToHashSet();
        var createsSite = endpoint.Metadata.GetMetadata<CreatesSiteAttribute>() is not null;
        var isPaged = method.GetCustomAttribute<PagedAttribute>() is not null;
        yield return "bad-request";
        if (
            body is not null
            || isPaged
            || createsSite
            || parts.Overlaps(["articleKey", "commenterKey", "kid"])
            || method.GetCustomAttributes<QueryAttribute>().Any(q => q.IsChecked)
            || OpenApiParameters.TakesKey(method)
        )
            yield return "validation";
        if (isPaged)
            yield return "bad-cursor";
        if (access is not PublicAttribute || method.GetCustomAttribute<TimeTravelAttribute>() is not null)
        {
            yield return "unauthorized";
            if (parts.Contains("site"))
                yield return "token-revoked";
            yield return "forbidden";
        }
        if (parts.Contains("site") && !createsSite)
            yield return "site-not-found";
        if (body is not null)
            yield return "too-large";
        if (OpenApiParameters.TakesKey(method))
        {
            yield return "idempotency-conflict";
            yield return "erased";
        }
        yield return "rate-limited";
        yield return "internal";
        yield return "unavailable";
        yield return "behind";
    }

    static string MaxBody(long bytes) =>
        bytes >= 1024 * 1024
            ? $"The body may have {bytes / 1024 / 1024} MiB."
            : $"The body may have {bytes / 1024} KiB.";

    static string Who(AccessAttribute access) =>
        access switch
        {
            PublicAttribute => "Needs no token.",
            RolesAttribute roles =>
                $"Needs a token with the role {string.Join(" or ", RolesOf(roles))}{(roles.AllSites ? ", for all sites" : "")}.",
            _ => "Needs a token for the site, with any role or none.",
        };

    static IEnumerable<string> RolesOf(RolesAttribute access) =>
        Enum.GetValues<Role>()
            .Where(r => r != Role.None && (access.Roles | Role.Admin).HasFlag(r))
            .Select(r => r.ToString().ToLowerInvariant());

    // OpenAPI 3.1 lets a requirement list roles; any one of the requirements is enough
    List<OpenApiSecurityRequirement> Security(AccessAttribute access)
    {
        OpenApiSecurityRequirement Bearer(params List<string> roles) =>
            new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = roles };
        return access switch
        {
            PublicAttribute => [new OpenApiSecurityRequirement(), Bearer()],
            RolesAttribute roles => [.. RolesOf(roles).Select(r => Bearer(r))],
            _ => [Bearer()],
        };
    }
}
