using System.Globalization;
using System.Text;
using System.Xml.Linq;
using CsCheck;
using ThreadStore.Tests.Rows;
using ThreadStore.Tests.Support;
using ThreadStore.Transfer;
using Xunit;

namespace ThreadStore.Tests.Transfer;

/// <summary>Whatever happened on a site: what leaves as WXR and comes in again is the same thread, as far as WXR knows.</summary>
public sealed class WordPressLawTests(Store store)
{
    static readonly XNamespace Wp = "http://wordpress.org/export/1.2/";

    static readonly Gen<RandomHistoryTests.Move[][]> History = Gen.Frequency(
            (7, RandomHistoryTests.Any),
            (2, ModeratorMoves.Any)
        )
        .Array[4, 12]
        .Array[8, 12];

    [Fact]
    public async Task Wxr_of_any_history_is_read_as_the_same_threads()
    {
        await using var node = await Node.StartAsync(store);
        await History.SampleAsync(
            async groups =>
            {
                var run = await RandomHistoryTests.Run.StartAsync(node);
                foreach (var group in groups)
                    await Task.WhenAll(group.Select(run.MakeAsync));
                foreach (var site in run.Sites)
                {
                    var left = await ExportAsync(node, site.Key);
                    var copy = await node.ASiteAsync();
                    using var files = new ForeignFiles(node.Database, copy.Key);
                    var report = await files.ImportAsync("wordpress", left);
                    var again = await ExportAsync(node, copy.Key);

                    Assert.Empty(files.Problems);
                    Assert.Equal(Threads(left), Threads(again));
                    Assert.Equal(Threads(left).Count(l => l.Contains('\u241F')), report.Created.Comments);
                }
            },
            iter: Endurance.Histories(3),
            threads: 1,
            print: groups => string.Join('\n', groups.Select(g => string.Join("; ", g.AsEnumerable())))
        );
        await node.AssertRowsFollowFromEventsAsync();
    }

    static async Task<string> ExportAsync(Node node, string site)
    {
        using var written = new MemoryStream();
        await new ExportedThreads(node.Database, site).RunAsync(
            () => new WordPressWriter(written, site),
            (_, _) => { },
            TestContext.Current.CancellationToken
        );
        return Encoding.UTF8.GetString(written.ToArray());
    }

    /// <summary>Articles, and comments with all above them: without numbers, which every system gives anew.</summary>
    static List<string> Threads(string wxr)
    {
        var lines = new List<string>();
        foreach (var item in XDocument.Parse(wxr).Descendants("item"))
        {
            var article = string.Join(
                ' ',
                (string?)item.Element("title"),
                (string?)item.Element("link"),
                Text(item, "post_date_gmt"),
                Text(item, "comment_status"),
                Text(item, "status")
            );
            lines.Add(article);
            var comments = item.Elements(Wp + "comment").ToDictionary(c => Text(c, "comment_id"));
            foreach (var comment in comments.Values)
            {
                var way = new StringBuilder(article);
                for (
                    var c = comment;
                    c is not null;
                    c = comments.GetValueOrDefault(Text(c, "comment_parent"))
                )
                    way.Append(
                        CultureInfo.InvariantCulture,
                        $"\u241F{Text(c, "comment_author")} {Text(c, "comment_date_gmt")} {Text(c, "comment_approved")} {Text(c, "comment_content")}"
                    );
                lines.Add(way.ToString());
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    static string Text(XElement of, string name) => (string?)of.Element(Wp + name) ?? "";
}
