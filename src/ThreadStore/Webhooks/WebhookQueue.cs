using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;

namespace ThreadStore.Webhooks;

/// <summary>A message that is due.</summary>
/// <param name="Tries">Since it was queued.</param>
/// <param name="TriedAt">The first of these.</param>
public sealed record DueMessage(
    Guid Id,
    long Position,
    string Type,
    Guid Subject,
    DateTimeOffset HappenedAt,
    int Tries,
    DateTimeOffset? TriedAt
);

/// <summary>A webhook as it stands, and what is due of it.</summary>
/// <param name="Waiting">Messages that wait, up to the number that was asked for.</param>
public sealed record WebhookLook(Webhook Webhook, int Waiting, IReadOnlyList<DueMessage> Due);

/// <summary>How a call ended, and what follows for its message.</summary>
/// <param name="DueAt">When it is tried again; null: it is not.</param>
public sealed record Settled(
    DueMessage Message,
    WebhookAttempt Attempt,
    WebhookDeliveryState State,
    DateTimeOffset? DueAt
);

/// <summary>What waits to be sent to webhooks, is sent and was.</summary>
public sealed class WebhookQueue(NpgsqlDataSource database, Vault vault)
{
    /// <summary>Attempts that are kept of a message.</summary>
    const int MaxAttempts = 50;

    static readonly string Mine = $"""
        select {Webhook.Columns}, (
          select count(*) from (
            select 1 from {WebhookTables.Deliveries} d
            where d.site = w.site and d.webhook = w.name and d.state = 'pending' limit $4) x)
        from {WebhookTables.Webhooks} w
        where w.site = $1 and w.name = $2 and w.taken_by = $3 and not {DatabaseTables.LivesElsewhere(
            "w.site"
        )}
        """;

    /// <summary>Of each subject the first that waits, if it is due: nothing overtakes another. One walk through what waits,
    /// in the order of its index.</summary>
    const string Due = $"""
        select d.id, d.position, d.type, d.subject, d.happened_at, d.tries, d.tried_at
        from (
          select distinct on (f.subject) f.* from {WebhookTables.Deliveries} f
          where f.site = $1 and f.webhook = $2 and f.state = 'pending'
          order by f.subject, f.position, f.nth
        ) d
        where d.due_at <= $3
          and (d.type = '{WebhookTypes.Ping}' or exists (
            select 1 from {WebhookTables.Webhooks} w
            where w.site = $1 and w.name = $2 and not w.is_paused and not w.is_disabled))
        order by d.position, d.nth limit $4
        """;

    /// <summary>One message, by its key. That it still waits is said so that the index of what waits does not serve: of a
    /// webhook that is new to the planner it would be read whole, for each.</summary>
    static readonly string Settle = $"""
        update {WebhookTables.Deliveries} d set state = $4, due_at = coalesce($5, d.due_at),
          tries = d.tries + 1, tried_at = coalesce(d.tried_at, $6),
          attempts = (case when jsonb_array_length(d.attempts) >= {MaxAttempts} then d.attempts - 0 else d.attempts end) || $7
        where d.site = $1 and d.webhook = $2 and d.id = $3 and d.state not in ('delivered', 'failed')
        """;

    const string Stand = $"""
        update {WebhookTables.Webhooks} set failures = $4, failing_since = $5, resting_until = $6,
          last_success_at = coalesce($7, last_success_at), last_error = $8, is_disabled = is_disabled or $9
        where site = $1 and name = $2 and taken_by = $3
        """;

    /// <summary>What failed while the receiver was away is tried again at once.</summary>
    const string Recover = $"""
        update {WebhookTables.Deliveries} set due_at = $3
        where site = $1 and webhook = $2 and state = 'pending' and due_at > $3 and tries > 0 and not is_again
        """;

