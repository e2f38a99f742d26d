using Npgsql;
using NpgsqlTypes;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>Why an event of a feed was left out.</summary>
/// <param name="Kind">A word that a program can count.</param>
public sealed record FeedRefusal(FeedLine Line, string Reason, string Kind = "refused");

/// <summary>
/// Appends events as they are, ids, versions and times included, with the reader rows that follow from them: a stretch
/// in one transaction under the append lock. An event has its place in its stream: where another has that, it is kept,
/// and what comes later in that stream is left out with it.
/// </summary>
/// <param name="isDry">Everything goes into tables of this connection alone, and with them.</param>
/// <param name="isNew">The events happen now, and are recorded at the time at which they are written.</param>
/// <param name="hash">By which those who were erased are known; null: they are not looked for.</param>
sealed class FeedAppender(
    NpgsqlConnection connection,
    string site,
    bool isDry,
    bool isNew = false,
    ErasureHash? hash = null
) : IAsyncDisposable
{
    const string Live = ReaderTables.Schema;

    /// <summary>
    /// An import fills tables of which PostgreSQL knows nothing yet, or that they are small: it would read all of a site to
    /// find a thousand rows of it, and go on so while the site grows. A stretch is folded meanwhile, which on a busy machine
    /// may take longer than others are given. For a transaction.
    /// </summary>
    const string EachByItsKey =
        "select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), "
        + "set_config('idle_in_transaction_session_timeout', '120000', true)";

    readonly string schema = isDry ? RebuildBeside.Temporary : Live;
    readonly RowFold rows = new(connection, isDry ? RebuildBeside.Temporary : Live);
    readonly HashSet<Guid> foreign = [];
    readonly List<FeedRefusal> refused = [];
    readonly ErasedInFeed? erased = hash is null
        ? null
        : new(connection, site, isDry ? RebuildBeside.Temporary : Live, isNew, hash);

    /// <summary>Has a dry run begin with what the site has.</summary>
    public Task BeginAsync(CancellationToken ct) =>
        isDry ? DryRunTables.CreateAsync(connection, site, ct) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (isDry)
            await DryRunTables.DropAsync(connection);
    }

    /// <param name="alongside">Written in the same transaction, where something is: told what is new.</param>
    /// <returns>How many are new, how many were there already, and which were left out.</returns>
    public async Task<(int Created, int Already, IReadOnlyList<FeedRefusal> Refused)> AppendAsync(
        IReadOnlyList<FeedLine> lines,
        CancellationToken ct,
        Func<IReadOnlyList<FeedLine>, NpgsqlConnection, Task>? alongside = null
    )
    {
        try
        {
            return await TryAsync(lines, alongside, ct);
        }
        catch
        {
            // what was folded is not what is stored
            rows.Forget();
            throw;
        }
    }

    async Task<(int Created, int Already, IReadOnlyList<FeedRefusal> Refused)> TryAsync(
        IReadOnlyList<FeedLine> lines,
        Func<IReadOnlyList<FeedLine>, NpgsqlConnection, Task>? alongside,
        CancellationToken ct
    )
    {
        refused.Clear();
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var known = await KnownAsync(lines, ct);
        var judging = known.HasErased ? erased : null;
        if (judging is not null)
            await judging.LookAsync(lines, ct);
        var (fresh, stored) = (new List<FeedLine>(), new List<FeedLine>());
        var already = 0;
        foreach (var line in lines)
        {
            var version = known.Versions.GetValueOrDefault(line.Stream);
            if (
                line.Version <= version
                && known.Ids.GetValueOrDefault((line.Stream, line.Version)) == line.Id
            )
            {
                judging?.Saw(line);
                already++;
                continue;
            }
            var judged = judging?.Judge(line) ?? new(false, [line]);
            if (judged.IsLeftOut)
            {
                refused.Add(new(line, ErasedInFeed.Reason, ErasedInFeed.Kind));
                foreach (var instead in judged.Instead.Where(i => Follows(i)))
                    Take(instead);
            }
            else if (line.Version <= version)
            {
                foreign.Add(line.Stream);
                refused.Add(new(line, Taken(line)));
            }
            else if (foreign.Contains(line.Stream))
                refused.Add(new(line, "another event has the place of one before it in its stream."));
            else if (line.Version > version + 1)
                refused.Add(
                    new(line, $"the event before it in its stream, version {version + 1}, is missing.")
                );
            else
            {
                Take(judged.Instead[0]);
                fresh.Add(line);
            }
        }
        if (stored.Count > 0)
            await WriteAsync(isNew ? stored.ConvertAll(l => l with { At = known.Now }) : stored, known, ct);
        if (fresh.Count > 0 && alongside is not null)
            await alongside(fresh, connection);
        await transaction.CommitAsync(ct);
        return (fresh.Count, already, [.. refused]);

        bool Follows(FeedLine line) => known.Versions.GetValueOrDefault(line.Stream) == line.Version - 1;

        void Take(FeedLine line)
        {
            known.Versions[line.Stream] = line.Version;
            known.Ids[(line.Stream, line.Version)] = line.Id;
            stored.Add(line);
        }
    }

    /// <summary>Which lines would be left out, being of somebody who was erased, as far as these lines alone tell.</summary>
    public async Task<IReadOnlyList<FeedRefusal>> FindErasedAsync(
        IReadOnlyList<FeedLine> lines,
        CancellationToken ct
    )
    {
        if (erased is null)
            return [];
        await using (var command = new NpgsqlCommand(ErasedInFeed.AnySql, connection))
        {
            command.Parameters.AddValues(site);
            if (await command.ExecuteScalarAsync(ct) is not true)
                return [];
        }
        await erased.LookAsync(lines, ct);
        return
        [
            .. lines
                .Where(l => erased.Judge(l).IsLeftOut)
                .Select(l => new FeedRefusal(l, ErasedInFeed.Reason, ErasedInFeed.Kind)),
        ];
    }

    string Taken(FeedLine line) =>
        line.Event is SiteConfigured
            ? $"the site '{site}' has settings of its own, which are kept."
            : $"another event has its place, version {line.Version} of {line.Type.Stream} {line.Stream}; that is kept.";

    /// <summary>The stream <c>s</c> that is looked for as <c>w.stream</c>, as SQL: by the whole key.</summary>
    string Stream =>
        $"cross join lateral (select t.id, t.version from {schema}.{EventTables.StreamsName} t where t.tenant_id = $1 and t.id = w.stream limit 1) s";

    /// <summary>What the store has of the streams of these lines.</summary>
    /// <param name="Versions">Of the last event, by stream.</param>
    /// <param name="Ids">Of the events in whose places these lines would be.</param>
    /// <param name="Now">By the database's clock, under the lock: times rise with positions.</param>
    /// <param name="HasErased">Somebody was erased on the site.</param>
    sealed record Known(
        bool HasSite,
        bool HasErased,
        DateTimeOffset Now,
        Dictionary<Guid, long> Before,
        Dictionary<Guid, long> Versions,
        Dictionary<(Guid Stream, long Version), Guid> Ids
    );

    async Task<Known> KnownAsync(IReadOnlyList<FeedLine> lines, CancellationToken ct)
    {
        // whoever has the lock may move an article of a million comments
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.Add(EachByItsKey);
        if (!isDry)
        {
            batch.Add(AppendLock.Sql);
            batch.Add(EventStore.Positions.NewestSql);
        }
        Guid[] streams = [.. lines.Select(l => l.Stream)];
        batch.Add("select clock_timestamp()");
        batch.Add(ErasedInFeed.AnySql, site);
        batch.Add($"select 1 from {schema}.{ReaderTables.Sites} where site = $1", site);
        batch.Add(
            $"select s.id, s.version from unnest($2) as w(stream) {Stream}",
            site,
            streams.Distinct().ToArray()
        );
        // most streams are new, so that most places need not be looked for
        string Places(string where) =>
            $"""
                select s.id, e.version, e.id from unnest($2, $3) as w(stream, version) {Stream}
                cross join lateral (
                  select t.id, t.version from {where}.{EventTables.EventsName} t
                  where t.tenant_id = $1 and t.stream_id = s.id and t.version = w.version limit 1) e
                """;
        long[] versions = [.. lines.Select(l => l.Version)];
        batch.Add(
            isDry ? $"{Places(Live)} union all {Places(schema)}" : Places(Live),
            site,
            streams,
            versions
        );

        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        if (!isDry)
        {
            await reader.NextResultAsync(ct);
            // others may have written since
            if (!await reader.ReadAsync(ct) || reader.GetInt64(0) != rows.Position)
                rows.Forget();
            await reader.NextResultAsync(ct);
        }
        await reader.ReadAsync(ct);
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var hasErased = reader.GetBoolean(0);
        await reader.NextResultAsync(ct);
        var hasSite = await reader.ReadAsync(ct);
        await reader.NextResultAsync(ct);
        var before = new Dictionary<Guid, long>();
        while (await reader.ReadAsync(ct))
            before[reader.GetGuid(0)] = reader.GetInt64(1);
        await reader.NextResultAsync(ct);
        var ids = new Dictionary<(Guid, long), Guid>();
        while (await reader.ReadAsync(ct))
            ids[(reader.GetGuid(0), reader.GetInt64(1))] = reader.GetGuid(2);
        return new(hasSite, hasErased, now, before, new(before), ids);
    }

    async Task WriteAsync(List<FeedLine> fresh, Known known, CancellationToken ct)
    {
        IReadOnlyList<FeedLine> lines = fresh;
        if (!known.HasSite && Keys.RefuseNewSite(site) is { } taken)
            throw new StartupException(taken.Detail);
        if (!known.HasSite && fresh[0].Event is not SiteConfigured)
        {
            lines = [DefaultSite(fresh[0].At), .. fresh];
            known.Versions[StreamId.Site(site)] = 1;
        }
        var set = await rows.FoldAsync(
            [.. lines.Select(l => new Fact(site, l.Event, l.Version == 1))],
            ct,
            Consistency.Check
        );
        var position = await WriteEventsAsync(lines, known, ct);
        await rows.WriteAsync(set, position, ct);
    }

    /// <summary>Where a history does not begin with the site's settings, it gets the default ones.</summary>
    FeedLine DefaultSite(DateTimeOffset at)
    {
        var configured = new SiteConfigured(site, new SiteSettings(), Imports.By, at);
        var type = EventCatalogue.All.First(e => e.Type == typeof(SiteConfigured));
        return new(
            0,
            Guid.CreateVersion7(at),
            StreamId.Site(site),
            1,
            type,
            at,
            null,
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(configured, Json.Options),
            configured
        );
    }

    /// <returns>The position of the last.</returns>
    async Task<long> WriteEventsAsync(IReadOnlyList<FeedLine> lines, Known known, CancellationToken ct)
    {
        var last = new Dictionary<Guid, FeedLine>();
        foreach (var line in lines)
            last[line.Stream] = line;
        var copy = new EventCopy(schema);
        await copy.StreamsAsync(
            connection,
            site,
            last.Values.Where(l => !known.Before.ContainsKey(l.Stream))
                .Select(l => new StoredStream(l.Stream, l.Type.Stream, l.Version, l.At)),
            ct
        );
        await ExtendAsync([.. last.Values.Where(l => known.Before.ContainsKey(l.Stream))], ct);
        var positions = await PositionsAsync(lines.Count, ct);
        await copy.EventsAsync(
            connection,
            site,
            lines.Select(
                (l, i) =>
                    new StoredEvent(
                        positions[i],
                        l.Id,
                        l.Stream,
                        l.Version,
                        l.Type,
                        l.Data,
                        l.At,
                        l.CorrelationId
                    )
            ),
            ct
        );
        return positions[^1];
    }

    async Task ExtendAsync(List<FeedLine> last, CancellationToken ct)
    {
        if (last.Count == 0)
            return;
        await using var command = new NpgsqlCommand(
            $"""
            update {schema}.{EventTables.StreamsName} s set version = u.version, timestamp = u.at
            from unnest($2, $3, $4) as u(id, version, at) where s.tenant_id = $1 and s.id = u.id
            """,
            connection
        );
        command.Parameters.Add(new() { Value = site });
        command.Parameters.Add(new() { Value = last.ConvertAll(l => l.Stream) });
        command.Parameters.Add(new() { Value = last.ConvertAll(l => l.Version) });
        command.Parameters.Add(
            new()
            {
                Value = last.ConvertAll(l => l.At),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes positions, and has all nodes told of the last at commit.</summary>
    async Task<long[]> PositionsAsync(int count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            isDry
                ? $"select (select coalesce(max(seq_id), 0) from {schema}.{EventTables.EventsName}) + n from generate_series(1, $1) n"
                : $"select nextval('{EventTables.Sequence}') from generate_series(1, $1)",
            connection
        );
        command.Parameters.Add(new() { Value = count });
        var positions = new List<long>(count);
        await using (var reader = await command.ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct))
                positions.Add(reader.GetInt64(0));
        if (!isDry)
        {
            await using var notify = new NpgsqlCommand("select pg_notify($1, $2)", connection);
            notify.Parameters.Add(new() { Value = EventStore.Positions.Channel });
            // any discussion may have changed
            notify.Parameters.Add(
                new() { Value = FormattableString.Invariant($"{positions[^1]}{Heard.Suffix(null)}") }
            );
            await notify.ExecuteNonQueryAsync(ct);
        }
        return [.. positions];
    }
}
