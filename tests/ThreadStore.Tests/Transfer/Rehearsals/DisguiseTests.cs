using System.Text.Json;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer.Rehearsals;
using Xunit;

namespace ThreadStore.Tests.Transfer.Rehearsals;

/// <summary>Of every event there is: what of it stays, and that all else becomes something else.</summary>
public class DisguiseTests(Store store)
{
    /// <summary>Words of ours, of the site's settings, and of programs: a member that is none of these is swapped.</summary>
    static readonly string[] Staying =
    [
        "author.badges",
        "badges",
        "before.reasons.rule",
        "before.removedBy",
        "before.standing",
        "before.state",
        "classifier",
        "format",
        "kind",
        "action",
        "means",
        "mode",
        "moderation",
        "placed.kind",
        "previous.kind",
        "reason",
        "removedBy",
        "restored.reasons.rule",
        "restored.removedBy",
        "restored.standing",
        "restored.state",
        "rule",
        "source.format",
        "state",
        "verdicts.rule",
        "verdicts.state",
    ];

    /// <summary>Programs, which are nobody, and a moderator's own reason for holding something.</summary>
    static readonly string[] Ours = ["import", "retention", "classifier", .. Words.All<FlagReason>()];

    [Fact]
    public async Task All_that_is_no_word_becomes_another_and_the_structure_stays()
    {
        var site = await store.ASiteAsync();
        await Past.HappenAsync(site, [.. Everything.After(site.Key)]);
        var events = await ReadAsync(site);
        var disguise = new Disguise(
            Pseudonyms.Of("seed", Kept.Nothing),
            new(events[0].At, events[0].At.AddDays(1), 1),
            "copy",
            settings: false
        );
        var structure = new Structure();
        var copy = new Structure();
        var stayed = new HashSet<string>();

        foreach (var e in events.Where(e => EventNames.Find(e.Type)!.Stream != "site"))
        {
            var line = disguise.Of(e);
            Assert.NotNull(line);
            structure.Add(line.Type, e.Data);
            copy.Add(line.Type, line.Data);
            using var before = JsonDocument.Parse(e.Data);
            using var after = JsonDocument.Parse(line.Data);
            stayed.UnionWith(Stayed(before.RootElement, after.RootElement, ""));
            Assert.NotEqual(e.Stream, line.Stream);
        }

        Assert.Equal(structure.Hash, copy.Hash);
        Assert.Empty(stayed.Except(Staying));
    }

    async Task<List<RecordedEvent>> ReadAsync(TestSite site)
    {
        var events = new List<RecordedEvent>();
        await using var connection = await store.Database.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        await using var command = new EventFilter(site.Key).Command(connection, 0, null);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            events.Add(new());
            events[^1].Read(reader);
        }
        return events;
    }

    /// <summary>The paths at which a text with a letter in it is what it was.</summary>
    static IEnumerable<string> Stayed(JsonElement before, JsonElement after, string path) =>
        before.ValueKind switch
        {
            JsonValueKind.Object when after.ValueKind == JsonValueKind.Object => before
                .EnumerateObject()
                .SelectMany(m =>
                    Stayed(m.Value, after.GetProperty(m.Name), path.Length == 0 ? m.Name : $"{path}.{m.Name}")
                ),
            JsonValueKind.Array => before
                .EnumerateArray()
                .Zip(after.EnumerateArray())
                .SelectMany(p => Stayed(p.First, p.Second, path)),
            JsonValueKind.String
                when before.GetString() is { } text
                    && text.Any(char.IsLetter)
                    && after.ValueKind == JsonValueKind.String
                    && !Ours.Contains(text)
                    && after.GetString() == text => [path],
            _ => [],
        };
}
