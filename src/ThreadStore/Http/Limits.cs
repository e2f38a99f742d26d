using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ThreadStore.EventStore;
using ThreadStore.Setup;

namespace ThreadStore.Http;

/// <summary>
/// What one server lets be open at once, and how slowly it lets itself be read: so that nobody takes up its memory by
/// asking and not listening. By address as in <see cref="RateLimits.AddressOf"/>; this machine itself has no limit there.
/// </summary>
public sealed class Limits(LimitOptions options, TrustedProxies proxies)
{
    /// <summary>A network that fails for a moment costs nobody an answer.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Of the pace of whom it costs little to wait for: they hold a buffer and nothing else.</summary>
    public static readonly MinDataRate Patient = new(240, Grace);

    readonly Counts connections = new();
    readonly Counts streams = new();

    public void ApplyTo(KestrelServerLimits kestrel)
    {
        kestrel.MaxConcurrentConnections = options.Connections;
        kestrel.MinResponseDataRate = new(options.BytesPerSecond, Grace);
        // whoever writes slowly takes up one of the places of those who write
        kestrel.MinRequestBodyDataRate = new(options.BytesPerSecond, Grace);
    }

    /// <summary>Ends connections of an address that has too many, before anything is read from them.</summary>
    public async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var remote = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        // through whom all readers come
        var address = proxies.Trusts(remote) ? RateLimits.Unbounded : RateLimits.AddressOf(remote);
        if (!connections.TryEnter(address, int.MaxValue, options.ConnectionsPerAddress))
        {
            connection.Abort(new ConnectionAbortedException("Too many connections from one address."));
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            connections.Leave(address);
        }
    }

    /// <summary>Takes a place for an answer that has no end; to be given back.</summary>
    /// <returns>Null where there is none; then the refusal was sent.</returns>
    public async Task<IDisposable?> OpenStreamAsync(HttpContext http)
    {
        var address = RateLimits.AddressOf(http.Connection.RemoteIpAddress);
        if (streams.TryEnter(address, options.Streams, options.StreamsPerAddress))
            return new Place(streams, address);
        http.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
        Gate.SetPosition(http, http.RequestServices.GetRequiredService<Positions>().Newest);
        await (
            streams.All >= options.Streams
                ? new Problem("busy", "This server has as many live streams as it can. Try again soon.")
                : new Problem(
                    "rate-limited",
                    $"Your address has {options.StreamsPerAddress} live streams open, and can't have more."
                )
        ).ExecuteAsync(http);
        return null;
    }

    /// <summary>Seconds after which one of the others may have ended.</summary>
    const int RetryAfter = 10;

    sealed class Place(Counts counts, string address) : IDisposable
    {
        int isGiven;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isGiven, 1) == 0)
                counts.Leave(address);
        }
    }

    /// <summary>How many are open, in all and by address.</summary>
    sealed class Counts
    {
        readonly Lock gate = new();
        readonly Dictionary<string, int> byAddress = [];

        public int All { get; private set; }

        public bool TryEnter(string address, int most, int mostOfAddress)
        {
            lock (gate)
            {
                var count = byAddress.GetValueOrDefault(address);
                if (All >= most || (count >= mostOfAddress && address != RateLimits.Unbounded))
                    return false;
                All++;
                byAddress[address] = count + 1;
                return true;
            }
        }

        public void Leave(string address)
        {
            lock (gate)
            {
                All--;
                if (--byAddress[address] == 0)
                    byAddress.Remove(address);
            }
        }
    }
}
