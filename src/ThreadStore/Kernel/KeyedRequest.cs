using System.Text.Json.Serialization;

namespace ThreadStore.Kernel;

/// <summary>A request that its client may repeat, since it came with an Idempotency-Key.</summary>
/// <param name="Id">Follows from the commenter, the method, the path and the key; see <see cref="StreamId.Request"/>.</param>
/// <param name="BodyHash">SHA-256 of what was asked for: another body under the same key is a conflict.</param>
public sealed record KeyedRequest(Guid Id, string BodyHash)
{
    /// <summary>What stands in place of its hash: whoever repeats it is told that they were erased.</summary>
    public const string Erased = "erased";

    /// <summary>A later part of what takes more than one transaction; the first has the request's own id.</summary>
    public KeyedRequest Part(int n) => n == 0 ? this : this with { Id = StreamId.Part(Id, n) };
}

/// <summary>An event that a repeatable request may have caused. It keeps the request, so that the key holds for good.</summary>
public abstract record KeyedEvent
{
    /// <summary>Null: it came without a key. Set by the Appender.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyedRequest? Request { get; init; }
}

/// <summary>A request that was done, as its row holds it.</summary>
/// <param name="Comments">Those that it decided on.</param>
public sealed record DoneRequest(string Site, Guid Id, string BodyHash, IReadOnlyList<Guid> Comments);
