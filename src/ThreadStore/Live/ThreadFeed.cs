using ThreadStore.EventStore;
using ThreadStore.Postgres;
using ThreadStore.Telemetry;

namespace ThreadStore.Live;

/// <summary>
/// The node's one tail of committed events, and the readers whom it tells of them. It reads each stretch of history
/// once, whatever number of readers there is, and not at all where there was none of late.
/// </summary>
public sealed class ThreadFeed : BackgroundService
{
    /// <summary>Positions that are read at once: bounds the memory of a tail that was cut off for a while.</summary>
    public const int Stretch = 1_000;

    /// <summary>The resolution of heartbeats and late reactions: one timer for all readers.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Proxies close what is silent for 30 to 60 s.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    public static readonly int HeartbeatTicks = (int)(HeartbeatInterval / Tick);

    /// <summary>How often a reader is told of reactions to one comment, at most.</summary>
    public static readonly TimeSpan ReactionInterval = TimeSpan.FromSeconds(1);

    readonly Positions positions;
    readonly LiveHistory history;
    readonly TimeProvider clock;
    readonly ILogger<ThreadFeed> log;

    readonly Lock gate = new();
    readonly List<(Watcher Watcher, long? After)> joining = [];
    readonly Dictionary<(string Site, string Article), WatchedThread> threads = [];
    TaskCompletionSource nudge = NewNudge();
    bool isStopping;
    int ticks;
    int epoch;

    /// <summary>How far the tail came: what it told is told once, also when the next stretch can't be read.</summary>
    long read;

    public ThreadFeed(
        Positions positions,
        LiveHistory history,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        Departures departures,
        ILogger<ThreadFeed> log
    )
    {
        departures.Left += Leave;
        (this.positions, this.history, this.clock, this.log) = (positions, history, clock, log);
        // before the server waits for its requests to end, which these would not do by themselves
        lifetime.ApplicationStopping.Register(CloseAll);
    }

    /// <summary>Streams that the tail serves.</summary>
    public int Watching
    {
        get
        {
            lock (gate)
                return threads.Values.Sum(t => t.Watchers.Count);
        }
    }

    bool AnybodyThere
    {
        get
        {
            lock (gate)
                return threads.Count + joining.Count > 0;
        }
    }

    /// <summary>Has a reader told of all that happens from now on.</summary>
    /// <param name="after">What they have already; null: they start at now.</param>
    /// <returns>The reader, and the position from which on they are told; before it they must read for themselves.</returns>
    public async Task<(Watcher Watcher, long From)> JoinAsync(
        string site,
        string article,
        long? after,
        CancellationToken ct
    )
    {
        var watcher = new Watcher(site, article);
        lock (gate)
        {
            if (isStopping)
                watcher.Finish(StreamEnd.Stopping);
            else
                joining.Add((watcher, after));
        }
        Nudge();
        Meters.Watchers.Add(1);
        try
        {
            return (watcher, await watcher.Joined.Task.WaitAsync(ct));
        }
        catch
        {
            Leave(watcher);
            throw;
        }
    }

    public void Leave(Watcher watcher)
    {
        lock (gate)
        {
            joining.RemoveAll(j => j.Watcher == watcher);
            // the thread itself stays a while: its readers may come back, and then it knows what they were told
            if (threads.TryGetValue((watcher.Site, watcher.Article), out var thread))
                thread.Leave(watcher, clock);
        }
        Meters.Watchers.Add(-1);
    }

    /// <summary>Has a site's readers come back: it lives in another database now.</summary>
    void Leave(string site)
    {
        lock (gate)
        {
            foreach (var (watcher, _) in joining.Where(j => j.Watcher.Site == site))
                watcher.Finish(StreamEnd.Moved);
            foreach (var watcher in threads.Values.SelectMany(t => t.Watchers).Where(w => w.Site == site))
                watcher.Finish(StreamEnd.Moved);
        }
    }

    void CloseAll()
    {
        lock (gate)
        {
            isStopping = true;
            foreach (var (watcher, _) in joining)
                watcher.Finish(StreamEnd.Stopping);
            foreach (var watcher in threads.Values.SelectMany(t => t.Watchers))
                watcher.Finish(StreamEnd.Stopping);
        }
    }

