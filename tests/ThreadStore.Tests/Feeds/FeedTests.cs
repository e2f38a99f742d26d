using System.ServiceModel.Syndication;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using ThreadStore.Http;
using ThreadStore.Tests.Clients;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Feeds;

public class FeedTests(Store store)
{
    static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    static readonly XNamespace Thr = "http://purl.org/syndication/thread/1.0";

    static XElement Root(Reply reply) => XDocument.Parse(reply.Expect(200).Text).Root!;

    static string[] Entries(Reply reply) =>
        [.. Root(reply).Elements(Atom + "entry").Select(e => Text(e, "content"))];

    static string[] Items(Reply reply) =>
        [
            .. reply
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(i => i.GetProperty("content_html").GetString()!),
        ];

    static string Text(XElement entry, string name) => entry.Element(Atom + name)!.Value;

    [Fact]
    public async Task An_article_s_comments_come_as_Atom_with_threads()
    {
        var site = await store.ASiteAsync(new { language = "german", name = "Die Zeitung" });
        (
            await site.PutArticleAsync("a", new { title = "Brot & <Spiele>", url = "https://news.example/a" })
        ).Expect(201);
        var first = await site.ACommentAsync("a", "ada", "Is 1 < 2 & **true**?");
        var reply = await site.ACommentAsync("a", "ben", "Yes", first);

        var answer = await site.GetAsync("/articles/a/comments.atom");
        var feed = Root(answer);

        Assert.StartsWith("application/atom+xml", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("Brot & <Spiele>", Text(feed, "title"));
        Assert.Equal("de", feed.Attribute(XNamespace.Xml + "lang")?.Value);
        var entries = feed.Elements(Atom + "entry").ToList();
        Assert.Equal([$"urn:uuid:{reply}", $"urn:uuid:{first}"], entries.Select(e => Text(e, "id")));
        Assert.Equal("ben: Brot & <Spiele>", Text(entries[0], "title"));
        Assert.Equal("ada", entries[1].Element(Atom + "author")!.Element(Atom + "name")!.Value);
        Assert.Equal("html", entries[1].Element(Atom + "content")!.Attribute("type")!.Value);
        Assert.Contains("<strong>true</strong>", Text(entries[1], "content"), StringComparison.Ordinal);
        var inReplyTo = entries[0].Element(Thr + "in-reply-to")!;
        Assert.Equal($"urn:uuid:{first}", inReplyTo.Attribute("ref")!.Value);
        Assert.Equal($"https://news.example/a#comment-{first}", inReplyTo.Attribute("href")!.Value);
        Assert.Null(entries[1].Element(Thr + "in-reply-to"));
        Assert.Equal(["0", "1"], entries.Select(e => e.Element(Thr + "total")!.Value));
        var replies = entries[1].Elements(Atom + "link").Single(l => l.Attribute("rel")!.Value == "replies");
        Assert.Equal("1", replies.Attribute(Thr + "count")!.Value);
        var page = await store.SendAsync(
            "GET",
            new Uri(
                new Uri($"http://localhost{site.Path}/articles/a/comments.atom"),
                replies.Attribute("href")!.Value
            ).AbsolutePath
        );
        Assert.Equal(reply, page.Expect(200)["items"][0].GetProperty("id").GetGuid());
        using var reader = XmlReader.Create(new StringReader(answer.Text));
        Assert.Equal(2, SyndicationFeed.Load(reader).Items.Count());
    }

    [Fact]
    public async Task The_same_comes_as_JSON_Feed()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "Bread", url = "https://news.example/a#top" })).Expect(
            201
        );
        var first = await site.ACommentAsync("a", "ada", "Hello");
        var reply = await site.ACommentAsync("a", "ben", "Yes", first);

        var answer = await site.GetAsync("/articles/a/comments.json");

        Assert.StartsWith("application/feed+json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("https://jsonfeed.org/version/1.1", answer["version"].GetString());
        Assert.Equal("Bread", answer["title"].GetString());
        var items = answer["items"].EnumerateArray().ToList();
        Assert.Equal([$"urn:uuid:{reply}", $"urn:uuid:{first}"], items.Select(i => $"{i.GetProperty("id")}"));
        Assert.Equal($"https://news.example/a#comment-{reply}", items[0].GetProperty("url").GetString());
        Assert.Equal("ben", items[0].GetProperty("authors")[0].GetProperty("name").GetString());
        Assert.Equal($"urn:uuid:{first}", $"{items[0].GetProperty("_thread").GetProperty("inReplyTo")}");
        Assert.False(items[1].GetProperty("_thread").TryGetProperty("inReplyTo", out _));
    }

    [Fact]
    public async Task Only_what_everybody_may_read_is_in_them_and_the_newest_first()
    {
        var site = await store.ASiteAsync(new { suspectWords = new[] { "crumpet" } });
        foreach (var key in (string[])["a", "b", "gone"])
            (await site.PutArticleAsync(key)).Expect(201);
        await site.ACommentAsync("a", "ada", "One");
        await site.ACommentAsync("b", "ben", "Two");
        await site.ACommentAsync("gone", "ada", "Withdrawn");
        var deleted = await site.ACommentAsync("a", "ada", "Deleted");
        await site.ACommentAsync("a", "ada", "Three");
        (await site.SendAsync("DELETE", $"/comments/{deleted}", token: site.Token("ada"))).Expect(204);
        (await site.PostAsync("a", "ada", "A crumpet, held")).Expect(201);
        var withdrawn = await site.SendAsync(
            "POST",
            "/articles/gone/withdraw",
            token: site.Token("cms", Role.Service)
        );
        withdrawn.Expect(200);

        static string P(string text) => $"<p dir=\"auto\">{text}</p>";
        foreach (var form in (string[])["atom", "json"])
        {
            async Task<string[]> ReadAsync(string path)
            {
                var reply = await site.GetAsync($"{path}/comments.{form}");
                return [.. (form == "atom" ? Entries(reply) : Items(reply)).Select(t => t.Trim())];
            }
            Assert.Equal([P("Three"), P("Two"), P("One")], await ReadAsync(""));
            Assert.Equal([P("Three"), P("One")], await ReadAsync("/articles/a"));
            Assert.Equal([P("Three"), P("One")], await ReadAsync("/commenters/ada"));
            (await site.GetAsync($"/articles/gone/comments.{form}")).Expect(404, "article-not-found");
            (await site.GetAsync($"/articles/none/comments.{form}")).Expect(404, "article-not-found");
            (await site.GetAsync($"/commenters/none/comments.{form}")).Expect(404, "commenter-not-found");
            (await site.GetAsync($"/comments.{form}?limit=3")).Expect(400);
        }
    }

    [Fact]
    public async Task A_feed_holds_fifty_and_is_made_again_only_when_it_changed()
    {
        await using var node = await Node.StartAsync(store);
        var site = await node.ASiteAsync();
        (await site.PutArticleAsync("a")).Expect(201);
        for (var n = 0; n < 52; n++)
            await site.ACommentAsync("a", $"p{n % 7}", $"Comment {n}");

        foreach (var path in (string[])["/articles/a/comments.atom", "/comments.json"])
        {
            var before = await site.GetAsync(path);
            var again = await site.GetAsync(path, null, ("If-None-Match", before.ETag));
            again.Expect(304);
            Assert.Equal(before.Text, (await site.GetAsync(path)).Text);
            Assert.Equal(before.Headers["Content-Type"], (await site.GetAsync(path)).Headers["Content-Type"]);
        }
        Assert.Equal(50, Entries(await site.GetAsync("/articles/a/comments.atom")).Length);
        Assert.Equal(50, Items(await site.GetAsync("/comments.json")).Length);

        await site.ACommentAsync("a", "ada", "The newest");

        Assert.Contains(
            "The newest",
            Entries(await site.GetAsync("/articles/a/comments.atom"))[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_feed_goes_with_its_article()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("old")).Expect(201);
        await site.ACommentAsync("old", "ada", "Hello");
        await site.GetAsync("/articles/old/comments.atom");
        (
            await site.SendAsync(
                "POST",
                "/articles/old/rename",
                new { key = "new" },
                site.Token("cms", Role.Service)
            )
        ).Expect(200);

        var moved = await site.GetAsync("/articles/old/comments.atom");

        moved.Expect(308);
        Assert.Equal($"{site.Path}/articles/new/comments.atom", moved.Headers["Location"]);
        Assert.Single(Entries(await site.GetAsync("/articles/new/comments.atom")));
        Assert.Single(Entries(await site.GetAsync("/comments.atom")));
        Assert.Single(Entries(await site.GetAsync("/commenters/ada/comments.atom")));
    }

    [Fact]
    public async Task What_XML_can_t_hold_is_left_out()
    {
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "A\uFFFEB" })).Expect(201);
        await site.ACommentAsync("a", "ada", "One \uFFFF two \U0001F600");

        var entry = Assert.Single(Entries(await site.GetAsync("/articles/a/comments.atom")));

        Assert.Contains("two \U0001F600", entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parsers_of_feed_readers_understand_them()
    {
        const string Packages = """
            { "type": "module", "dependencies": { "feedsmith": "3.0.1", "rss-parser": "3.13.0" } }
            """;
        var folder = await KeptPackages.InAsync(
            Packages,
            async making =>
            {
                await File.WriteAllTextAsync(Path.Combine(making, "package.json"), Packages);
                return await Tool.RunAsync(making, Npm.Program, ["install", "--no-audit", "--no-fund"]);
            }
        );
        var site = await store.ASiteAsync();
        (await site.PutArticleAsync("a", new { title = "Bread", url = "https://news.example/a" })).Expect(
            201
        );
        var first = await site.ACommentAsync("a", "ada", "Hello & **welcome**");
        await site.ACommentAsync("a", "ben", "Yes", first);
        using var working = new TemporaryFolder();
        foreach (var form in (string[])["atom", "json"])
            await File.WriteAllTextAsync(
                working.Of(form),
                (await site.GetAsync($"/articles/a/comments.{form}")).Expect(200).Text
            );
        Directory.CreateSymbolicLink(working.Of("node_modules"), Path.Combine(folder, "node_modules"));
        await File.WriteAllTextAsync(
            working.Of("read.mjs"),
            """
            import { readFileSync } from 'node:fs';
            import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
            import Parser from 'rss-parser';
            const [atom, json] = ['atom', 'json'].map(name => readFileSync(name, 'utf8'));
            const feed = parseAtomFeed(atom);
            const plain = await new Parser().parseString(atom);
            console.log(JSON.stringify({
              smith: feed.entries.map(e => [e.id, e.authors[0].name, e.thr?.total ?? null, e.thr?.inReplyTos?.[0]?.ref ?? null]),
              rss: plain.items.map(i => [i.id, i.author, i.link]),
              json: parseJsonFeed(json).items.map(i => [i.id, i.authors[0].name, i.url]),
            }));
            """
        );

        var said = JsonSerializer.Deserialize<JsonElement>(
            await Tool.DoneAsync(working.Path, "node", ["read.mjs"])
        );

        foreach (var reader in (string[])["smith", "rss", "json"])
        {
            Assert.Equal($"urn:uuid:{first}", said.GetProperty(reader)[1][0].GetString());
            Assert.Equal("ben", said.GetProperty(reader)[0][1].GetString());
        }
        Assert.Equal(1, said.GetProperty("smith")[1][2].GetInt32());
        Assert.Equal($"urn:uuid:{first}", said.GetProperty("smith")[0][3].GetString());
        Assert.Equal($"https://news.example/a#comment-{first}", said.GetProperty("rss")[1][2].GetString());
    }
}
