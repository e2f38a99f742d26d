using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.Http;
using ThreadStore.Privacy;
using ThreadStore.Tests.Moderation;
using ThreadStore.Tests.Support;
using ThreadStore.Tests.Transfer;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Privacy;

/// <summary>A file from before an erasure does not bring the person back.</summary>
public class ImportedAgainTests(Store store)
{
    const string Mark = "zq7mark";
    const string Key = $"{Mark}key";

    static async Task<byte[]> ExportAsync(Node node, TestSite site)
    {
        using var file = new MemoryStream();
        await new ExportSite(node.Database, site.Key).RunAsync(
            () => file,
            _ => { },
            TestContext.Current.CancellationToken
        );
        return file.ToArray();
    }

    static int Sum(Reply job, string which, string what) => job[which].GetProperty(what).GetInt32();

    static void AssertAddsUp(Reply job)
    {
        Assert.Equal("done", job["state"].GetString());
        foreach (var what in (string[])["articles", "commenters", "comments", "reactions"])
            Assert.Equal(
                Sum(job, "read", what),
                Sum(job, "created", what) + Sum(job, "already", what) + Sum(job, "rejected", what)
            );
    }

    /// <summary>Somebody who wrote, was answered, reacted, flagged and decided.</summary>
    static async Task<(string Article, Guid Answered, Guid Reply)> TalkAsync(TestSite site)
    {
        var article = await site.AnArticleAsync();
        var token = site.Token(Key, Role.Moderator);
        var others = await site.ACommentAsync(article, "ben", "Hello");
        var answered = await site.ACommentAsync(article, Key, $"{Mark}body", others);
        (
            await site.SendAsync("PATCH", $"/comments/{answered}", new { body = $"{Mark}edited" }, token)
        ).Expect(200);
        var reply = await site.ACommentAsync(article, "ben", "So do I", answered);
        (await site.SendAsync("PUT", $"/comments/{others}/reactions/like", null, token)).Expect(200);
        (await site.SendAsync("PUT", $"/comments/{answered}/reactions/like", null, site.Token("ben"))).Expect(
            200
        );
        await site.FlagAsync(others, Key);
        await site.FlagAsync(answered, "ben");
        var spam = await site.ACommentAsync(article, "cid", "Buy this");
        (await site.SendAsync("POST", $"/comments/{spam}/reject", new { reason = "spam" }, token)).Expect(
            200
        );
        return (article, answered, reply);
    }

    [Fact]
    public async Task An_export_from_before_an_erasure_changes_nothing_where_it_came_from()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var (article, _, _) = await TalkAsync(site);
        var export = await ExportAsync(node, site);
        (await site.EraseAsync(Key)).Expect(200);
        var before = await ExportAsync(node, site);

