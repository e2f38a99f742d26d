using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Transfer;

namespace ThreadStore.Webhooks;

/// <summary>
/// Reads the history on for a webhook, and makes deliveries of what it wants to hear of: in one transaction with its
/// position, so that each event becomes a delivery once, whenever a node dies.
/// </summary>
public sealed class WebhookReader(NpgsqlDataSource database, Positions positions)
{
    /// <summary>Events that one transaction covers at most.</summary>
    const int Stretch = 500;

    static readonly string Heard = EventTables.Types(WebhookTypes.Heard);
    static readonly string StateTypes = EventTables.Types(LiveMessage.StateEvents);

    // what a comment was before follows from its own history, so an event means the same to whoever reads it whenever;
    // by JSON paths, since each webhook follows all that happens on its site (see EventTables)
    static readonly string Events = $"""
        select e.seq_id, e.type, e.data->>'articleKey', e.data->>'commentId', e.data->>'commenterKey', e.data->>'state',
          before.type, before.state, e.data #>> '{"{restored,standing}"}', coalesce(e.data->>'shadowed', 'false'), e.timestamp
        from {EventTables.Events} e
        {EventTables.StateBefore(StateTypes)}
        where e.tenant_id = $1 and e.seq_id > $2 and e.seq_id <= $3 and e.type = any({Heard})
        order by e.seq_id limit {Stretch}
        """;

    // sent again, it has the same id, and the attempts before
    const string Queue = $"""
        insert into {WebhookTables.Deliveries} as d (site, webhook, id, position, nth, type, subject, happened_at, state,
          is_again, queued_at, due_at, tries, attempts)
        select $1, $2, u.id, u.position, u.nth, u.type, u.subject, u.at, 'pending', $3, $4, $4, 0, '[]'
        from unnest($5, $6, $7, $8, $9, $10) as u(id, position, nth, type, subject, at)
        on conflict (site, webhook, id) do update
        set state = 'pending', is_again = $3, queued_at = $4, due_at = $4, tries = 0, tried_at = null
        """;

    const string Advance = $"""
        update {WebhookTables.Webhooks} set position = $5
        where site = $1 and name = $2 and taken_by = $3 and position = $4
        """;

    const string AdvanceAgain = $"""
        update {WebhookTables.Webhooks} set again_after = case when $5 < again_until then $5 end,
          again_until = case when $5 < again_until then again_until end
        where site = $1 and name = $2 and taken_by = $3 and again_after = $4
        """;

    /// <summary>Imports make no event when they end: their own table says it. Looked at a little back, since one that ended
    /// first may be committed last.</summary>
    const string Imports = $"""
        with ended as (
          select i.id, coalesce(i.position, 0) as position, i.ended_at from {ImportTables.Jobs} i
          where i.site = $1 and i.ended_at > $4 - interval '1 minute'
        ), queued as (
          insert into {WebhookTables.Deliveries} (site, webhook, id, position, nth, type, subject, happened_at, state,
            is_again, queued_at, due_at, tries, attempts)
          select $1, $2, md5($2 || ':' || e.id)::uuid, e.position, 0, '{WebhookTypes.ImportEnded}', e.id, e.ended_at, 'pending',
            false, $5, $5, 0, '[]'
          from ended e
          on conflict do nothing
          returning 1
        )
        update {WebhookTables.Webhooks} w set imports_until = greatest(w.imports_until, (select max(ended_at) from ended))
        where w.site = $1 and w.name = $2 and w.taken_by = $3 and exists (select 1 from ended e where e.ended_at > w.imports_until)
        """;

    /// <summary>Those of a stretch that is sent again; what ended before the first event of all has no position.</summary>
    const string ImportsAgain = $"""
        insert into {WebhookTables.Deliveries} as d (site, webhook, id, position, nth, type, subject, happened_at, state,
          is_again, queued_at, due_at, tries, attempts)
        select $1, $2, md5($2 || ':' || i.id)::uuid, coalesce(i.position, 0), 0, '{WebhookTypes.ImportEnded}', i.id,
          i.ended_at, 'pending', true, $3, $3, 0, '[]'
        from {ImportTables.Jobs} i
        where i.site = $1 and i.ended_at is not null and coalesce(i.position, 0) <= $5
          and (coalesce(i.position, 0) > $4 or $4 = 0)
        on conflict (site, webhook, id) do update
        set state = 'pending', is_again = true, queued_at = $3, due_at = $3, tries = 0, tried_at = null
        """;

