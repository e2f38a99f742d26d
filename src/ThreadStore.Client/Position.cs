using System.Collections.Concurrent;
using System.Globalization;

namespace ThreadStore.Client;

// What this client has seen of the history.
public sealed partial class ThreadStoreClient
{
    const string PositionHeader = "ThreadStore-Position";
    const string MinPositionHeader = "ThreadStore-Min-Position";
    const string Live = "live";
    const string Comments = "comments";

    /// <summary>How long reads ask for what was written: by then every node and shared cache has it.</summary>
    static readonly TimeSpan WriteIsNew = TimeSpan.FromMinutes(1);

    /// <summary>Of so many articles it is remembered where their pages stood.</summary>
    const int MostPages = 1_000;

    readonly ConcurrentDictionary<string, long> pages = new();
    readonly Lock gate = new();
    long position;
    (long Position, long Until) written;

    /// <summary>
    /// The newest position that was read or written through this client. Whoever passes work on, to another program or a
    /// later page, passes it along: what is set here is the least that the answers of the next minute hold.
    /// </summary>
    public long Position
    {
        get => Volatile.Read(ref position);
        set => Raise(value, isWritten: true);
    }

    /// <summary>What reads must hold; null: whatever there is.</summary>
    long? Wanted
    {
        get
        {
            lock (gate)
                return written.Position > 0 && Environment.TickCount64 < written.Until
                    ? written.Position
                    : null;
        }
    }

    void Raise(long value, bool isWritten)
    {
        lock (gate)
        {
            Volatile.Write(ref position, Math.Max(position, value));
            if (isWritten)
                written = (
                    Math.Max(written.Position, value),
                    Environment.TickCount64 + (long)WriteIsNew.TotalMilliseconds
                );
        }
    }

    void Note(Call call, HttpResponseMessage response)
    {
        if (
            !response.Headers.TryGetValues(PositionHeader, out var values)
            || !long.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var held)
        )
            return;
        Raise(held, isWritten: !call.IsGet && !call.IsPublic);
        if (!call.IsGet || call.HasCursor || !call.Path.EndsWith($"/{Comments}", StringComparison.Ordinal))
            return;
        if (pages.Count >= MostPages)
            pages.Clear();
        pages[call.Path[..^Comments.Length]] = held;
    }

    /// <summary>Where the page stood that was read last of the article whose stream a path is; null: none was read.</summary>
    string? PositionOfPage(string livePath) =>
        pages.TryGetValue(livePath[..^Live.Length], out var held)
            ? held.ToString(CultureInfo.InvariantCulture)
            : null;
}
