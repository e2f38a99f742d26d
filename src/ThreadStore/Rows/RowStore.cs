using System.Text.Json;
using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Rules;
using ThreadStore.Sites;

namespace ThreadStore.Rows;

/// <summary>Brings rows into a <see cref="WorkingSet"/>: one statement a table, whatever their number.</summary>
/// <param name="schema">Where the tables are: the reader tables, or a rebuild beside them.</param>
/// <param name="withTexts">Also what comments say, which no event asks for, but commands do.</param>
public sealed partial class RowStore(string schema, bool withTexts = true)
{
    /// <summary>How long the same text by the same author in the same place counts as a duplicate.</summary>
    public static readonly TimeSpan DuplicateWindow = TimeSpan.FromMinutes(5);

    /// <summary>How long before its turn a command may have come; its own time is what counts.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static readonly RowStore Live = new(ReaderTables.Schema);

    readonly string sites = $"""
        select {SiteRows.Columns}
        from {schema}.site_rows r where r.site = any($1)
        """;

    readonly string articles = $"""
        select {ArticleRows.Columns}
        from (
          select * from unnest($1, $2) as w(site, id)
          union select c.site, c.article_id from unnest($3, $4) as k(site, id)
            join {schema}.comment_rows c on c.site = k.site and c.id = k.id
        ) w join {schema}.article_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string commenters = $"""
        select {CommenterRows.Columns}
        from (
          select * from unnest($1, $2) as w(site, id)
          union select c.site, c.author_id from unnest($3, $4) as k(site, id)
            join {schema}.comment_rows c on c.site = k.site and c.id = k.id
        ) w join {schema}.commenter_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string comments = $"""
        with recursive r as (
          select c.*, w.climb
          from unnest($1, $2, $3) as w(site, id, climb)
          join {schema}.comment_rows c on c.site = w.site and c.id = w.id
          union all
          select p.*, false
          from r join {schema}.comment_rows p on p.site = r.site and p.id = r.parent_id
          where r.climb or r.state <> 'published'
        )
        select {(withTexts ? CommentRows.Columns : CommentRows.ColumnsWithoutTexts)}
        from r
        """;

    readonly string reactions = ReactionRows.Table.ById(schema);
    readonly string flags = FlagRows.Table.ById(schema);
    readonly string notices = NoticeRows.Table.ById(schema);
    readonly string appeals = AppealRows.Table.ById(schema);
    readonly string requests = RequestRows.Table.ById(schema);

    /// <summary>What is stored of texts that are duplicates if they come again at a time or shortly before or after.</summary>
    public static long[] DuplicatesOf(long[] texts, DateTimeOffset now) =>
        TextHash.Between(now - DuplicateWindow, now + DuplicateWindow, texts);

    /// <summary>Texts that were posted; to be followed by an array of hashes, <c>) and r.posted_at > </c> and a time.</summary>
    public string AnyRecentText { get; } =
        $"select 1 from {schema}.comment_rows r where r.state <> 'deleted' and r.text_hash = any(";

    readonly string texts = $"""
        select distinct on (r.text_hash) r.text_hash, r.posted_at, r.id
        from {schema}.comment_rows r
        where r.text_hash = any($1) and r.posted_at > $2 and r.state <> 'deleted'
        order by r.text_hash, r.posted_at desc
        """;

    readonly string lastOn = $"""
        select w.author, w.article, r.posted_at
        from unnest($1, $2) as w(author, article) cross join lateral (
          select c.posted_at from {schema}.comment_rows c where c.author_id = w.author and c.article_id = w.article
          order by c.posted_at desc limit 1
        ) r
        """;

    /// <summary>Loads all that is wanted, in one round trip.</summary>
    /// <param name="first">Statements to run before, in the same round trip, and who reads their rows.</param>
    /// <param name="postedTexts">Texts of which must be known whether they were posted of late.</param>
    public async Task LoadAsync(
        NpgsqlConnection connection,
        WorkingSet set,
        IReadOnlyList<(string Sql, Action<NpgsqlDataReader> Read)> first,
        long[] postedTexts,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        var readers = new List<Action<NpgsqlDataReader>>();
        void Add(string sql, Action<NpgsqlDataReader> read, params ReadOnlySpan<object> values)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddValues(values);
            batch.BatchCommands.Add(command);
            readers.Add(read);
        }
        void AddWanted<T>(
            string sql,
            Rows<T> rows,
            Func<NpgsqlDataReader, T> read,
            Func<T, (string, Guid)> key
        )
            where T : class
        {
            if (rows.AnyWanted)
                Add(sql, Into(rows, read, key), SitesOf(rows), IdsOf(rows));
        }

