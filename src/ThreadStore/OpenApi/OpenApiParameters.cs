using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using ThreadStore.Demo;
using ThreadStore.History.Reports;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>Describes what an operation reads from its address and headers.</summary>
public sealed class OpenApiParameters(OpenApiSchemas schemas)
{
    public IEnumerable<IOpenApiParameter> Of(RoutePattern route, MethodInfo method, bool mayBeUnchanged)
    {
        foreach (var part in route.Parameters)
            yield return InPath(part.Name);
        foreach (var query in KnownQuery.Of(method).Where(q => q.Name != KnownQuery.MinPosition))
            yield return InQuery(query);
        yield return Header(
            "ThreadStore-Min-Position",
            "The answer must hold all that was written up to this position, such as the ThreadStore-Position of one's own write. It waits up to 5 s for it, then 503 `behind`.",
            typeof(long)
        );
        yield return InQuery(KnownQuery.Least);
        foreach (var header in method.GetCustomAttributes<ReadsHeaderAttribute>())
            yield return Header(header.Name, header.Description, header.Type);
        if (TakesKey(method))
            yield return Header(
                "Idempotency-Key",
                "Makes the request safe to repeat: the same key and body give the first status again, and nothing is made twice. 1 to 200 characters; make up a new one, such as a UUID, for each thing that is to be made.",
                typeof(string),
                200
            );
        if (method.GetCustomAttribute<ChecksVersionAttribute>() is not null)
            yield return Header(
                "If-Match",
                "The ETag, or the version in quotes, that the change is meant for; when the comment has changed since: 412 `stale-version`.",
                typeof(string)
            );
        if (mayBeUnchanged)
            yield return Header(
                "If-None-Match",
                "The ETag of the answer that one has; if it still holds: 304 without a body.",
                typeof(string)
            );
    }

    public static bool TakesKey(MethodInfo method) =>
        method
            .GetParameters()
            .Any(p => p.ParameterType == typeof(IdempotencyKey) || p.ParameterType == typeof(Asked));

    static OpenApiParameter InPath(string name)
    {
        var (description, schema, example) = name switch
        {
            "site" => (
                "The site's key.",
                new OpenApiSchema { Pattern = "^[a-z0-9][a-z0-9-]{0,62}$" },
                DemoPage.Site
            ),
            "articleKey" => (
                "The article's key, percent-encoded as one segment. A request for a key that it had before it was renamed or merged is answered with 308 and the address under the new one.",
                Key(),
                OpenApiExamples.Article
            ),
            "commenterKey" => (
                "The commenter's key, percent-encoded as one segment.",
                Key(),
                OpenApiExamples.Commenter
            ),
            "commentId" => (
                "The comment's id.",
                new OpenApiSchema { Format = "uuid" },
                OpenApiExamples.Root.ToString()
            ),
            "importId" => (
                "The import's id.",
                new OpenApiSchema { Format = "uuid" },
                "0198c0de-0000-7000-8000-000000000099"
            ),
            "jobId" => (
                "The job's id.",
                new OpenApiSchema { Format = "uuid" },
                "0198c0de-0000-7000-8000-000000000009"
            ),
            "hash" => ("The model's hash.", new OpenApiSchema(), LearnedExamples.Hash),
            "kid" => ("The key's kid, percent-encoded as one segment.", Key(), IdentityExamples.Kid),
            "apiKeyId" => (
                "The key's id.",
                new OpenApiSchema { Format = "uuid" },
                IdentityExamples.ApiKey.ToString()
            ),
            "webhook" => (
                "The webhook's name.",
                new OpenApiSchema { Pattern = "^[a-z0-9][a-z0-9-]{0,62}$" },
                "crm"
            ),
            "deliveryId" => (
                "The delivery's id, which is the message's webhook-id.",
                new OpenApiSchema { Format = "uuid" },
                "0198c0de-0000-7000-8000-000000000016"
            ),
            "reportId" => (
                "The report's id.",
                new OpenApiSchema { Format = "uuid" },
                NoticeExamples.Notice.ToString()
            ),
            "erasureId" => (
                "The erasure's id.",
                new OpenApiSchema { Format = "uuid" },
                PrivacyExamples.Erasure.ToString()
            ),
            "appealId" => (
                "The appeal's id.",
                new OpenApiSchema { Format = "uuid" },
                "0198c0de-0000-7000-8000-000000000003"
            ),
            "position" => (
                "The decision's position, as the log says it.",
                new OpenApiSchema { Pattern = "^[0-9]+$" },
                "41"
            ),
            "report" => (
                "The report's name.",
                new OpenApiSchema { Enum = [.. Report.All.Select(r => (JsonNode)r.Name)] },
                "activity"
            ),
            "kind" => ("A kind of reaction of the site's settings.", new OpenApiSchema(), "like"),
            _ => throw new InvalidOperationException(
                $"OpenApiParameters.InPath does not describe the part {{{name}}} of a route: add it there."
            ),
        };
        schema.Type = JsonSchemaType.String;
        return new()
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = description,
            Schema = schema,
            Example = example,
        };
    }

    static OpenApiSchema Key() => new() { MinLength = 1, MaxLength = Keys.MaxLength };

    OpenApiParameter InQuery(QueryAttribute query)
    {
        var schema = schemas.Of(query.Type);
        if (schema is OpenApiSchema own)
        {
            if (query.Min != int.MinValue)
                own.Minimum = query.Min.ToString(CultureInfo.InvariantCulture);
            if (query.Max != int.MaxValue)
                own.Maximum = query.Max.ToString(CultureInfo.InvariantCulture);
        }
        JsonNode? absent = query.Default switch
        {
            null => null,
            Enum word => OpenApiSchemas.Word(word.ToString()),
            int number => number,
            bool flag => flag,
            var text => text.ToString(),
        };
        if (absent is not null)
            schema = schemas.Described(schema, null, absent);
        if (query.Times > 1)
            schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = schema,
                MinItems = query.IsRequired ? 1 : null,
                MaxItems = query.Times,
            };
        return new()
        {
            Name = query.Name,
            In = ParameterLocation.Query,
            Required = query.IsRequired,
            Description = query.Description,
            Schema = schema,
            Example =
                query.Example is null ? null
                : query.Times > 1 ? new JsonArray(query.Example)
                : query.Example,
            Explode = true,
        };
    }

    OpenApiParameter Header(string name, string description, Type type, int? maxLength = null)
    {
        var schema = (OpenApiSchema)schemas.Of(type);
        schema.MaxLength = maxLength;
        return new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = schema,
        };
    }
}