        foreach (var dry in (string[])["true", "false"])
        {
            var job = await ImportJobTests.SendAsync(
                site,
                $"/imports?format=threadstore&dryRun={dry}",
                export
            );

            AssertAddsUp(job);
            Assert.Equal(
                (0, 1, 0, 1, 0),
                (
                    Sum(job, "created", "commenters"),
                    Sum(job, "rejected", "commenters"),
                    Sum(job, "created", "comments"),
                    Sum(job, "rejected", "reactions"),
                    Sum(job, "rejected", "comments")
                )
            );
            // they joined, reacted and flagged
            Assert.Equal(3, job["warnings"].GetProperty("erased").GetInt32());
            Assert.DoesNotContain(
                Mark,
                (await site.GetAsync($"/imports/{job["id"]}/problems", ImportJobTests.Admin(site))).Text,
                StringComparison.Ordinal
            );
        }
        Assert.Equal(Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(await ExportAsync(node, site)));
        Assert.DoesNotContain(
            await node.Database.PlacesAsync(Mark),
            p => !p.Contains("import_parts", StringComparison.Ordinal)
        );
        (await site.GetAsync($"/commenters/{Key}")).Expect(404);
        Assert.Equal(
            3,
            (await site.GetAsync($"/articles/{article}")).Expect(200)["commentCount"].GetInt32() + 1
        );
        await node.AssertErasureLawsAsync();
    }

    [Fact]
    public async Task Where_nothing_was_held_their_comments_come_in_empty_and_others_replies_keep_their_place()
    {
        await using var node = await Node.StartAsync(store);
        var old = await node.ASiteAsync();
        var (article, answered, reply) = await TalkAsync(old);
        var export = await ExportAsync(node, old);
        await using var elsewhere = await Node.StartAsync(store);
        var site = elsewhere.Site(old.Key);
        await elsewhere
            .Services.GetRequiredService<ApplyLedger>()
            .RunAsync(
                [
                    new(
                        site.Key,
                        Guid.CreateVersion7(),
                        Convert.ToBase64String(
                            elsewhere
                                .Services.GetRequiredService<ErasureHash>()
                                .Of(new Person(site.Key, Key))[0]
                        ),
                        DateTimeOffset.UtcNow,
                        1,
                        1
                    ),
                ],
                (_, _, _) => { },
                TestContext.Current.CancellationToken
            );
        (await site.SendAsync("PUT", "", new { }, Store.Token("*", "root", Role.Admin))).Expect(201);

        var job = await ImportJobTests.SendAsync(site, "/imports?format=threadstore", export);

        AssertAddsUp(job);
        Assert.Equal(
            (1, 1, 1),
            (
                Sum(job, "rejected", "commenters"),
                Sum(job, "rejected", "comments"),
                Sum(job, "rejected", "reactions")
            )
        );
        var thread = (await site.GetAsync($"/articles/{article}/comments")).Expect(200).Text;
        Assert.Contains($"{reply}", thread, StringComparison.Ordinal);
        (await site.GetAsync($"/comments/{answered}")).Expect(410, "comment-deleted");
        Assert.DoesNotContain(
            await elsewhere.Database.PlacesAsync(Mark),
            p => !p.Contains("import_parts", StringComparison.Ordinal)
        );
        await elsewhere.AssertErasureLawsAsync();

        // the same again adds nothing
        var again = await ImportJobTests.SendAsync(site, "/imports?format=threadstore", export);
        AssertAddsUp(again);
        Assert.Equal((0, 0), (Sum(again, "created", "comments"), Sum(again, "created", "commenters")));
        // whoever comes with a token is a new person, and travels as one
        await site.ACommentAsync(article, Key, "Here I am");
        var both = await ExportAsync(elsewhere, site);
        var third = await ImportJobTests.SendAsync(site, "/imports?format=threadstore", both);
        AssertAddsUp(third);
        Assert.Equal(0, Sum(third, "rejected", "comments"));
        Assert.False(third["warnings"].TryGetProperty("erased", out _));
        await elsewhere.AssertErasureLawsAsync();
    }

    [Fact]
    public async Task A_file_of_another_system_brings_nobody_back_who_was_erased_since_it_was_imported()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        string Row(int id, int parent, string nick, string text, string at = "2020-01-01T00:00:00Z") =>
            $$"""{"id":"{{id}}","rid":"{{parent}}","page_key":"/a","nick":"{{nick}}","email":"{{nick}}@x.example","content":"{{text}}","created_at":"{{at}}"}""";
        byte[] File(params string[] rows) => Encoding.UTF8.GetBytes($"[{string.Join(',', rows)}]");
        string[] first = [Row(1, 0, $"{Mark}ann", $"{Mark}one"), Row(2, 1, "Ben", "two")];
        var path = "/imports?siteUrl=https://n.example/&format=artrans";
        AssertAddsUp(await ImportJobTests.SendAsync(site, path, File(first)));
        var key = (string)
            (await node.ScalarAsync($"select key from threadstore.commenter_rows where name = '{Mark}ann'"))!;
        (await site.EraseAsync(key)).Expect(200);
        var later = DateTimeOffset.UtcNow.AddDays(1).ToString("O");
        string[] more =
        [
            .. first,
            Row(3, 0, $"{Mark}ann", $"{Mark}three"),
            Row(4, 3, "Ben", "four"),
            Row(5, 0, $"{Mark}ann", $"{Mark}five", later),
        ];

        var dry = await ImportJobTests.SendAsync(site, $"{path}&dryRun=true", File(more));
        var job = await ImportJobTests.SendAsync(site, path, File(more));

        AssertAddsUp(job);
        Assert.Equal(
            (1, 2, 2, 1),
            (
                Sum(job, "rejected", "commenters"),
                Sum(job, "rejected", "comments"),
                Sum(job, "already", "comments"),
                Sum(job, "created", "comments")
            )
        );
        Assert.Equal(3, job["warnings"].GetProperty("erased").GetInt32());
        foreach (var which in (string[])["read", "created", "already", "rejected"])
            Assert.Equal(job[which].GetRawText(), dry[which].GetRawText());
        Assert.DoesNotContain(
            await node.Database.PlacesAsync(Mark),
            p => !p.Contains("import_parts", StringComparison.Ordinal)
        );
        await node.AssertErasureLawsAsync();
    }

    [Fact]
    public async Task Whoever_came_again_has_what_they_wrote_elsewhere_since()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.ACommentAsync(article, "ada", "Before");
        (await site.EraseAsync("ada")).Expect(200);
        await site.ACommentAsync(article, "ada", "After");
        var both = await ExportAsync(node, site);
        var copy = node.Site($"{site.Key}-copy");
        await using var import = await ImportFeed.OpenAsync(
            node.Database,
            copy.Key,
            isDry: false,
            TestContext.Current.CancellationToken,
            node.Services.GetRequiredService<ErasureHash>()
        );

        var problems = new List<FeedProblem>();
        await import.RunAsync(
            new MemoryStream(both),
            problems.Add,
            (_, _) => { },
            TestContext.Current.CancellationToken
        );

        Assert.Empty(problems);
        Assert.Equal(1, (await copy.GetAsync("/commenters/ada")).Expect(200)["commentCount"].GetInt32());
    }

    [Fact]
    public async Task A_page_of_plain_text_leaves_out_who_was_erased()
    {
        using var program = new ThreadStoreProgram();
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var database = ("ConnectionStrings__ThreadStore", (string?)node.ConnectionString);
        async Task<Ran> ImportAsync(string[] arguments, params (string, string?)[] more) =>
            await program.RunAsync(
                ["import", "--site", site.Key, "--format", "text", .. arguments],
                [database, .. more]
            );
        var page = Path.Combine(program.Folder, "page.txt");
        await System.IO.File.WriteAllTextAsync(
            page,
            $"A title\n\nA paragraph.\n\n{Mark}ann\n{Mark}one\n\nBen\ntwo\n",
            TestContext.Current.CancellationToken
        );
        string[] arguments = ["--name-lines", "5,8", page];
        (await ImportAsync(arguments)).Expect(0);
        (await site.EraseAsync($"text:{Mark}ann")).Expect(200);

        var again = (await ImportAsync(arguments)).Expect(0);
        var strange = (await ImportAsync(arguments, ("ThreadStore__SigningKey", null))).Expect(1);

        Assert.Equal("page: read 2, created 0, already 1, rejected 1", again.OutLines[^1]);
        Assert.Contains(
            "warning: 1 comments are of people who were erased, and are left out.",
            again.ErrorLines
        );
        Assert.StartsWith(
            "People were erased on this site, and without a key an import could bring them back",
            strange.ErrorLines[^1],
            StringComparison.Ordinal
        );
        Assert.Empty(await node.Database.PlacesAsync(Mark));
    }
}
