using System.Text;
using ThreadStore.Kernel;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>What leaves for other systems.</summary>
public sealed class ExportedThreadsTests(Store store)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    async Task<string> ExportAsync(string site, Func<Stream, ExportedThreads.IWriter> writer)
    {
        using var written = new MemoryStream();
        await new ExportedThreads(store.Database, site).RunAsync(() => writer(written), (_, _) => { }, Ct);
        return Encoding.UTF8.GetString(written.ToArray());
    }

    async Task<string[]> ThreadAsync(TestSite site)
    {
        await using var command = store.Database.CreateCommand(
            """
            select (c.content::text || '|' || c.state || '|' || c.depth || '|' || c.posted_at || '|' || coalesce(p.content, ''))
            from threadstore.comment_rows c left join threadstore.comment_rows p on p.site = c.site and p.id = c.parent_id
            where c.site = $1 order by c.posted_at, c.content
            """
        );
        command.Parameters.Add(new() { Value = site.Key });
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
            rows.Add(reader.GetString(0));
        return [.. rows];
    }

    const string Wxr = """
        <rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>A &amp; B</title>
        <link>https://n.example/a</link><wp:post_id>7</wp:post_id><wp:post_date_gmt>2020-01-01 00:00:00</wp:post_date_gmt>
        <wp:post_type>post</wp:post_type><wp:comment_status>closed</wp:comment_status>
        <wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>=Ann</wp:comment_author>
        <wp:comment_date_gmt>2020-01-02 00:00:00</wp:comment_date_gmt><wp:comment_content>&lt;p&gt;first ]]&gt; &amp;amp; &lt;em&gt;so&lt;/em&gt;&lt;/p&gt;</wp:comment_content>
        <wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent></wp:comment>
        <wp:comment><wp:comment_id>2</wp:comment_id><wp:comment_author>Bob</wp:comment_author>
        <wp:comment_date_gmt>2020-01-03 00:00:00</wp:comment_date_gmt><wp:comment_content>&lt;p&gt;=1+2, "x"&lt;/p&gt;</wp:comment_content>
        <wp:comment_approved>0</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
        <wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author>Cid</wp:comment_author>
        <wp:comment_date_gmt>2020-01-04 00:00:00</wp:comment_date_gmt><wp:comment_content>gone</wp:comment_content>
        <wp:comment_approved>trash</wp:comment_approved><wp:comment_parent>1</wp:comment_parent></wp:comment>
        <wp:comment><wp:comment_id>4</wp:comment_id><wp:comment_author>Dan</wp:comment_author>
        <wp:comment_date_gmt>2020-01-05 00:00:00</wp:comment_date_gmt><wp:comment_content>&lt;p&gt;cheap&lt;/p&gt;</wp:comment_content>
        <wp:comment_approved>spam</wp:comment_approved><wp:comment_parent>3</wp:comment_parent></wp:comment>
        </item></channel></rss>
        """;

    [Fact]
    public async Task Wxr_that_was_written_is_read_as_the_same_thread()
    {
        var (first, second, third) = (
            await store.ASiteAsync(),
            await store.ASiteAsync(),
            await store.ASiteAsync()
        );
        using var one = new ForeignFiles(store.Database, first.Key);
        using var two = new ForeignFiles(store.Database, second.Key);
        using var three = new ForeignFiles(store.Database, third.Key);
        await one.ImportAsync("wordpress", Wxr);
        // our own rendering, which is what leaves
        var once = await ExportAsync(first.Key, s => new WordPressWriter(s, first.Key));
        await two.ImportAsync("wordpress", once);
        await three.ImportAsync(
            "wordpress",
            await ExportAsync(second.Key, s => new WordPressWriter(s, second.Key))
        );

        Assert.Empty(three.Problems);
        Assert.Equal(await ThreadAsync(second), await ThreadAsync(third));
        Assert.Equal(4, (await ThreadAsync(third)).Length);
        Assert.Equal(
            (await ThreadAsync(first)).Select(t => t.Split('|')[1..4]),
            (await ThreadAsync(third)).Select(t => t.Split('|')[1..4])
        );
        var article = await third.GetAsync("/articles/1");
        Assert.Equal(("closed", "A & B"), (article["discussion"].GetString(), article["title"].GetString()));
    }

    [Fact]
    public async Task A_spreadsheet_gets_texts_and_no_formulas()
    {
        var site = await store.ASiteAsync();
        using var files = new ForeignFiles(store.Database, site.Key);
        await files.ImportAsync("wordpress", Wxr);

        var rows = (await ExportAsync(site.Key, s => new CsvWriter(s))).TrimStart('\uFEFF').Split("\r\n");

        Assert.Equal(6, rows.Length);
        Assert.StartsWith(
            "id,article,title,url,parentId,depth,authorKey,author,body,state,",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Contains(",'=Ann,", rows[1], StringComparison.Ordinal);
        Assert.Contains(
            $",{StreamId.Import(site.Key, "wordpress", "1")},1,wordpress:name:Bob,Bob,",
            rows[2],
            StringComparison.Ordinal
        );
        Assert.All(rows[1..^1], r => Assert.DoesNotMatch("(^|,\"?)[=+@-]", r));
    }
}