    /// <summary>Looks what there is to do for a webhook; null: it is not this node's, or no longer there.</summary>
    /// <param name="waiting">Messages that are counted at most.</param>
    /// <param name="limit">Due ones at most, those that are under way among them.</param>
    public async Task<WebhookLook?> LookAsync(
        (string Site, string Name) key,
        Guid node,
        DateTimeOffset now,
        int waiting,
        int limit,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        batch.Add(Mine, key.Site, key.Name, node, (long)waiting);
        batch.Add(Due, key.Site, key.Name, now, (long)limit);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var (webhook, count) = (Webhook.Read(reader, vault), reader.GetInt64(Webhook.ColumnCount));
        var due = new List<DueMessage>();
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
            due.Add(
                new(
                    reader.GetGuid(0),
                    reader.GetInt64(1),
                    reader.GetString(2),
                    reader.GetGuid(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetInt32(5),
                    reader.Time(6)
                )
            );
        return new(webhook, (int)count, due);
    }

    /// <summary>Keeps how calls ended, and how the webhook stands after them.</summary>
    public async Task SettleAsync(
        Webhook webhook,
        Guid node,
        IReadOnlyList<Settled> settled,
        WebhookStanding standing,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var batch = database.CreateBatch();
        foreach (var call in settled)
        {
            batch.Add(Settle, webhook.Site, webhook.Name, call.Message.Id, call.State.Word());
            var parameters = batch.BatchCommands[^1].Parameters;
            parameters.Add(Time(call.DueAt));
            parameters.AddValues(call.Attempt.At);
            parameters.Add(
                new()
                {
                    Value = JsonSerializer.Serialize(call.Attempt, Json.Options),
                    NpgsqlDbType = NpgsqlDbType.Jsonb,
                }
            );
        }
        batch.Add(Stand, webhook.Site, webhook.Name, node, standing.Failures);
        var stand = batch.BatchCommands[^1].Parameters;
        foreach (
            var time in (DateTimeOffset?[])[standing.FailingSince, standing.RestingUntil, standing.SuccessAt]
        )
            stand.Add(Time(time));
        stand.Add(
            new() { Value = (object?)standing.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
        );
        stand.AddValues(standing.Disable);
        if (standing.IsBack)
            batch.Add(Recover, webhook.Site, webhook.Name, now);
        await batch.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = (object?)time ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    /// <returns>False: there is no such webhook.</returns>
    public async Task<bool> AddPingAsync(
        string site,
        string webhook,
        Guid id,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            insert into {WebhookTables.Deliveries} (site, webhook, id, position, nth, type, subject, happened_at, state,
              is_again, queued_at, due_at, tries, attempts)
            select w.site, w.name, $3, ({Positions.NewestSql}), 0, '{WebhookTypes.Ping}', $3, $4, 'pending', true, $4, $4, 0, '[]'
            from {WebhookTables.Webhooks} w where w.site = $1 and w.name = $2
            """,
            site,
            webhook,
            id,
            now
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <returns>False: there is no such delivery.</returns>
    public async Task<bool> RetryAsync(
        string site,
        string webhook,
        Guid id,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            update {WebhookTables.Deliveries} set state = 'pending', due_at = $4, queued_at = $4, tries = 0, tried_at = null,
              is_again = is_again or state <> 'pending'
            where site = $1 and webhook = $2 and id = $3
            """,
            site,
            webhook,
            id,
            now
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>Newest first; one more than asked for, where there is one.</summary>
    public async Task<List<(WebhookDelivery Delivery, Cursor At)>> ListAsync(
        string site,
        string webhook,
        WebhookDeliveryState? state,
        PageQuery page,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select d.id, d.position, d.type, d.state, d.attempts::text, d.due_at, d.nth from {WebhookTables.Deliveries} d
            where d.site = $1 and d.webhook = $2 and ($4 = '' or d.state = $4)
              {(page.After is null ? "" : "and (d.position, d.nth, d.id) < ($5, $6, $7)")}
            order by d.position desc, d.nth desc, d.id desc limit $3
            """,
            site,
            webhook,
            page.Limit + 1L,
            state?.Word() ?? ""
        );
        if (page.After is { } after)
            command.Parameters.AddValues(after.Key, after.Time, after.Id);
        var found = new List<(WebhookDelivery, Cursor)>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var what = Words.Parse<WebhookDeliveryState>(reader.GetString(3));
            found.Add(
                (
                    new(
                        reader.GetGuid(0),
                        reader.GetInt64(1),
                        reader.GetString(2),
                        what,
                        JsonSerializer.Deserialize<WebhookAttempt[]>(reader.GetString(4), Json.Options)!,
                        what == WebhookDeliveryState.Pending ? reader.GetFieldValue<DateTimeOffset>(5) : null
                    ),
                    new(reader.GetInt64(1), reader.GetInt32(6), reader.GetGuid(0))
                )
            );
        }
        return found;
    }
}
