using ThreadStore.Rows;
using Xunit;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Tests.Rows;

/// <summary>What follows from the description of a table.</summary>
public class RowTableTests
{
    sealed record Cat(string Site, Guid Id, string Name, int Mice, IReadOnlyList<string> Toys);

    static RowTable<Cat> Described()
    {
        var table = new RowTable<Cat>("cat_rows")
        {
            Indexes = [new("ix_cat_rows_name", "site, name", "mice > 0")],
        };
        table.Text("site", c => c.Site);
        table.Id("id", c => c.Id);
        table.Text("name", c => c.Name, Added | Whole);
        var mice = table.Number("mice", c => c.Mice, Added | State).Or("0");
        table.Texts("toys", c => c.Toys, Added | Whole).Apart();
        table.Computed("fame", "bigint", _ => "u.mice * 2", Added | Whole, mice);
        return table;
    }

    [Fact]
    public void A_row_is_added_with_what_is_sent_of_it_and_what_is_computed() =>
        Assert.Equal(
            """
            insert into s.cat_rows as r (site, id, name, mice, toys, fame)
            select u.site, u.id, u.name, u.mice, array(select json_array_elements_text(u.toys::json)), u.mice * 2
            from unnest($1, $2, $3, $4, $5) as u(site, id, name, mice, toys)
            """,
            Described().Insert("s").Of([]).Text()
        );

    [Fact]
    public void A_row_that_is_there_gets_what_changes_with_the_whole() =>
        Assert.EndsWith(
            "on conflict (site, id) do update set name = excluded.name, toys = excluded.toys, fame = excluded.fame",
            Described().Upsert("s").Of([]).Text(),
            StringComparison.Ordinal
        );

    [Fact]
    public void What_a_change_leaves_alone_is_sent_only_where_something_is_computed_of_it()
    {
        var table = Described();

        Assert.Equal(
            """
            update s.cat_rows r set mice = u.mice
            from unnest($1, $2, $3) as u(site, id, mice)
            where r.site = u.site and r.id = u.id
            """,
            table.Update("s", State).Of([]).Text()
        );
        Assert.Contains(
            "as u(site, id, name, mice, toys)",
            table.Update("s", Whole).Of([]).Text(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Values_are_sent_in_arrays_of_their_own_type()
    {
        var sent = Described().Insert("s").Of([new("a", Guid.Empty, "Tom", 3, ["ball", "box"])]);

        object[] arrays =
        [
            new[] { "a" },
            new[] { Guid.Empty },
            new[] { "Tom" },
            new[] { 3 },
            new[] { """["ball","box"]""" },
        ];
        Assert.Equal(arrays, sent.Columns.Select(c => c.Values));
    }

    [Fact]
    public void What_is_read_apart_or_never_is_not_selected()
    {
        var table = Described();

        Assert.Equal("r.site, r.id, r.name, r.mice", table.Selected());
        Assert.Equal(4, table.SelectedCount);
        Assert.Equal("r.toys", table.SelectedApart());
    }

    [Fact]
    public void A_column_below_what_is_selected_would_be_missing_there()
    {
        var table = Described();
        table.Selected();

        Assert.Throws<InvalidOperationException>(() => table.Number("lives", _ => 9));
    }

    [Fact]
    public void A_table_is_defined_with_its_key_its_defaults_and_its_indexes()
    {
        var table = Described().Definition();

        Assert.Equal(["site", "id"], table.PrimaryKeyColumns);
        Assert.Equal("0", table.ColumnFor("mice")!.DefaultExpression);
        Assert.All(table.Columns, c => Assert.False(c.AllowNulls, c.Name));
        Assert.Equal(
            ("site,name", "mice > 0"),
            (string.Join(',', table.Indexes[0].Columns!), table.Indexes[0].Predicate)
        );
    }
}
