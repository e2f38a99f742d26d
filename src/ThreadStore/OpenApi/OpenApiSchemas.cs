using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using ThreadStore.Http;

namespace ThreadStore.OpenApi;

/// <summary>
/// Describes types as JSON Schema, the way this server reads and writes them: members that are null are present, unknown
/// ones are refused. Records become components; the framework's own exporter knows neither of these rules.
/// </summary>
public sealed class OpenApiSchemas(OpenApiDocument document, DocComments docs)
{
    static readonly string[] Suffixes = ["Shape", "View", "Profile"];

    readonly NullabilityInfoContext nullability = new();
    readonly HashSet<string> known = [];

    /// <summary>The schema of an answer, or of a request's body.</summary>
    public IOpenApiSchema Of(Type type, bool isRequest = false)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return OrNull(Of(inner, isRequest));
        if (Simple(type) is { } simple)
            return simple;
        if (Arguments(type, typeof(IReadOnlyDictionary<,>)) is [_, var value])
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = Of(value, isRequest),
            };
        if (Arguments(type, typeof(IReadOnlyList<>)) is [var item])
            return new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(item, isRequest) };
        return Component(type, isRequest);
    }

    static OpenApiSchema? Simple(Type type) =>
        type == typeof(string) ? new() { Type = JsonSchemaType.String }
        : type == typeof(bool) ? new() { Type = JsonSchemaType.Boolean }
        : type == typeof(int) ? new() { Type = JsonSchemaType.Integer, Format = "int32" }
        : type == typeof(long) ? new() { Type = JsonSchemaType.Integer, Format = "int64" }
        : type == typeof(double) ? new() { Type = JsonSchemaType.Number, Format = "double" }
        : type == typeof(Guid) ? new() { Type = JsonSchemaType.String, Format = "uuid" }
        : type == typeof(DateTimeOffset) ? new() { Type = JsonSchemaType.String, Format = "date-time" }
        // with members of any kind, said aloud: openapi-typescript takes silence for none
        : type == typeof(JsonObject)
            ? new() { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() }
        : type == typeof(JsonElement) ? new()
        : null;

    static Type[]? Arguments(Type type, Type definition) =>
        type.GetInterfaces()
            .Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == definition)
            ?.GetGenericArguments();

    // not anyOf: NSwag makes a class of its own of each such choice, and then can't read null
    static OpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema { Type: { } type } own)
            return new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
        own.Type = type | JsonSchemaType.Null;
        return own;
    }

    public static string NameOf(Type type)
    {
        foreach (var suffix in Suffixes)
            if (type.Name.EndsWith(suffix, StringComparison.Ordinal))
                return type.Name[..^suffix.Length];
        return type.Name;
    }

    OpenApiSchemaReference Component(Type type, bool isRequest)
    {
        var name = NameOf(type);
        if (known.Add(name))
        {
            var schema = new OpenApiSchema { Description = docs.Summary(type) };
            // before its members, which may refer to it
            document.AddComponent<IOpenApiSchema>(name, schema);
            if (type.IsEnum)
            {
                schema.Type = JsonSchemaType.String;
                schema.Enum = [.. Enum.GetNames(type).Select(Word)];
            }
            else if (type.GetCustomAttribute<OneOfAttribute>() is { } one)
                AddChoice(schema, one, isRequest);
            else
                AddMembers(schema, type, isRequest);
        }
        return new(name, document);
    }

    void AddChoice(OpenApiSchema schema, OneOfAttribute one, bool isRequest)
    {
        var members = one.Types.ToDictionary(t => t, t => Component(t, isRequest));
        schema.OneOf = [.. members.Values];
        schema.Discriminator = new()
        {
            PropertyName = JsonNamingPolicy.CamelCase.ConvertName(one.By),
            Mapping = (
                from type in one.Types
                from word in type.GetProperty(one.By)!.GetCustomAttribute<AllowedValuesAttribute>()!.Values
                select ((string)word!, members[type])
            ).ToDictionary(),
        };
    }

    /// <summary>Names words that may become more, for clients that want to know those of today.</summary>
    public void AddWords(string name, string description, IEnumerable<string> words) =>
        document.AddComponent<IOpenApiSchema>(
            name,
            new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = description,
                Enum = [.. words.Select(w => (JsonNode)w)],
            }
        );

    void AddMembers(OpenApiSchema schema, Type type, bool isRequest)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Properties = new Dictionary<string, IOpenApiSchema>();
        schema.Required = new HashSet<string>();
        schema.AdditionalPropertiesAllowed = !isRequest;
        var types = type.GetCustomAttribute<WithMembersOfAttribute>() is { } more
            ? [type, more.Type]
            : (Type[])[type];
        foreach (var part in types)
        {
            var absent =
                isRequest && part.GetConstructor([]) is { } make
                    ? JsonSerializer.SerializeToNode(make.Invoke([]), Kernel.Json.Options)
                    : null;
            foreach (var property in Members(part))
            {
                var member =
                    property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                    ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                schema.Properties[member] = Member(property, isRequest, absent?[member]);
                if (
                    isRequest
                        ? IsRequired(property)
                        : property.GetCustomAttribute<JsonIgnoreAttribute>() is null
                )
                    schema.Required.Add(member);
            }
        }
    }

    // those of a base record first, as they are written
    static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .OrderBy(p => p.DeclaringType == type);

    IOpenApiSchema Member(PropertyInfo property, bool isRequest, JsonNode? absent)
    {
        var held = property.GetCustomAttribute<HoldsAttribute>();
        var schema = Of(held?.Type ?? property.PropertyType, isRequest);
        if (schema is OpenApiSchema own)
        {
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
                (own.Minimum, own.Maximum) = (Number(range.Minimum), Number(range.Maximum));
            own.MaxLength = property.GetCustomAttribute<MaxLengthAttribute>()?.Length;
            if (property.GetCustomAttribute<LengthAttribute>() is { } length)
                (own.MinItems, own.MaxItems) = (length.MinimumLength, length.MaximumLength);
            if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
                own.Enum = [.. allowed.Values.Select(v => JsonValue.Create((string?)v)!)];
        }
        if (
            held is not null
            || (
                !property.PropertyType.IsValueType
                && nullability.Create(property).ReadState == NullabilityState.Nullable
            )
        )
            schema = OrNull(schema);
        if (docs.Summary(property) is { } summary || absent is not null)
            schema = Described(schema, docs.Summary(property), absent?.DeepClone());
        return schema;
    }

    /// <summary>The schema with what is said of the member that has it.</summary>
    public IOpenApiSchema Described(IOpenApiSchema schema, string? description, JsonNode? absent)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } name })
            return new OpenApiSchemaReference(name, document) { Description = description, Default = absent };
        if (schema is OpenApiSchema own)
            (own.Description, own.Default) = (description, absent);
        return schema;
    }

    static string Number(object bound) => Convert.ToString(bound, CultureInfo.InvariantCulture)!;

    /// <summary>Whether a request must have the member: a parameter of the record without a default.</summary>
    static bool IsRequired(PropertyInfo property) =>
        property
            .DeclaringType!.GetConstructors()
            .SelectMany(c => c.GetParameters())
            .Any(p => p.Name == property.Name && !p.HasDefaultValue);

    /// <summary>Whether a body must be sent: one in which all is optional may be left out.</summary>
    public static bool HasRequired(Type type) => Members(type).Any(IsRequired);

    public static JsonNode Word(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
