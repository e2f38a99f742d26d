using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.OpenApi;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.OpenApi;

public class OpenApiTests(Store store)
{
    /// <summary>Addresses for operators and for people who look around; the document leaves them out.</summary>
    static readonly string[] Undocumented =
    [
        "/",
        "/openapi/v1.json",
        "/docs",
        "/problems/{code}",
        "/unsubscribe/{token}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/embed.js",
        "/assets/{name}",
        "/desk",
        "/insights",
        "/sign-in.json",
    ];

    EndpointDataSource Endpoints => store.Services.GetRequiredService<EndpointDataSource>();

    static string Address(string? route) => "/" + (route ?? "").Trim('/');

    [Fact]
    public void Every_endpoint_says_what_the_document_needs()
    {
        var operations = new OpenApiOperations(new OpenApiDocument(), DocComments.Load());
        var complaints = new List<string>();
        foreach (var endpoint in OpenApiDescription.Described(Endpoints))
            try
            {
                operations.Describe(endpoint);
            }
            catch (InvalidOperationException e)
            {
                complaints.Add(e.Message);
            }

        Assert.True(complaints.Count == 0, string.Join("\n", complaints));
    }

    [Fact]
    public async Task The_document_and_the_server_have_the_same_operations()
    {
        var document = await ApiDocument.ReadAsync(store);
        var running =
            from endpoint in Endpoints.Endpoints.OfType<RouteEndpoint>()
            let address = Address(endpoint.RoutePattern.RawText)
            where
                !Undocumented.Any(u => address == u || address.StartsWith("/docs/", StringComparison.Ordinal))
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
            select $"{method} {address}";

        Assert.Equal(running.Order(), document.Operations.Select(o => $"{o.Method} {o.Path}").Order());
        Assert.Equal(
            document.Operations.Count,
            document.Operations.Select(o => o.Id).Distinct(StringComparer.OrdinalIgnoreCase).Count()
        );
    }

    [Fact]
    public async Task It_is_OpenAPI_3_1_with_relative_addresses_and_every_reference_leads_somewhere()
    {
        var document = await ApiDocument.ReadAsync(store);

        Assert.StartsWith("3.1.", document.Json.GetProperty("openapi").GetString());
        Assert.Equal("ThreadStore", document.Json.GetProperty("info").GetProperty("title").GetString());
        Assert.Equal("/", document.Json.GetProperty("servers")[0].GetProperty("url").GetString());
        Assert.All(
            References(document.Json),
            r =>
                Assert.NotEqual(
                    default,
                    r[2..].Split('/').Aggregate(document.Json, (json, part) => json.GetProperty(part))
                )
        );
    }

    static IEnumerable<string> References(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(m =>
                    m is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
                        ? [m.Value.GetString()!]
                        : References(m.Value)
                ),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
            _ => [],
        };

