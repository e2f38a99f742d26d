using System.Diagnostics.Metrics;

namespace ThreadStore.Telemetry;

/// <summary>What ThreadStore counts of itself.</summary>
public static class Meters
{
    public const string Name = "ThreadStore";

    static readonly Meter Meter = new(Name);

    /// <summary>Commands that shared one transaction.</summary>
    public static readonly Histogram<int> BatchLength = Meter.CreateHistogram<int>(
        "threadstore.append.batch",
        "{command}"
    );

    /// <summary>From taking a batch to its commit.</summary>
    public static readonly Histogram<double> BatchTime = Meter.CreateHistogram<double>(
        "threadstore.append.duration",
        "s"
    );

    /// <summary>Requests that were answered with a page kept ready-made.</summary>
    public static readonly Counter<long> HotPages = Meter.CreateCounter<long>(
        "threadstore.pages.hot",
        "{request}"
    );

    /// <summary>Reads for which a standby could have been asked, by who was: a standby, or the primary in its place.</summary>
    public static readonly Counter<long> ReplicaReads = Meter.CreateCounter<long>(
        "threadstore.replicas.reads",
        "{request}"
    );

    /// <summary>Readers who watch a thread on this node.</summary>
    public static readonly UpDownCounter<int> Watchers = Meter.CreateUpDownCounter<int>(
        "threadstore.live.watchers",
        "{reader}"
    );

    /// <summary>Attempts to hand an event on to a recipient outside, by how they ended.</summary>
    public static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "threadstore.deliveries",
        "{attempt}"
    );

    /// <summary>Attempts to send a mail, by how they ended.</summary>
    public static readonly Counter<long> Mails = Meter.CreateCounter<long>("threadstore.mails", "{attempt}");
}
