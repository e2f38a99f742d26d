using System.Text.Json;
using Npgsql;
using ThreadStore.Rows;

namespace ThreadStore.History.Replays;

/// <summary>
/// How the history leaves things: the reader rows, of the moment at which the history ends. They are written in the
/// transaction of their events and equal to a rebuild, so to fold the events once more would give the same, slower and
/// with all of it in memory.
/// </summary>
public static class StateTables
{
    static readonly Table Articles = new(
        "articles",
        Grows: false,
        new("article", FieldKind.Text),
        new("title", FieldKind.Text),
        new("url", FieldKind.Text, MayBeNull: true),
        new("section", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("author", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("tags", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("body", FieldKind.Text, MayBeNull: true),
        new("published_at", FieldKind.Time, MayBeNull: true),
        new("registered_at", FieldKind.Time),
        new("withdrawn", FieldKind.Flag),
        new("closed", FieldKind.Flag),
        new("moderation", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("comment_count", FieldKind.Number),
        new("last_comment_at", FieldKind.Time, MayBeNull: true)
    );

    static readonly Table Commenters = new(
        "commenters",
        Grows: false,
        new("commenter", FieldKind.Text),
        new("name", FieldKind.Text),
        new("picture", FieldKind.Text, MayBeNull: true),
        new("joined_at", FieldKind.Time),
        new("comment_count", FieldKind.Number),
        new("reactions_received", FieldKind.Number),
        new("standing", FieldKind.Text, Repeats: true),
        new("standing_until", FieldKind.Time, MayBeNull: true)
    );

    static readonly Table Comments = new(
        "comments",
        Grows: false,
        new("comment_id", FieldKind.Text),
        new("article", FieldKind.Text, Repeats: true),
        new("parent_id", FieldKind.Text, MayBeNull: true),
        new("depth", FieldKind.Number, Repeats: true),
        new("commenter", FieldKind.Text, Repeats: true),
        new("name", FieldKind.Text, Repeats: true),
        new("body", FieldKind.Text),
        new("state", FieldKind.Text, Repeats: true),
        new("removed_by", FieldKind.Text, MayBeNull: true, Repeats: true),
        new("created_at", FieldKind.Time),
        new("edited_at", FieldKind.Time, MayBeNull: true),
        new("version", FieldKind.Number, Repeats: true),
        new("featured", FieldKind.Flag),
        new("locked", FieldKind.Flag),
        new("reactions", FieldKind.Text, Repeats: true),
        new("positive", FieldKind.Number),
        new("negative", FieldKind.Number),
        new("flags", FieldKind.Number),
        new("replies", FieldKind.Number)
    );

    static readonly Table Reactions = new(
        "reactions",
        Grows: false,
        new("comment_id", FieldKind.Text),
        new("article", FieldKind.Text, Repeats: true),
        new("commenter", FieldKind.Text, Repeats: true),
        new("kind", FieldKind.Text, Repeats: true),
        new("weight", FieldKind.Number, Repeats: true),
        new("placed_at", FieldKind.Time)
    );

    /// <param name="Columns">The first two are the site and the time of which the day is meant.</param>
    /// <param name="From">Ends with a condition, to which others may be added; <c>$1</c> is the site, null for all.</param>
    /// <param name="Order">By that time, so that a day is written once, and by the id, so that nothing else decides.</param>
    /// <param name="Rows">Sorted by this statement alone, each row being fetched from where it is: sorted whole, long rows would
    /// go to disk and back. Null: they are short.</param>
    /// <param name="All">The same rows for who looks at all of them in any order; null: <paramref name="From"/> will do.</param>
    sealed record State(
        Table Table,
        string Columns,
        string From,
        string Order,
        Action<RowBuffer, NpgsqlDataReader> Read,
        string? Rows = null,
        string? All = null
    )
    {
        /// <summary>Of all that is told of a row, and of nothing else: the same for the same row, on the same kind of server.</summary>
        string Hash => $"hash_record_extended(row({Columns}), 0)";

        string[] Key => [.. Columns.Split(',').Take(2).Select(c => c.Trim())];

        /// <summary>Only days that are asked for; so put, PostgreSQL looks each row up among them, however it joins.</summary>
        static string OfDays(string site, string time) =>
            $" and (({site}, ({time} at time zone 'UTC')::date) in (select * from unnest($2::text[], $3::date[]))) is true";

        public string Select(string order, bool ofDays)
        {
            var days = ofDays ? OfDays(Key[0], Key[1]) : "";
            var from = Rows is null
                ? From + days
                : From.Replace("@rows", $"{Rows}{days} order by {order}", StringComparison.Ordinal);
            return $"select {Columns}, {Hash} {from} order by {order}";
        }

        /// <summary>Every day with its rows and what they are, in one look at all of them.</summary>
        public string Days =>
            $"""
                select {Key[0]}, ({Key[1]} at time zone 'UTC')::date, count(*), bit_xor({Hash})
                {All ?? From} group by 1, 2
                """;

        public bool IsFetchedInOrder => Rows is not null;
    }

    const string Schema = ReaderTables.Schema;

    static readonly State[] All =
    [
        new(
            Articles,
            """
            r.site, r.registered_at, r.key, r.title, r.url, r.section, r.author, to_json(r.tags)::text, r.body,
              r.published_at, r.is_withdrawn, r.is_closed, r.moderation, r.comment_count, r.last_comment_at
            """,
            $"from {Schema}.article_rows r where ($1::text is null or r.site = $1) and r.moved_to is null",
            "r.registered_at, r.id",
            ReadArticle
        ),
        new(
            Commenters,
            """
            r.site, r.joined_at, r.key, r.name, r.picture, r.comment_count, r.reactions_received, r.standing,
              r.standing_until
            """,
            $"from {Schema}.commenter_rows r where ($1::text is null or r.site = $1)",
            "r.joined_at, r.id",
            ReadCommenter
        ),
        new(
            Comments,
            """
            r.site, r.posted_at, c.id, a.key, c.parent_id, c.depth, c.author, c.content, c.state, c.removed_by,
              c.edited_at, c.version, c.is_featured, c.reactions, c.positive, c.negative, c.flags, c.reply_count,
              c.is_locked
            """,
            $"""
            from (@rows) r
            join {Schema}.comment_rows c on c.ctid = r.place
            join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            """,
            "r.posted_at, r.id",
            ReadComment,
            $"select ctid as place, site, posted_at, id from {Schema}.comment_rows r where ($1::text is null or site = $1)",
            $"""
            from {Schema}.comment_rows c cross join lateral (select c.site, c.posted_at) r
            join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where ($1::text is null or c.site = $1)
            """
        ),
        new(
            Reactions,
            """
            r.site, r.placed_at, r.comment_id, a.key, p.key, r.kind, r.weight
            """,
            $"""
            from {Schema}.reaction_rows r join {Schema}.article_rows a on a.site = r.site and a.id = r.article_id
            join {Schema}.commenter_rows p on p.site = r.site and p.id = r.commenter_id
            where ($1::text is null or r.site = $1) and r.kind is not null and not r.is_shadowed
            """,
            "r.placed_at, r.id",
            ReadReaction
        ),
    ];

    public static IEnumerable<Table> Tables => All.Select(s => s.Table);

    /// <param name="site">Null: all.</param>
    /// <param name="held">What the folder holds of these tables, which stays where its day is as it was; empty: all is written.</param>
    /// <returns>What stays.</returns>
    public static async Task<IReadOnlyList<ReplayFile>> WriteAsync(
        NpgsqlConnection snapshot,
        string? site,
        IReadOnlyList<ReplayFile> held,
        PartWriter parts,
        CancellationToken ct
    )
    {
        var kept = new List<ReplayFile>();
        foreach (var state in All)
        {
            var before = held.Where(f => f.Table == state.Table.Name && f.Rows > 0).ToList();
            StateDays? changed = null;
            if (before.Count > 0)
            {
                // taken for many more than they are, days would be sorted with whole rows, on disk
                await PrepareAsync(snapshot, joins: true, sorts: false, ct);
                await using var days = Command(snapshot, state.Days, site);
                changed = await StateDays.ReadAsync(days, before, kept, ct);
                if (changed.Days.Count == 0)
                    continue;
            }
            await WriteAsync(snapshot, site, state, changed, parts, ct);
        }
        return kept;
    }

    static async Task WriteAsync(
        NpgsqlConnection snapshot,
        string? site,
        State state,
        StateDays? only,
        PartWriter parts,
        CancellationToken ct
    )
    {
        await PrepareAsync(snapshot, joins: !state.IsFetchedInOrder, sorts: true, ct);
        // among rows of one site, the site would only be compared in vain
        var order = (site is null ? "r.site collate \"C\", " : "") + state.Order;
        await using var command = Command(snapshot, state.Select(order, only is not null), site);
        if (only is not null)
        {
            command.Parameters.Add(new() { Value = only.Sites });
            command.Parameters.Add(new() { Value = only.Days.ToArray() });
        }
        await using var reader = await command.ExecuteReaderAsync(ct);
        var hash = reader.FieldCount - 1;
        while (await reader.ReadAsync(ct))
        {
            var row = await parts.RowAsync(
                state.Table,
                reader.GetString(0),
                reader.GetDateTime(1),
                position: 0
            );
            state.Read(row, reader);
            await parts.EndRowAsync(reader.GetInt64(hash));
        }
    }

    static NpgsqlCommand Command(NpgsqlConnection snapshot, string sql, string? site) =>
        // all rows are sorted before the first comes
        new(sql, snapshot)
        {
            CommandTimeout = 0,
            Parameters =
            {
                new() { Value = (object?)site ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            },
        };

    static async Task PrepareAsync(NpgsqlConnection snapshot, bool joins, bool sorts, CancellationToken ct)
    {
        var on = joins ? "on" : "off";
        await using var settings = new NpgsqlCommand(
            $"set local enable_hashjoin = {on}; set local enable_mergejoin = {on}; set local enable_sort = {(sorts ? "on" : "off")}",
            snapshot
        );
        await settings.ExecuteNonQueryAsync(ct);
    }

    static void ReadArticle(RowBuffer row, NpgsqlDataReader r)
    {
        for (var text = 2; text <= 8; text++)
            row.AddText(r, text);
        row.AddTime(r, 9);
        row.AddTime(r, 1);
        row.Add(r.GetBoolean(10));
        row.Add(r.GetBoolean(11));
        row.AddText(r, 12);
        row.AddNumber(r, 13);
        row.AddTime(r, 14);
    }

    static void ReadCommenter(RowBuffer row, NpgsqlDataReader r)
    {
        for (var text = 2; text <= 4; text++)
            row.AddText(r, text);
        row.AddTime(r, 1);
        row.AddNumber(r, 5);
        row.AddNumber(r, 6);
        row.AddText(r, 7);
        row.AddTime(r, 8);
    }

    static void ReadComment(RowBuffer row, NpgsqlDataReader r)
    {
        row.Add(r.GetGuid(2));
        row.AddText(r, 3);
        if (r.IsDBNull(4))
            row.AddNull();
        else
            row.Add(r.GetGuid(4));
        row.AddNumber(r, 5);
        AddAuthor(row, row.Read(r, 6));
        AddBody(row, row.Read(r, 7));
        row.AddText(r, 8);
        row.AddText(r, 9);
        row.AddTime(r, 1);
        row.AddTime(r, 10);
        row.AddNumber(r, 11);
        row.Add(r.GetBoolean(12));
        row.Add(r.GetBoolean(18));
        row.AddText(r, 13);
        for (var number = 14; number <= 17; number++)
            row.AddNumber(r, number);
    }

    static void ReadReaction(RowBuffer row, NpgsqlDataReader r)
    {
        row.Add(r.GetGuid(2));
        row.AddText(r, 3);
        row.AddText(r, 4);
        row.AddText(r, 5);
        row.AddNumber(r, 6);
        row.AddTime(r, 1);
    }

    /// <summary>Key and name, which come first in an author's JSON.</summary>
    static void AddAuthor(RowBuffer row, ReadOnlySpan<byte> author)
    {
        var json = new Utf8JsonReader(author);
        json.Read();
        for (var member = 0; member < 2; member++)
        {
            json.Read();
            json.Read();
            row.Add(EventTable.Text(ref json));
        }
    }

    /// <summary>The text, which comes first; its rendering is not read.</summary>
    static void AddBody(RowBuffer row, ReadOnlySpan<byte> content)
    {
        var json = new Utf8JsonReader(content["\"body\":".Length..]);
        json.Read();
        row.Add(EventTable.Text(ref json));
    }
}
