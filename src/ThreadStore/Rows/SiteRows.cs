using Npgsql;
using ThreadStore.Sites;
using static ThreadStore.Rows.RowChange;

namespace ThreadStore.Rows;

/// <summary>The rows of sites.</summary>
static class SiteRows
{
    public static readonly RowTable<Site> Table = new(ReaderTables.Sites, key: "site");

    static readonly Column<string> Key = Table.Text("site", r => r.Key);
    static readonly Column<string> Settings = Table.Text(
        "settings",
        r => KnownSettings.Text(r.Settings),
        Added | Whole
    );
    static readonly Column<string> Hash = Table
        .Text("settings_hash", r => KnownSettings.HashOf(KnownSettings.Text(r.Settings)), Added | Whole)
        .Or("''");
    static readonly Column<DateTimeOffset> CreatedAt = Table.Time("created_at", r => r.CreatedAt);
    static readonly Column<int> Version = Table.Number("version", r => r.Version, Added | Whole);

    /// <summary>The columns of a row <c>r</c>, without the settings where their hash is one of <c>$2</c>.</summary>
    public static readonly string Columns = Table.Selected(
        (Settings, "case when r.settings_hash <> all($2) then r.settings end")
    );

    public static Site Read(NpgsqlDataReader r, List<KnownSettings.Entry> known)
    {
        var site = Key.Read(r);
        return new(
            site,
            KnownSettings.Read(site, Hash.Read(r), Settings.TextOrNull(r), known),
            CreatedAt.Read(r),
            Version.Read(r)
        );
    }
}
