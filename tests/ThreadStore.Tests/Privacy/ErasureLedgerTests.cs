using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Privacy;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>A backup from before an erasure holds the person again; the ledger erases them there too.</summary>
public class ErasureLedgerTests(Store store)
{
    /// <summary>Wants mail, and never said a word.</summary>
    const string Silent = "zq7marksilent";

    /// <summary>A database as it was before two people were erased, and the certificates of those.</summary>
    async Task<(string Site, string Backup, List<LedgerEntry> Ledger)> EraseAfterABackupAsync()
    {
        var database = await store.CreateDatabaseAsync();
        var backup = await store.CreateEmptyDatabaseAsync();
        string site;
        await using (var node = await Node.StartAsync(store, database))
        {
            var there = await node.ASiteAsync(MarkedPerson.Settings);
            site = there.Key;
            await MarkedPerson.WriteAsync(there);
            (
                await there.SendAsync(
                    "PUT",
                    "/me/preferences",
                    new { email = new { replies = "daily" } },
                    Jwt.Of(
                        new
                        {
                            sub = Silent,
                            email = $"{Silent}@example.org",
                            email_verified = true,
                            site,
                            exp = Jwt.In(TimeSpan.FromHours(1)),
                        }
                    )
                )
            ).Expect(200);
            await node.IndexedAsync();
        }
        await store.CopyDatabaseAsync(database, backup);
        await using (var node = await Node.StartAsync(store, database))
        {
            (await node.Site(site).EraseAsync(MarkedPerson.Key)).Expect(200);
            (await node.Site(site).EraseAsync(Silent)).Expect(200);
            await using var file = new StringWriter { NewLine = "\n" };
            Assert.Equal(
                2,
                await ErasureLedger.WriteAsync(node.Database, file, TestContext.Current.CancellationToken)
            );
            Assert.DoesNotContain(MarkedPerson.Needle, $"{file}", StringComparison.OrdinalIgnoreCase);
            return (
                site,
                backup,
                [.. $"{file}".Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(LedgerEntry.Read)]
            );
        }
    }

    static LedgerEntry Entry(Node node, TestSite site, string key, TimeSpan ago = default) =>
        new(
            site.Key,
            Guid.CreateVersion7(),
            Convert.ToBase64String(
                node.Services.GetRequiredService<ErasureHash>().Of(new Person(site.Key, key))[0]
            ),
            DateTimeOffset.UtcNow - ago,
            1,
            2
        );

    static async Task<List<LedgerOutcome>> ApplyAsync(Node node, List<LedgerEntry> ledger)
    {
        var outcomes = new List<LedgerOutcome>();
        await node
            .Services.GetRequiredService<ApplyLedger>()
            .RunAsync(
                ledger,
                (_, outcome, _) => outcomes.Add(outcome),
                TestContext.Current.CancellationToken
            );
        return outcomes;
    }

    [Fact]
    public async Task A_restored_backup_has_nothing_of_those_who_were_erased_since_once_the_ledger_is_applied()
    {
        var (site, backup, ledger) = await EraseAfterABackupAsync();
        using var program = new ThreadStoreProgram();
        var file = Path.Combine(program.Folder, "erasures.ndjson");
        await File.WriteAllLinesAsync(
            file,
            [.. ledger.Select(e => e.Write()), "", """{"site":"news"}"""],
            TestContext.Current.CancellationToken
        );
        var database = ("ConnectionStrings__ThreadStore", (string?)backup);
        await using (var restored = NpgsqlDataSource.Create(backup))
            Assert.NotEmpty(await restored.PlacesAsync(MarkedPerson.Needle));

        var applied = (await program.RunAsync(["erasures", "--apply", file], database)).Expect(1);

        Assert.Equal(
            [
                $"erasures.ndjson:1: {site} {ledger[0].Id}: erased, {ledger[0].Comments} comments, {ledger[0].Events} events",
                $"erasures.ndjson:2: {site} {ledger[1].Id}: erased, 0 comments, 0 events",
                "2 read, 2 erased",
            ],
            applied.OutLines
        );
        Assert.Equal(
            [
                "erasures.ndjson:4: it is no line of a ledger.",
                "1 lines of erasures.ndjson could not be read: get the whole file, and apply it again.",
            ],
            applied.ErrorLines
        );
        await using (var node = await Node.StartAsync(store, backup))
        {
            await node.IndexedAsync();
            Assert.Empty(await node.Database.PlacesAsync(MarkedPerson.Needle));
            await node.AssertErasureLawsAsync();
            var page = (
                await node.Site(site).GetAsync("/erasures", Store.Token(site, "root", Role.Admin))
            ).Expect(200);
            Assert.Equal(
                ledger.OrderByDescending(e => e.ErasedAt).Select(e => (e.Id, e.ErasedAt)),
                page["items"]
                    .EnumerateArray()
                    .Select(e =>
                        (e.GetProperty("id").GetGuid(), e.GetProperty("erasedAt").GetDateTimeOffset())
                    )
            );
            // a new person stays, however often it is applied
            var article = await node.Site(site).AnArticleAsync();
            await node.Site(site).ACommentAsync(article, MarkedPerson.Key, "Here I am");
            Assert.All(await ApplyAsync(node, ledger), o => Assert.Equal(LedgerOutcome.Already, o));
            (await node.Site(site).GetAsync($"/commenters/{MarkedPerson.Key}")).Expect(200);
        }
        var written = (await program.RunAsync(["erasures", "--out", "again"], database)).Expect(0);
        Assert.Equal(["again: 2 erasures"], written.OutLines);
        Assert.Equal(
            ledger.Select(e => e.Id),
            (
                await File.ReadAllLinesAsync(
                    Path.Combine(program.Folder, "again"),
                    TestContext.Current.CancellationToken
                )
            ).Select(l => LedgerEntry.Read(l).Id)
        );
    }

