using ThreadStore.EventStore;
using ThreadStore.Privacy;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>The list of what is held of people is complete, or these say what it lacks.</summary>
public class PersonalDataListTests(Store store)
{
    [Fact]
    public void Every_text_in_an_event_is_listed_as_personal_or_as_not()
    {
        var unknown = Texts()
            .Where(t =>
                PersonalData.Member(t.Event, t.Path) is null && !PersonalData.IsImpersonal(t.Event, t.Path)
            )
            .Select(t => $"{t.Event}.{t.Path}");

        Assert.True(
            !unknown.Any(),
            $"Say in Privacy/PersonalData.cs what it holds, why, how long, and what erasing does: {string.Join(", ", unknown)}"
        );
    }

    [Fact]
    public void No_text_is_listed_as_both() =>
        Assert.DoesNotContain(
            Texts(),
            t =>
                PersonalData.Member(t.Event, t.Path) is not null && PersonalData.IsImpersonal(t.Event, t.Path)
        );

    [Fact]
    public void Whatever_is_listed_is_there()
    {
        var texts = Texts().ToList();

        Assert.All(
            PersonalData.Members.Select(m => m.Where).Concat(PersonalData.NothingPersonal),
            where =>
                Assert.Contains(
                    texts,
                    t =>
                        where == t.Path
                        || where == $"{t.Event}.{t.Path}"
                        || t.Path.StartsWith($"{where}.", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public void The_catalogue_of_events_calls_the_same_members_personal()
    {
        var listed = Texts()
            .Where(t => t.Path != "by" && !t.Path.EndsWith("Hash", StringComparison.Ordinal))
            .Where(t => PersonalData.Member(t.Event, t.Path) is not null)
            .Select(t => $"{t.Event}.{t.Path}")
            .ToHashSet();
        var told = EventCatalogue
            .All.SelectMany(e => e.Personal.Select(p => (e.Name, Path: p)))
            .SelectMany(p =>
                Texts()
                    .Where(t =>
                        t.Event == p.Name
                        && (t.Path == p.Path || t.Path.StartsWith($"{p.Path}.", StringComparison.Ordinal))
                    )
                    .Select(t => $"{t.Event}.{t.Path}")
            )
            .ToHashSet();

        Assert.Equal(listed.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_column_with_text_or_ids_is_listed_as_personal_or_as_not()
    {
        var known = PersonalData
            .Columns.Select(c => c.Where)
            .Concat(PersonalData.NothingPersonalColumns)
            .ToHashSet();
        var columns = await ColumnsAsync();

        var unknown = columns.Where(c => !known.Contains(c) && !known.Contains($"*.{c.Split('.')[1]}"));

        Assert.True(
            !unknown.Any(),
            $"Say in Privacy/PersonalColumns.cs what it holds, why, how long, and what erasing does: {string.Join(", ", unknown)}"
        );
        Assert.All(PersonalData.Columns, c => Assert.Contains(c.Where, columns));
    }

    [Fact]
    public void What_is_held_of_a_person_is_looked_for_in_every_table_that_may_have_it() =>
        Assert.Equal(
            PersonalData.Tables.Order(StringComparer.Ordinal),
            PersonalSections.Rows.Keys.Concat(PersonalSections.Elsewhere).Order(StringComparer.Ordinal)
        );

    /// <summary>All texts in events that may hold anything: no words of ours, no ids and no times.</summary>
    static IEnumerable<(string Event, string Path)> Texts() =>
        EventCatalogue.All.SelectMany(e => TextsOf(e.Type, "").Select(path => (e.Name, path)));

    static IEnumerable<string> TextsOf(Type type, string before) =>
        EventMember
            .Of(type)
            .SelectMany(m =>
                m.Inner is not null ? TextsOf(m.Inner, $"{before}{m.Name}.")
                : m.Kind is "text" or "array of text"
                || m.Kind.StartsWith("object of object", StringComparison.Ordinal)
                    ? [before + m.Name]
                : []
            );

    async Task<HashSet<string>> ColumnsAsync()
    {
        await using var command = store.Database.CreateCommand(
            """
            select c.table_name || '.' || c.column_name from information_schema.columns c
            where c.table_schema = 'threadstore' and c.udt_name in
              ('text', 'varchar', 'bpchar', '_text', '_varchar', 'json', 'jsonb', 'bytea', 'tsvector', 'uuid', '_uuid')
            """
        );
        var columns = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            columns.Add(reader.GetString(0));
        return columns;
    }
}
