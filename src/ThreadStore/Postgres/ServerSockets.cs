using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace ThreadStore.Postgres;

/// <summary>Where a database listens: several servers may be named, by ports or by sockets of this machine.</summary>
/// <param name="Ports">No client has one of them.</param>
/// <param name="Sockets">As in <c>/var/run/postgresql/.s.PGSQL.5432</c>.</param>
public sealed record ServerAddresses(IReadOnlySet<int> Ports, IReadOnlySet<string> Sockets)
{
    public static ServerAddresses Of(NpgsqlConnectionStringBuilder settings)
    {
        var (ports, sockets) = (new HashSet<int>(), new HashSet<string>());
        foreach (var host in (settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var colon = host.LastIndexOf(':');
            var hasPort = int.TryParse(host.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port);
            if (!hasPort)
                port = settings.Port;
            // a folder, or a name that Linux keeps outside of folders
            if (host.StartsWith('/') || host.StartsWith('@'))
                sockets.Add($"{(hasPort && colon > 0 ? host[..colon] : host)}/.s.PGSQL.{port}");
            else
                ports.Add(port);
        }
        return new(ports, sockets);
    }

    public ServerAddresses And(ServerAddresses others) =>
        new(Ports.Union(others.Ports).ToHashSet(), Sockets.Union(others.Sockets).ToHashSet());
}

/// <summary>
/// This process's connections to a database server, as the operating system knows them. A server that is frozen keeps
/// its connections and says nothing, and nothing ends the wait for it: when a command's time is up, or it is cancelled,
/// Npgsql asks the server on another connection to stop it, and waits for the answer to that, however long.
/// </summary>
static class ServerSockets
{
    /// <summary>Ends them, whatever waits on them: that fails as if the server had closed them. Only Linux tells which
    /// they are.</summary>
    public static void Shutdown(ServerAddresses servers)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var overTcp = servers.Ports.Count == 0 ? [] : OverTcp(servers.Ports);
        var local = servers.Sockets.Count == 0 ? [] : Local();
        if (overTcp.Count + local.Count == 0)
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (LinkOf(entry) is not { } link)
                continue;
            var descriptor = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            if (overTcp.Contains(link))
                Shutdown(descriptor, _ => true);
            else if (local.Contains(link))
                Shutdown(descriptor, s => servers.Sockets.Contains($"{s.RemoteEndPoint}"));
        }
    }

    static HashSet<string> OverTcp(IReadOnlySet<int> ports) =>
        [
            .. Table("tcp")
                .Concat(Table("tcp6"))
                .Where(fields => ports.Contains(Port(fields[2])))
                .Select(fields => $"socket:[{fields[9]}]"),
        ];

    // the client's end has no name there; only the socket itself says to whom it goes
    static HashSet<string> Local() => [.. Table("unix").Select(fields => $"socket:[{fields[6]}]")];

    static IEnumerable<string[]> Table(string protocol)
    {
        var file = $"/proc/self/net/{protocol}";
        return File.Exists(file)
            ? File.ReadLines(file)
                .Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : [];
    }

    /// <param name="address">As in <c>0100007F:1538</c>.</param>
    static int Port(string address) =>
        int.Parse(
            address.AsSpan(address.IndexOf(':') + 1),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );

    static string? LinkOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }

    static void Shutdown(int descriptor, Func<Socket, bool> isMeant)
    {
        try
        {
            // its owner closes it
            using var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
            using var socket = new Socket(handle);
            if (isMeant(socket))
                socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // closed meanwhile
        }
    }
}
