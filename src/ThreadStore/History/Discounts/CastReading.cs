using Npgsql;
using NpgsqlTypes;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.History.Reports;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.History.Discounts;

/// <summary>What a commenter cast on a comment and what counts now.</summary>
/// <param name="Commenter">The key.</param>
/// <param name="Instead">The reaction that would count in its place; null: none.</param>
/// <param name="Times">When they cast it, and what it replaced.</param>
sealed record StandingCast(
    Guid Comment,
    string Commenter,
    PlacedReaction? Instead,
    IReadOnlyList<DateTimeOffset> Times,
    bool IsFlag = false
);

/// <summary>Finds what some commenters cast, in one snapshot. Rows say who cast what now; only where a span is asked for are
/// the events of their reactions read, for what one replaced is what would be there.</summary>
sealed class CastReading(NpgsqlConnection connection, NpgsqlTransaction snapshot, string site)
{
    /// <summary>Reactions and flags that are thought away at once: each is held in memory.</summary>
    const int MaxCasts = 500_000;

    DateTimeOffset from = DateTimeOffset.MinValue;
    DateTimeOffset to = DateTimeOffset.MaxValue;
    Guid[] people = [];
    Dictionary<Guid, string> names = [];

    /// <summary>All that is reckoned with.</summary>
    public long Position { get; private set; }

    /// <summary>Whose comments alone are looked at; null: the whole site's.</summary>
    public Guid? Article { get; private set; }

    /// <summary>Null: from the beginning; so the next: up to now.</summary>
    public DateTimeOffset? Since => from > DateTimeOffset.MinValue ? from : null;
    public DateTimeOffset? Until => to < DateTimeOffset.MaxValue ? to : null;

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
        names = keys.ToDictionary(k => StreamId.Commenter(site, k));
        people = [.. names.Keys];
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
        return (await ReadFlagsAsync(ct)) with { Reactions = reactions };
    }

    /// <summary>Flags alone.</summary>
    public async Task<Casts> ReadFlagsAsync(CancellationToken ct)
    {
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
        return new([], flags, flagged);
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
        var changes = new List<ReactionChange>();
        await EachReactionAsync(
            (comment, _, history) => changes.AddRange(Casts.Of(comment, history.Steps)),
            ct
        );
        return changes;
    }

    /// <summary>What can be discounted for good: what counts now, and flags that no decision has settled.</summary>
    public async Task<List<StandingCast>> StandingAsync(CancellationToken ct)
    {
        var standing = new List<StandingCast>();
        await EachReactionAsync(
            (comment, commenter, history) =>
            {
                var (real, would) = Casts.Fold(history.Steps);
                if (real is { Shadowed: false } && real != would)
                    standing.Add(new(comment, names[commenter], would, [.. history.Times]));
            },
            ct
        );
        await using var command = OfTheirs(
            $"""
            select comment_id, commenter_id, flagged_at from {ReaderTables.Schema}.{ReaderTables.Flags} f
            where {Theirs(
                "f"
            )} and not is_shadowed and settled_by is null and flagged_at >= $4 and flagged_at < $5
            """,
            from,
            to
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            standing.Add(
                new(
                    reader.GetGuid(0),
                    names[reader.GetGuid(1)],
                    null,
                    [reader.GetFieldValue<DateTimeOffset>(2)],
                    IsFlag: true
                )
            );
        return standing;
    }

    /// <summary>What one commenter did to react to one comment.</summary>
    sealed class ReactionHistory
    {
        public List<ReactionStep> Steps { get; } = [];

        /// <summary>When each of those was cast that are in the span and count.</summary>
        public SortedSet<DateTimeOffset> Times { get; } = [];
    }

    async Task EachReactionAsync(Action<Guid, Guid, ReactionHistory> found, CancellationToken ct)
    {
        await using var command = OfTheirs(
            $"""
            select r.id, r.comment_id, r.commenter_id, e.type, e.data::text
            from {ReaderTables.Schema}.{ReaderTables.Reactions} r
            join {EventTables.Events} e on e.tenant_id = $1 and e.stream_id = r.id
            where {Theirs("r")}
            order by r.id, e.version
            """
        );
        var (reaction, comment, commenter) = (Guid.Empty, Guid.Empty, Guid.Empty);
        var history = new ReactionHistory();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetGuid(0) != reaction)
                Finish();
            (reaction, comment, commenter) = (reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2));
            switch (EventNames.Read(reader.GetString(3), reader.GetFieldValue<byte[]>(4)))
            {
                case ReactionSet e:
                    history.Steps.Add(new(new(e.Kind, e.Weight, e.Shadowed), e.Kind, IsInSpan(e.At)));
                    if (!e.Shadowed && IsInSpan(e.At))
                        history.Times.Add(e.At);
                    break;
                case ReactionRemoved e:
                    history.Steps.Add(new(null, e.Previous.Kind, IsInSpan(e.At)));
                    break;
                case ReactionRecounted e:
                    history.Steps.Add(new(e.Placed, e.Placed.Kind, IsInSpan(e.At), e.Previous));
                    if (e.Undone is null)
                        history.Times.ExceptWith(e.Casts);
                    else
                        history.Times.UnionWith(e.Casts.Where(IsInSpan));
                    break;
                default:
                    break;
            }
        }
        Finish();

        void Finish()
        {
            if (history.Steps.Count > 0)
                found(comment, commenter, history);
            history = new();
        }
    }

    bool IsInSpan(DateTimeOffset at) => at >= from && at < to;
}
