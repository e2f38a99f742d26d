using Npgsql;
using ThreadStore.Databases.Moves;
using ThreadStore.Mail;
using ThreadStore.Tests.Support;
using ThreadStore.Webhooks;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>Rows of a site that no event tells of are copied beside those who write them, and once more what has changed.</summary>
public sealed class RowCopyTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_that_is_copied_has_a_key()
    {
        await using var command = store.Database.CreateCommand(
            "select t from unnest($1) t where not exists (select 1 from pg_index i where i.indrelid = t::regclass and i.indisprimary)"
        );
        command.Parameters.Add(new() { Value = SiteTables.Moved.Select(t => t.Name).ToArray() });
        Assert.Null(await command.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task What_came_changed_and_went_after_it_was_copied_is_there_as_it_is_here()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        // positions there are others than here
        var other = await node.ASiteAsync("news");
        await TwoDatabases.FillAsync(other, await other.AnArticleAsync(), 3);
        foreach (var reader in (string[])["ada", "ben", "eve"])
            await site.ACommentAsync(article, reader, $"By {reader}");
        await two.ExecuteAsync(
            "main",
            Delivery(site.Key, "stays")
                + Delivery(site.Key, "changes")
                + Delivery(site.Key, "goes")
                // positions are part of their key
                + $"""
                insert into {MailTables.Outbox} (site, commenter_id, position, kind, due_at, tries, unsure)
                select tenant_id, gen_random_uuid(), seq_id, 'reply', now(), 0, 0 from threadstore.mt_events
                where tenant_id = '{site.Key}' and type = 'comment-posted'
                """
        );
        await using var here = await two["main"].OpenConnectionAsync(Ct);
        await using var there = await two["news"].OpenConnectionAsync(Ct);
        await using var events = new SiteCopy(here, there, site.Key);
        await events.RunAsync(_ => { }, Ct);
        await using var from = await two["main"].OpenConnectionAsync(Ct);
        await using var to = await two["news"].OpenConnectionAsync(Ct);
        var rows = new RowCopy(from, to, site.Key);

        await rows.AheadAsync(events.Position, Ct);
        var ahead = await TypesAsync(two["news"], site.Key);
        await site.ACommentAsync(article, "late", "After all that");
        await two.ExecuteAsync(
            "main",
            $"""
            update {WebhookTables.Deliveries} set type = 'changed' where site = '{site.Key}' and type = 'changes';
            delete from {WebhookTables.Deliveries} where site = '{site.Key}' and type = 'goes';
            {Delivery(site.Key, "comes")}
            delete from {MailTables.Outbox} where position = (select min(position) from {MailTables.Outbox} where site = '{site.Key}')
            """
        );
        await events.RunAsync(_ => { }, Ct);
        await using (var transaction = await to.BeginTransactionAsync(Ct))
        {
            await rows.FinishAsync(Ct);
            await transaction.CommitAsync(Ct);
        }

        Assert.Equal(["changes", "goes", "stays"], ahead.Select(r => r.Type));
        var (source, target) = (
            await TypesAsync(two["main"], site.Key),
            await TypesAsync(two["news"], site.Key)
        );
        Assert.Equal(["changed", "comes", "stays"], target.Select(r => r.Type));
        // each is of the same event, which is what its position says
        Assert.Equal(source, target);
        var waiting = await WaitingAsync(two["main"], site.Key);
        Assert.Equal(2, waiting.Count);
        Assert.Equal(waiting, await WaitingAsync(two["news"], site.Key));
    }

    /// <summary>Of the newest event of the site.</summary>
    static string Delivery(string site, string type) =>
        $"""
            insert into {WebhookTables.Deliveries} (site, webhook, id, position, nth, type, subject, happened_at, state, is_again,
              queued_at, due_at, tries, attempts)
            select '{site}', 'w', gen_random_uuid(), max(seq_id), 0, '{type}', gen_random_uuid(), now(), 'delivered', false, now(), now(), 1, '[]'
            from threadstore.mt_events where tenant_id = '{site}';

            """;

    /// <summary>What deliveries are of, and the event that each names.</summary>
    static async Task<List<(string Type, Guid Id, Guid Event)>> TypesAsync(
        NpgsqlDataSource database,
        string site
    )
    {
        await using var command = database.CreateCommand(
            $"""
            select d.type, d.id, e.id from {WebhookTables.Deliveries} d
            join threadstore.mt_events e on e.tenant_id = d.site and e.seq_id = d.position
            where d.site = $1 order by d.type
            """
        );
        command.Parameters.Add(new() { Value = site });
        var rows = new List<(string, Guid, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            rows.Add((reader.GetString(0), reader.GetGuid(1), reader.GetGuid(2)));
        return rows;
    }

    /// <summary>Whose mail waits, and of which event.</summary>
    static async Task<List<(Guid Commenter, Guid Event)>> WaitingAsync(NpgsqlDataSource database, string site)
    {
        await using var command = database.CreateCommand(
            $"""
            select o.commenter_id, e.id from {MailTables.Outbox} o
            join threadstore.mt_events e on e.tenant_id = o.site and e.seq_id = o.position
            where o.site = $1 order by o.commenter_id
            """
        );
        command.Parameters.Add(new() { Value = site });
        var rows = new List<(Guid, Guid)>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            rows.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return rows;
    }
}
