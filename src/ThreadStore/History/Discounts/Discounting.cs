using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.History.Discounts;

/// <summary>
/// A site as it would stand without what some people cast, in one snapshot. Reactions only count, so rows are enough for
/// them; a flag may have held its comment, so what was flagged is folded once more without those flags; ranks and lists
/// are made of the rows by the SQL that makes them for readers.
/// </summary>
sealed class Discounting(NpgsqlConnection connection, NpgsqlTransaction snapshot, string site)
{
    const int MaxShown = 1_000;

    readonly Dictionary<Guid, ComparedComment> comments = [];

    public async Task<DiscountAnswer> RunAsync(
        Casts casts,
        Guid? article,
        long position,
        CancellationToken ct
    )
    {
        var folds = await FoldFlagsAsync(casts, ct);
        await LoadAsync(casts.Reactions.Select(r => r.Comment).Union(casts.Flagged), ct);
        foreach (var cast in casts.Reactions)
            comments[cast.Comment].React(cast.Reaction, cast.Change);
        foreach (var (id, fold) in folds)
            if (fold.Would is { } would && comments.TryGetValue(id, out var comment))
                (comment.WouldState, comment.WouldFlags) = (would.State, would.Flags);
        var articles = await CountAsync(ct);
        await RankAsync(ct);
        var differing = comments.Values.Where(c => c.Differs).ToList();
        var top = new TopLists(connection, snapshot, site, article, [.. comments.Values]);
        return new(
            position,
            [
                .. differing
                    .OrderByDescending(c => c.Weight)
                    .ThenBy(c => c.Id)
                    .Take(MaxShown)
                    .Select(c => c.Show()),
            ],
            [
                .. articles
                    .OrderByDescending(a => Math.Abs(a.CommentCount - a.Was.CommentCount))
                    .ThenBy(a => a.Key, StringComparer.Ordinal)
                    .Take(MaxShown),
            ],
            await top.ReadAsync(ct),
            new(casts.Reactions.Count(r => r.Change < 0), casts.Flags.Count, differing.Count, articles.Count)
        );
    }

    /// <summary>What would be published but for those flags, each with its version.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> PublishedAsync(Casts casts, CancellationToken ct) =>
        (await FoldFlagsAsync(casts, ct))
            .Where(f => f.Value.Would is { State: CommentState.Published })
            .ToDictionary(f => f.Key, f => f.Value.Would!.Version);

    NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection, snapshot) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        return command;
    }

    /// <summary>What was flagged, folded from its events and those of all flags and notices on it.</summary>
    async Task<Dictionary<Guid, DiscountedFlags>> FoldFlagsAsync(Casts casts, CancellationToken ct)
    {
        if (casts.Flagged.Count == 0)
            return [];
        var folds = casts.Flagged.ToDictionary(id => id, _ => new DiscountedFlags(site));
        var settings = await SettingsAsync(ct);
        // no text is read: to render it would be most of the work
        await using var command = Command(
            $$"""
            select e.seq_id, e.stream_id, e.type, coalesce(s.comment, e.stream_id),
              case when e.type in ('comment-posted', 'comment-edited') then (e.data || '{"body":""}'::jsonb) else e.data end::text
            from (
              select id, null::uuid from unnest($2) u(id)
              union all select id, comment_id from {{ReaderTables.Schema}}.{{ReaderTables.Flags}}
              where site = $1 and comment_id = any($2)
              union all select id, comment_id from {{ReaderTables.Schema}}.{{ReaderTables.Notices}}
              where site = $1 and comment_id = any($2)
            ) s(id, comment)
            join {{EventTables.Events}} e on e.tenant_id = $1 and e.stream_id = s.id
            order by e.seq_id
            """,
            site,
            casts.Flagged.ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (EventNames.Read(reader.GetString(2), reader.GetFieldValue<byte[]>(4)) is not { } e)
                continue;
            var (position, stream) = (reader.GetInt64(0), reader.GetGuid(1));
            folds[reader.GetGuid(3)]
                .Apply(e, casts.Flags.Contains(stream), settings.FindLast(s => s.From <= position).Threshold);
        }
        return folds;
    }

    async Task<List<(long From, int? Threshold)>> SettingsAsync(CancellationToken ct)
    {
        await using var command = Command(
            $"""
            select e.seq_id, e.type, e.data::text from {EventTables.Events} e
            where e.tenant_id = $1 and e.stream_id = $2 and e.type = 'site-configured' order by e.seq_id
            """,
            site,
            StreamId.Site(site)
        );
        var settings = new List<(long, int?)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            if (EventNames.Read(reader.GetString(1), reader.GetFieldValue<byte[]>(2)) is SiteConfigured e)
                settings.Add((reader.GetInt64(0), e.Settings.FlagsHeldForReview));
        return settings;
    }

    async Task LoadAsync(IEnumerable<Guid> wanted, CancellationToken ct)
    {
        Guid[] ids = [.. wanted.Where(id => !comments.ContainsKey(id))];
        await using var command = Command(
            $"""
            select {ComparedComment.Columns}
            from unnest($2) u(id)
            join {ReaderTables.Schema}.{ReaderTables.Comments} c on c.site = $1 and c.id = u.id
            join {ReaderTables.Schema}.{ReaderTables.Articles} a on a.site = $1 and a.id = c.article_id
            """,
            site,
            ids
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var comment = new ComparedComment(reader);
            comments[comment.Id] = comment;
        }
    }

    /// <summary>What is published otherwise is counted otherwise, above it and on its article.</summary>
    async Task<List<DiscountedArticle>> CountAsync(CancellationToken ct)
    {
        var (changes, parents) = (new Dictionary<Guid, int>(), new Dictionary<Guid, int>());
        foreach (var comment in comments.Values)
        {
            var change = Published(comment.WouldState) - Published(comment.State);
            if (change == 0)
                continue;
            changes[comment.ArticleId] = changes.GetValueOrDefault(comment.ArticleId) + change;
            if (comment.ParentId is { } parent)
                parents[parent] = parents.GetValueOrDefault(parent) + change;
        }
        await LoadAsync(parents.Keys, ct);
        foreach (var (id, change) in parents)
            comments[id].WouldReply += change;
        await using var command = Command(
            $"select id, key, comment_count from {ReaderTables.Schema}.{ReaderTables.Articles} where site = $1 and id = any($2)",
            site,
            changes.Where(c => c.Value != 0).Select(c => c.Key).ToArray()
        );
        var articles = new List<DiscountedArticle>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var count = reader.GetInt32(2);
            articles.Add(
                new(reader.GetString(1), count + changes[reader.GetGuid(0)], new ArticleFigures(count))
            );
        }
        return articles;

        static int Published(CommentState state) => state == CommentState.Published ? 1 : 0;
    }

    async Task RankAsync(CancellationToken ct)
    {
        var all = comments.Values.ToArray();
        await using var command = Command(
            $"""
            select {Ranks.Best("u")}, {Ranks.Hot("u")}, {Ranks.Controversial("u")}
            from unnest($1, $2, $3) with ordinality as u(positive, negative, posted_at, n) order by u.n
            """,
            Array.ConvertAll(all, c => c.Positive),
            Array.ConvertAll(all, c => c.Negative),
            Array.ConvertAll(all, c => c.PostedAt)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (var i = 0; await reader.ReadAsync(ct); i++)
            all[i].WouldRank = (reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2));
    }
}
