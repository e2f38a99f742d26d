using Npgsql;
using NpgsqlTypes;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Storage;
using ThreadStore.Threads;

namespace ThreadStore.History.Discounts;

/// <summary>Finds what some commenters cast, in one snapshot. Rows say who cast what now; only where a span is asked for are
/// the events of their reactions read, for what one replaced is what would be there.</summary>
sealed class CastReading(NpgsqlConnection connection, NpgsqlTransaction snapshot, string site)
{
    /// <summary>Reactions and flags that are thought away at once: each is held in memory.</summary>
    const int MaxCasts = 500_000;

    DateTimeOffset from = DateTimeOffset.MinValue;
    DateTimeOffset to = DateTimeOffset.MaxValue;
    Guid[] people = [];

    /// <summary>All that is reckoned with.</summary>
    public long Position { get; private set; }

    /// <summary>Whose comments alone are looked at; null: the whole site's.</summary>
    public Guid? Article { get; private set; }

    bool HasSpan => from > DateTimeOffset.MinValue || to < DateTimeOffset.MaxValue;

    NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        // who asks waits as long as it takes, or goes away
        var command = new NpgsqlCommand(sql, connection, snapshot) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        return command;
    }

    /// <summary>With what <see cref="Theirs"/> asks for; <paramref name="more"/> from $4 on.</summary>
    NpgsqlCommand OfTheirs(string sql, params ReadOnlySpan<object> more)
    {
        var command = Command(sql, site, people);
        command.Parameters.Add(
            new() { Value = (object?)Article ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        command.Parameters.AddValues(more);
        return command;
    }

    /// <summary>Looks those up that are named.</summary>
    /// <returns>The first reason to refuse, or null.</returns>
    public async Task<Problem?> BeginAsync(
        DiscountReactions asked,
        ReportEnd since,
        ReportEnd until,
        CancellationToken ct
    )
    {
        string zone;
        await using (
            var command = Command(
                $"""
                select ({Positions.NewestSql}), (settings::json)->>'timeZone'
                from {ReaderTables.Schema}.{ReaderTables.Sites} where site = $1
                """,
                site
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            Position = reader.GetInt64(0);
            zone = reader.Text(1) ?? "UTC";
        }
        var calendar = ReportCalendar.Of(zone);
        from = since.Since(calendar) ?? from;
        to = until.Until(calendar) ?? to;
        var keys = asked.Commenters.Distinct(StringComparer.Ordinal).ToList();
        people = [.. keys.Select(k => StreamId.Commenter(site, k))];
        return await UnknownAsync(keys, ct)
            ?? await FindArticleAsync(asked.Article, ct)
            ?? await TooManyAsync(ct);
    }

    async Task<Problem?> UnknownAsync(List<string> keys, CancellationToken ct)
    {
        await using var command = Command(
            $"select id from {ReaderTables.Schema}.{ReaderTables.Commenters} where site = $1 and id = any($2)",
            site,
            people
        );
        var known = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            known.Add(reader.GetGuid(0));
        return keys.Find(k => !known.Contains(StreamId.Commenter(site, k))) is { } unknown
            ? Problem.CommenterNotFound(unknown)
            : null;
    }

    async Task<Problem?> FindArticleAsync(string? key, CancellationToken ct)
    {
        if (key is null)
            return null;
        // where its key leads since it was renamed or merged
        await using var command = Command(
            $"""
            select id from {ReaderTables.Schema}.{ReaderTables.Articles}
            where site = $1 and id = {MovedArticle.RootOf("$1", "$2")} and moved_to is null
            """,
            site,
            StreamId.Article(site, key)
        );
        Article = await command.ExecuteScalarAsync(ct) as Guid?;
        return Article is null ? Problem.ArticleNotFound(key) : null;
    }

    async Task<Problem?> TooManyAsync(CancellationToken ct)
    {
        await using var command = OfTheirs(
            $"select ({CountOf(ReaderTables.Reactions)}) + ({CountOf(ReaderTables.Flags)})"
        );
        var casts = (long)(await command.ExecuteScalarAsync(ct) ?? 0L);
        return casts <= MaxCasts
            ? null
            : Problem.Validation(
                "commenters",
                Flaw.Count(
                    $"have cast {casts} reactions and flags, of which {MaxCasts} at most can be thought away at once: name "
                        + "fewer commenters, or an article.",
                    0,
                    MaxCasts
                )
            );
    }

    static string CountOf(string table) =>
        $"select count(*) from {ReaderTables.Schema}.{table} r where {Theirs("r")}";

    static string Theirs(string row) =>
        $"{row}.site = $1 and {row}.commenter_id = any($2) and ($3::uuid is null or {row}.article_id = $3)";

    public async Task<Casts> ReadAsync(CancellationToken ct)
    {
        var reactions = HasSpan ? await ReactionsOfSpanAsync(ct) : await AllReactionsAsync(ct);
        await using var command = OfTheirs(
            $"""
            select id, comment_id from {ReaderTables.Schema}.{ReaderTables.Flags} f
            where {Theirs("f")} and not is_shadowed and flagged_at >= $4 and flagged_at < $5
            """,
            from,
            to
        );
        var (flags, flagged) = (new HashSet<Guid>(), new HashSet<Guid>());
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            flags.Add(reader.GetGuid(0));
            flagged.Add(reader.GetGuid(1));
        }
        return new(reactions, flags, flagged);
    }

    async Task<List<ReactionChange>> AllReactionsAsync(CancellationToken ct)
    {
        await using var command = OfTheirs(
            $"""
            select comment_id, kind, weight from {ReaderTables.Schema}.{ReaderTables.Reactions} r
            where {Theirs("r")} and kind is not null and not is_shadowed
            """
        );
        var changes = new List<ReactionChange>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            changes.Add(new(reader.GetGuid(0), new(reader.GetString(1), reader.GetInt32(2)), -1));
        return changes;
    }

    async Task<List<ReactionChange>> ReactionsOfSpanAsync(CancellationToken ct)
    {
        await using var command = OfTheirs(
            $"""
            select r.id, r.comment_id, e.type = 'reaction-set', coalesce(e.data->>'kind', e.data->'previous'->>'kind'),
              coalesce((e.data->>'weight')::integer, 0), coalesce((e.data->>'shadowed')::boolean, false), (e.data->>'at')::timestamptz
            from {ReaderTables.Schema}.{ReaderTables.Reactions} r
            join {ReaderTables.Schema}.mt_events e on e.tenant_id = $1 and e.stream_id = r.id
            where {Theirs("r")}
            order by r.id, e.version
            """
        );
        var (changes, steps) = (new List<ReactionChange>(), new List<ReactionStep>());
        var (reaction, comment) = (Guid.Empty, Guid.Empty);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetGuid(0) != reaction)
                Finish();
            (reaction, comment) = (reader.GetGuid(0), reader.GetGuid(1));
            var (kind, at) = (reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(6));
            PlacedReaction? set = reader.GetBoolean(2)
                ? new(kind, reader.GetInt32(4), reader.GetBoolean(5))
                : null;
            steps.Add(new(set, kind, at >= from && at < to));
        }
        Finish();
        return changes;

        void Finish()
        {
            changes.AddRange(Casts.Of(comment, steps));
            steps.Clear();
        }
    }
}
