using Npgsql;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Deliveries;

/// <summary>How far events have become deliveries.</summary>
/// <param name="Position">Null: another node is at it.</param>
/// <param name="Queued">New deliveries.</param>
/// <param name="HasMore">There are events beyond the position already.</param>
public readonly record struct Intake(long? Position, long Queued = 0, bool HasMore = false);

/// <summary>
/// Reads the history on, and makes deliveries of what recipients want to hear of. Posting knows nothing of it: a site
/// without recipients pays nothing, and an event is forgotten no more than the history forgets it.
/// </summary>
/// <remarks>
/// Any node may do it, one at a time: whichever has the row of the progress locked. Deliveries and progress are written
/// in one transaction, so that each event becomes a delivery once, whenever a node dies.
/// </remarks>
public sealed class DeliveryIntake(NpgsqlDataSource database, DeliveryPace pace)
{
    /// <summary>The one recipient that a site has in its settings.</summary>
    public const string Classifier = "classifier";

    /// <summary>Positions that one transaction covers at most.</summary>
    const long Stretch = 10_000;

    const string Events = EventTables.Events;

    /// <summary>The first time, from now on: nobody wants to judge a past that others have judged.</summary>
    const string Begin = $$"""
        with begun as (
          insert into {{DeliveryTables.Progress}} (name, position) select 'history', ({{Positions.NewestSql}})
          on conflict do nothing returning position
        ), found as (
          select r.site, r.settings::jsonb #>> '{classifier,url}' as url,
            r.settings::jsonb #>> '{classifier,secret}' as secret, begun.position
          from begun cross join {{ReaderTables.Schema}}.{{ReaderTables.Sites}} r
        )
        insert into {{DeliveryTables.Recipients}} (site, name, url, secret, since, failures)
        select site, '{{Classifier}}', url, secret, position, 0 from found where url is not null
        on conflict do nothing
        """;

    const string Lock = $"""
        select position, ({Positions.NewestSql}) from {DeliveryTables.Progress} where name = 'history'
        for update skip locked
        """;

    /// <summary>Recipients follow the settings; what was to go to an address that was wrong is tried again at once.</summary>
    static readonly string Configure = $$"""
        with last as (
          select distinct on (e.tenant_id) e.tenant_id as site, e.seq_id,
            e.data #>> '{settings,classifier,url}' as url, e.data #>> '{settings,classifier,secret}' as secret
          from {{Events}} e where e.seq_id > $1 and e.seq_id <= $2 and e.type = 'site-configured'
            and not {{DatabaseTables.HappenedElsewhere("e.tenant_id", "e.seq_id")}}
          order by e.tenant_id, e.seq_id desc
        ), gone as (
          delete from {{DeliveryTables.Recipients}} r using last l
          where r.site = l.site and r.name = '{{Classifier}}' and l.url is null
        ), dropped as (
          delete from {{DeliveryTables.Deliveries}} d using last l
          where d.site = l.site and d.recipient = '{{Classifier}}' and l.url is null
        ), changed as (
          insert into {{DeliveryTables.Recipients}} as r (site, name, url, secret, since, failures)
          select site, '{{Classifier}}', url, secret, seq_id, 0 from last where url is not null
          on conflict (site, name) do update
          set url = excluded.url, secret = excluded.secret, failures = 0, resting_until = null
          returning r.site
        )
        update {{DeliveryTables.Deliveries}} d set due_at = $3 from changed c
        where d.site = c.site and d.recipient = '{{Classifier}}' and d.due_at > $3
        """;

    // First the stretch, by position, whoever's it is; then the facts of the few that somebody wants. Left to itself the
    // planner, which knows neither the stretch nor the recipients, may go through all of a site's events. The newest text
    // of a comment is all that a classifier is asked about. What was imported was written long ago, or elsewhere. By JSON
    // paths, since all that is posted anywhere goes through here (see EventTables).
    static readonly string Queue = $"""
        with stretch as materialized (
          select e.tenant_id as site, e.stream_id, e.seq_id from {Events} e
          where e.seq_id > $1 and e.seq_id <= $2 and e.type in ('comment-posted', 'comment-edited')
            and not {DatabaseTables.HappenedElsewhere("e.tenant_id", "e.seq_id")}
        ), wanted as materialized (
          select s.site, r.name, s.stream_id, s.seq_id from stretch s
          join {DeliveryTables.Recipients} r on r.site = s.site and r.name = '{Classifier}' and r.since < s.seq_id
        ), fresh as (
          insert into {DeliveryTables.Deliveries} (site, recipient, position, subject, queued_at, due_at, attempts)
          select distinct on (w.site, w.stream_id) w.site, w.name, w.seq_id, w.stream_id, $3, $3, 0
          from wanted w join {Events} e on e.seq_id = w.seq_id
          where e.data ->> 'source' is null
            and coalesce(e.data ->> 'postedAt', e.data ->> 'at')::timestamptz > $4
          order by w.site, w.stream_id, w.seq_id desc
          on conflict do nothing
          returning site, recipient, position, subject
        ), outdated as (
          delete from {DeliveryTables.Deliveries} d using fresh f
          where d.site = f.site and d.recipient = f.recipient and d.subject = f.subject and d.position < f.position
        )
        select count(*) from fresh
        """;

    const string Advance = $"update {DeliveryTables.Progress} set position = $1 where name = 'history'";

    public async Task BeginAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(Begin);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Goes on from where it, or another node, stopped.</summary>
    public async Task<Intake> TakeAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await LockAsync(connection, ct) is not var (position, newest))
            return new(null);
        var end = Math.Min(newest, position + Stretch);
        if (end <= position)
            return new(position);
        await using var batch = connection.CreateBatch();
        batch.Add(Configure, position, end, now);
        batch.Add(Queue, position, end, now, now - pace.GiveUpAfter);
        batch.Add(Advance, end);
        long queued;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            queued = reader.GetInt64(0);
        }
        await transaction.CommitAsync(ct);
        return new(end, queued, end < newest);
    }

    static async Task<(long Position, long Newest)?> LockAsync(
        NpgsqlConnection connection,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Lock, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
