using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ThreadStore.EventStore;
using ThreadStore.Rows;
using Xunit;

namespace ThreadStore.Tests.Conventions;

public class EventTests
{
    public static TheoryData<string> Names =>
        [.. EventCatalogue.All.Where(e => e.Upcast is null).Select(e => e.Name)];

    static readonly string ShippedFile = Path.Combine(
        Sources.Root,
        "tests/ThreadStore.Tests/Conventions/Events.Shipped.txt"
    );

    [Theory, MemberData(nameof(Names))]
    public void A_stored_name_is_in_kebab_case(string name) =>
        Assert.Matches("^[a-z]+(-[a-z]+)*(@[2-9])?$", name);

    [Fact]
    public void Every_event_has_one_name_and_every_name_one_event()
    {
        Assert.Distinct(EventCatalogue.All.Select(e => e.Name));
        Assert.Distinct(EventCatalogue.All.Select(e => e.Type));
    }

    [Fact]
    public void A_name_is_the_one_of_its_record() =>
        Assert.All(
            EventCatalogue.All.Where(e => e.Schema == 1),
            e => Assert.Equal(JsonNamingPolicy.KebabCaseLower.ConvertName(e.Type.Name), e.Name)
        );

    [Fact]
    public void What_is_stored_has_the_shape_that_was_shipped()
    {
        var now = Describe();
        var shipped = File.Exists(ShippedFile) ? File.ReadAllText(ShippedFile).ReplaceLineEndings("\n") : "";
        if (now == shipped)
            return;
        var draft = Path.Combine(AppContext.BaseDirectory, "Events.Now.txt");
        File.WriteAllText(draft, now);
        var lines = now.Split('\n').Except(shipped.Split('\n')).Select(l => $"  + {l}");
        var gone = shipped.Split('\n').Except(now.Split('\n')).Select(l => $"  - {l}");
        Assert.Fail(
            $"""
            The shape of a stored event changed. Events that are stored are never rewritten, so a member that was
            renamed, removed or given another type needs a new record, a name with @number and an upcaster. If this is
            a new event or a new member that may be absent in what is stored, ship it deliberately:
              cp {draft} {ShippedFile}
            {string.Join("\n", lines.Concat(gone))}
            """
        );
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_event_is_applied_to_the_rows_and_says_what_it_needs(string name)
    {
        // its members are empty, so it fails somewhere; but not for being unknown
        var e = RuntimeHelpers.GetUninitializedObject(EventNames.Find(name)!.Type);

        Assert.IsNotType<NotSupportedException>(
            Record.Exception(() => RequiredRows.Of(new WorkingSet(), "s", e))
        );
        Assert.IsNotType<NotSupportedException>(Record.Exception(() => new WorkingSet().Apply("s", e)));
    }

    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    static string Describe()
    {
        var text = new StringBuilder(
            "# The shapes of all stored events. EventTests compares; see there before you change a line.\n"
        );
        foreach (var e in EventCatalogue.All)
        {
            text.Append(Invariant, $"\n{e.Name} ({e.Stream}, schema {e.Schema})\n");
            Members(text, e.Type, "  ");
        }
        return text.ToString();
    }

    static void Members(StringBuilder text, Type type, string indent)
    {
        foreach (var m in EventMember.Of(type))
        {
            text.Append(Invariant, $"{indent}{m.Name}: {m.Kind}{(m.MayBeNull ? " or null" : "")}\n");
            if (m.Inner is not null)
                Members(text, m.Inner, $"{indent}  ");
        }
    }
}
