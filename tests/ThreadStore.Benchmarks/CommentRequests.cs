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

    // shares of texts, after news sites' comments: a second paragraph, a quote, a link
    const double Paragraphs = 0.2;
    const double Quotes = 0.1;
    const double Links = 0.03;

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
    public CommentRequests(IPEndPoint server, IEnumerable<string> articles, IEnumerable<string> commenters)
    {
        articleLines =
        [
            .. articles.Select(key =>
                Encoding.ASCII.GetBytes(
                    $"POST /v1/sites/{Site}/articles/{key}/comments HTTP/1.1\r\nHost: {server}\r\n"
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
    public static CommentRequests To(ThreadStoreServer store, IEnumerable<string> articles, int commenters) =>
        new(
            store.Process.EndPoint,
            articles,
            Enumerable.Range(1, commenters).Select(n => store.Authorization(CommenterKey(n)))
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
        var whole = Text(random, random.Next(MinLength, MaxLength) - NumberDigits);
        return whole[..Math.Min(whole.Length, MaxLength - NumberDigits - 3)].TrimEnd();
    }

    /// <param name="length">In characters, about.</param>
    public static string Text(Random random, int length)
    {
        var text = new StringBuilder();
        if (random.NextDouble() < Quotes)
            text.Append("> ").Append(Sentence(random)).Append("\n\n");
        var breakAt = random.NextDouble() < Paragraphs ? length / 2 : int.MaxValue;
        while (text.Length < length)
        {
            text.Append(Sentence(random)).Append(' ');
            if (text.Length > breakAt)
            {
                text.Append("\n\n");
                breakAt = int.MaxValue;
            }
        }
        if (random.NextDouble() < Links)
            text.Append("See https://news.example/archive/").Append(random.Next(1, 10_000)).Append('.');
        return text.ToString().TrimEnd();
    }

    static string Sentence(Random random)
    {
        var words = random.GetItems(Words, random.Next(6, 15));
        words[0] = char.ToUpperInvariant(words[0][0]) + words[0][1..];
        return string.Join(' ', words) + ".";
    }

    static readonly string[] Words = (
        "the of and to in that it is was for on are as with they be at this have from or had by but some what there we "
        + "can out other were all your when up use how said each which their will way about many then them would like "
        + "so these long make thing see him two has look more day could go come did my no most number who over know "
        + "than call first people may down side been now find city council money street school bus price rent vote "
        + "mayor paper reader question answer don't it's can't really, however, again, still agree wrong right"
    ).Split(' ');
}
