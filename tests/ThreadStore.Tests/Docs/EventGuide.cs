using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ThreadStore.EventStore;
using ThreadStore.OpenApi;
using ThreadStore.Tests.Conventions;

namespace ThreadStore.Tests.Docs;

/// <summary>docs/events.md, of the catalogue of events, of the shapes of their records and of what is said beside those.</summary>
public sealed partial class EventGuide
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>What members mean that mean the same wherever they stand; a record says what is different.</summary>
    static readonly Dictionary<string, string> Usual = new()
    {
        ["articleKey"] = "The publisher's key of the article.",
        ["commentId"] = "The comment's id.",
        ["commenterKey"] = "The key of the commenter: the `sub` of their tokens.",
        ["by"] = "The key of whoever did it: the `sub` of their token.",
        ["at"] = "When it happened, by the server's clock.",
        ["decisionId"] = "The decision's id; all that one request did shares it.",
        ["means"] = "Who decided: a rule, or a person.",
        ["before"] = "What the decision found, so that it can be taken back.",
        ["note"] = "What moderators wrote for each other; null: nothing.",
        ["state"] = "The state that the comment has after it.",
        ["source"] = "Where it was imported from; null: it was not.",
        ["request"] = "The request, where it came with an Idempotency-Key; else absent.",
        ["name"] = "The name shown to people.",
        ["picture"] = "An https address of a picture; null: none.",
        ["author.key"] = "The key of the commenter: the `sub` of their tokens.",
        ["holdReason.rule"] = "The rule, or `flags`, `classifier`, `moderator`, `heldBefore`.",
        ["holdReason.match"] = "What it stumbled over; null: nothing that could be named.",
        ["commentStatus.decidedBy"] = "The key of who took it; null: none stands.",
        ["keyedRequest.id"] = "Follows from the commenter, the method, the path and the key.",
        ["siteSettings.maxCommentLength"] = "How long a comment may be, in Unicode code points.",
        ["siteSettings.classifier"] = "Where comments are sent to be judged; null: nowhere.",
        ["classifier.url"] = "Where it is asked. For administrators; `********` for others.",
        ["classifier.secret"] = "Signs what is sent there. For administrators; `********` for others.",
    };

    readonly DocComments docs = DocComments.Load();
    readonly StringBuilder text = new();

    /// <summary>Records that are objects in events, in the order in which they are met.</summary>
    readonly List<Type> shapes = [];

    EventGuide() { }

    public static string Make() => new EventGuide().Write();

    /// <summary>What a member means.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said.</exception>
    string Meaning(Type of, EventMember m) =>
        Usual.GetValueOrDefault($"{char.ToLowerInvariant(of.Name[0])}{of.Name[1..]}.{m.Name}")
        ?? (m.Name == "request" ? Usual[m.Name] : null)
        ?? docs.Summary(m.Property)
        ?? Usual.GetValueOrDefault(m.Name)
        ?? throw new InvalidOperationException(
            $"Nobody says what {of.Name}.{m.Property.Name} means: give the record a param for it."
        );

    string Write()
    {
        text.Append(
            """
            # Events

            Everything that is stored is one of these. The feed (`GET /v1/sites/{site}/events`), `threadstore export` and the
            table `events` of [replays](parquet.md) give them as they were stored. This page is made of the catalogue in `src/ThreadStore/EventStore/EventCatalogue.cs` and of
            the records' doc comments; `.ci/regenerate-clients` writes it anew.

            Each line of the feed has `position` (rises with each event of all sites), `id`, `stream` (`type` and `id`),
            `version` (counts within the stream), `type`, `schema`, `at` (when it was recorded), `by`, `site`, `data` and
            `metadata`. Below are the members of `data`. A time is RFC 3339 in UTC, with up to six decimals; a uuid is in
            lower case with hyphens; every key is a string of at most 200 characters. New members may come: leave what you
            don't know. A new shape of an event has a higher schema, and a name that ends in `@` and that number.

            **Seen by** says whom the API tells of it at all: readers; the author of the comment or the commenter that it
            is about; or moderators. Analysts and administrators read all. **Personal** are members that say something of
            a person. `by` is one of them everywhere, and not repeated.

            | Event | Stream | Schema | Seen by | In the moderators' log | Makes a version of the comment |
            | --- | --- | ---: | --- | --- | --- |

            """
        );
        foreach (var e in EventCatalogue.All)
            text.Append(
                Invariant,
                $"| [{e.Name}](#{e.Name.Replace("@", "", StringComparison.Ordinal)}) | {e.Stream} | {e.Schema} | {SeenBy(e)} | {Words(e)} | {(e.MakesVersion ? "yes" : "")} |\n"
            );
        foreach (var e in EventCatalogue.All)
            Event(e);
        text.Append("\n## Objects in them\n");
        // the list grows while it is written
        for (var i = 0; i < shapes.Count; i++)
        {
            text.Append(Invariant, $"\n### {Title(shapes[i])}\n\n");
            if (docs.Summary(shapes[i]) is { } summary)
                text.Append(Invariant, $"{summary}\n\n");
            Members(shapes[i]);
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    void Event(EventNames.Entry e)
    {
        var summary =
            docs.Summary(e.Type)
            ?? throw new InvalidOperationException($"Nobody says what {e.Type.Name} means.");
        text.Append(Invariant, $"\n## {e.Name}\n\n{summary}\n\n");
        text.Append(Invariant, $"Stream `{e.Stream}` · schema {e.Schema} · seen by {SeenBy(e)}");
        if (e.Log is not null)
            text.Append(Invariant, $" · in the log: {Words(e)}");
        if (e.InReplays is not null)
            text.Append(Invariant, $" · in `decisions` of replays: `{e.InReplays}`");
        if (e.Personal.Count > 0)
            text.Append(
                Invariant,
                $" · personal: {string.Join(", ", e.Personal.Select(static m => $"`{m}`"))}"
            );
        text.Append("\n\n");
        Members(e.Type);
    }

    void Members(Type type)
    {
        text.Append("| Member | JSON | Meaning |\n| --- | --- | --- |\n");
        foreach (var m in EventMember.Of(type))
        {
            if (m.Inner is not null && !shapes.Contains(m.Inner))
                shapes.Add(m.Inner);
            text.Append(
                Invariant,
                $"| `{m.Name}` | {JsonKind(m)} | {Meaning(type, m).Replace("|", "\\|", StringComparison.Ordinal)} |\n"
            );
        }
    }

    static string JsonKind(EventMember m)
    {
        var kind = Whole().Replace(Truth().Replace(Text().Replace(m.Kind, "string"), "boolean"), "integer");
        if (m.Inner is { } inner)
            kind = kind.Replace(
                "object",
                $"[{Title(inner)}](#{Title(inner).Replace(' ', '-')})",
                StringComparison.Ordinal
            );
        return $"{kind}{(m.MayBeNull ? " or null" : "")}";
    }

    static string SeenBy(EventNames.Entry e) =>
        e.SeenBy switch
        {
            Audience.Readers => "readers",
            Audience.Author when e.IsAboutComment => "its author",
            Audience.Author => "the commenter",
            _ => "moderators",
        };

    static string Words(EventNames.Entry e) =>
        e.Log is not { } log ? ""
        : log.NotUpheld is null ? $"`{log.Action}`"
        : $"`{log.Action}` or `{log.NotUpheld}`";

    /// <summary>A record's name in words, as its heading: <c>comment status</c>.</summary>
    static string Title(Type type) => Capital().Replace(type.Name, " $0").Trim().ToLowerInvariant();

    [GeneratedRegex("(?<=^|of )text")]
    private static partial Regex Text();

    [GeneratedRegex("(?<=^|of )true or false")]
    private static partial Regex Truth();

    [GeneratedRegex(@"number \(whole\)")]
    private static partial Regex Whole();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
