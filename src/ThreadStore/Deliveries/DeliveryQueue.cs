using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Kernel;

namespace ThreadStore.Deliveries;

/// <summary>An event on its way to a recipient, claimed by this node for a while.</summary>
/// <param name="Subject">The stream of the event.</param>
/// <param name="Attempts">This one included.</param>
public sealed record Delivery(
    string Site,
    string Recipient,
    long Position,
    Guid Subject,
    DateTimeOffset QueuedAt,
    int Attempts,
    string Url,
    string Secret
);

/// <summary>What waits to be delivered: any node may take of it, and no two the same.</summary>
public sealed class DeliveryQueue(NpgsqlDataSource database, DeliveryPace pace)
{
    /// <summary>
    /// Some of what is due, of each recipient so many at most, so that one who is slow holds up nobody else; recipients
    /// in no order, so that none is always the last. Whoever dies with a delivery in hand has it become due again.
    /// </summary>
    static readonly string Claim = $"""
        with open as (
          select r.site, r.name, r.url, r.secret,
            case when r.failures < {DeliveryPace.FailuresBeforeRest} then $5 else 1 end - coalesce(b.calls, 0) as free
          from {DeliveryTables.Recipients} r
          left join unnest($2::text[], $3::text[], $4::integer[]) as b(site, name, calls)
            on b.site = r.site and b.name = r.name
          where (r.resting_until is null or r.resting_until <= $1) and not {DatabaseTables.LivesElsewhere(
            "r.site"
        )}
          order by random()
        ), due as (
          select o.site, o.name, o.url, o.secret, d.position
          from open o cross join lateral (
            select d.position from {DeliveryTables.Deliveries} d
            where d.site = o.site and d.recipient = o.name and d.due_at <= $1
            order by d.due_at, d.position limit greatest(o.free, 0) for update skip locked
          ) d
          limit $6
        )
        update {DeliveryTables.Deliveries} d set due_at = $7, attempts = d.attempts + 1
        from due where d.site = due.site and d.recipient = due.name and d.position = due.position
        returning d.site, d.recipient, d.position, d.subject, d.queued_at, d.attempts, due.url, due.secret
        """;

    const string Remove = $"""
        delete from {DeliveryTables.Deliveries} where site = $1 and recipient = $2 and position = $3
        """;

    /// <summary>Whoever answers again gets at once what waited for a next attempt.</summary>
    static readonly string Recover = $"""
        with recovered as (
          update {DeliveryTables.Recipients} r set failures = 0, resting_until = null
          from (select * from {DeliveryTables.Recipients} where site = $1 and name = $2 and failures > 0 for update) b
          where r.site = b.site and r.name = b.name
          returning r.site, r.name, b.failures
        )
        update {DeliveryTables.Deliveries} d set due_at = $3 from recovered r
        where d.site = r.site and d.recipient = r.name and r.failures >= {DeliveryPace.FailuresBeforeRest}
          and d.due_at > $3 and d.last_failure is not null
        """;

    const string Retry = $"""
        update {DeliveryTables.Deliveries} set due_at = $4, last_failure = $5
        where site = $1 and recipient = $2 and position = $3
        """;

    const string Fail = $"""
        update {DeliveryTables.Recipients} set failures = failures + 1 where site = $1 and name = $2 returning failures
        """;

    const string Rest = $"""
        update {DeliveryTables.Recipients} set resting_until = $3
        where site = $1 and name = $2 and (resting_until is null or resting_until < $3)
        """;

    /// <param name="calls">How many calls to whom this node has under way.</param>
    /// <param name="perRecipient">Calls to one recipient at most.</param>
    /// <param name="limit">Deliveries at most.</param>
    public async Task<IReadOnlyList<Delivery>> ClaimAsync(
        DateTimeOffset now,
        IReadOnlyDictionary<(string Site, string Name), int> calls,
        int perRecipient,
        int limit,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            Claim,
            now,
            calls.Keys.Select(k => k.Site).ToArray(),
            calls.Keys.Select(k => k.Name).ToArray(),
            calls.Values.ToArray(),
            perRecipient,
            (long)limit,
            now + pace.Lease
        );
        var claimed = new List<Delivery>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            claimed.Add(
                new(
                    reader.GetString(0),
                    reader.GetString(1),
                    reader.GetInt64(2),
                    reader.GetGuid(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetInt32(5),
                    reader.GetString(6),
                    reader.GetString(7)
                )
            );
        return claimed;
    }

    /// <summary>It has arrived, or nobody wants it any more.</summary>
    public async Task DoneAsync(Delivery delivery, DateTimeOffset now, CancellationToken ct)
    {
        await using var batch = database.CreateBatch();
        // in this order: whoever locks the recipient's deliveries has the recipient first
        batch.Add(Recover, delivery.Site, delivery.Recipient, now);
        batch.Add(Remove, delivery.Site, delivery.Recipient, delivery.Position);
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>It is given up.</summary>
    public async Task GiveUpAsync(Delivery delivery, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            Remove,
            delivery.Site,
            delivery.Recipient,
            delivery.Position
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>It is to be tried again.</summary>
    public async Task RetryAsync(Delivery delivery, DateTimeOffset due, string failure, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            Retry,
            delivery.Site,
            delivery.Recipient,
            delivery.Position,
            due,
            failure
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A recipient failed once more; after some of that it is left in peace for a while.</summary>
    /// <param name="wish">How long it asked to be left in peace.</param>
    /// <returns>Failures one after the other.</returns>
    public async Task<int> FailedAsync(
        Delivery delivery,
        DateTimeOffset now,
        TimeSpan wish,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(Fail, delivery.Site, delivery.Recipient);
        if (await command.ExecuteScalarAsync(ct) is not int failures)
            return 0;
        var rest = pace.Rest(failures);
        rest = rest > wish ? rest : wish;
        if (rest > TimeSpan.Zero)
        {
            await using var resting = database.CreateCommand(
                Rest,
                delivery.Site,
                delivery.Recipient,
                now + rest
            );
            await resting.ExecuteNonQueryAsync(ct);
        }
        return failures;
    }
}