    [Fact]
    public async Task A_ledger_that_was_cut_off_is_begun_again_and_goes_on()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        await site.ACommentAsync(article, "ben", "Hello");
        List<LedgerEntry> ledger = [Entry(node, site, "ada"), Entry(node, site, "ben")];
        await Assert.ThrowsAsync<TimeoutException>(() =>
            node
                .Services.GetRequiredService<ApplyLedger>()
                .RunAsync(
                    ledger,
                    (_, _, _) => throw new TimeoutException("cut off"),
                    TestContext.Current.CancellationToken
                )
        );
        (await site.GetAsync("/commenters/ada")).Expect(404);
        (await site.GetAsync("/commenters/ben")).Expect(200);

        Assert.Equal([LedgerOutcome.Already, LedgerOutcome.Erased], await ApplyAsync(node, ledger));

        (await site.GetAsync("/commenters/ben")).Expect(404);
    }

    [Fact]
    public async Task Who_is_not_held_is_noted_and_who_joined_after_it_is_a_new_person()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Hello");
        List<LedgerEntry> ledger =
        [
            Entry(node, site, "nobody"),
            Entry(node, site, "ada", TimeSpan.FromHours(1)),
        ];

        Assert.Equal([LedgerOutcome.NothingHeld, LedgerOutcome.CameAgain], await ApplyAsync(node, ledger));
        Assert.Equal([LedgerOutcome.Already, LedgerOutcome.Already], await ApplyAsync(node, ledger));
        (await site.GetAsync("/commenters/ada")).Expect(200);
    }

    [Fact]
    public async Task A_ledger_by_a_key_that_is_not_configured_is_refused_whole()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        await site.ACommentAsync(await site.AnArticleAsync(), "ada", "Hello");
        var ours = Entry(node, site, "ada");
        var another = new ErasureHash(new Vault("another secret, and long enough"));
        var strange = ours with
        {
            Id = Guid.CreateVersion7(),
            KeyHash = Convert.ToBase64String(another.Of(new Person(site.Key, "ada"))[0]),
        };

        var refused = await Assert.ThrowsAsync<StartupException>(() => ApplyAsync(node, [ours, strange]));

        Assert.StartsWith(
            "1 of 2 erasures were noted with a key that is not configured",
            refused.Message,
            StringComparison.Ordinal
        );
        (await site.GetAsync("/commenters/ada")).Expect(200);
        Assert.Equal([LedgerOutcome.Erased], await ApplyAsync(node, [ours]));
        (await site.GetAsync("/commenters/ada")).Expect(404);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"site":"news","id":"0198aaaa-0000-7000-8000-000000000000"}""")]
    [InlineData(
        """{"site":"news","id":"0198aaaa-0000-7000-8000-000000000000","keyHash":"AAAA","erasedAt":"2026-05-01T10:00:00Z","comments":1,"events":1}"""
    )]
    [InlineData(
        """{"site":"No","id":"0198aaaa-0000-7000-8000-000000000000","keyHash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","erasedAt":"2026-05-01T10:00:00Z","comments":1,"events":1}"""
    )]
    [InlineData("""{"site":"news","id":"0198aaaa-""")]
    public void A_torn_or_strange_line_is_none(string line) =>
        Assert.Throws<FormatException>(() => LedgerEntry.Read(line));
}
