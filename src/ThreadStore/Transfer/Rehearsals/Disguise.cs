using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Sites;
using ThreadStore.Transfer.Formats;
using JsonValue = System.Text.Json.Nodes.JsonValue;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>Makes of an event of one site the same event of another, by other people, about other things, at another time.</summary>
/// <param name="settings">The other site has none of its own, and gets those of the first.</param>
sealed class Disguise(Pseudonyms pseudonyms, Timeline timeline, string into, bool settings)
{
    long siteVersion;

    /// <returns>Null: it is none that is played, being about the site itself.</returns>
    public FeedLine? Of(RecordedEvent e)
    {
        var type =
            EventNames.Find(e.Type) ?? throw new NotSupportedException($"Nobody knows the event {e.Type}.");
        if (type.Stream == "site" && (!settings || type.Type != typeof(SiteConfigured)))
            return null;
        var data =
            type.Stream == "site" ? Settings(e) : Swapped(type.Name, JsonNode.Parse(e.Data.Span)!.AsObject());
        return new(
            e.Position,
            pseudonyms.Id(e.Id),
            FeedLine.StreamOf(type, data, into),
            type.Stream == "site" ? ++siteVersion : e.Version,
            type,
            timeline.Of(e.At),
            pseudonyms.Run,
            data,
            FeedFacts.Read(type, data)
        );
    }

    /// <summary>Rules as they are, without what names the site, reaches out of it or acts by itself.</summary>
    byte[] Settings(RecordedEvent e)
    {
        var configured = (SiteConfigured)EventNames.Read(e.Type, e.Data.ToArray())!;
        return JsonSerializer.SerializeToUtf8Bytes(
            configured with
            {
                Site = into,
                By = pseudonyms.Person(configured.By),
                At = timeline.Of(configured.At),
                Settings = configured.Settings with
                {
                    Name = null,
                    AllowedOrigins = [],
                    Classifier = null,
                    Challenge = null,
                    Retention = new(),
                    RetentionDays = null,
                },
            },
            Json.Options
        );
    }

    byte[] Swapped(string @event, JsonObject fact)
    {
        var quoted = Quoted(fact);
        Swap(fact, Member.Of(@event), fact["format"]?.GetValue<string>() is "html" or "htmlLines");
        quoted?.Invoke();
        return JsonSerializer.SerializeToUtf8Bytes(fact, Json.Options);
    }

    void Swap(JsonObject node, IReadOnlyDictionary<string, Member> members, bool isHtml)
    {
        foreach (var (name, value) in node.ToList())
            switch (members.GetValueOrDefault(name))
            {
                case null or { Part: Part.Word, Inner: null }:
                    break;
                case { Part: Part.LeftOut }:
                    node[name] = null;
                    break;
                // a moderator's own reason is a word
                case { Part: Part.Text }
                    when name == "match" && node["rule"]?.GetValue<string>() == HoldReason.Moderator:
                    break;
                case var member when value is JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                        if (items[i] is JsonObject inner && member.Inner is not null)
                            Swap(inner, member.Inner, isHtml);
                        else if (items[i] is JsonValue item)
                            items[i] = Of(item, member.Part, isHtml);
                    break;
                case { Inner: { } inner } when value is JsonObject nested:
                    Swap(nested, inner, isHtml);
                    break;
                case var member when value is JsonValue text:
                    node[name] = Of(text, member.Part, isHtml);
                    break;
                default:
                    break;
            }
    }

    JsonNode Of(JsonValue value, Part part, bool isHtml) =>
        part switch
        {
            Part.Id => pseudonyms.Id(value.GetValue<Guid>()).ToString(),
            Part.Time => Json.Format(timeline.Of(value.GetValue<DateTimeOffset>())),
            Part.Person => pseudonyms.Person(value.GetValue<string>()),
            Part.Article => pseudonyms.Article(value.GetValue<string>()),
            Part.Name => pseudonyms.Name(value.GetValue<string>()),
            Part.Address or Part.Picture => pseudonyms.Address(
                value.GetValue<string>(),
                part == Part.Picture
            ),
            Part.Elsewhere => pseudonyms.Elsewhere(value.GetValue<string>()),
            Part.Text => pseudonyms.Text(value.GetValue<string>(), isHtml),
            _ => value.DeepClone(),
        };

    /// <summary>What a rule quotes of a text, it quotes of the one in its place: told before the text is swapped, done after.</summary>
    static Action? Quoted(JsonObject fact)
    {
        if (fact["body"]?.GetValue<string>() is not { } body || fact["verdicts"] is not JsonArray verdicts)
            return null;
        var found = verdicts
            .OfType<JsonObject>()
            .Select(v => (Verdict: v, Match: v["match"]?.GetValue<string>()))
            .Where(v => !string.IsNullOrEmpty(v.Match))
            .Select(v =>
                (v.Verdict, v.Match!.Length, At: body.IndexOf(v.Match, StringComparison.OrdinalIgnoreCase))
            )
            .Where(v => v.At >= 0)
            .ToList();
        return () =>
        {
            var swapped = fact["body"]!.GetValue<string>();
            foreach (var (verdict, length, at) in found)
                verdict["match"] = swapped.Substring(at, length);
        };
    }
}
