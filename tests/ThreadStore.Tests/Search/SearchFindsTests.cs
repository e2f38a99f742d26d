using CsCheck;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Search;

/// <summary>Search finds what readers see, in whatever script and however it was written.</summary>
public class SearchFindsTests(Store store)
{
    static string Path(string q) => $"/search?q={Uri.EscapeDataString(q)}";

    async Task<TestSite> ASiteWithAsync(object? settings, params string[] texts)
    {
        var site = await store.ASiteAsync(settings);
        (await site.PutArticleAsync("a")).Expect(201);
        foreach (var text in texts)
            await site.ACommentAsync("a", "ada", text);
        return site;
    }

    static async Task<List<string?>> FindAsync(TestSite site, string q)
    {
        var now = (await site.GetAsync("/articles")).Expect(200).Position;
        var found = (await site.GetAsync($"{Path(q)}&minPosition={now}")).Expect(200);
        return [.. found["items"].EnumerateArray().Select(c => c.GetProperty("body").GetString())];
    }

    [Fact]
    public async Task Readers_find_what_they_see()
    {
        (string Body, string[] Found, string[] NotFound)[] cases =
        [
            ("I trust Trump/Vance on this", ["vance", "Trump", "trump/vance", "\"trust trump\""], ["tru"]),
            ("That is true.Brexit was a mistake", ["brexit", "true", "\"brexit was\""], ["rexit"]),
            ("After covid-19 all changed", ["covid", "covid-19", "\"covid 19\"", "19"], ["covid19"]),
            (
                "她昨天在北京看见了一只猫。",
                ["北京", "看见", "猫", "一只", "在北京看见了一只"],
                ["南京", "北看"]
            ),
            ("東京タワーは高いです", ["東京", "タワー", "高い", "京"], ["東タ"]),
            ("ฉันชอบภาษาไทยมาก", ["ภาษา", "ไทย", "ภาษาไทย"], ["ไมย"]),
            ("ຂ້ອຍມັກພາສາລາວ", ["ພາສາ"], []),
            ("ខ្ញុំចូលចិត្តភាសាខ្មែរ", ["ភាសា"], []),
            ("대통령이 말했다", ["대통령"], []),
            ("Un cafe\u0301 noir a\u0300 Orle\u0301ans", ["café", "cafe", "CAFÉ", "orleans", "Orléans"], []),
            ("Die Straße nach Łódź", ["strasse", "lodz", "STRASSE"], []),
            ("That is un**believ**able", ["unbelievable"], ["believ"]),
            ("Caf&eacute;s &amp; bars, soft\u00ADhyphen", ["cafés", "softhyphen"], ["eacute", "amp"]),
            ("See [the report](https://hidden.example/secret)", ["report"], ["secret"]),
            (
                "See https://news.example.com/2021/04/some-long-story_about-a-bridge?utm=1",
                [
                    "https://news.example.com/2021/04/some-long-story_about-a-bridge?utm=1",
                    "news.example.com",
                    "bridge",
                    "story",
                ],
                ["https://news.example.com/2022"]
            ),
            ("to be or not to be", ["be", "\"to be\"", "to be"], []),
            ("👍 well done", ["👍"], ["👎"]),
        ];
        foreach (var language in new[] { "simple", "english", "french" })
        {
            var site = await ASiteWithAsync(new { language }, [.. cases.Select(c => c.Body)]);
            foreach (var (body, found, notFound) in cases)
            {
                foreach (var q in found)
                    Assert.True((await FindAsync(site, q)).Contains(body), $"{language}: {q} finds {body}");
                foreach (var q in notFound)
                    Assert.False((await FindAsync(site, q)).Contains(body), $"{language}: {q} finds {body}");
            }
        }
    }

    [Fact]
    public async Task A_word_that_means_nothing_in_the_language_counts_where_there_is_no_other()
    {
        var site = await ASiteWithAsync(
            new { language = "english" },
            "The bridges",
            "a bridge too far",
            "the who",
            "nothing"
        );

        Assert.Equal(["The bridges", "the who"], (await FindAsync(site, "the")).Order());
        Assert.Equal(["the who"], await FindAsync(site, "the who"));
        // beside others it need not be there, but for a phrase
        Assert.Equal(["a bridge too far", "The bridges"], (await FindAsync(site, "the bridge")).Order());
        Assert.Empty(await FindAsync(site, "\"the bridge\""));
        Assert.Equal(["The bridges"], await FindAsync(site, "\"the bridges\""));
        Assert.Equal(["a bridge too far"], await FindAsync(site, "bridges -the"));
    }

