using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ThreadStore.Kernel;

/// <summary>
/// Ids of streams that follow from keys: UUIDv5 (RFC 9562, 5.5) in the namespace of the stream's kind, of its
/// parts, each preceded by its length in UTF-8, so that no two kinds and no two splits into parts meet.
/// </summary>
public static class StreamId
{
    static readonly Guid SiteSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a101");
    static readonly Guid ArticleSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a102");
    static readonly Guid CommenterSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a103");
    static readonly Guid RequestSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a104");
    static readonly Guid ReactionSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a106");
    static readonly Guid FlagSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a107");
    static readonly Guid ImportSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a105");
    static readonly Guid MessageSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a108");
    static readonly Guid MailSpace = new("6f0c1d52-6a5b-4f0e-9d0b-0d7a51c6a109");

    public static Guid Site(string site) => Derive(SiteSpace, site);

    public static Guid Article(string site, string key) => Derive(ArticleSpace, site, key);

    public static Guid Commenter(string site, string key) => Derive(CommenterSpace, site, key);

    /// <summary>What one commenter's reaction to one comment is kept in.</summary>
    public static Guid Reaction(Guid comment, string commenter) =>
        Derive(ReactionSpace, comment.ToString(), commenter);

    public static Guid Flag(Guid comment, string commenter) =>
        Derive(FlagSpace, comment.ToString(), commenter);

    /// <summary>
    /// A request with an Idempotency-Key, and what it makes: the comment, appeal or decision. Of a comment it is the
    /// stream, so that the store itself refuses a second.
    /// </summary>
    public static Guid Request(string commenter, string method, string path, string idempotencyKey) =>
        Derive(RequestSpace, commenter, method, path, idempotencyKey);

    /// <summary>A later part of such a request.</summary>
    public static Guid Part(Guid request, int n) =>
        Derive(
            RequestSpace,
            request.ToString(),
            n.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

    /// <summary>The comment that an imported one becomes, however often it is imported.</summary>
    public static Guid Import(string site, string format, string foreignId) =>
        Derive(ImportSpace, site, format, foreignId);

    /// <summary>An event that an import appends, by its place in its stream: the same however often it is imported.</summary>
    public static Guid ImportedEvent(Guid stream, long version) =>
        Derive(
            ImportSpace,
            stream.ToString(),
            version.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

    /// <summary>A message to a webhook, however often it is sent.</summary>
    /// <param name="nth">Of those that the event leads to.</param>
    public static Guid Message(string site, string webhook, long position, int nth) =>
        Derive(
            MessageSpace,
            site,
            webhook,
            position.ToString(System.Globalization.CultureInfo.InvariantCulture),
            nth.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

    /// <summary>A mail, however often it is sent.</summary>
    /// <param name="commenter">Whom it is for.</param>
    /// <param name="position">Of the first event that it tells of: no other mail to them tells of it.</param>
    public static Guid Mail(Guid commenter, long position) =>
        Derive(
            MailSpace,
            commenter.ToString(),
            position.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

    const int MaxOnStack = 1024;

    static Guid Derive(Guid space, params ReadOnlySpan<string> parts)
    {
        // in one go: time travel derives some hundred thousand of them in a request
        var length = 16;
        foreach (var part in parts)
            length += 4 + Encoding.UTF8.GetByteCount(part);
        var source = length <= MaxOnStack ? stackalloc byte[length] : new byte[length];
        space.TryWriteBytes(source, bigEndian: true, out _);
        var rest = source[16..];
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, rest[4..]);
            BinaryPrimitives.WriteInt32BigEndian(rest, written);
            rest = rest[(4 + written)..];
        }
        Span<byte> bytes = stackalloc byte[20];
#pragma warning disable CA5350 // UUIDv5 is SHA-1 by definition, and nothing is kept secret by it
        SHA1.HashData(source, bytes);
#pragma warning restore CA5350
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
