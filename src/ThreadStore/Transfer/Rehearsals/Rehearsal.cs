using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.History;
using ThreadStore.Kernel;
using ThreadStore.Postgres;
using ThreadStore.Privacy;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>What is to be played, where, and how.</summary>
/// <param name="From">The position of the first event of the stretch.</param>
/// <param name="To">The position of the last; both are in it.</param>
/// <param name="Speed">Times as fast as it was.</param>
/// <param name="Seed">From which pseudonyms follow; null: from something that nobody knows afterwards.</param>
/// <param name="BesideOthers">Also into a site that has comments.</param>
public sealed record RehearsalRequest(
    string Site,
    long From,
    long To,
    string Into,
    double Speed = 1,
    Kept Keep = Kept.Nothing,
    string? Seed = null,
    bool BesideOthers = false
);

/// <summary>How a rehearsal went.</summary>
/// <param name="Before">Events of before the stretch, which were told at once.</param>
/// <param name="Played">Events of the stretch.</param>
/// <param name="LeftOut">Why events are not in the copy; nothing where all are.</param>
/// <param name="Last">The position, in the source, of the last that was played.</param>
/// <param name="Took">From the first event to the last.</param>
/// <param name="Due">What that would have taken at the speed asked for.</param>
/// <param name="Source">The structure of what was to be played.</param>
/// <param name="Copy">The structure of what is there now; null where it was ended before its end.</param>
public sealed record RehearsalOutcome(
    long Before,
    long Played,
    IReadOnlyList<string> LeftOut,
    long Last,
    TimeSpan Took,
    TimeSpan Due,
    string Source,
    string? Copy
)
{
    /// <summary>Of what it should take, or of a second where that is less: nobody sees a difference of milliseconds.</summary>
    const double MaxDeviation = 0.05;

    /// <summary>All that was to be played is there as it was.</summary>
    public bool IsComplete => Copy == Source && LeftOut.Count == 0;

    public bool IsInRhythm =>
        (Took - Due).Duration() <= MaxDeviation * Math.Max(Due.TotalSeconds, 1) * TimeSpan.FromSeconds(1);
}

