namespace ThreadStore.Http;

// To document a new endpoint: a <summary>; <returns> with its statuses and codes ("201 the comment; 409 too-deep"), less
// those that follow from its access, path, body and pages; and of the attributes below [Operation], [Answers] and what it
// reads; a POST that creates takes an IdempotencyKey. Its answer gets an example in OpenApiExamples.cs, and the tests a
// sample, its access and what provokes each code (ApiSamples, ApiAccessTests, ApiProvocations). Whatever is forgotten fails
// a test that says so.

/// <summary>The name of an operation in the OpenAPI document: camelCase, unique, and never changed, since clients are generated from it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OperationAttribute(string id) : Attribute
{
    public string Id => id;
}

/// <summary>What a successful answer holds.</summary>
/// <param name="status">0: every success that no other attribute names.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AnswersAttribute(Type shape, int status = 0) : Attribute
{
    public Type Shape => shape;
    public int Status => status;
    public string ContentType { get; init; } = "application/json";

    /// <summary>The same as text of this type, where <c>Accept</c> asks for it.</summary>
    public string? OrText { get; init; }

    /// <summary>
    /// Whether only the description tells of it, which must then name the shape: generated clients know one success of
    /// an operation, and take a second of another shape for an error.
    /// </summary>
    public bool IsInProse { get; init; }

    /// <summary>Whether it is sent while it is read, and so has no ETag.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Whether the answer names the address of what was made.</summary>
    public bool HasLocation { get; init; }
}

/// <summary>A parameter in the query that the endpoint reads.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class QueryAttribute(string name, Type type, string description) : Attribute
{
    public string Name => name;
    public Type Type => type;
    public string Description => description;

    /// <summary>What is taken where the parameter is left out.</summary>
    public object? Default { get; init; }
    public int Min { get; init; } = int.MinValue;
    public int Max { get; init; } = int.MaxValue;
    public bool IsRequired { get; init; }

    /// <summary>What finds something in the demo; for those that are required.</summary>
    public string? Example { get; init; }

    /// <summary>Whether it may be there several times, up to this often.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether some values of its type, or some texts, are refused.</summary>
    public bool IsChecked => Type != typeof(string) || Times > 1;
}

/// <summary>A header that the endpoint reads, beside those that the attributes below name.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ReadsHeaderAttribute(string name, Type type, string description) : Attribute
{
    public string Name => name;
    public Type Type => type;
    public string Description => description;
}

/// <summary>The endpoint takes a file as its body: of any length and media type, as it is.</summary>
/// <param name="description">What may be in it.</param>
/// <param name="example">One, as text.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesFileAttribute(string description, string example) : Attribute
{
    public string Description => description;
    public string Example => example;
}

/// <summary>The endpoint answers with a page: it takes <c>limit</c> and <c>cursor</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PagedAttribute : Attribute;

/// <summary>The endpoint changes only what the client has seen: it takes <c>If-Match</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChecksVersionAttribute : Attribute;

/// <summary>What JSON a member of an undescribed type holds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HoldsAttribute(Type type) : Attribute
{
    public Type Type => type;
}

/// <summary>A value that is of one of several types.</summary>
/// <param name="by">The member whose allowed values tell which.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OneOfAttribute(string by, params Type[] types) : Attribute
{
    public string By => by;
    public IReadOnlyList<Type> Types => types;
}

/// <summary>An object that also has all members of another type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithMembersOfAttribute(Type type) : Attribute
{
    public Type Type => type;
}
