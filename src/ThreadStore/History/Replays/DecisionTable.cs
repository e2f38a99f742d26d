using System.Text.Json;
using ThreadStore.EventStore;

namespace ThreadStore.History.Replays;

/// <summary>
/// Every objection of a rule and every decision of a moderator, a row each. What a row says is read from members of the
/// fact by their names.
/// </summary>
public sealed class DecisionTable(PartWriter parts) : IFold
{
    public const string Name = "decisions";

    public static readonly Table Columns = new(
        Name,
        Grows: true,
        new("position", FieldKind.Number),
        new("recorded_at", FieldKind.Time),
        new("action", FieldKind.Text, Repeats: true),
        new("means", FieldKind.Text, Repeats: true),
        new("done_by", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("article", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("comment_id", FieldKind.Text, MayBeNull: true),
        new("commenter", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("decision_id", FieldKind.Text, MayBeNull: true),
        new("undoes_id", FieldKind.Text, MayBeNull: true),
        new("rule", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("rule_version", FieldKind.Number, MayBeNull: true, Repeats: true),
        new("matched", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("reason", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("note", FieldKind.Text, MayBeNull: true)
    );

    /// <summary>What was decided, by the event that says so. Screened texts have their verdicts instead.</summary>
    internal static readonly Dictionary<string, string> Actions = EventCatalogue
        .All.Where(e => e.InReplays is not null)
        .ToDictionary(e => e.Name, e => e.InReplays ?? "");

    static readonly string[] Screened = ["comment-posted", "comment-edited"];

    public async ValueTask AddAsync(RecordedEvent e)
    {
        if (Actions.TryGetValue(e.Type, out var action))
        {
            var fact = JsonSerializer.Deserialize<JsonElement>(e.Data.Span);
            // an author who takes back what they wrote decides nothing for others
            if (e.Type == "comment-deleted" && Text(fact, "removedBy") == "author")
                return;
            await AddAsync(e, action, Text(fact, "means") ?? Means(fact), fact, default);
        }
        else if (Screened.Contains(e.Type) && MayObject(e.Data.Span))
        {
            var fact = JsonSerializer.Deserialize<JsonElement>(e.Data.Span);
            foreach (var verdict in fact.GetProperty("verdicts").EnumerateArray())
                if (Text(verdict, "state") is { } asked)
                    await AddAsync(e, asked == "rejected" ? "reject" : "hold", "rule", fact, verdict);
        }
    }

    /// <summary>
    /// Most texts please every rule, and need not be taken apart: PostgreSQL puts short names first, so behind the
    /// verdicts no other state follows.
    /// </summary>
    static bool MayObject(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"verdicts\": ["u8) is >= 0 and var verdicts
        && data[verdicts..].IndexOf("\"state\": \""u8) >= 0;

    static string Means(JsonElement fact) => Text(fact, "rule") is null ? "person" : "rule";

    async ValueTask AddAsync(
        RecordedEvent e,
        string action,
        string means,
        JsonElement fact,
        JsonElement verdict
    )
    {
        var row = await parts.RowAsync(Columns, e.Site, e.At, e.Position);
        row.Add(e.Position);
        row.Add(e.At);
        row.Add(action);
        row.Add(means);
        AddText(row, Text(fact, "by"));
        AddText(row, Text(fact, "articleKey"));
        AddText(row, Text(fact, "commentId"));
        AddText(row, Text(fact, "commenterKey"));
        AddText(row, Text(fact, "decisionId"));
        AddText(row, Text(fact, "undone"));
        var ofRule = verdict.ValueKind == JsonValueKind.Object;
        AddText(row, Text(ofRule ? verdict : fact, "rule") ?? Text(fact, "classifier"));
        if (ofRule && verdict.TryGetProperty("ruleVersion", out var version))
            row.Add(version.GetInt64());
        else
            row.AddNull();
        AddText(row, ofRule ? Text(verdict, "match") : null);
        AddText(row, Text(fact, "reason"));
        AddText(row, Text(fact, "note") ?? Text(fact, "text") ?? Text(fact, "message"));
        await parts.EndRowAsync();
    }

    static string? Text(JsonElement fact, string name) =>
        fact.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    static void AddText(RowBuffer row, string? text)
    {
        if (text is null)
            row.AddNull();
        else
            row.Add(text);
    }
}
