using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

/// <summary>Looks at the addresses to listen on before anything is started, so that what is wrong is one sentence.</summary>
static class Addresses
{
    /// <exception cref="StartupException">One is none, or somebody else listens there.</exception>
    /// <param name="configuration">Has those of the server.</param>
    /// <param name="metrics">Those of the metrics, where they have their own.</param>
    public static void Check(IConfiguration configuration, IReadOnlyList<string> metrics)
    {
        var urls = configuration["urls"] is { Length: > 0 } set ? set : ServerOptions.DefaultUrl;
        foreach (
            var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
            Check(url, "ASPNETCORE_URLS");
        foreach (var url in metrics)
            Check(url, "ThreadStore__MetricsUrls");
    }

    static void Check(string url, string setting)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
            if (address.Scheme is not ("http" or "https"))
                throw new FormatException("it begins with http:// or https://");
            if (!address.IsUnixPipe && address.Port is < 0 or > 65_535)
                throw new FormatException("a port is at most 65535");
            // what follows the last colon is no port, and would be taken for a part of the name
            if (
                !address.IsUnixPipe
                && !address.IsNamedPipe
                && address.Host.Contains(':')
                && !address.Host.StartsWith('[')
            )
                throw new FormatException("a port is a number");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new StartupException(
                $"'{url}' is no address to listen on ({e.Message}): set {setting} as in {ServerOptions.DefaultUrl}."
            );
        }
        // a socket of the file system is Kestrel's to judge; port 0 is always free
        if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
            return;
        foreach (var ip in PlacesOf(address.Host))
            if (FaultOf(new(ip, address.Port)) is { } fault)
                throw new StartupException(
                    fault == SocketError.AddressAlreadyInUse
                        ? string.Create(
                            CultureInfo.InvariantCulture,
                            $"Another program listens on port {address.Port} of {address.Host}: end it, or choose another by {setting}."
                        )
                        : $"{address.Host} is no address of this machine: choose one by {setting}, or 0.0.0.0 for all."
                );
    }

    /// <summary>As Kestrel takes a host's name: one that is no address stands for all.</summary>
    static IPAddress[] PlacesOf(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : IPAddress.TryParse(host, out var address) ? [address]
        : [IPAddress.Any];

    static SocketError? FaultOf(IPEndPoint place)
    {
        try
        {
            using var listener = new TcpListener(place);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            // whatever else there is about it, Kestrel finds out
            return e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable
                ? e.SocketErrorCode
                : null;
        }
    }
}