    [Fact]
    public async Task Every_operation_has_a_summary_a_tag_a_success_and_parameters_for_its_path()
    {
        foreach (var operation in (await ApiDocument.ReadAsync(store)).Operations)
        {
            Assert.Matches("^[a-z][A-Za-z]+$", operation.Id);
            Assert.NotEqual("", operation.Json.GetProperty("summary").GetString());
            Assert.Equal(1, operation.Json.GetProperty("tags").GetArrayLength());
            Assert.Contains(operation.Responses.Keys, s => s is >= 200 and < 300);
            Assert.Equal(
                operation.Path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}')),
                operation.Parameters("path")
            );
        }
    }

    [Fact]
    public async Task Every_body_and_answer_has_an_example_that_fits_its_schema()
    {
        var document = await ApiDocument.ReadAsync(store);
        var check = new SchemaCheck(document.Json, isStrict: true);
        var faults = new List<string>();
        foreach (var operation in document.Operations)
        {
            var contents = operation
                .Responses.Select(r => (Name: $"{operation.Id} {r.Key}", Holder: r.Value))
                .ToList();
            if (operation.Json.TryGetProperty("requestBody", out var body))
                contents.Add(($"{operation.Id} body", body));
            foreach (var (name, holder) in contents)
            {
                if (!holder.TryGetProperty("content", out var content))
                    continue;
                foreach (var media in content.EnumerateObject().Select(m => m.Value))
                    if (media.TryGetProperty("example", out var example))
                        faults.AddRange(
                            check.Faults(media.GetProperty("schema"), example).Select(f => $"{name}: {f}")
                        );
                    else if (!media.TryGetProperty("examples", out _))
                        faults.Add($"{name} has no example: add one for its type in OpenApiExamples.cs");
            }
        }
        var problem = document.Json.GetProperty("components").GetProperty("schemas").GetProperty("Problem");
        foreach (
            var example in document.Json.GetProperty("components").GetProperty("examples").EnumerateObject()
        )
            faults.AddRange(check.Faults(problem, example.Value.GetProperty("value")));

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public async Task An_example_of_a_problem_has_the_code_and_the_status_that_it_is_an_example_of()
    {
        var document = await ApiDocument.ReadAsync(store);
        var examples = document.Json.GetProperty("components").GetProperty("examples");
        var shown = (
            from operation in document.Operations
            from response in operation.Responses
            where response.Key >= 400
            from example in response
                .Value.GetProperty("content")
                .EnumerateObject()
                .Single()
                .Value.GetProperty("examples")
                .EnumerateObject()
            let name = example.Value.GetProperty("$ref").GetString()!.Split('/')[^1]
            let problem = examples.GetProperty(name).GetProperty("value")
            select (
                Documented: (example.Name, response.Key),
                Shown: (problem.GetProperty("code").GetString()!, problem.GetProperty("status").GetInt32())
            )
        ).ToList();

        Assert.Contains(("comment-deleted", 409), shown.Select(s => s.Documented));
        Assert.All(shown, s => Assert.Equal(s.Documented, s.Shown));
    }

    [Fact]
    public async Task It_says_what_generators_can_use()
    {
        var document = await ApiDocument.ReadAsync(store);
        var schemas = document.Json.GetProperty("components").GetProperty("schemas");
        JsonElement Content(string id, int status) =>
            document.Find(id).Responses[status].GetProperty("content");

        Assert.DoesNotContain("\"anyOf\"", document.Json.GetRawText(), StringComparison.Ordinal);
        // one shape of success, whatever its status
        Assert.All(
            document.Operations,
            o =>
                Assert.Single(
                    o.Responses.Where(r => r.Key is >= 200 and < 300)
                        .Select(r =>
                            r.Value.TryGetProperty("content", out var content)
                                ? content.EnumerateObject().First().Value.GetProperty("schema").GetRawText()
                                : ""
                        )
                        .Distinct()
                )
        );
        Assert.Contains(
            "`Prospect`",
            document.Find("postComment").Json.GetProperty("description").GetString(),
            StringComparison.Ordinal
        );
        Assert.True(schemas.TryGetProperty("Prospect", out _));
        Assert.Equal(
            ["application/json", "text/csv"],
            Content("getReport", 200).EnumerateObject().Select(m => m.Name)
        );
        Assert.False(
            schemas
                .GetProperty("Report")
                .GetProperty("properties")
                .GetProperty("rows")
                .GetProperty("items")
                .TryGetProperty("type", out _)
        );
        Assert.Equal(
            ["#/components/schemas/LiveMessage", "#/components/schemas/EventLine"],
            ((string[])["watchThread", "getEvents"]).Select(id =>
                Content(id, 200)
                    .EnumerateObject()
                    .Single()
                    .Value.GetProperty("x-itemSchema")
                    .GetProperty("$ref")
                    .GetString()
            )
        );
        Assert.Equal(
            "#/components/schemas/LiveResync",
            schemas
                .GetProperty("LiveMessage")
                .GetProperty("discriminator")
                .GetProperty("mapping")
                .GetProperty("resync")
                .GetString()
        );
    }

    [Fact]
    public async Task A_body_takes_no_member_that_is_not_documented()
    {
        var schemas = (await ApiDocument.ReadAsync(store))
            .Json.GetProperty("components")
            .GetProperty("schemas");
        var bodies = OpenApiDescription
            .Described(Endpoints)
            .Select(e => e.Metadata.GetMetadata<RequestBodyType>()?.Type)
            .OfType<Type>()
            .Distinct()
            .Where(t => !Attribute.IsDefined(t, typeof(WithMembersOfAttribute)));
        foreach (var type in bodies)
            Assert.Equal(
                Json.Options.GetTypeInfo(type).Properties.Select(p => p.Name).Order(),
                schemas
                    .GetProperty(OpenApiSchemas.NameOf(type))
                    .GetProperty("properties")
                    .EnumerateObject()
                    .Select(p => p.Name)
                    .Order()
            );
    }

    [Fact]
    public async Task The_bounds_of_settings_are_those_that_the_document_names()
    {
        var site = await store.ASiteAsync();
        var schema = (await ApiDocument.ReadAsync(store))
            .Json.GetProperty("components")
            .GetProperty("schemas")
            .GetProperty("Settings");
        var bounded = schema
            .GetProperty("properties")
            .EnumerateObject()
            .Where(p => p.Value.TryGetProperty("minimum", out _))
            .ToArray();
        Task<Reply> PutAsync(string member, decimal value) =>
            store.SendAsync(
                "PUT",
                site.Path,
                new Dictionary<string, decimal> { [member] = value },
                site.Token("root", Role.Admin)
            );

        Assert.Equal(12, bounded.Length);
        foreach (var member in bounded)
        {
            var (min, max) = (
                member.Value.GetProperty("minimum").GetDecimal(),
                member.Value.GetProperty("maximum").GetDecimal()
            );
            (await PutAsync(member.Name, min - 1)).Expect(400, "validation");
            (await PutAsync(member.Name, max + 1)).Expect(400, "validation");
            (await PutAsync(member.Name, max)).Expect(200);
            (await PutAsync(member.Name, min)).Expect(200);
        }
    }

    [Fact]
    public async Task The_reference_page_needs_this_server_only()
    {
        var page = (await store.SendAsync("GET", "/docs/")).Expect(200).Text;

        Assert.DoesNotContain(
            "//",
            page.Replace("<!doctype html>", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        foreach (var script in (string[])["scalar.js", "scalar.aspnetcore.js"])
        {
            Assert.Contains($"src=\"{script}\"", page, StringComparison.Ordinal);
            (await store.SendAsync("GET", $"/docs/{script}")).Expect(200);
        }
        Assert.Contains("\"withDefaultFonts\":false", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_problem_code_has_a_page_of_its_own()
    {
        foreach (var kind in ProblemCodes.All)
        {
            var page = (await store.SendAsync("GET", $"/problems/{kind.Code}")).Expect(200).Text;
            Assert.Contains($"HTTP status {kind.Status}", page, StringComparison.Ordinal);
            Assert.Contains("What to do", page, StringComparison.Ordinal);
        }
        (await store.SendAsync("GET", "/problems/nope")).Expect(404, "not-found");
    }
}
