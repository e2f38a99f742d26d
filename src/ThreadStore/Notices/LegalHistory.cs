using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Live;
using ThreadStore.Rows;

namespace ThreadStore.Notices;

/// <summary>An event that may restrict somebody, with what it does not say itself.</summary>
/// <param name="Id">The event's.</param>
/// <param name="WasRejected">The comment that was edited was rejected before.</param>
/// <param name="Notice">What the last notice before it was for, where one was open; else null.</param>
/// <param name="Since">When the comment was written, or the commenter first came.</param>
public sealed record LegalFact(
    long Position,
    Guid Id,
    object Event,
    bool WasRejected,
    NoticeReason? Notice,
    DateTimeOffset? Since
);

/// <summary>Reads the events of a site that restrict somebody, or end a restriction, in order, a stretch after the other.</summary>
static class LegalHistory
{
    public const int Stretch = 1_000;

    static readonly string Types = EventTables.Types(Restriction.Types);

    static readonly string StateTypes = EventTables.Types(LiveMessage.StateEvents);

    // most texts please every rule: of those that are submitted, only what a rule rejected is looked at
    static readonly string Sql = $$"""
        select e.seq_id, e.id, e.type, e.data::text, before.type, before.state,
          case when (e.data #>> '{before,notices}')::int > 0 then (
            select n.reason from {{ReaderTables.Schema}}.{{ReaderTables.Notices}} n
            where n.site = e.tenant_id and n.comment_id = e.stream_id and n.received_at <= (e.data->>'at')::timestamptz
            order by n.received_at desc, n.id desc limit 1) end,
          coalesce(
            (select c.posted_at from {{ReaderTables.Schema}}.{{ReaderTables.Comments}} c
             where c.site = e.tenant_id and c.id = e.stream_id),
            (select r.joined_at from {{ReaderTables.Schema}}.{{ReaderTables.Commenters}} r
             where r.site = e.tenant_id and r.id = e.stream_id))
        from {{EventTables.Events}} e
        {{EventTables.StateBefore(StateTypes, when: "e.type = 'comment-edited'")}}
        where e.tenant_id = $1 and e.seq_id > $2 and e.seq_id <= $3 and e.type = any({{Types}})
          and (e.type not in ('comment-posted', 'comment-edited') or e.data->>'state' = 'rejected')
        order by e.seq_id limit $4
        """;

    /// <returns>Fewer than <see cref="Stretch"/>: these were the last.</returns>
    public static async Task<List<LegalFact>> ReadAsync(
        NpgsqlConnection connection,
        string site,
        long after,
        long upTo,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddValues(site, after, upTo, (long)Stretch);
        var facts = new List<LegalFact>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var type = reader.GetString(2);
            facts.Add(
                new(
                    reader.GetInt64(0),
                    reader.GetGuid(1),
                    EventNames.Read(type, reader.GetFieldValue<byte[]>(3))
                        ?? throw new NotSupportedException($"There is no event {type}."),
                    reader.Text(4) is { } before
                        && LiveMessage.StateAfter(before, reader.Text(5)) == CommentState.Rejected,
                    reader.Text(6) is { } reason ? Words.Parse<NoticeReason>(reason) : null,
                    reader.Time(7)
                )
            );
        }
        return facts;
    }
}
