using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Conventions;

/// <summary>
/// One stored event of every shape that ever was, in <c>Events.Stored.ndjson</c>. Lines are added and never changed or
/// taken out: what they stand for is stored somewhere.
/// </summary>
public class StoredEventTests
{
    static readonly string StoredFile = Path.Combine(
        Sources.Root,
        "tests/ThreadStore.Tests/Conventions/Events.Stored.ndjson"
    );

    static List<JsonElement> Examples() =>
        File.Exists(StoredFile)
            ?
            [
                .. File.ReadLines(StoredFile)
                    .Where(l => l.Length > 0)
                    .Select(l => JsonSerializer.Deserialize<JsonElement>(l)),
            ]
            : [];

    [Fact]
    public void Every_shape_that_was_ever_stored_is_still_read()
    {
        foreach (var example in Examples())
        {
            var name = example.GetProperty("type").GetString()!;
            var data = example.GetProperty("data");
            var entry = EventNames.Find(name);
            Assert.True(entry is not null, $"{name} is stored and has no name any more.");
            Assert.Equal(example.GetProperty("schema").GetInt32(), entry.Schema);

            var read = EventNames.Read(name, Encoding.UTF8.GetBytes(data.GetRawText()));

            Assert.NotNull(read);
            if (entry.Upcast is null)
                AssertHolds(
                    JsonSerializer.SerializeToElement(read, read.GetType(), Json.Options),
                    data,
                    name
                );
            else
                Assert.Contains(EventCatalogue.All, e => e.Upcast is null && e.Type == read.GetType());
        }
    }

    [Fact]
    public void Every_shape_has_an_example_with_all_of_its_members()
    {
        var examples = Examples();
        var missing = EventCatalogue
            .All.Where(entry =>
                !examples.Exists(e =>
                    e.GetProperty("type").GetString() == entry.Name
                    && Shape(e.GetProperty("data")) == Shape(Sample(entry.Type))
                )
            )
            .Select(entry =>
                JsonSerializer.Serialize(
                    new
                    {
                        type = entry.Name,
                        schema = entry.Schema,
                        data = Sample(entry.Type),
                    },
                    Json.Options
                )
            )
            .ToList();
        var draft = Path.Combine(AppContext.BaseDirectory, "Events.Missing.ndjson");
        File.WriteAllLines(draft, missing);
        Assert.True(
            missing.Count == 0,
            $"Shapes without an example; append them, and change no other line:\n  cat {draft} >> {StoredFile}\n{string.Join('\n', missing)}"
        );
    }

    /// <summary>Who imports a history from an older version loses none of it.</summary>
    [Fact]
    public void Every_shape_that_was_ever_stored_can_be_imported()
    {
        foreach (var example in Examples())
        {
            var entry = EventNames.Find(example.GetProperty("type").GetString()!)!;
            var data = example.GetProperty("data").GetRawText();

            Assert.NotNull(FeedFacts.Parse(entry, Encoding.UTF8.GetBytes(data)));
        }
    }

    sealed record Before(string Title, string Text);

    sealed record Now(string Text);

    [Fact]
    public void An_old_shape_is_read_by_its_upcaster()
    {
        var old = new EventNames.Entry(
            typeof(Before),
            "before",
            1,
            "article",
            Audience.Readers,
            e => e is Before(var title, var text) ? new Now($"{title}: {text}") : e
        );

        Assert.Equal(new Now("A: b"), old.Read("""{"title": "A", "text": "b"}"""u8));
    }

    /// <summary>All that was stored is there again; members that came later may be there too.</summary>
    static void AssertHolds(JsonElement read, JsonElement stored, string path)
    {
        switch (stored.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in stored.EnumerateObject())
                {
                    Assert.True(read.TryGetProperty(member.Name, out var value), $"{path}.{member.Name}");
                    AssertHolds(value, member.Value, $"{path}.{member.Name}");
                }
                break;
            case JsonValueKind.Array:
                Assert.Equal(stored.GetArrayLength(), read.GetArrayLength());
                foreach (var (a, b) in read.EnumerateArray().Zip(stored.EnumerateArray()))
                    AssertHolds(a, b, path);
                break;
            default:
                Assert.True(JsonElement.DeepEquals(stored, read), $"{path}: {stored} became {read}");
                break;
        }
    }

    /// <summary>Names of members, however deep.</summary>
    static string Shape(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object =>
                $"{{{string.Join(' ', json.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => m.Name + Shape(m.Value)))}}}",
            JsonValueKind.Array => $"[{string.Concat(json.EnumerateArray().Take(1).Select(Shape))}]",
            _ => "",
        };

    static JsonElement Sample(Type type) => JsonSerializer.SerializeToElement(Value(type), Json.Options);

    /// <summary>A value for every member, none left null.</summary>
    static JsonNode? Value(Type of)
    {
        var type = Nullable.GetUnderlyingType(of) ?? of;
        if (type == typeof(string))
            return "é \"text\"";
        if (type == typeof(Guid))
            return "0198a0b1-0000-7000-8000-000000000001";
        if (type == typeof(DateTimeOffset))
            return "2021-04-02T10:00:00.123456Z";
        if (type == typeof(bool))
            return true;
        if (type.IsPrimitive)
            return 1;
        if (type.IsEnum)
            return JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[^1]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return new JsonObject { ["like"] = Value(type.GetGenericArguments()[1]) };
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
            return new JsonArray(Value(type.GetGenericArguments()[0]));
        return new JsonObject(
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(p =>
                    KeyValuePair.Create(JsonNamingPolicy.CamelCase.ConvertName(p.Name), Value(p.PropertyType))
                )
        );
    }
}
