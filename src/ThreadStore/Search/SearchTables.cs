using ThreadStore.Rows;
using Weasel.Postgresql.Tables;

namespace ThreadStore.Search;

/// <summary>What search looks things up in. Whether a comment may be shown is asked of its reader row.</summary>
public static class SearchTables
{
    public const string Rows = $"{ReaderTables.Schema}.search_rows";
    public const string Sites = $"{ReaderTables.Schema}.search_sites";

    public const string Version = $"{ReaderTables.Schema}.search_version";

    public static Table[] Definitions => [SearchRows(), SearchSites(), SearchVersion()];

    static Table SearchRows()
    {
        var table = new Table(Rows);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("id", "uuid").AsPrimaryKey();
        table.AddColumn("article_id", "uuid").NotNull();
        table.AddColumn("author_id", "uuid").NotNull();
        table.AddColumn("posted_at", "timestamptz").NotNull();
        // the name, not a regconfig: pg_upgrade refuses columns of that type
        table.AddColumn("language", "text").NotNull();
        // its words as a language wants them, so that another one can be applied
        table.AddColumn("body", "text").NotNull();
        table.AddColumn("words", "tsvector").NotNull();
        table.Indexes.Add(
            new IndexDefinition("ix_search_rows_words").AgainstColumns("words").With(IndexMethod.gin)
        );
        return table;
    }

    static Table SearchSites()
    {
        var table = new Table(Sites);
        table.AddColumn("site", "text").AsPrimaryKey();
        table.AddColumn("language", "text").NotNull();
        return table;
    }

    static Table SearchVersion()
    {
        var table = new Table(Version);
        table.AddColumn("version", "integer").AsPrimaryKey();
        return table;
    }

    static IndexDefinition With(this IndexDefinition index, IndexMethod method)
    {
        index.Method = method;
        return index;
    }
}
