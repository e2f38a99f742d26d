namespace ThreadStore.Http;

/// <summary>What a page is sorted by.</summary>
/// <param name="Column">As the table has it; the columns together begin an index.</param>
/// <param name="Name">As the answer has it.</param>
/// <param name="After">The parameter with the cursor's value, of the column's own type.</param>
public readonly record struct PageKey(string Column, string Name, string After);

/// <summary>Pages as SQL.</summary>
public static class PageSql
{
    /// <summary>A condition that has no say in which index is used.</summary>
    /// <remarks>
    /// PostgreSQL without statistics takes every equality to leave one row in two hundred, and rather reads and sorts
    /// what little it believes to be there than walk the index that has the order. Of this it believes half.
    /// </remarks>
    public static string Filter(string condition) => $"case when {condition} then true else false end";

    /// <summary>A limit that does not tell the planner that all the rows that it believes in are wanted.</summary>
    public static string Limit(string rows) => $"(select {rows})";

    /// <summary>A page by keys, the highest first, and then by ids, the lowest first; it reads no other rows.</summary>
    /// <remarks>
    /// An index that is walked backwards has ids in the other order. PostgreSQL would sort those of each key again, but
    /// it takes the rows for few, and then rather reads and sorts all of them. So it is asked for the order that the
    /// index has, and what shares the last place is sorted after. What ties with the cursor stands apart, since a
    /// condition with "or" begins at no place in an index.
    /// </remarks>
    /// <param name="select">Up to its conditions; has the keys' names and id in its answer.</param>
    /// <param name="id">The column.</param>
    /// <param name="afterId">The parameter with the cursor's id; null: the first page.</param>
    /// <param name="limit">How many rows.</param>
    public static string HighestFirst(
        string select,
        IReadOnlyList<PageKey> keys,
        string id,
        string? afterId,
        string limit
    )
    {
        var columns = string.Join(", ", keys.Select(k => k.Column));
        var cursor = string.Join(", ", keys.Select(k => k.After));
        var order = string.Join(", ", keys.Select(k => $"{k.Name} desc"));
        string Rest(string condition) =>
            $"({select} {condition} order by {order} fetch first {Limit(limit)} rows with ties)";
        var rows = afterId is null
            ? Rest("")
            : $"""
                ({select} and ({columns}) = ({cursor}) and {id} > {afterId} order by {id} limit {Limit(
                    limit
                )})
                union all
                {Rest($"and ({columns}) < ({cursor})")}
                """;
        return $"select * from ({rows}) p order by {order}, id limit {limit}";
    }
}
