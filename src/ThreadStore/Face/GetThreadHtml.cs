using System.Buffers;
using System.Text;
using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Kernel;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Threads;
using Wolverine.Http;

namespace ThreadStore.Face;

public static class GetThreadHtmlEndpoint
{
    public const string ContentType = "text/html; charset=utf-8";

    static readonly JsonSerializerOptions Read = new(JsonSerializerDefaults.Web);

    /// <summary>
    /// A page of an article's discussion as plain HTML, with JSON-LD, for readers without script and for search engines.
    /// Where there is script, the page becomes the live discussion. It speaks the language that is asked for by <c>lang</c>,
    /// else the site's: never that of the browser, so that caches keep one page for all.
    /// </summary>
    /// <returns>200 the page; 304; 400 validation, bad-cursor; 404 article-not-found.</returns>
    [Operation("getThreadHtml"), Answers(typeof(string), ContentType = "text/html"), Paged]
    [Query("sort", typeof(ThreadSort), "The order of the comments.", Default = ThreadSort.Newest)]
    [Query(
        "replies",
        typeof(int),
        "How many direct replies come with each comment.",
        Default = ThreadQuery.MaxReplies,
        Min = 0,
        Max = ThreadQuery.MaxReplies
    )]
    [Query("lang", typeof(PageLanguage), "The language of the page's own words; left out: the site's.")]
    [WolverineGet("/v1/sites/{site}/articles/{articleKey}/comments.html"), Public]
    public static async Task<IResult> Get(
        string site,
        string articleKey,
        HttpContext http,
        HotPages pages,
        ReadReplicas replicas,
        Origins origins,
        CancellationToken ct
    )
    {
        var articleId = StreamId.Article(site, articleKey);
        if (ThreadQuery.Read(http, site, articleId, ThreadSort.Newest, out var query) is { } problem)
            return problem;
        if (ReadLanguage(http, out var language) is { } unknown)
            return unknown;
        // nobody can ask for the rest of them here
        if (!http.Request.Query.ContainsKey("replies"))
            query = query! with { Replies = ThreadQuery.MaxReplies };

        var reading = ServeHotPages.Begin(http, pages, ServeHotPages.OfHtml);
        var database = await replicas.ForAsync(http);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new(
                $"""
                select a.title, a.url, a.author, a.dated, a.comment_count, ({Positions.NewestSql}),
                  (select settings::jsonb ->> 'language' from {ReaderTables.Schema}.site_rows where site = $1)
                from {ReaderTables.Schema}.article_rows a
                where a.site = $1 and a.id = $2 and a.moved_to is null and not a.is_withdrawn
                """
            )
            {
                Parameters =
                {
                    new() { Value = site },
                    new() { Value = articleId },
                },
            }
        );
        batch.BatchCommands.Add(query!.Command());
        (string Title, string? Url, string? Author, DateTimeOffset Dated, int Count) article;
        long position;
        PageWords words;
        string? spoken;
        ThreadPage? comments;
        await using (var reader = await batch.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
                return Problem.ArticleNotFound(articleKey);
            article = (
                reader.GetString(0),
                reader.Text(1),
                reader.Text(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetInt32(4)
            );
            position = reader.GetInt64(5);
            spoken = LanguageTags.Of(reader.Text(6));
            words = PageWords.Of(language, spoken);
            await reader.NextResultAsync(ct);
            comments = await query.ReadAsync(reader, ct);
        }

        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{"u8);
        comments ??= await query.ReadWithinBudgetAsync(database, ct);
        query.Write(comments, json, ThreadQuery.Quote(articleKey));
        json.Write("}"u8);
        var page = JsonSerializer.Deserialize<ThreadHtml.Replies>(json.WrittenSpan, Read)!;
        var html = new ThreadHtml(
            site,
            articleKey,
            article.Title,
            // nothing that would run when it is followed
            article.Url
                is { } url
            && WebAddress.Origin(url) is not null
                ? url
                : null,
            article.Author,
            article.Dated,
            article.Count,
            page,
            NextPage(http, page.NextCursor),
            words,
            spoken
        ).Write();
        var answer = new Answer(Encoding.UTF8.GetBytes(html), Position: position)
        {
            ContentType = ContentType,
            Policy = ThreadHtml.PolicyOf(await origins.OfAsync(site, ct)),
        };
        pages.Keep(
            reading,
            [articleId],
            position,
            answer.Json.ToArray(),
            answer.ETag,
            ContentType,
            answer.Policy
        );
        return answer;
    }

    static Problem? ReadLanguage(HttpContext http, out PageLanguage? language)
    {
        language = null;
        if (http.Request.Query["lang"].FirstOrDefault() is not { } asked)
            return null;
        language = Words.TryParse<PageLanguage>(asked);
        return language is null
            ? Problem.Validation(
                "lang",
                Flaw.NoneOf(
                    $"is one of {string.Join(", ", Words.All<PageLanguage>())}.",
                    Words.All<PageLanguage>()
                )
            )
            : null;
    }

    /// <summary>The same request, from where this page ends.</summary>
    static string? NextPage(HttpContext http, string? cursor)
    {
        if (cursor is null)
            return null;
        var others = http
            .Request.Query.Where(p => ServeHotPages.OfHtml.Contains(p.Key) && p.Key != "cursor")
            .Select(p => KeyValuePair.Create(p.Key, p.Value[0]));
        return "comments.html" + QueryString.Create(others.Append(new("cursor", cursor)));
    }
}
