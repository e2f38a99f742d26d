using System.Net;
using System.Net.Sockets;

namespace ThreadStore.Deliveries;

/// <summary>
/// Keeps calls to addresses that people gave us within the public internet: neither this machine, nor its network, nor
/// the cloud's own services, whatever a name says when it is looked up.
/// </summary>
/// <remarks>
/// Looked up and connected to in one: an address that is only checked beforehand may be another when it is used (DNS
/// rebinding). A proxy would look names up itself, unseen; so there is none.
/// </remarks>
public sealed class PublicAddresses(bool allowPrivate)
{
    /// <summary>Lets calls go anywhere, for who develops and for networks that trust their administrators.</summary>
    public const string Setting = "ThreadStore:Deliveries:AllowPrivateAddresses";

    /// <summary>Whether calls may go anywhere.</summary>
    public bool AllowPrivate => allowPrivate;

    /// <summary>What calls go through.</summary>
    public SocketsHttpHandler Handler() =>
        new()
        {
            // elsewhere nobody has the secret, and nobody looked at the address
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = allowPrivate,
            // an address may move
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, ct),
        };

    async ValueTask<Stream> ConnectAsync(DnsEndPoint recipient, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(recipient.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(recipient.Host, ct);
        if (!allowPrivate)
        {
            addresses = [.. addresses.Where(IsPublic)];
            if (addresses.Length == 0)
                throw new PrivateAddressException();
        }
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, recipient.Port), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                // the next one may answer
                last = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>What no public recipient has (IANA's registries of special-purpose addresses).</summary>
    static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by a carrier's customers
            "127.0.0.0/8", // this machine
            "169.254.0.0/16", // link-local, where clouds keep their secrets
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocols' own
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            // within the IPv6 addresses that are public at all
            "2001::/23", // protocols' own: tunnels to IPv4 among them
            "2001:db8::/32", // documentation
            "2002::/16", // tunnels to IPv4
            "3fff::/20", // documentation
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>
    /// Of all other IPv6 addresses none is: this machine, its network, multicast, and IPv4 addresses in another dress
    /// (mapped, NAT64).
    /// </summary>
    static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address) =>
        (
            address.AddressFamily == AddressFamily.InterNetwork
            || (!address.IsIPv4MappedToIPv6 && PublicIPv6.Contains(address))
        ) && !Array.Exists(NotPublic, n => n.Contains(address));
}

/// <summary>A call would have gone where calls may not go.</summary>
public sealed class PrivateAddressException()
    : IOException($"no public address; allow others with {PublicAddresses.Setting.Replace(":", "__")}");