        foreach (var (sql, read) in first)
            Add(sql, read);
        if (set.Sites.AnyWanted)
        {
            var names = SitesOf(set.Sites);
            // what this node knows need not be sent: the lists of one site alone may have megabytes
            var known = KnownSettings.Of(names);
            string[] hashes = [.. known.Select(k => k.Hash)];
            Add(
                sites,
                Into(set.Sites, r => SiteRows.Read(r, known), r => (r.Key, Guid.Empty)),
                names,
                hashes
            );
        }
        // a change of a comment's state reaches its article and its author, whom only its row names
        var climbing = set.Comments.Wanted.Where(w => w.Value).Select(w => w.Key).ToList();
        string[] climbSites = [.. climbing.Select(k => k.Site)];
        Guid[] climbIds = [.. climbing.Select(k => k.Id)];
        if (set.Articles.AnyWanted || climbing.Count > 0)
            Add(
                articles,
                IntoArticles(set),
                SitesOf(set.Articles),
                IdsOf(set.Articles),
                climbSites,
                climbIds
            );
        if (set.Commenters.AnyWanted || climbing.Count > 0)
            Add(
                commenters,
                Into(set.Commenters, r => CommenterRows.Read(r), r => (r.Site, r.Id)),
                SitesOf(set.Commenters),
                IdsOf(set.Commenters),
                climbSites,
                climbIds
            );
        if (set.Comments.AnyWanted)
        {
            var climbs = set.Comments.Wanted.Values.ToArray();
            Add(comments, IntoComments(set), SitesOf(set.Comments), IdsOf(set.Comments), climbs);
        }
        if (set.Authors.Count > 0)
        {
            string[] authorSites = [.. set.Authors.Select(k => k.Site)];
            Guid[] authorIds = [.. set.Authors.Select(k => k.Id)];
            Add(articlesOfAuthors, IntoArticles(set), authorSites, authorIds);
            Add(commentsOfAuthors, IntoComments(set), authorSites, authorIds);
            set.Authors.Clear();
        }
        AddWanted(reactions, set.Reactions, ReactionRows.Read, r => (r.Site, r.Id));
        AddWanted(flags, set.Flags, FlagRows.Read, r => (r.Site, r.Id));
        AddWanted(notices, set.Notices, NoticeRows.Read, r => (r.Site, r.Id));
        AddWanted(appeals, set.Appeals, AppealRows.Read, r => (r.Site, r.Id));
        AddWanted(requests, set.Requests, RequestRows.Read, r => (r.Site, r.Id));
        foreach (var (sql, read, values) in Moves(set))
            Add(sql, read, values);
        if (set.Verdicts.Wanted is { Count: > 0 } judged)
            Add(
                EventsOfJudged,
                set.Verdicts.Read,
                judged.Select(j => j.Site).ToArray(),
                judged.Select(j => j.Comment).ToArray()
            );
        if (postedTexts.Length > 0)
            Add(texts, r => ReadText(r, set), DuplicatesOf(postedTexts, now), now - DuplicateWindow);
        if (set.WantedBranches.Count > 0)
            Add(
                branches,
                r => set.LoadedBranch(r.GetString(0), r.GetGuid(1), r.Id(2), r.GetBoolean(3)),
                set.WantedBranches.Select(b => b.Site).ToArray(),
                set.WantedBranches.Select(b => b.Id).ToArray()
            );
        if (set.Recent.WantedLast is { Count: > 0 } slow)
            Add(
                lastOn,
                r => set.Recent.LoadedLast(r.GetGuid(0), r.GetGuid(1), r.GetFieldValue<DateTimeOffset>(2)),
                slow.Select(w => w.Author).ToArray(),
                slow.Select(w => w.Article).ToArray()
            );
        if (set.Recent.WantedTimes.Count > 0)
            Add(
                times,
                r => set.Recent.Loaded(r.GetGuid(0), r.GetFieldValue<DateTimeOffset>(1)),
                set.Recent.WantedTimes.ToArray(),
                now - Flood.Window - LongestWait
            );
        if (set.Recent.WantedDecided.Count > 0)
            Add(
                decided,
                r => set.Recent.Loaded(r.GetGuid(0), r.IsDBNull(1) ? null : r.GetDouble(1)),
                set.Recent.WantedDecided.ToArray()
            );
        if (set.Recent.WantedPlaces.Count > 0)
            Add(
                places,
                r =>
                    set.Recent.Loaded(
                        r.GetGuid(0),
                        r.GetString(1),
                        r.GetGuid(2),
                        r.GetFieldValue<DateTimeOffset>(3)
                    ),
                set.Recent.WantedPlaces.Select(p => p.Author).ToArray(),
                set.Recent.WantedPlaces.Select(p => p.Content).ToArray(),
                now - RepeatedText.Window - LongestWait
            );

        if (readers.Count > 0)
        {
            await using var reader = await batch.ExecuteReaderAsync(ct);
            foreach (var read in readers)
            {
                while (await reader.ReadAsync(ct))
                    read(reader);
                await reader.NextResultAsync(ct);
            }
        }
        set.LoadedAll();
    }

    static string[] SitesOf<T>(Rows<T> rows)
        where T : class => [.. rows.Wanted.Keys.Select(k => k.Site)];

    static Guid[] IdsOf<T>(Rows<T> rows)
        where T : class => [.. rows.Wanted.Keys.Select(k => k.Id)];

    static Action<NpgsqlDataReader> IntoArticles(WorkingSet set) =>
        Into(set.Articles, ArticleRows.Read, r => (r.Site, r.Id));

    static Action<NpgsqlDataReader> IntoComments(WorkingSet set) =>
        Into(set.Comments, CommentRows.Read, r => (r.Site, r.Id));

    /// <param name="key">Under which a row is known.</param>
    static Action<NpgsqlDataReader> Into<T>(
        Rows<T> rows,
        Func<NpgsqlDataReader, T> read,
        Func<T, (string Site, Guid Id)> key
    )
        where T : class =>
        r =>
        {
            var row = read(r);
            var (site, id) = key(row);
            rows.Loaded(site, id, row);
        };

    public static SiteSettings SettingsOf(string json) =>
        JsonSerializer.Deserialize<SiteSettings>(json, Json.Options)
        ?? throw new InvalidOperationException("A site without settings.");

    static void ReadText(NpgsqlDataReader r, WorkingSet set) =>
        set.Posted(TextHash.TextOf(r.GetInt64(0)), r.GetFieldValue<DateTimeOffset>(1), r.GetGuid(2));
}