    sealed record Message(Guid Id, long Position, int Nth, string Type, Guid Subject, DateTime At);

    /// <summary>Goes on from where the webhook is, or with what is to be sent again.</summary>
    /// <returns>Where it is then, and whether there is more already.</returns>
    public async Task<(long Position, bool HasMore)> ReadOnAsync(
        Webhook webhook,
        Guid node,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (webhook is { AgainAfter: { } again, AgainUntil: { } until })
        {
            await ReadAsync(webhook, node, again, until, isAgain: true, now, ct);
            return (webhook.Position, true);
        }
        var newest = positions.Newest;
        if (webhook.Position > newest)
            await ComeBackAsync(webhook, ct);
        if (webhook.Position >= newest)
            return (webhook.Position, false);
        var end = await ReadAsync(webhook, node, webhook.Position, newest, isAgain: false, now, ct);
        return (end, end < newest);
    }

    /// <returns>Up to where it has read.</returns>
    async Task<long> ReadAsync(
        Webhook webhook,
        Guid node,
        long after,
        long upTo,
        bool isAgain,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        var messages = new List<Message>();
        var (count, last) = (0, after);
        await using (var command = new NpgsqlCommand(Events, connection))
        {
            command.Parameters.AddValues(webhook.Site, after, upTo);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                (count, last) = (count + 1, reader.GetInt64(0));
                messages.AddRange(MessagesOf(webhook, reader));
            }
        }
        var end = count < Stretch ? upTo : last;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = connection.CreateBatch();
        batch.Add(isAgain ? AdvanceAgain : Advance, webhook.Site, webhook.Name, node, after, end);
        if (messages.Count > 0)
            batch.Add(
                Queue,
                webhook.Site,
                webhook.Name,
                isAgain,
                now,
                messages.Select(m => m.Id).ToArray(),
                messages.Select(m => m.Position).ToArray(),
                messages.Select(m => m.Nth).ToArray(),
                messages.Select(m => m.Type).ToArray(),
                messages.Select(m => m.Subject).ToArray(),
                messages.Select(m => m.At).ToArray()
            );
        if (isAgain && webhook.Wants(WebhookTypes.ImportEnded))
            batch.Add(ImportsAgain, webhook.Site, webhook.Name, now, after, end);
        await batch.ExecuteNonQueryAsync(ct);
        // configured anew meanwhile, or another's by now: whoever has it reads from where it is
        if (batch.BatchCommands[0].RecordsAffected == 1)
            await transaction.CommitAsync(ct);
        return end;
    }

    static IEnumerable<Message> MessagesOf(Webhook webhook, NpgsqlDataReader r)
    {
        var (position, type) = (r.GetInt64(0), r.GetString(1));
        var e = new WebhookEvent(
            type,
            r.Text(6) is { } before ? LiveMessage.StateAfter(before, r.Text(7)) : null,
            Array.IndexOf(LiveMessage.StateEvents, type) < 0 ? null : LiveMessage.StateAfter(type, r.Text(5)),
            r.Text(8),
            r.GetString(9) == "true"
        );
        var subject =
            r.Text(3) is { } comment ? Guid.Parse(comment)
            : r.Text(4) is { } commenter ? StreamId.Commenter(webhook.Site, commenter)
            : StreamId.Article(webhook.Site, r.GetString(2));
        foreach (var (nth, message) in WebhookTypes.Of(e).Index())
            if (webhook.Wants(message))
                yield return new(
                    StreamId.Message(webhook.Site, webhook.Name, position, nth),
                    position,
                    nth,
                    message,
                    subject,
                    r.GetDateTime(10)
                );
    }

    /// <summary>The history may have gone back, by a failover or a restored backup: then what comes is new.</summary>
    async Task ComeBackAsync(Webhook webhook, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"""
            update {WebhookTables.Webhooks} set position = n.newest from (select ({Positions.NewestSql}) as newest) n
            where site = $1 and name = $2 and position > n.newest
            """,
            webhook.Site,
            webhook.Name
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Takes in imports that have ended since.</summary>
    public async Task TakeImportsAsync(Webhook webhook, Guid node, DateTimeOffset now, CancellationToken ct)
    {
        if (!webhook.Wants(WebhookTypes.ImportEnded))
            return;
        await using var command = database.CreateCommand(
            Imports,
            webhook.Site,
            webhook.Name,
            node,
            webhook.ImportsUntil,
            now
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
