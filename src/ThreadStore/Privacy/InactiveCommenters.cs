using Npgsql;
using ThreadStore.Comments;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Privacy;

/// <summary>Erases people of whom a site has heard nothing for as long as its settings say, as they would be by their own wish.</summary>
public sealed class InactiveCommenters(NpgsqlDataSource database, Erasures erasures)
{
    const string Schema = ReaderTables.Schema;

    /// <summary>In one go: each keeps writers away for a moment.</summary>
    const int Most = 100;

    // to forget a ban that lasts would lift it
    static readonly string Inactive = $"""
        select r.key from {Schema}.commenter_rows r join {EventTables.Streams} s on s.tenant_id = r.site and s.id = r.id
        where r.site = $1 and r.joined_at < $2 and s.timestamp < $2
          and not starts_with(r.key, '{Caller.ErasedPrefix}')
          and (r.standing in ('good', 'warned') or r.standing_until < $3)
          and not exists (select 1 from {Schema}.comment_rows c where c.site = r.site and c.author_id = r.id
            and (greatest(c.posted_at, c.edited_at) >= $2 or {PurgedTexts.IsUnderReview("c.site", "c.id")}))
          and not exists (select 1 from {Schema}.reaction_rows x where x.site = r.site and x.commenter_id = r.id and x.placed_at >= $2)
          and not exists (select 1 from {Schema}.flag_rows f where f.site = r.site and f.commenter_id = r.id and f.flagged_at >= $2)
          and not exists (
            select 1 from {Schema}.decision_rows d
            join {EventTables.Events} e on e.tenant_id = d.site and e.stream_id = d.stream and e.timestamp >= $2
            where d.site = r.site and d.by_id = r.id and e.data ->> 'decisionId' = d.decision::text)
        order by r.joined_at, r.id limit $4
        """;

    /// <param name="before">When they did something last.</param>
    public async Task EraseAsync(string site, DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        var people = new List<string>();
        await using (var command = database.CreateCommand(Inactive, site, before, now, Most))
        {
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                people.Add(reader.GetString(0));
        }
        foreach (var key in people)
            await erasures.EraseAsync(new(site, key), PurgeFlagNotes.By, now, ct);
    }
}
