using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ThreadStore.Face;

/// <summary>A file that src/web was built into, and that the program carries within itself.</summary>
/// <remarks>
/// ASP.NET's MapStaticAssets reads from wwwroot below the folder that a program was started in, which for us is where the
/// data are; and committed archives would differ by the zlib of whoever built them. So each file is compressed here, once,
/// as small as can be, when it is first asked for.
/// </remarks>
public sealed class FaceFile
{
    const string Prefix = "face/";

    static readonly FileExtensionContentTypeProvider Types = new();

    static readonly Dictionary<string, FaceFile> All = (
        from name in typeof(FaceFile).Assembly.GetManifestResourceNames()
        where name.StartsWith(Prefix, StringComparison.Ordinal)
        // built on Windows, the folder is parted otherwise
        let path = name[Prefix.Length..].Replace('\\', '/')
        select (path, new FaceFile(name))
    ).ToDictionary();

    readonly Lazy<byte[]> bytes;
    readonly Lazy<byte[]> brotli;
    readonly Lazy<byte[]> gzip;
    readonly Lazy<string> hash;

    FaceFile(string resource)
    {
        bytes = new(() => Read(resource));
        brotli = new(() => Compress(to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        gzip = new(() => Compress(to => new GZipStream(to, CompressionLevel.SmallestSize)));
        hash = new(() => Convert.ToHexStringLower(SHA256.HashData(bytes.Value))[..16]);
        ContentType = Types.TryGetContentType(resource, out var type) ? type : "application/octet-stream";
        if (ContentType.StartsWith("text/", StringComparison.Ordinal))
            ContentType += "; charset=utf-8";
    }

    public string ContentType { get; }

    /// <summary>As it was built.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.Value;

    public static IEnumerable<string> Paths => All.Keys;

    /// <param name="path">Below wwwroot, such as <c>embed.js</c>.</param>
    public static FaceFile? Find(string path) => All.GetValueOrDefault(path);

    /// <summary>200 in the smallest form that the request takes, or 304.</summary>
    public IResult Answer(HttpContext http, string cacheControl)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = cacheControl;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        var (content, encoding) = In(http.Request);
        if (encoding.Length > 0)
            headers.ContentEncoding = encoding;
        return Results.Bytes(content, ContentType, entityTag: new($"\"{hash.Value}{encoding}\""));
    }

    (byte[] Content, string Encoding) In(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return Takes("br") ? (brotli.Value, "br")
            : Takes("gzip") ? (gzip.Value, "gzip")
            : (bytes.Value, "");

        bool Takes(string encoding) =>
            accepted.Any(a =>
                a.Quality is not 0 && a.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase)
            );
    }

    byte[] Compress(Func<Stream, Stream> into)
    {
        using var compressed = new MemoryStream();
        using (var stream = into(compressed))
            stream.Write(bytes.Value);
        return compressed.ToArray();
    }

    static byte[] Read(string resource)
    {
        using var stream =
            typeof(FaceFile).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded.");
        using var read = new MemoryStream();
        stream.CopyTo(read);
        return read.ToArray();
    }
}
