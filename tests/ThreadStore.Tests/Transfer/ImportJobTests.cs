using System.Text;
using System.Text.Json;
using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Imports over HTTP.</summary>
public sealed class ImportJobTests(Store store)
{
    static byte[] Comments(int count, string more = "") =>
        Encoding.UTF8.GetBytes(
            $"[{string.Join(",\n", Enumerable.Range(1, count).Select(i => $$"""{"id":"{{i}}","rid":"{{(i % 5 == 0 && i + 7 <= count ? i + 7 : 0)}}","page_key":"/a{{i % 7}}","nick":"Ann","content":"text {{i}}","created_at":"2020-01-01T00:00:00.{{i:000000}}Z"}"""))}{more}]"
        );

    public static string Admin(TestSite site) => site.Token("ada", Role.Admin);

    /// <summary>Sends a file, and waits for the end of its import.</summary>
    public static async Task<Reply> SendAsync(TestSite site, string path, byte[] file) =>
        await EndedAsync(
            site,
            (await site.SendAsync("POST", path, file, Admin(site))).Expect(202).Headers["Location"]
        );

    static async Task<Reply> EndedAsync(TestSite site, string location, TimeSpan? patience = null)
    {
        Reply? reply = null;
        await Until.TrueAsync(
            async () =>
            {
                reply = (
                    await site.GetAsync(
                        location[location.IndexOf("/imports", StringComparison.Ordinal)..],
                        Admin(site)
                    )
                ).Expect(200);
                return reply["state"].GetString() != "running";
            },
            "the import to end",
            patience
        );
        return reply!;
    }

    static (int Read, int Created, int Already, int Rejected) Of(Reply job) =>
        (Number(job, "read"), Number(job, "created"), Number(job, "already"), Number(job, "rejected"));

    static int Number(Reply job, string which) => job[which].GetProperty("comments").GetInt32();

    [Fact]
    public async Task A_text_without_a_key_is_one_article_however_much_longer_it_gets()
    {
        var site = await store.ASiteAsync();
        static byte[] Page(string lead, string more = "") =>
            Encoding.UTF8.GetBytes(
                $"date 2021-04-02 {lead}\nA second paragraph.\nada_l\nWell said.\nben77\nNo, it is not.\n{more}"
            );

        foreach (var format in (string[])["", "?format=text"])
            Assert.Equal(
                (2, format.Length == 0 ? 2 : 0),
                Created(await SendAsync(site, $"/imports{format}", Page("The bridge is open.")))
            );
        Assert.Equal(
            (3, 1),
            Created(await SendAsync(site, "/imports", Page("The bridge is open.", "ada_l\nIt is.\n")))
        );
        Assert.Equal(
            (2, 2),
            Created(await SendAsync(site, "/imports?format=text", Page("The bridge is shut.")))
        );

        var articles = (await site.GetAsync("/articles")).Expect(200)["items"].EnumerateArray();
        Assert.Equal(
            [("The bridge is open.", 3), ("The bridge is shut.", 2)],
            articles
                .Select(a => (a.GetProperty("title").GetString()!, a.GetProperty("commentCount").GetInt32()))
                .Order()
        );

        static (int Read, int Created) Created(Reply job)
        {
            Assert.Equal("done", job["state"].GetString());
            var (read, created, _, rejected) = Of(job);
            Assert.Equal(0, rejected);
            return (read, created);
        }
    }

    [Fact]
    public async Task A_file_that_was_sent_is_imported_and_its_problems_are_told()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        var file = Comments(20, """,{"id":"x","page_key":"/a","created_at":"soon"}""");

        var dry = await site.SendAsync("POST", "/imports?dryRun=true", file, Admin(site));
        var ended = await EndedAsync(site, dry.Expect(202).Headers["Location"]);
        Assert.Equal(("done", (21, 20, 0, 1)), (ended["state"].GetString(), Of(ended)));
        Assert.Equal("artrans", ended["format"].GetString());
        (await site.GetAsync("/articles/%2Fa1")).Expect(404);

        var posted = (
            await site.SendAsync("POST", "/imports?siteUrl=https://n.example/", file, Admin(site))
        ).Expect(202);
        Assert.Equal("running", posted["state"].GetString());
        ended = await EndedAsync(site, posted.Headers["Location"]);
        Assert.Equal((21, 20, 0, 1), Of(ended));
        Assert.Equal(file.Length, ended["bytes"].GetInt64());
        Assert.Equal("""{"bad-date":1}""", ended["warnings"].GetRawText());
        var problems = await site.GetAsync($"/imports/{ended["id"]}/problems", Admin(site));
        Assert.Equal(
            "bad-date",
            JsonDocument.Parse(problems.Expect(200).Text).RootElement.GetProperty("kind").GetString()
        );
        Assert.Equal(
            "https://n.example/a1",
            (await site.GetAsync("/articles/%2Fa1")).Expect(200)["url"].GetString()
        );

        var again = await site.SendAsync("POST", "/imports", file, Admin(site));
        Assert.Equal((21, 0, 20, 1), Of(await EndedAsync(site, again.Headers["Location"])));
        var list = (await site.GetAsync("/imports?limit=2", Admin(site))).Expect(200);
        Assert.Equal(again["id"].GetString(), list["items"][0].GetProperty("id").GetString());
        var rest = await site.GetAsync(
            $"/imports?limit=2&cursor={list["nextCursor"].GetString()}",
            Admin(site)
        );
        Assert.Equal(dry["id"].GetString(), rest["items"][0].GetProperty("id").GetString());
        await node.AssertRowsFollowFromEventsAsync();
    }

    [Fact]
    public async Task A_file_that_is_none_fails_and_says_why_and_the_same_key_starts_one_import()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();

        var none = (await site.SendAsync("POST", "/imports", "\u0001\u0000"u8.ToArray(), Admin(site))).Expect(
            202
        );
        var ended = await EndedAsync(site, none.Headers["Location"]);
        Assert.Equal("failed", ended["state"].GetString());
        Assert.Contains(
            "no format fits",
            (await site.GetAsync($"/imports/{ended["id"]}/problems", Admin(site))).Text,
            StringComparison.Ordinal
        );
        (string, string)[] once = [("Idempotency-Key", "once")];
        var first = await site.SendAsync("POST", "/imports", Comments(3), Admin(site), once);
        var second = await site.SendAsync("POST", "/imports", Comments(3), Admin(site), once);
        Assert.Equal(first.Expect(202)["id"].GetString(), second.Expect(202)["id"].GetString());
        (await site.SendAsync("POST", "/imports", Comments(4), Admin(site), once)).Expect(
            422,
            "idempotency-conflict"
        );
        Assert.Equal((3, 3, 0, 0), Of(await EndedAsync(site, first.Headers["Location"])));
        (await site.SendAsync("DELETE", $"/imports/{first["id"]}", token: Admin(site))).Expect(204);
        (await site.GetAsync($"/imports/{Guid.NewGuid()}", Admin(site))).Expect(404, "import-not-found");
        (await site.GetAsync("/imports/1", Admin(site))).Expect(400);
    }

    [Fact]
    public async Task An_import_goes_on_when_its_server_is_killed_again_and_again()
    {
        const int all = 20_000;
        using var program = new ThreadStoreProgram();
        var server = await program.ServeAsync();
        var site = new TestSite(store, "s") { Client = server.Client };
        (
            await Store.SendAsync(
                server.Client,
                "PUT",
                "/v1/sites/s",
                new { },
                Store.Token("*", "ada", Role.Admin)
            )
        ).Expect(201);
        var posted = (await site.SendAsync("POST", "/imports", Comments(all), Admin(site))).Expect(202);
        async Task<int> CreatedAsync() =>
            Number((await site.GetAsync($"/imports/{posted["id"]}", Admin(site))).Expect(200), "created");
        var random = new Random();
        for (var kill = 0; kill < 3; kill++)
        {
            var before = await CreatedAsync();
            var moment = before + 1 + random.Next((all - before) / 5);
            // whoever had it was given up within seconds, not minutes
            await Until.TrueAsync(async () => await CreatedAsync() >= moment, $"{moment} comments");
            await server.KillAsync();
            Assert.True(moment < all, "It had ended before it was killed.");
            server = await program.ServeAsync();
            site = site with { Client = server.Client };
        }
        var ended = await EndedAsync(site, posted.Headers["Location"]);

        Assert.Equal(("done", (all, all, 0, 0)), (ended["state"].GetString(), Of(ended)));
        Assert.Equal(
            (int[])[2857, 2858, 2857, 2857, 2857, 2857, 2857],
            await Task.WhenAll(
                Enumerable
                    .Range(0, 7)
                    .Select(async i =>
                        (await site.GetAsync($"/articles/%2Fa{i}")).Expect(200)["commentCount"].GetInt32()
                    )
            )
        );
        (await program.RunAsync("doctor", "--full")).Expect(0);
    }
}
