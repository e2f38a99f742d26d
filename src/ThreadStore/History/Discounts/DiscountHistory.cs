using Npgsql;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Rows;

namespace ThreadStore.History.Discounts;

/// <summary>What a moderator discounted by one decision, as its events tell it.</summary>
/// <param name="Commenters">Their keys; after an erasure what stands in for them.</param>
/// <param name="IsUndone">It was taken back.</param>
sealed record DiscountDecision(
    IReadOnlyList<string> Commenters,
    IReadOnlyList<ReactionRecounted> Reactions,
    IReadOnlyList<FlagRecounted> Flags,
    IReadOnlyList<UndoneComment> Released,
    bool IsUndone
);

/// <summary>Finds what was discounted. The log says whose casts they are, and these lead to the events.</summary>
sealed class DiscountHistory(NpgsqlDataSource database, string site)
{
    const string Schema = ReaderTables.Schema;

    /// <summary>Whether a discounting was taken back, as SQL.</summary>
    public static string WasUndone(string ofSite, string commenter, string decision) =>
        $"""
            exists (select 1 from {EventTables.Events} u where u.tenant_id = {ofSite} and u.stream_id = {commenter}
              and u.type = 'commenter-recounted' and u.data->>'undone' = {decision})
            """;

    static readonly string Sql = $"""
        with people as materialized (
          select d.stream as id from {Schema}.decision_rows d
          where d.site = $1 and d.decision = $2 and d.stream = d.commenter_id
        ), casts as materialized (
          select r.id, r.comment_id from people p join {Schema}.reaction_rows r on r.site = $1 and r.commenter_id = p.id
          union all
          select f.id, f.comment_id from people p join {Schema}.flag_rows f on f.site = $1 and f.commenter_id = p.id
        ), streams as (
          select id from people union all select id from casts
          union all select d.stream from {Schema}.decision_rows d
          where d.site = $1 and d.decision = $2 and d.stream <> d.commenter_id
        )
        select e.type, e.data::text from streams s
        join {EventTables.Events} e on e.tenant_id = $1 and e.stream_id = s.id
        where e.type in ('commenter-discounted', 'commenter-recounted', 'reaction-recounted', 'flag-recounted', 'comment-released')
          and coalesce(e.data->>'undone', e.data->>'decisionId') = $2::text
        order by e.seq_id
        """;

    public async Task<DiscountDecision> FindAsync(Guid decision, CancellationToken ct)
    {
        var (commenters, isUndone) = (new List<string>(), false);
        var (reactions, flags) = (new List<ReactionRecounted>(), new List<FlagRecounted>());
        var released = new List<UndoneComment>();
        await using var command = database.CreateCommand(Sql, site, decision);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            switch (EventNames.Read(reader.GetString(0), reader.GetFieldValue<byte[]>(1)))
            {
                case CommenterDiscounted e:
                    commenters.Add(e.CommenterKey);
                    break;
                case CommenterRecounted:
                    isUndone = true;
                    break;
                case ReactionRecounted { Undone: null } e:
                    reactions.Add(e);
                    break;
                case FlagRecounted { Undone: null } e:
                    flags.Add(e);
                    break;
                case CommentReleased e:
                    released.Add(new(e.CommentId, e.Before));
                    break;
                default:
                    break;
            }
        return new(commenters, reactions, flags, released, isUndone);
    }
}
