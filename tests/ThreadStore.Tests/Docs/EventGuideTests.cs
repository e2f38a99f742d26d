using ThreadStore.EventStore;
using ThreadStore.Tests.Conventions;
using Xunit;

namespace ThreadStore.Tests.Docs;

public class EventGuideTests
{
    /// <summary>Members of these names hold what people wrote or who they are, wherever they stand.</summary>
    static readonly string[] OfPeople =
    [
        "author",
        "body",
        "commenterKey",
        "decidedBy",
        "match",
        "message",
        "note",
        "picture",
        "text",
        "warning",
        "withBanOf",
    ];

    /// <summary>With THREADSTORE_REGENERATE set, as <c>.ci/regenerate-clients</c> does, the page is written anew.</summary>
    [Fact]
    public void The_page_on_events_is_what_catalogue_and_records_give()
    {
        var file = Path.Combine(Sources.Root, "docs/events.md");
        var page = EventGuide.Make();
        if (Environment.GetEnvironmentVariable("THREADSTORE_REGENERATE") is { Length: > 0 })
            File.WriteAllText(file, page);
        Assert.True(
            File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == page,
            "docs/events.md is not what the events give now: run .ci/regenerate-clients and commit what it writes."
        );
    }

    [Fact]
    public void What_is_personal_in_an_event_is_named_and_there() =>
        Assert.All(
            EventCatalogue.All,
            e =>
            {
                var members = Paths(e.Type, "").ToList();
                Assert.Empty(e.Personal.Except(members.Select(m => m.Path)));
                Assert.Contains(members, m => m.Path == "by");
                // the body of an article is the publisher's
                Assert.DoesNotContain(
                    members,
                    m =>
                        OfPeople.Contains(m.Name)
                        && m.Path != "content.body"
                        && !e.Personal.Any(p =>
                            m.Path == p || m.Path.StartsWith($"{p}.", StringComparison.Ordinal)
                        )
                );
            }
        );

    static IEnumerable<(string Path, string Name)> Paths(Type type, string within)
    {
        foreach (var m in EventMember.Of(type))
        {
            yield return (within + m.Name, m.Name);
            if (m.Inner is not null)
                foreach (var inner in Paths(m.Inner, $"{within}{m.Name}."))
                    yield return inner;
        }
    }
}
