using System.Globalization;
using System.IO.Compression;

namespace ThreadStore.Http.Hot;

/// <summary>How an answer travels; the names are those of <c>Content-Encoding</c>.</summary>
public enum PageEncoding
{
    Identity,
    Gzip,
    Brotli,
}

/// <summary>An answer as bytes, with what goes before it.</summary>
/// <param name="target">The address as requests bear it.</param>
/// <param name="articles">The marks of those that it speaks of, see <see cref="EventStore.Heard.Mark"/>.</param>
/// <param name="position">It holds all up to here.</param>
/// <param name="json">The body, uncompressed.</param>
/// <param name="etag">With its quotes.</param>
public sealed class HotPage(
    string target,
    uint[] articles,
    long position,
    byte[] json,
    string etag,
    string contentType = "application/json",
    string? policy = null
)
{
    readonly byte[]?[] forms = [json, null, null];
    string? gzipTag;
    string? brotliTag;
    volatile bool isUsed;

    public string Target => target;
    public IReadOnlyList<uint> Articles => articles;
    public long Position => position;
    public string ETag => etag;
    public string ContentType => contentType;

    /// <summary>See <see cref="Answer.Policy"/>.</summary>
    public string? Policy => policy;

    /// <summary>Each form has its own.</summary>
    public string TagAs(PageEncoding encoding) =>
        encoding switch
        {
            PageEncoding.Gzip => gzipTag ??= ETags.As(etag, "gzip"),
            PageEncoding.Brotli => brotliTag ??= ETags.As(etag, "br"),
            _ => etag,
        };

    public string PositionText { get; } = position.ToString(CultureInfo.InvariantCulture);

    /// <summary>With room for its compressed forms, which come when somebody asks for them.</summary>
    public long Bytes { get; } = json.Length * 3L / 2 + 2L * target.Length + 64L * articles.Length + 704;

    public HotPage Use()
    {
        if (!isUsed)
            isUsed = true;
        return this;
    }

    /// <summary>Whether it was used since the last look.</summary>
    public bool WasUsed()
    {
        var was = isUsed;
        isUsed = false;
        return was;
    }

    /// <summary>Made once; two requests may both make it, and both are right.</summary>
    public byte[] As(PageEncoding encoding) => forms[(int)encoding] ??= Compress(encoding);

    byte[] Compress(PageEncoding encoding)
    {
        using var buffer = new MemoryStream(json.Length / 4);
        using (
            Stream stream =
                encoding == PageEncoding.Gzip
                    ? new GZipStream(buffer, CompressionLevel.Fastest)
                    : new BrotliStream(buffer, CompressionLevel.Fastest)
        )
            stream.Write(json);
        return buffer.ToArray();
    }
}
