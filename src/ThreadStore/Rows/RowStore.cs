using System.Text.Json;
using Npgsql;
using ThreadStore.Commenters;
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
    /// <summary>How long the same text by the same author in the same place counts as a repetition.</summary>
    public static readonly TimeSpan RepetitionWindow = TimeSpan.FromMinutes(5);

    /// <summary>How long before its turn a command may have come; its own time is what counts.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static readonly RowStore Live = new(ReaderTables.Schema);

    /// <summary>The columns of a row <c>r</c> that <see cref="ReadCommenter(NpgsqlDataReader, int)"/> expects.</summary>
    public const string CommenterColumns = """
        r.site, r.id, r.key, r.name, r.picture, r.joined_at, r.comment_count, r.reactions_received, r.standing,
        r.standing_until, r.standing_reason, r.warning, r.decision, r.rejected_count, r.shadowed_count
        """;

    readonly string sites = $"""
        select r.site, r.settings_hash, case when r.settings_hash <> all($2) then r.settings end, r.created_at, r.version
        from {schema}.site_rows r where r.site = any($1)
        """;

    readonly string articles = $"""
        select {ArticleColumns}
        from (
          select * from unnest($1, $2) as w(site, id)
          union select c.site, c.article_id from unnest($3, $4) as k(site, id)
            join {schema}.comment_rows c on c.site = k.site and c.id = k.id
        ) w join {schema}.article_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string commenters = $"""
        select {CommenterColumns}
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
        select {(withTexts ? CommentColumns : CommentColumns.Replace("r.content", "''"))}
        from r
        """;

    readonly string reactions = $"""
        select r.site, r.id, r.comment_id, r.article_id, r.commenter_id, r.kind, r.weight, r.placed_at,
               r.is_shadowed
        from unnest($1, $2) as w(site, id) join {schema}.reaction_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string appeals = $"""
        select r.site, r.id, r.comment_id, r.author_id, r.decision, r.decided_by, r.text, r.appealed_at, r.outcome,
               r.answered_by, r.reason, r.answered_at
        from unnest($1, $2) as w(site, id) join {schema}.appeal_rows r on r.site = w.site and r.id = w.id
        """;

    readonly string requests = $"""
        select r.site, r.id, r.body_hash, r.comments
        from unnest($1, $2) as w(site, id) join {schema}.request_rows r on r.site = w.site and r.id = w.id
        """;

    /// <summary>What is stored of texts that count as repeated, if they come again at a time or shortly before or after.</summary>
    public static long[] Repeated(long[] texts, DateTimeOffset now) =>
        TextHash.Between(now - RepetitionWindow, now + RepetitionWindow, texts);

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

        foreach (var (sql, read) in first)
            Add(sql, read);
        if (set.Sites.AnyWanted)
        {
            var names = SitesOf(set.Sites);
            // what this node knows need not be sent: the lists of one site alone may have megabytes
            var known = KnownSettings.Of(names);
            string[] hashes = [.. known.Select(k => k.Hash)];
            Add(sites, r => ReadSite(r, set, known), names, hashes);
        }
        // a change of a comment's state reaches its article and its author, whom only its row names
        var climbing = set.Comments.Wanted.Where(w => w.Value).Select(w => w.Key).ToList();
        string[] climbSites = [.. climbing.Select(k => k.Site)];
        Guid[] climbIds = [.. climbing.Select(k => k.Id)];
        if (set.Articles.AnyWanted || climbing.Count > 0)
            Add(
                articles,
                r => ReadArticle(r, set),
                SitesOf(set.Articles),
                IdsOf(set.Articles),
                climbSites,
                climbIds
            );
        if (set.Commenters.AnyWanted || climbing.Count > 0)
            Add(
                commenters,
                r => ReadCommenter(r, set),
                SitesOf(set.Commenters),
                IdsOf(set.Commenters),
                climbSites,
                climbIds
            );
        if (set.Comments.AnyWanted)
        {
            var climbs = set.Comments.Wanted.Values.ToArray();
            Add(comments, r => ReadComment(r, set), SitesOf(set.Comments), IdsOf(set.Comments), climbs);
        }
        if (set.Authors.Count > 0)
        {
            string[] authorSites = [.. set.Authors.Select(k => k.Site)];
            Guid[] authorIds = [.. set.Authors.Select(k => k.Id)];
            Add(articlesOfAuthors, r => ReadArticle(r, set), authorSites, authorIds);
            Add(commentsOfAuthors, r => ReadComment(r, set), authorSites, authorIds);
            set.Authors.Clear();
        }
        if (set.Reactions.AnyWanted)
            Add(reactions, r => ReadReaction(r, set), SitesOf(set.Reactions), IdsOf(set.Reactions));
        if (set.Flags.AnyWanted)
            Add(flags, r => ReadFlag(r, set), SitesOf(set.Flags), IdsOf(set.Flags));
        if (set.Notices.AnyWanted)
            Add(notices, r => ReadNotice(r, set), SitesOf(set.Notices), IdsOf(set.Notices));
        if (set.Appeals.AnyWanted)
            Add(appeals, r => ReadAppeal(r, set), SitesOf(set.Appeals), IdsOf(set.Appeals));
        if (set.Requests.AnyWanted)
            Add(requests, r => ReadRequest(r, set), SitesOf(set.Requests), IdsOf(set.Requests));
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
            Add(texts, r => ReadText(r, set), Repeated(postedTexts, now), now - RepetitionWindow);
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

    static void ReadSite(NpgsqlDataReader r, WorkingSet set, List<KnownSettings.Entry> known)
    {
        var site = r.GetString(0);
        set.Sites.Loaded(
            site,
            Guid.Empty,
            new Site(
                site,
                KnownSettings.Read(site, r.GetString(1), r.Text(2), known),
                r.GetFieldValue<DateTimeOffset>(3),
                r.GetInt32(4)
            )
        );
    }

    public static SiteSettings SettingsOf(string json) =>
        JsonSerializer.Deserialize<SiteSettings>(json, Json.Options)
        ?? throw new InvalidOperationException("A site without settings.");

    static void ReadCommenter(NpgsqlDataReader r, WorkingSet set)
    {
        var commenter = ReadCommenter(r);
        set.Commenters.Loaded(commenter.Site, commenter.Id, commenter);
    }

    /// <param name="first">The first of the <see cref="CommenterColumns"/>.</param>
    public static Commenter ReadCommenter(NpgsqlDataReader r, int first = 0) =>
        new(
            r.GetString(first),
            r.GetGuid(first + 1),
            r.GetString(first + 2),
            r.GetString(first + 3),
            r.Text(first + 4),
            r.GetFieldValue<DateTimeOffset>(first + 5),
            r.GetInt32(first + 6),
            r.GetInt32(first + 7),
            Words.Parse<Standing>(r.GetString(first + 8)),
            r.Time(first + 9),
            r.Text(first + 10),
            r.Text(first + 11),
            r.Id(first + 12),
            r.GetInt32(first + 13),
            r.GetInt32(first + 14)
        );

    static void ReadComment(NpgsqlDataReader r, WorkingSet set)
    {
        var comment = new Comment(
            r.GetString(0),
            r.GetGuid(1),
            r.GetGuid(2),
            r.IsDBNull(3) ? null : r.GetGuid(3),
            r.GetInt32(4),
            r.GetGuid(5),
            r.GetString(6),
            r.GetString(7),
            Words.Parse<CommentState>(r.GetString(8)),
            r.Text(9) is { } by ? Words.Parse<RemovedBy>(by) : null,
            r.GetFieldValue<DateTimeOffset>(10),
            r.Time(11),
            r.GetInt32(12),
            r.GetBoolean(13),
            r.GetString(14),
            r.GetInt32(15),
            r.GetInt32(16),
            r.GetInt32(17),
            r.GetInt32(18),
            r.GetInt32(19),
            r.GetInt64(20),
            r.Text(21),
            r.Text(22),
            r.Id(23),
            r.Text(24),
            r.Id(25),
            r.Id(26),
            r.GetBoolean(27),
            r.Id(28),
            r.GetInt32(29)
        );
        set.Comments.Loaded(comment.Site, comment.Id, comment);
    }

    static void ReadReaction(NpgsqlDataReader r, WorkingSet set)
    {
        var reaction = new Reaction(
            r.GetString(0),
            r.GetGuid(1),
            r.GetGuid(2),
            r.GetGuid(3),
            r.GetGuid(4),
            r.Text(5) is { } kind ? new(kind, r.GetInt32(6), r.GetBoolean(8)) : null,
            r.Time(7)
        );
        set.Reactions.Loaded(reaction.Site, reaction.Id, reaction);
    }

    static void ReadAppeal(NpgsqlDataReader r, WorkingSet set)
    {
        var appeal = new Appeal(
            r.GetString(0),
            r.GetGuid(1),
            r.GetGuid(2),
            r.GetGuid(3),
            r.Id(4),
            r.Text(5),
            r.GetString(6),
            r.GetFieldValue<DateTimeOffset>(7),
            r.Text(8) is { } outcome ? Words.Parse<AppealOutcome>(outcome) : null,
            r.Text(9),
            r.Text(10),
            r.Time(11)
        );
        set.Appeals.Loaded(appeal.Site, appeal.Id, appeal);
    }

    static void ReadRequest(NpgsqlDataReader r, WorkingSet set)
    {
        var done = new DoneRequest(r.GetString(0), r.GetGuid(1), r.GetString(2), r.GetFieldValue<Guid[]>(3));
        set.Requests.Loaded(done.Site, done.Id, done);
    }

    static void ReadText(NpgsqlDataReader r, WorkingSet set) =>
        set.Posted(TextHash.TextOf(r.GetInt64(0)), r.GetFieldValue<DateTimeOffset>(1), r.GetGuid(2));
}
