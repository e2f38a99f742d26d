namespace ThreadStore.History.Lakes;

/// <summary>An answer as people read it.</summary>
public static class LakeTable
{
    public static void Write(LakeSql lake, string sql, TextWriter to)
    {
        IReadOnlyList<LakeColumn> columns = [];
        var rows = new List<string?[]>();
        lake.Read(sql, named => columns = named, rows.Add);
        TextTable.Write(
            to,
            [.. columns.Select(c => (c.Name, c.IsNumber))],
            rows.Select(r => r.Select(v => v ?? ""))
        );
    }
}
