using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;

namespace ThreadStore.Privacy;

/// <summary>What is left of an event when a person is erased, by <see cref="PersonalData.Members"/>.</summary>
public static class MaskedEvent
{
    static readonly ConcurrentDictionary<(string Event, string Path), bool> MayBeNull = new();

    /// <param name="isOwn">It is about the person, and not only by them or naming them.</param>
    /// <param name="key">Theirs.</param>
    /// <param name="random">What takes its place.</param>
    /// <returns>Null where it stays as it is.</returns>
    public static byte[]? Of(string type, ReadOnlyMemory<byte> data, bool isOwn, string key, string random) =>
        Of(type, data, isOwn, key, random, static _ => true);

    /// <summary>Members that hold the text of a comment, or quote it.</summary>
    static readonly HashSet<string> Texts =
    [
        "body",
        "verdicts.match",
        "labels",
        "before.reasons.match",
        "restored.reasons.match",
    ];

    /// <summary>What is left of an event of a comment whose text is kept no longer; null where it stays as it is.</summary>
    public static byte[]? WithoutText(string type, ReadOnlyMemory<byte> data) =>
        // nobody's key, so that nobody is renamed
        Of(type, data, isOwn: true, key: "", random: "", Texts.Contains);

    static byte[]? Of(
        string type,
        ReadOnlyMemory<byte> data,
        bool isOwn,
        string key,
        string random,
        Func<string, bool> isMeant
    )
    {
        var fact =
            JsonNode.Parse(data.Span) as JsonObject
            ?? throw new FormatException($"A {type} that is no object.");
        var isByThem =
            fact["by"] is JsonValue by
            && by.GetValueKind() == JsonValueKind.String
            && by.GetValue<string>() == key;
        var masking = new Masking(type, isOwn, isByThem, key, random, isMeant);
        masking.Visit(fact, "");
        return masking.Changed ? JsonSerializer.SerializeToUtf8Bytes(fact, Json.Options) : null;
    }

    sealed class Masking(
        string type,
        bool isOwn,
        bool isByThem,
        string key,
        string random,
        Func<string, bool> isMeant
    )
    {
        public bool Changed { get; private set; }

        public void Visit(JsonObject node, string path)
        {
            foreach (var (name, value) in node.ToList())
            {
                var at = path.Length == 0 ? name : $"{path}.{name}";
                switch (value)
                {
                    case JsonObject inner:
                        Visit(inner, at);
                        break;
                    case JsonArray items when PersonalData.Member(type, at) is { Erased: WhenErased.Emptied }:
                        if (isMeant(at) && isOwn && items.Count > 0)
                            Put(node, name, IsNullable(at) ? null : new JsonArray());
                        break;
                    case JsonArray items:
                        foreach (var item in items.OfType<JsonObject>())
                            Visit(item, at);
                        break;
                    case JsonValue text when isMeant(at) && text.GetValueKind() == JsonValueKind.String:
                        Visit(node, name, at, text.GetValue<string>());
                        break;
                    default:
                        break;
                }
            }
        }

        void Visit(JsonObject node, string name, string path, string text)
        {
            switch (PersonalData.Member(type, path)?.Erased)
            {
                case WhenErased.Renamed when text == key:
                    Put(node, name, random);
                    break;
                case WhenErased.Emptied when name.EndsWith("Hash", StringComparison.Ordinal):
                    if (isByThem && text != KeyedRequest.Erased)
                        Put(node, name, KeyedRequest.Erased);
                    break;
                // a moderator's reason is a word of ours, and countable
                case WhenErased.Emptied
                    when name == "match" && node["rule"]?.GetValue<string>() == HoldReason.Moderator:
                    break;
                // what is a word of ours, by the record's type, quotes nothing
                case WhenErased.Emptied when isOwn && IsText(path) && text.Length > 0:
                    Put(node, name, IsNullable(path) ? null : "");
                    break;
                default:
                    break;
            }
        }

        void Put(JsonObject node, string name, JsonNode? value)
        {
            node[name] = value;
            Changed = true;
        }

        bool IsNullable(string path) =>
            MayBeNull.GetOrAdd((type, path), static p => Look(p.Event, p.Path).MayBeNull);

        bool IsText(string path) => Look(type, path).Type == typeof(string);

        /// <summary>The property that a path leads to.</summary>
        static (Type Type, bool MayBeNull) Look(string @event, string path)
        {
            var record =
                EventNames.Find(@event)?.Type
                ?? throw new NotSupportedException($"There is no event {@event}.");
            PropertyInfo? member = null;
            foreach (var name in path.Split('.'))
            {
                member = record
                    .GetProperties()
                    .Single(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name);
                record = member.PropertyType is { IsGenericType: true } list
                    ? list.GetGenericArguments()[^1]
                    : member.PropertyType;
            }
            return (
                member!.PropertyType,
                new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable
            );
        }
    }
}
