using System.Net;
using Microsoft.Extensions.Primitives;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>What a request says of its sender and of the address that they asked, as far as it can be believed.</summary>
/// <param name="Address">Null where the server does not know who is at the other end.</param>
/// <param name="Scheme">Null, like the others: nobody who is trusted said it.</param>
/// <param name="Prefix">As <see cref="PathPrefix.Parse"/> gives it.</param>
public sealed record Forwarded(IPAddress? Address, string? Scheme, string? Host, string? Prefix);

/// <summary>
/// The proxies whose <c>X-Forwarded-*</c> is believed (<c>ThreadStore__TrustedProxies</c>): each tells of the one before
/// it, from the right, up to the first that is not trusted. What stands further left, anybody may have written.
/// </summary>
/// <remarks>
/// ASP.NET Core's own middleware needs a context of the host, which hot pages are answered without. And where a proxy
/// names no address, it takes the next word to the left as that of another trusted one; here nobody vouches for it.
/// </remarks>
public sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    const string For = "X-Forwarded-For";
    const string Proto = "X-Forwarded-Proto";
    const string Host = "X-Forwarded-Host";
    const string Prefix = "X-Forwarded-Prefix";

    /// <summary>All headers that a proxy may tell by.</summary>
    public static readonly string[] Headers = [For, Proto, Host, Prefix];

    readonly IPNetwork[] networks = [.. networks];

    public bool IsEmpty => networks.Length == 0;

    int warned;

    /// <summary>Whether a request has such a header of a sender who is not trusted, and nobody was told yet.</summary>
    public bool IsToWarn(IPAddress? sender, IHeaderDictionary headers) =>
        Volatile.Read(ref warned) == 0 && Array.Exists(Headers, headers.ContainsKey) && !Trusts(sender);

    /// <returns>Such a header, the first time that there is one; else null.</returns>
    public string? WarnOnce(IPAddress? sender, IHeaderDictionary headers) =>
        IsToWarn(sender, headers) && Interlocked.Exchange(ref warned, 1) == 0
            ? Array.Find(Headers, headers.ContainsKey)
            : null;

    /// <exception cref="StartupException">One is neither an address nor a network.</exception>
    public static TrustedProxies Of(ServerOptions options) =>
        new([.. options.TrustedProxies.Select(Network)]);

    static IPNetwork Network(string text)
    {
        // "10" and "10.1" are addresses too, of another kind than is meant
        var isWhole = text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3;
        if (isWhole && IPAddress.TryParse(text, out var address))
        {
            address = Plain(address);
            return new(address, address.GetAddressBytes().Length * 8);
        }
        return isWhole && IPNetwork.TryParse(text, out var network)
            ? network
            : throw new StartupException(
                $"ThreadStore__TrustedProxies: '{text}' is no address and no network; write 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32."
            );
    }

    public bool Trusts(IPAddress? address)
    {
        if (address is null || networks.Length == 0)
            return false;
        address = Plain(address);
        foreach (var network in networks)
            if (network.Contains(address))
                return true;
        return false;
    }

    /// <summary>Whom a request comes from; all that rate limits need to know.</summary>
    public IPAddress? AddressOf(IPAddress? sender, IHeaderDictionary headers)
    {
        if (!Trusts(sender))
            return sender;
        var before = new FromRight(headers[For]);
        while (Trusts(sender) && before.Address() is { } address)
            sender = address;
        return sender;
    }

    /// <summary>All that is said, as far as it can be believed.</summary>
    public Forwarded Read(IPAddress? sender, IHeaderDictionary headers)
    {
        var (scheme, host, prefix) = ((string?)null, (string?)null, (string?)null);
        var (addresses, schemes) = (new FromRight(headers[For]), new FromRight(headers[Proto]));
        var (hosts, prefixes) = (new FromRight(headers[Host]), new FromRight(headers[Prefix]));
        while (Trusts(sender))
        {
            scheme = Scheme(schemes.Next()) ?? scheme;
            host = HostName(hosts.Next()) ?? host;
            prefix = PathPrefix.Parse(prefixes.Next()) is { Length: > 0 } some ? some : prefix;
            if (addresses.Address() is not { } address)
                break;
            sender = address;
        }
        return new(sender, scheme, host, prefix);
    }

    static string? Scheme(ReadOnlySpan<char> text) =>
        text.Equals("https", StringComparison.OrdinalIgnoreCase) ? "https"
        : text.Equals("http", StringComparison.OrdinalIgnoreCase) ? "http"
        : null;

    static string? HostName(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 255 && text.IndexOfAnyExcept(HostCharacters) < 0 ? text.ToString() : null;

    static readonly System.Buffers.SearchValues<char> HostCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]"
    );

    static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The words of a header in all its lines, the last first.</summary>
    struct FromRight(StringValues lines)
    {
        int line = lines.Count;
        int end = -1;

        /// <summary>Empty where there are no more, or where somebody said nothing.</summary>
        public ReadOnlySpan<char> Next()
        {
            if (end < 0)
            {
                if (line == 0)
                    return default;
                end = lines[--line]?.Length ?? 0;
            }
            var text = (lines[line] ?? "").AsSpan(0, end);
            end = text.LastIndexOf(',');
            return text[(end + 1)..].Trim();
        }

        /// <summary>Null where nothing that is an address was said. It may have a port.</summary>
        public IPAddress? Address() =>
            IPEndPoint.TryParse(Next(), out var found) ? Plain(found.Address) : null;
    }
}