    static TaskCompletionSource NewNudge() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    void Nudge()
    {
        lock (gate)
            nudge.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(
            _ =>
            {
                Interlocked.Increment(ref ticks);
                if (AnybodyThere)
                    Nudge();
            },
            null,
            Tick,
            Tick
        );
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Task nudged;
                lock (gate)
                {
                    if (nudge.Task.IsCompleted)
                        nudge = NewNudge();
                    nudged = nudge.Task;
                }
                await ReadOnAsync(stoppingToken);
                await Task.WhenAny(positions.MovedBeyondAsync(read), nudged).WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
            catch (Exception e)
            {
                // whatever it is: a tail that ends would take the server with it
                log.LogWarning(
                    Outage.Is(e) ? null : e,
                    "Live readers wait: the events can't be read: {Reason}",
                    e.Message
                );
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads and tells all that is there.</summary>
    async Task ReadOnAsync(CancellationToken ct)
    {
        do
        {
            // a node that has just started: without it, the whole history would be news
            if (positions.Newest == 0 && AnybodyThere)
                await positions.AskAsync(ct);
            if (!TakeIn(out var sites, out var due))
                return;
            var upTo = Math.Min(positions.Newest, read + Stretch);
            var events = upTo > read ? await history.ReadAsync(sites, read, upTo, ct) : [];
            await TellAsync(events, due, ct);
            read = upTo;
        } while (read < positions.Newest);
    }

    /// <summary>Between two stretches readers join, hearts beat, and reactions become due.</summary>
    /// <returns>False where nobody watches: then there is nothing to read up to now.</returns>
    bool TakeIn(out string[] sites, out List<(WatchedThread Thread, List<Guid> Comments)> due)
    {
        lock (gate)
        {
            var tick = Volatile.Read(ref ticks);
            if (positions.Epoch != epoch)
                WentBack();
            if (threads.Count == 0)
                read = positions.Newest;
            foreach (var (watcher, after) in joining)
            {
                var key = (watcher.Site, watcher.Article);
                if (!threads.TryGetValue(key, out var thread))
                    threads[key] = thread = new(watcher.Site, watcher.Article);
                thread.Watchers.Add(watcher);
                // who starts at now has seen what is committed; who comes from a node that is ahead has seen more
                var newest = positions.Newest;
                watcher.Join(
                    after is null ? newest : read,
                    after is null ? newest : Math.Max(after.Value, read),
                    tick
                );
            }
            joining.Clear();
            foreach (var thread in threads.Values.Where(t => t.IsForgotten(clock)).ToArray())
                threads.Remove((thread.Site, thread.Article));
            due = [];
            foreach (var thread in threads.Values)
            {
                foreach (var watcher in thread.Watchers)
                    watcher.Beat(tick);
                if (thread.Due(clock) is { Count: > 0 } comments)
                    due.Add((thread, comments));
            }
            sites = [.. threads.Keys.Select(k => k.Site).Distinct()];
            return threads.Count > 0;
        }
    }

    /// <summary>Whoever watches reads anew: nobody knows which of what they were told is still so.</summary>
    void WentBack()
    {
        epoch = positions.Epoch;
        foreach (var watcher in threads.Values.SelectMany(t => t.Watchers))
            watcher.Finish(StreamEnd.WentBack);
        threads.Clear();
    }

    async Task TellAsync(
        List<LiveEvent> events,
        List<(WatchedThread Thread, List<Guid> Comments)> due,
        CancellationToken ct
    )
    {
        var news = new Dictionary<WatchedThread, (List<LiveEvent> Events, List<Guid> Due)>();
        foreach (var (thread, comments) in due)
            news[thread] = ([], comments);
        lock (gate)
        {
            foreach (var e in events)
            {
                foreach (var article in (string?[])[e.ArticleKey, e.From])
                {
                    if (article is null || !threads.TryGetValue((e.Site, article), out var thread))
                        continue;
                    if (!news.TryGetValue(thread, out var known))
                        news[thread] = known = ([], []);
                    known.Events.Add(e);
                }
            }
        }
        if (news.Count == 0)
            return;
        var wanted = new HashSet<(string, Guid)>();
        foreach (var (thread, (happened, late)) in news)
        {
            foreach (var e in happened)
                if (e.CommentId is { } id)
                    wanted.Add((thread.Site, id));
            foreach (var id in late)
                wanted.Add((thread.Site, id));
        }
        var rows = await history.LoadAsync(wanted, [.. news.Keys.Select(t => (t.Site, t.Article))], ct);
        lock (gate)
        {
            foreach (var (thread, (happened, late)) in news)
                thread.Tell(happened, late, rows, clock);
        }
    }
}
