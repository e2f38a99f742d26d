using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>Describes what an operation may answer, with every problem code that it may refuse with.</summary>
public sealed class OpenApiAnswers(OpenApiDocument document, OpenApiSchemas schemas)
{
    const string ItemSchema = "x-itemSchema";

    public OpenApiResponses Of(
        MethodInfo method,
        IReadOnlyList<DocumentedAnswer> documented,
        IEnumerable<string> general
    )
    {
        var responses = new OpenApiResponses();
        var shapes = method.GetCustomAttributes<AnswersAttribute>().ToArray();
        foreach (var answer in documented.Where(a => a.Status < 400).OrderBy(a => a.Status))
        {
            var shape =
                Array.Find(shapes, s => s.Status == answer.Status) ?? Array.Find(shapes, s => s.Status == 0);
            if (shape is { IsInProse: true })
                schemas.Of(shape.Shape);
            else
                responses[Key(answer.Status)] = Success(answer, shape);
        }
        var codes = documented
            .SelectMany(a => a.Codes.Select(code => (a.Status, Code: code)))
            .Concat(general.Select(code => (ProblemCodes.Of(code).Status, Code: code)))
            .ToLookup(a => a.Status, a => a.Code);
        foreach (var status in codes.OrderBy(g => g.Key))
            responses[Key(status.Key)] = Refusal(
                status.Key,
                [.. ProblemCodes.All.Where(k => status.Contains(k.Code))]
            );
        return responses;
    }

    static string Key(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    OpenApiResponse Success(DocumentedAnswer answer, AnswersAttribute? shape)
    {
        var response = new OpenApiResponse
        {
            Description =
                answer.Status == 304 ? "What If-None-Match names still holds."
                : answer.Text.Length > 0 ? char.ToUpperInvariant(answer.Text[0]) + answer.Text[1..] + "."
                : "Done.",
            Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ThreadStore-Position"] = Header("ThreadStore-Position"),
            },
        };
        var hasBody = shape is not null && answer.Status is not (204 or 304);
        if (
            answer.Status == 304
            || (hasBody && shape is { ContentType: "application/json", IsStreamed: false })
        )
            response.Headers["ETag"] = Header("ETag");
        if (shape is { HasLocation: true } && answer.Status is 201 or 202)
            response.Headers["Location"] = Header("Location");
        if (hasBody)
        {
            response.Content = new Dictionary<string, OpenApiMediaType>
            {
                [shape!.ContentType] =
                    shape.Shape == typeof(string) ? Text(shape.ContentType, shape.Shape)
                    : shape.ContentType.EndsWith("json", StringComparison.Ordinal)
                    && shape.ContentType != "application/x-ndjson"
                        ? Media(shape.Shape, isRequest: false)
                    : Stream(shape),
            };
            if (shape.OrText is { } type)
                response.Content[type] = Text(type, shape.Shape);
        }
        return response;
    }

    static OpenApiMediaType Text(string contentType, Type shape) =>
        new()
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = OpenApiExamples.Text(contentType, shape),
        };

    /// <summary>
    /// One item after the other, perhaps without an end. Generated clients give the stream itself for it, where they would
    /// wait for the whole of a described object; <c>x-itemSchema</c> says what an item is, as OpenAPI 3.2's itemSchema.
    /// </summary>
    OpenApiMediaType Stream(AnswersAttribute shape)
    {
        schemas.Of(shape.Shape);
        var item = new JsonObject { ["$ref"] = $"#/components/schemas/{OpenApiSchemas.NameOf(shape.Shape)}" };
        return new()
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
            Example = OpenApiExamples.Text(shape.ContentType, shape.Shape),
            Extensions = new Dictionary<string, IOpenApiExtension>
            {
                [ItemSchema] = new JsonNodeExtension(item),
            },
        };
    }

    OpenApiResponse Refusal(int status, ProblemCodes.Kind[] kinds)
    {
        var response = new OpenApiResponse
        {
            Description = string.Join("\n", kinds.Select(k => $"- `{k.Code}`: {k.Title}.")),
            Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ThreadStore-Position"] = Header("ThreadStore-Position"),
            },
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType
                {
                    Schema = schemas.Of(typeof(ProblemShape)),
                    Examples = kinds.ToDictionary(
                        k => k.Code,
                        k => (IOpenApiExample)new OpenApiExampleReference(ExampleOf(k, status), document)
                    ),
                },
            },
            Extensions = new Dictionary<string, IOpenApiExtension>
            {
                ["x-codes"] = new JsonNodeExtension(new JsonArray([.. kinds.Select(k => (JsonNode)k.Code)])),
            },
        };
        if (status is 503 or 429)
            response.Headers["Retry-After"] = Header("Retry-After");
        if (status == 401)
            response.Headers["WWW-Authenticate"] = Header("WWW-Authenticate");
        return response;
    }

    public OpenApiMediaType Media(Type type, bool isRequest) =>
        new() { Schema = schemas.Of(type, isRequest), Example = OpenApiExamples.Of(type) };

    OpenApiHeaderReference Header(string name) => new(name, document);

    /// <summary>What all operations share: headers of answers, and an example of every problem.</summary>
    public void AddComponents()
    {
        void Add(string name, string description, Type type) =>
            document.AddComponent<IOpenApiHeader>(
                name,
                new OpenApiHeader { Description = description, Schema = schemas.Of(type) }
            );
        Add(
            "ThreadStore-Position",
            "For a write, the position of its last event; otherwise what the answer holds. Send it as ThreadStore-Min-Position, or minPosition, to read what one wrote.",
            typeof(long)
        );
        Add(
            "ETag",
            "Names this answer; for If-None-Match, and for If-Match where there is a version.",
            typeof(string)
        );
        schemas.AddWords(
            "ProblemCode",
            "The codes of problems so far. A newer server may have more, so a client must bear others.",
            ProblemCodes.All.Select(k => k.Code)
        );
        Add("Location", "The path of what was made.", typeof(string));
        Add("Retry-After", "Seconds to wait before the next try.", typeof(int));
        Add("WWW-Authenticate", "Always `Bearer`.", typeof(string));
        foreach (var kind in ProblemCodes.All)
        foreach (var status in (int[])[kind.Status, kind.OtherStatus ?? kind.Status])
            document.AddComponent<IOpenApiExample>(
                ExampleOf(kind, status),
                new OpenApiExample { Summary = kind.Title, Value = OpenApiExamples.Of(kind, status) }
            );
    }

    static string ExampleOf(ProblemCodes.Kind kind, int status) =>
        status == kind.Status ? kind.Code : $"{kind.Code}-{Key(status)}";
}
