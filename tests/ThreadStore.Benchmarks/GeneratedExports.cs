using System.Globalization;
using System.Net;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>
/// Exports as Disqus and WordPress write them, of any number of comments, written as they are made up: threads of some
/// hundred comments, of which half are replies, by people of whom few write much. The same for the same seed.
/// </summary>
sealed class GeneratedExports(int comments, int seed)
{
    const int PerThread = 200;
    const double Replies = 0.5;
    const double Spam = 0.02;
    const double Deleted = 0.02;

    static readonly DateTimeOffset First = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    sealed record Made(
        int Id,
        int Thread,
        int? Parent,
        int Author,
        string Html,
        DateTimeOffset At,
        bool IsSpam,
        bool IsDeleted
    );

    int Threads => (comments + PerThread - 1) / PerThread;

    int People => Math.Max(1, comments / 10);

    IEnumerable<Made> All()
    {
        var random = new Random(seed);
        for (var id = 1; id <= comments; id++)
        {
            var thread = (id - 1) / PerThread;
            var first = thread * PerThread + 1;
            // an answer to one of the last few, as in discussions
            var parent =
                id > first && random.NextDouble() < Replies
                    ? Math.Max(first, id - 1 - random.Next(20))
                    : (int?)null;
            var author = (int)(People * Math.Pow(random.NextDouble(), 3));
            var lot = random.NextDouble();
            yield return new(
                id,
                thread,
                parent,
                author,
                Html(GeneratedText.Any(random)),
                First.AddSeconds(id * 30L),
                lot < Spam,
                lot > 1 - Deleted
            );
        }
    }

    static string Html(string text) =>
        string.Concat(
            text.Split("\n\n")
                .Select(p =>
                    $"<p>{WebUtility.HtmlEncode(p).Replace("\n", "<br>", StringComparison.Ordinal)}</p>"
                )
        );

    static string Time(DateTimeOffset at, string format) =>
        at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    static async Task WriteAsync(string path, Func<StreamWriter, Task> writeAsync)
    {
        await using var file = File.Create(path);
        await using var output = new StreamWriter(file, new UTF8Encoding(false), bufferSize: 1 << 16);
        await writeAsync(output);
    }

    public Task DisqusAsync(string path) =>
        WriteAsync(
            path,
            async output =>
            {
                await output.WriteLineAsync(
                    """
                    <?xml version="1.0" encoding="utf-8"?>
                    <disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
                    """
                );
                for (var thread = 0; thread < Threads; thread++)
                    await output.WriteLineAsync(
                        $"""
                        <thread dsq:id="{thread}"><id/><forum>bench</forum><link>https://news.example/{thread}</link><title>About {thread}</title>
                        <createdAt>2015-01-01T00:00:00Z</createdAt><isClosed>false</isClosed><isDeleted>false</isDeleted></thread>
                        """
                    );
                foreach (var c in All())
                    await output.WriteLineAsync(
                        $"""
                        <post dsq:id="{c.Id}"><id/><message><![CDATA[{c.Html}]]></message><createdAt>{Time(
                            c.At,
                            "yyyy-MM-dd'T'HH:mm:ss'Z'"
                        )}</createdAt>
                        <isDeleted>{(c.IsDeleted ? "true" : "false")}</isDeleted><isSpam>{(
                            c.IsSpam ? "true" : "false"
                        )}</isSpam>
                        <author><name>Person {c.Author}</name><isAnonymous>false</isAnonymous><username>person{c.Author}</username></author>
                        <thread dsq:id="{c.Thread}"/>{(
                            c.Parent is { } p ? $"<parent dsq:id=\"{p}\"/>" : ""
                        )}</post>
                        """
                    );
                await output.WriteLineAsync("</disqus>");
            }
        );

    public Task WordPressAsync(string path) =>
        WriteAsync(
            path,
            async output =>
            {
                await output.WriteLineAsync(
                    """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version>
                    """
                );
                var thread = -1;
                foreach (var c in All())
                {
                    if (c.Thread != thread)
                    {
                        if (thread >= 0)
                            await output.WriteLineAsync("</item>");
                        thread = c.Thread;
                        await output.WriteLineAsync(
                            $"""
                            <item><title>About {thread}</title><link>https://news.example/{thread}</link><wp:post_id>{thread
                                + 1}</wp:post_id>
                            <wp:post_date_gmt>2015-01-01 00:00:00</wp:post_date_gmt><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>
                            """
                        );
                    }
                    var at = Time(c.At, "yyyy-MM-dd HH:mm:ss");
                    await output.WriteLineAsync(
                        $"""
                        <wp:comment><wp:comment_id>{c.Id}</wp:comment_id><wp:comment_author><![CDATA[Person {c.Author}]]></wp:comment_author>
                        <wp:comment_author_email>p{c.Author}@mail.example</wp:comment_author_email><wp:comment_date>{at}</wp:comment_date>
                        <wp:comment_date_gmt>{at}</wp:comment_date_gmt><wp:comment_content><![CDATA[{c.Html}]]></wp:comment_content>
                        <wp:comment_approved>{(
                            c.IsDeleted ? "trash"
                            : c.IsSpam ? "spam"
                            : "1"
                        )}</wp:comment_approved>
                        <wp:comment_type>comment</wp:comment_type><wp:comment_parent>{c.Parent
                            ?? 0}</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id></wp:comment>
                        """
                    );
                }
                await output.WriteLineAsync($"{(thread >= 0 ? "</item>" : "")}</channel></rss>");
            }
        );
}
