using System.Globalization;
using System.Net.Sockets;

namespace ThreadStore.Storage;

/// <summary>
/// This process's connections to a database server, as the operating system knows them. A server that is frozen keeps
/// its connections and says nothing, and nothing ends the wait for it: when a command's time is up, or it is cancelled,
/// Npgsql asks the server on another connection to stop it, and waits for the answer to that, however long.
/// </summary>
static class ServerSockets
{
    /// <summary>Ends them, whatever waits on them: that fails as if the server had closed them. Only Linux tells which
    /// they are.</summary>
    /// <param name="ports">On which the server listens. No client has one of them.</param>
    public static void Shutdown(IReadOnlySet<int> ports)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var sockets = ((string[])["/proc/self/net/tcp", "/proc/self/net/tcp6"])
            .Where(File.Exists)
            .SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => ports.Contains(Port(fields[2])))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        if (sockets.Count == 0)
            return;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            if (LinkOf(descriptor) is { } link && sockets.Contains(link))
                Shutdown(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture));
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

    static void Shutdown(int descriptor)
    {
        try
        {
            // its owner closes it
            using var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
            using var socket = new Socket(handle);
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // closed meanwhile
        }
    }
}
