using Npgsql;
using ThreadStore.Comments;
using ThreadStore.Databases.Moves;
using ThreadStore.EventStore;
using ThreadStore.Http.Hot;
using ThreadStore.Inbox;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Moderation.Learned;
using ThreadStore.Rows;
using ThreadStore.Sites;

namespace ThreadStore.Privacy;

/// <summary>Somebody who is to be erased.</summary>
/// <param name="Random">The key that takes the place of theirs.</param>
/// <param name="By">Who asked for it; their own key: they themselves.</param>
public sealed record ErasureOrder(Person Person, Guid Id, string Random, string By, DateTimeOffset Now)
{
    public string Site => Person.Site;
    public Guid RandomId { get; } = StreamId.Commenter(Person.Site, Random);

    /// <summary>As <see cref="ErasedRows"/> numbers them.</summary>
    public object[] Parameters => [Site, Person.Id, Person.Key, RandomId, Random];
}

/// <summary>
/// Erases a person in one transaction, so that readers see them or don't; see docs/decisions/0035. Most of the time it takes
/// is for finding and emptying events, before the append lock is taken.
/// </summary>
public sealed class Eraser(NpgsqlDataSource database, HotPages pages, Positions positions)
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Rows and events of one statement, and comments that are deleted in one.</summary>
    const int Stretch = 2_000;

    const string Settings =
        "set local idle_in_transaction_session_timeout = 0; set local enable_seqscan = on; set local work_mem = '64MB'";

    // the first locks: notes of flags are not purged at the same time, and no site moves, for which it may wait long; then
    // search and reports wait, and other erasures
    static readonly string FirstLocks =
        $"{Settings}; select pg_advisory_xact_lock({Retention.Lock}); select pg_advisory_xact_lock({IndexedAsErased.Lock})";

    // then those of whoever fills inboxes, and mail from them, and the append lock
    static readonly string LastLocks =
        $"select 1 from {MailTables.Progress} for update; select 1 from {InboxTables.Progress} for update; {AppendLock.Sql}";

    /// <param name="take">In the transaction, before anything else: whom; null: nobody.</param>
    /// <param name="alongside">Written in the same transaction.</param>
    /// <returns>Null where nothing is held of them.</returns>
    public async Task<ErasureCertificate?> RunAsync(
        Func<NpgsqlConnection, Task<ErasureOrder?>> take,
        Func<NpgsqlConnection, ErasureOrder, ErasureCertificate, Task> alongside,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await take(connection) is not { } order)
            return null;
        await ExecuteAsync(connection, FirstLocks, ct);
        // it may have left while this waited, and they with it
        if (await SiteFence.IsUpAsync(connection, order.Site, ct))
            throw new NpgsqlException($"The site '{order.Site}' lives in another database now.");
        var found = new FoundEvents(order);
        await found.ReadAsync(connection, ct);
        await ExecuteAsync(connection, LastLocks, ct);
        await found.ReadOnAsync(connection, ct);
        if (found.Count == 0 && !await IsAnyAloneAsync(connection, order, ct))
            return null;

        var changed = await found.WriteAsync(connection, ct);
        await ErasedFold.WriteAsync(connection, order, found, ct);
        foreach (var chunk in found.Requests.Chunk(Stretch))
            await ExecuteAsync(
                connection,
                $"update {Schema}.request_rows set body_hash = $3 where site = $1 and id = any($2)",
                ct,
                order.Site,
                chunk,
                KeyedRequest.Erased
            );
        await ErasedProblems.WriteAsync(connection, order, found.Names, ct);

        var (position, lastId, comments) = await AppendAsync(connection, order, changed, ct);
        var certificate = new ErasureCertificate(
            order.Id,
            order.Now,
            position,
            comments,
            changed,
            comments == 0 ? [] : await LearnedModels.BeforeAsync(connection, order.Site, order.Now, ct)
        );
        await alongside(connection, order, certificate);
        await transaction.CommitAsync(ct);
        pages.Wrote(position, changed: null);
        positions.Wrote(position, lastId);
        positions.Observe(position);
        return certificate;
    }

    static async Task<bool> IsAnyAloneAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(ErasedRows.AnyAlone, connection);
        command.Parameters.AddValues(order.Site, order.Person.Id);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Deletes what they wrote, and says that they were erased.</summary>
    static async Task<(long Position, Guid LastId, int Comments)> AppendAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        int changed,
        CancellationToken ct
    )
    {
        var by = order.By == order.Person.Key ? order.Random : order.By;
        var (comments, standing) = await StandingAsync(connection, order, ct);
        var rows = new RowFold(connection, Schema);
        foreach (var chunk in standing.Chunk(Stretch))
            await AppendAsync(
                connection,
                order.Site,
                rows,
                [
                    .. chunk.Select(c => new StreamEvent(
                        c.Id,
                        new CommentDeleted(c.Id, c.Article, RemovedBy.Author, by, order.Now)
                    )),
                ],
                ct
            );
        var (position, id) = await AppendAsync(
            connection,
            order.Site,
            rows,
            [
                new(
                    StreamId.Site(order.Site),
                    new CommenterErased(order.Random, order.Id, comments, changed, by, order.Now)
                ),
            ],
            ct
        );
        return (position, id, comments);
    }

    /// <summary>How many comments they wrote, and those that they have not deleted themselves.</summary>
    static async Task<(int Comments, List<(Guid Id, string Article)> Standing)> StandingAsync(
        NpgsqlConnection connection,
        ErasureOrder order,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select c.id, a.key, c.state = 'deleted' and c.removed_by = 'author'
            from {Schema}.comment_rows c join {Schema}.article_rows a on a.site = c.site and a.id = c.article_id
            where c.site = $1 and c.author_id = $2 order by c.posted_at, c.id
            """,
            connection
        );
        command.Parameters.AddValues(order.Site, order.RandomId);
        var (count, standing) = (0, new List<(Guid, string)>());
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (; await reader.ReadAsync(ct); count++)
            if (!reader.GetBoolean(2))
                standing.Add((reader.GetGuid(0), reader.GetString(1)));
        return (count, standing);
    }

    static async Task<(long Position, Guid LastId)> AppendAsync(
        NpgsqlConnection connection,
        string site,
        RowFold rows,
        List<StreamEvent> facts,
        CancellationToken ct
    )
    {
        var set = await rows.FoldAsync(
            [.. facts.Select(f => new Fact(site, f.Event, IsFirst: false))],
            ct,
            Consistency.Check
        );
        var events = new AppendedEvents();
        foreach (var fact in facts)
            events.Add(site, fact, System.Diagnostics.Activity.Current?.TraceId.ToHexString());
        await using (var batch = new NpgsqlBatch(connection))
        {
            foreach (var statement in events.Streams())
                statement.AddTo(batch);
            events.Insertion().AddTo(batch);
            NotifyPosition.AddTo(batch, changed: null);
            await using var reader = await batch.ExecuteReaderAsync(ct);
            await events.ReadPositionsAsync(reader);
            while (await reader.NextResultAsync(ct)) { }
        }
        await rows.WriteAsync(set, events.LastPosition, ct);
        return (events.LastPosition, events.LastId);
    }

    public static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken ct,
        params object[] values
    )
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
