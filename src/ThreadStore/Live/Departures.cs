using System.Collections.Concurrent;

namespace ThreadStore.Live;

/// <summary>Tells what follows a site for as long as it may that the site lives in another database now.</summary>
public sealed class Departures
{
    readonly ConcurrentDictionary<string, CancellationTokenSource> sites = new(StringComparer.Ordinal);

    public event Action<string>? Left;

    /// <summary>Ends when the site leaves.</summary>
    public CancellationToken Of(string site) => sites.GetOrAdd(site, static _ => new()).Token;

    public void Leave(string site)
    {
        Left?.Invoke(site);
        if (sites.TryRemove(site, out var end))
            end.Cancel();
    }
}
