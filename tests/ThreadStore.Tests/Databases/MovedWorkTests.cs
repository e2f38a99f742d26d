using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Databases;
using ThreadStore.Deliveries;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Mail;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Databases;

/// <summary>What workers had still to do for a site is done where it lives, and nowhere else.</summary>
public sealed class MovedWorkTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>As where a node has the turn and sends one mail after the other, so that it reads on seldom.</summary>
    [Fact]
    public async Task What_people_want_mail_about_moves_however_far_mail_was()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        var root = await site.ACommentAsync(article, "ada", "What do you think?");
        await two.ExecuteAsync(
            "main",
            $"""
            insert into {MailTables.Progress} (name, position, taken_by, taken_until)
            values ('mail', 0, gen_random_uuid(), now() + interval '1 hour');
            {WantsMail(site.Key, "ada", MailFrequency.Instant)}
            """
        );
        for (var n = 0; n < 5; n++)
            await site.ACommentAsync(article, "ben", $"Reply {n}", root);

        (await two.MoveAsync(site.Key, "news")).Expect(0);

        Assert.Equal(
            ("main", 0L, "news", 5L),
            ("main", await WaitingAsync(two, "main"), "news", await WaitingAsync(two, "news"))
        );
    }

    [Fact]
    public async Task What_was_not_yet_handed_to_a_classifier_is_handed_on_there()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        string site;
        await using var connection = await two["main"].OpenConnectionAsync(Ct);
        NpgsqlTransaction held;
        await using (var node = await two.NodeAsync())
        {
            var made = await node.ASiteAsync("main");
            site = made.Key;
            var article = await made.AnArticleAsync();
            (
                await SeveralNode.PutAsync(
                    made,
                    new { classifier = new { url = "http://127.0.0.1:9/", secret = "a secret of 16 bytes" } }
                )
            ).Expect(200);
            await Until.TrueAsync(
                async () =>
                    await two.ScalarAsync("main", $"select count(*) from {DeliveryTables.Recipients}") is 1L,
                "the classifier"
            );
            held = await connection.BeginTransactionAsync(Ct);
            await using var hold = new NpgsqlCommand(
                $"select 1 from {DeliveryTables.Progress} for update",
                connection
            );
            await hold.ExecuteNonQueryAsync(Ct);
            // no node gets to it
            await made.ACommentAsync(article, "ada", "Judge this");
        }
        await held.DisposeAsync();
        string[] databases = ["main", "news"];

        (await two.MoveAsync(site, "news")).Expect(0);

        var waiting = new List<object?>();
        foreach (var database in databases)
            waiting.Add(await two.ScalarAsync(database, $"select count(*) from {DeliveryTables.Deliveries}"));
        Assert.Equal([0L, 1L], waiting);
    }

    /// <summary>A server holds in memory whom it trusts, by what each database tells.</summary>
    [Fact]
    public async Task Keys_hold_and_who_was_signed_out_stays_so_on_a_server_that_runs()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var admin = site.Token("root", Role.Admin);
        var key = (
            await site.SendAsync(
                "POST",
                "/api-keys",
                new { name = "cms", roles = (string[])["service"] },
                admin
            )
        )
            .Expect(201)["secret"]
            .GetString();
        var stolen = site.Token("ada");
        (await site.SendAsync("POST", "/commenters/ada/sign-out", null, admin)).Expect(204);

        (await two.MoveAsync(site.Key, "news")).Expect(0);

        (await site.SendAsync("PUT", "/articles/a", new { title = "By key" }, key)).Expect(201);
        (
            await site.SendAsync("POST", "/articles/a/comments", new { body = "With a stolen token" }, stolen)
        ).Expect(401);
    }

    /// <summary>As where a mover was killed once the site lived in the other database, before it took away what is left.</summary>
    [Fact]
    public async Task Workers_of_the_old_place_leave_alone_what_is_left_and_go_on_with_others()
    {
        await using var node = await Node.StartAsync(store);
        var (gone, stays) = (await node.ASiteAsync(), await node.ASiteAsync());
        await node.ScalarAsync(
            $"insert into {DatabaseTables.Moved} (site, is_gone, is_closed, up_to) values ('{gone.Key}', true, true, 0)"
        );
        foreach (var site in (TestSite[])[gone, stays])
            await node.ScalarAsync(
                $"""
                insert into {MailTables.Outbox} (site, commenter_id, position, kind, due_at, mail_id, tries, unsure)
                values ('{site.Key}', gen_random_uuid(), 1, 'reply', now(), gen_random_uuid(), 0, 0),
                  ('{site.Key}', gen_random_uuid(), 2, 'reply', now(), null, 0, 0);
                insert into {LearnedTables.Jobs} (site, id, state, progress, started_at, taken_until)
                values ('{site.Key}', gen_random_uuid(), 'running', 0, now(), '-infinity');
                """
            );

        var outbox = node.Services.GetRequiredService<MailOutbox>();
        List<DueMail> due = [];
        await Until.TrueAsync(async () => (due = await outbox.DueAsync(Ct)).Count >= 2, "mail");
        await Until.TrueAsync(async () => await TakenAsync(stays.Key) is 1L, "the job of who stays");

        Assert.Equal([stays.Key, stays.Key], due.Select(m => m.Site));
        Assert.Equal(0L, await TakenAsync(gone.Key));

        Task<object?> TakenAsync(string site) =>
            node.ScalarAsync(
                $"select count(*) from {LearnedTables.Jobs} where site = '{site}' and taken_by is not null"
            );
    }

    /// <summary>Of what it tells nothing would be found yet.</summary>
    [Fact]
    public async Task Mail_waits_until_what_it_tells_of_is_in_the_inbox()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        await node.ScalarAsync(
            $"""
            insert into {MailTables.Outbox} (site, commenter_id, position, kind, due_at, mail_id, tries, unsure)
            values ('{site.Key}', gen_random_uuid(), 1, 'reply', now(), gen_random_uuid(), 0, 0),
              ('{site.Key}', gen_random_uuid(), 1000000, 'reply', now(), gen_random_uuid(), 0, 0),
              ('{site.Key}', gen_random_uuid(), 1000000, 'reply', now(), null, 0, 0);
            -- of one person: neither is told without the other,
            insert into {MailTables.Outbox} (site, commenter_id, position, kind, due_at, mail_id, tries, unsure)
            select '{site.Key}', p.who, p.position, 'reply', now(), p.mail, 0, 0
            from (values (1, gen_random_uuid(), gen_random_uuid())) x(n, who, mail)
            cross join lateral (values (x.who, 1, x.mail), (x.who, 1000000, x.mail)) p(who, position, mail);
            """
        );
        var outbox = node.Services.GetRequiredService<MailOutbox>();
        List<DueMail> due = [];

        await Until.TrueAsync(async () => (due = await outbox.DueAsync(Ct)).Count > 0, "mail");

        Assert.Equal([1L], Assert.Single(due).Positions);
    }

    /// <summary>As where a mover was killed once the site lived in the new database, before it let workers and writers in.</summary>
    [Fact]
    public async Task Servers_let_workers_and_writers_in_where_a_site_lives()
    {
        await using var two = await TwoDatabases.CreateAsync(store);
        await using var node = await two.NodeAsync();
        var site = await node.ASiteAsync("main");
        var article = await site.AnArticleAsync();
        (await two.MoveAsync(site.Key, "news")).Expect(0);
        (await two.MoveAsync(site.Key, "main")).Expect(0);
        // it left main before, so that the fence keeps writers out there
        await two.ExecuteAsync(
            "main",
            $"update {DatabaseTables.Moved} set is_gone = true where site = '{site.Key}'"
        );

        var posted = await site.ACommentAsync(article, "ada", "Let me in");

        (await site.GetAsync($"/comments/{posted}")).Expect(200);
        Assert.Equal(
            false,
            await two.ScalarAsync(
                "main",
                $"select is_gone from {DatabaseTables.Moved} where site = '{site.Key}'"
            )
        );
        Assert.Single((await node.GetAsync("/v1/sites")).Expect(200)["items"].EnumerateArray());
    }

    static string WantsMail(string site, string who, MailFrequency replies) =>
        $"""
            insert into {MailTables.Preferences} (site, commenter_id, replies, decisions, mentions, since, base_url)
            values ('{site}', '{StreamId.Commenter(
                site,
                who
            )}', '{replies.Word()}', '{MailFrequency.Never.Word()}',
              '{MailFrequency.Never.Word()}', now() - interval '1 hour', 'http://a');
            insert into {MailTables.Addresses} (site, commenter_id, address)
            values ('{site}', '{StreamId.Commenter(site, who)}', '{who}@example.org');
            """;

    static async Task<long> WaitingAsync(TwoDatabases two, string database) =>
        (long)(await two.ScalarAsync(database, $"select count(*) from {MailTables.Outbox}"))!;
}
