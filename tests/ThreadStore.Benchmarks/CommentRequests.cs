using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>Requests that post comments, put together from parts made beforehand. No two have the same text.</summary>
sealed class CommentRequests
{
    public const string Site = "bench";

    const int TextCount = 512;
    const int MinLength = 150;
    const int MaxLength = 400;

    /// <summary>Apostrophes stay as they are.</summary>
    static readonly JsonSerializerOptions AsBrowsersWrite = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    const int NumberDigits = 16;
    const int CounterBits = 22;

    /// <summary>Starts at the time, so that a later run on the same store says nothing twice.</summary>
    static long lastNumber = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << CounterBits;

    readonly byte[][] articleLines;
    readonly byte[][] commenterLines;
    readonly (byte[] Bytes, int NumberAt)[] texts;

    /// <param name="server">Where the requests go.</param>
    /// <param name="articles">Keys that need no escapes.</param>
    /// <param name="commenters">For each commenter the header that names them.</param>
    /// <param name="site">Whose articles they are.</param>
    public CommentRequests(
        IPEndPoint server,
        IEnumerable<string> articles,
        IEnumerable<string> commenters,
        string site = Site
    )
    {
        articleLines =
        [
            .. articles.Select(key =>
                Encoding.ASCII.GetBytes(
                    $"POST /v1/sites/{site}/articles/{key}/comments HTTP/1.1\r\nHost: {server}\r\n"
                        + "Accept: application/json\r\nContent-Type: application/json\r\n"
                )
            ),
        ];
        commenterLines = [.. commenters.Select(header => Encoding.ASCII.GetBytes($"{header}\r\n"))];
        // the same texts in every run and for every side
        var random = new Random(1);
        texts = [.. Enumerable.Range(0, TextCount).Select(_ => Ending(Text(random)))];
    }

    /// <summary>Those of the first commenters of a server.</summary>
    public static CommentRequests To(
        ThreadStoreServer store,
        IEnumerable<string> articles,
        int commenters,
        string site = Site
    ) =>
        new(
            store.Process.EndPoint,
            articles,
            Enumerable.Range(1, commenters).Select(n => store.Authorization(CommenterKey(n), site)),
            site
        );

    public static string ArticleKey(int number) => $"article-{number:00}";

    public static string CommenterKey(int number) => $"commenter-{number:0000}";

    /// <summary>A comment by somebody on something.</summary>
    public int Write(Span<byte> buffer, Random random)
    {
        var article = articleLines[random.Next(articleLines.Length)];
        var commenter = commenterLines[random.Next(commenterLines.Length)];
        var (text, numberAt) = texts[random.Next(texts.Length)];
        article.CopyTo(buffer);
        commenter.CopyTo(buffer[article.Length..]);
        var end = buffer[(article.Length + commenter.Length)..];
        text.CopyTo(end);
        Interlocked
            .Increment(ref lastNumber)
            .TryFormat(end[numberAt..], out _, "x16", CultureInfo.InvariantCulture);
        return article.Length + commenter.Length + text.Length;
    }

    /// <summary>The last header and the body, with room for a number.</summary>
    static (byte[] Bytes, int NumberAt) Ending(string text)
    {
        var number = new string('0', NumberDigits);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { body = $"{text} ({number})" }, AsBrowsersWrite);
        byte[] bytes = [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];
        return (bytes, bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(number)));
    }

    static string Text(Random random)
    {
        var whole = GeneratedText.InEnglish(random, random.Next(MinLength, MaxLength) - NumberDigits);
        return whole[..Math.Min(whole.Length, MaxLength - NumberDigits - 3)].TrimEnd();
    }
}