/// <summary>
/// Plays a stretch of a site's history as live traffic into another site: the same people under other names say other words
/// of the same length, at the same distances in time. What came before the stretch is told first, at once, so that it begins
/// with the site as it stood. The source is only read, a little at a time.
/// </summary>
public sealed class Rehearsal(
    NpgsqlDataSource source,
    NpgsqlDataSource target,
    RehearsalRequest request,
    ErasureHash hash,
    TimeProvider clock
)
{
    /// <summary>Events that are read, and appended in one transaction, at most.</summary>
    const int Most = 1_000;

    /// <summary>A timer takes no more than some weeks, and a pause may be longer.</summary>
    static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Reasons that are kept.</summary>
    const int MaxTold = 20;

    readonly Pseudonyms pseudonyms = Pseudonyms.Of(request.Seed, request.Keep);
    readonly List<string> leftOut = [];
    readonly Structure played = new();
    long before;
    long last;

    /// <summary>The position, in the source, of the last event that was played; 0: none was.</summary>
    public long Last => last;

    /// <param name="progress">Told of each event of the stretch that was played, and of each before it that was told.</param>
    /// <param name="ct">Ends it between two events: what was played stays, and the outcome says up to where it came.</param>
    /// <exception cref="StartupException">It can't be played; nothing was.</exception>
    public async Task<RehearsalOutcome> RunAsync(Action<PassProgress> progress, CancellationToken ct)
    {
        var stage = await Stage.LookAsync(source, target, request, ct);
        var (taken, met) = await Company.LookAsync(source, target, request, pseudonyms.Run, ct);
        pseudonyms.Meet(taken, met);
        var timeline = new Timeline(stage.Origin, clock.GetUtcNow(), request.Speed);
        var disguise = new Disguise(pseudonyms, timeline, request.Into, settings: !stage.HasTarget);
        await using var connection = await target.OpenConnectionAsync(ct);
        await using var appender = new FeedAppender(
            connection,
            request.Into,
            isDry: false,
            isNew: true,
            hash
        );
        // the first event is played when all is ready; from when it is there, the others are due
        long? started = null;
        TimeSpan Elapsed() => started is { } begin ? clock.GetElapsedTime(begin) : TimeSpan.Zero;
        var (due, took, after, isWhole) = (TimeSpan.Zero, TimeSpan.Zero, 0L, false);
        try
        {
            await foreach (var events in ReadAsync(0, request.From - 1, ct))
            {
                await AppendAsync(appender, [.. events.Select(disguise.Of).OfType<FeedLine>()]);
                before += events.Count;
                progress(new(before, events[^1].Position, request.To));
            }
            after = await NewestAsync(target, ct);
            timeline.Began = clock.GetUtcNow();
            await foreach (var events in ReadAsync(request.From - 1, request.To, ct))
                for (var i = 0; i < events.Count; )
                {
                    var next = timeline.DueAfter(events[i].At);
                    while (next - Elapsed() is { Ticks: > 0 } left)
                        await Task.Delay(left < LongestDelay ? left : LongestDelay, clock, ct);
                    var now = Elapsed();
                    var end = i + 1;
                    while (end < events.Count && timeline.DueAfter(events[end].At) <= now)
                        end++;
                    await PlayAsync(appender, disguise, events[i..end]);
                    started ??= clock.GetTimestamp();
                    (due, took, i) = (timeline.DueAfter(events[end - 1].At), Elapsed(), end);
                    progress(new(before + played.Events, last, request.To));
                }
            isWhole = true;
            // the last positions may be of other sites
            progress(new(before + played.Events, request.To, request.To));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // what was played is there, and its outcome is told
        }
        return new(
            before,
            played.Events,
            leftOut,
            last,
            took,
            due,
            played.Hash,
            isWhole ? await CopyAsync(after) : null
        );
    }

    async Task PlayAsync(FeedAppender appender, Disguise disguise, IReadOnlyList<RecordedEvent> events)
    {
        var lines = new List<FeedLine>();
        var shown = new List<RecordedEvent>();
        foreach (var e in events)
            if (disguise.Of(e) is { } line)
            {
                lines.Add(line);
                if (line.Type.Stream != "site")
                    shown.Add(e);
            }
        if (await AppendAsync(appender, lines) > 0)
            throw new StartupException(
                $"This stretch was played into '{request.Into}' with this seed before: give another, or none."
            );
        foreach (var e in shown)
            played.Add(EventNames.Find(e.Type)!, e.Data);
        last = events[^1].Position;
    }

    /// <summary>
    /// What does not fit, since somebody else wrote there meanwhile, must not cost its neighbours. A transaction is not cut
    /// off, so that it is known what was played.
    /// </summary>
    /// <returns>How many were there already.</returns>
    async Task<long> AppendAsync(FeedAppender appender, List<FeedLine> lines)
    {
        if (lines.Count == 0)
            return 0;
        try
        {
            var (_, already, refused) = await appender.AppendAsync(lines, CancellationToken.None);
            foreach (var (line, reason, _) in refused)
                LeaveOut(line, reason);
            return already;
        }
        catch (Exception e) when (e is PostgresException or InvalidOperationException && !Outage.Is(e))
        {
            if (lines.Count > 1)
                return await AppendAsync(appender, lines[..(lines.Count / 2)])
                    + await AppendAsync(appender, lines[(lines.Count / 2)..]);
            LeaveOut(lines[0], e.Message);
            return 0;
        }
    }

    void LeaveOut(FeedLine line, string reason)
    {
        if (leftOut.Count < MaxTold)
            leftOut.Add($"position {line.Number}, {line.Type.Name}: {reason}");
    }

    /// <summary>A statement a stretch: a rehearsal takes hours, and no statement on a live database may.</summary>
    async IAsyncEnumerable<List<RecordedEvent>> ReadAsync(
        long after,
        long to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        while (after < to)
        {
            var events = new List<RecordedEvent>();
            var isEnd = false;
            await using (var connection = await source.OpenConnectionAsync(ct))
            {
                await using var command = new EventFilter(request.Site).Command(connection, after, Most);
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (!isEnd && await reader.ReadAsync(ct))
                {
                    var e = new RecordedEvent();
                    e.Read(reader);
                    isEnd = e.Position > to;
                    if (!isEnd)
                        events.Add(e);
                }
            }
            if (events.Count == 0)
                yield break;
            yield return events;
            after = isEnd ? to : events[^1].Position;
        }
    }

    static async Task<long> NewestAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Positions.NewestSql);
        return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
    }

    /// <summary>What stands in the target now, as far as it was played: others may have written beside it.</summary>
    async Task<string> CopyAsync(long after)
    {
        var copy = new Structure();
        await using var connection = await target.OpenConnectionAsync();
        await Pass.RunAsync(
            connection,
            new(request.Into),
            after,
            [new OfRun(copy, pseudonyms.Run)],
            static _ => { },
            CancellationToken.None
        );
        return copy.Hash;
    }

    sealed class OfRun(Structure structure, string run) : IFold
    {
        public ValueTask AddAsync(RecordedEvent e)
        {
            if (e.CorrelationId == run && EventNames.Find(e.Type) is { Stream: not "site" } type)
                structure.Add(type, e.Data);
            return default;
        }
    }
}