    [Fact]
    public void Imported_html_is_found_by_what_it_shows()
    {
        var document = ThreadStore.Search.SearchDocument.Of(
            "<p>un<b>believ</b>able <img src=x alt=\"a cat\"> caf&eacute;<script>hidden</script></p>",
            ThreadStore.Comments.BodyFormat.Html
        );

        Assert.Equal("'unbelievable':1A 'a':2A 'cat':3A 'cafe':4A", document.Words);
        Assert.Equal("unbelievable a cat café", document.Plain);
    }

    [Fact]
    public async Task Whatever_is_asked_is_answered_or_refused()
    {
        var site = await ASiteWithAsync(new { language = "english" }, "plain");
        var pieces =
            "-·--·---------------------------------·\"·\"\"·“·or·OR·and·not·the·plain·!·&·|·(·)·<->·<2>·:*·:A·'·''·\\·\\'·*·%·_·#·@·/"
            + "·.·,·;· ·  ·\t·\n·\u0001·\u007F·\u0085·\u00AD·\u200B·\u2028·\u202E·\uFEFF·\uFFFD·\u0301·é·漢·漢字·かな·ไทย·한국·ﷺ·𝒳·👍·ß·İ·ı·1·1e9·-1.5·0x1f"
            + "·http://a.b/c?d=e&f=g#h·www.a.example·a@b.c·<b>·&amp;·$1·{0}·null·select·--x";
        var each = pieces.Split('·');
        var queries = new List<string>
        {
            new('-', 33),
            new('-', 500),
            new('"', 500),
            new('(', 500),
            "-\"-\"-",
        };
        // generated here, sent below: the generator knows no tasks
        Gen.Int[0, each.Length - 1]
            .Select(i => each[i])
            .Array[1, 40]
            .Select(string.Concat)
            .Sample(
                q =>
                {
                    lock (queries)
                        queries.Add(q);
                },
                iter: 400,
                seed: "0000000000000"
            );

        var statuses = new HashSet<int>();
        foreach (var q in queries)
        {
            var reply = await site.GetAsync(Path(q));
            Assert.True(
                reply.Status is 200 or 400,
                $"{reply.Status} for {Uri.EscapeDataString(q)}: {reply.Text}"
            );
            statuses.Add(reply.Status);
        }

        Assert.Equal([200, 400], statuses.Order());
    }

    [Fact]
    public async Task More_words_than_anybody_types_are_refused()
    {
        var site = await ASiteWithAsync(null, "plain");
        string Numbers(int n) => string.Join(' ', Enumerable.Range(1, n));

        (await site.GetAsync(Path(Numbers(24)))).Expect(200);
        var refused = (await site.GetAsync(Path(Numbers(25)))).Expect(400, "validation");
        var flaw = refused["errors"].GetProperty("q")[0];
        Assert.Equal("too-many-words", flaw.GetProperty("code").GetString());
        Assert.Equal(24, flaw.GetProperty("params").GetProperty("max").GetInt32());
        (await site.GetAsync(Path($"\"{Numbers(12)}\""))).Expect(200);
        (await site.GetAsync(Path($"\"{Numbers(13)}\""))).Expect(400, "validation");
        (await site.GetAsync(Path(string.Concat(Enumerable.Repeat("again ", 80))))).Expect(200);
    }

    [Fact]
    public async Task One_address_searches_so_often_and_no_more()
    {
        var site = await ASiteWithAsync(null, "plain");
        await using var node = await LimitedNode.StartAsync(store, ("SearchesPerMinute", "3"));
        Task<Reply> SearchAsync(string address) =>
            Store.SendAsync(
                node.Client,
                "GET",
                site.Path + Path("plain"),
                headers: (LimitedNode.AddressHeader, address)
            );

        for (var i = 0; i < 3; i++)
            (await SearchAsync("192.0.2.1")).Expect(200);
        var refused = (await SearchAsync("192.0.2.1")).Expect(429, "rate-limited");

        Assert.True(int.Parse(refused.Headers["Retry-After"], null) > 0);
        (await SearchAsync("192.0.2.2")).Expect(200);
        // what is no search is not counted with them
        (
            await Store.SendAsync(
                node.Client,
                "GET",
                $"{site.Path}/articles",
                headers: (LimitedNode.AddressHeader, "192.0.2.1")
            )
        ).Expect(200);
    }
}
