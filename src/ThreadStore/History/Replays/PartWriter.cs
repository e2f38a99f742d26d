using System.Collections.Concurrent;
using System.Globalization;

namespace ThreadStore.History.Replays;

/// <summary>
/// Spreads rows over files by site and day. Rows are gathered while a thread of its own encodes, compresses and writes
/// what was gathered before. Where files and row groups end follows from the rows alone, so equal rows give equal files.
/// </summary>
public sealed class PartWriter : IAsyncDisposable
{
    /// <summary>Rows of a group that is scanned at once: what DuckDB makes its own groups of.</summary>
    const int MaxGroupRows = 122_880;

    /// <summary>Long texts make shorter groups.</summary>
    const long MaxGroupBytes = 8 << 20;

    /// <summary>Gathered for all files together: past it, the largest is ended, and another begun with its next row.</summary>
    const long MaxGathered = 24 << 20;

    readonly ReplayFolder folder;
    readonly ReplayFormat format;
    readonly Dictionary<(Table, string Site), Open> open = [];
    readonly Dictionary<Table, Stack<RowBuffer>> spare = [];
    readonly BlockingCollection<(Open Part, RowBuffer? Rows)> jobs = [];

    // one buffer is written while another is filled; a third would only take memory
    readonly SemaphoreSlim turn = new(1);
    readonly List<ReplayFile> files = [];
    readonly Task writing;
    Open? last;
    long gathered;

    public PartWriter(ReplayFolder folder, ReplayFormat format)
    {
        (this.folder, this.format) = (folder, format);
        // one thread all along: the native library's memory stays where it was freed
        writing = Task.Factory.StartNew(
            Write,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    /// <summary>One file, and the rows that are gathered for it.</summary>
    sealed class Open(Table table, string site, long day, long position, RowBuffer rows)
    {
        public Table Table => table;
        public string Site => site;
        public long Day => day;
        public long First => position;
        public long Last { get; set; }
        public long Written { get; set; }

        /// <summary>Of all its rows.</summary>
        public long Hashes { get; set; }
        public RowBuffer Rows { get; set; } = rows;

        /// <summary>Its share of what is gathered.</summary>
        public long Counted { get; set; }
        public PartStream? File { get; set; }
        public IPart? Part { get; set; }

        public string DayText =>
            new DateTime(day * TimeSpan.TicksPerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>Where the next row of a table goes; <see cref="EndRowAsync"/> must follow it.</summary>
    /// <param name="at">In UTC; of the rows of a site and table, no day comes twice but for a clock that was set back.</param>
    /// <param name="position">Of the event that the row is about; 0 where it is of none.</param>
    public async ValueTask<RowBuffer> RowAsync(Table table, string site, DateTime at, long position)
    {
        var day = at.Ticks / TimeSpan.TicksPerDay;
        if (last is not { } part || part.Table != table || part.Day != day || part.Site != site)
        {
            if (open.TryGetValue((table, site), out part) && part.Day != day)
            {
                await EndAsync(part);
                part = null;
            }
            if (part is null)
                open[(table, site)] = part = new(table, site, day, position, Spare(table));
            last = part;
        }
        part.Last = position;
        return part.Rows;
    }

    /// <param name="hash">Of the row, where its table is one of state.</param>
    public ValueTask EndRowAsync(long hash = 0)
    {
        var part = last ?? throw new InvalidOperationException("No row was begun.");
        part.Hashes ^= hash;
        part.Rows.EndRow();
        gathered += part.Rows.Bytes - part.Counted;
        part.Counted = part.Rows.Bytes;
        if (part.Rows.Rows >= MaxGroupRows || part.Rows.Bytes >= MaxGroupBytes)
            return FlushAsync(part);
        return gathered >= MaxGathered ? EndAsync(Largest()) : default;
    }

    Open Largest()
    {
        var largest = open.Values.First();
        foreach (var part in open.Values)
            if (part.Counted > largest.Counted)
                largest = part;
        return largest;
    }

    /// <summary>Hands over what was gathered.</summary>
    async ValueTask FlushAsync(Open part)
    {
        var rows = part.Rows;
        gathered -= part.Counted;
        await PassAsync(part, rows);
        (part.Rows, part.Counted) = (Spare(part.Table), 0);
    }

    async ValueTask EndAsync(Open part)
    {
        open.Remove((part.Table, part.Site));
        if (last == part)
            last = null;
        if (part.Rows.Rows > 0)
            await FlushAsync(part);
        await PassAsync(part, null);
        GiveBack(part.Rows);
    }

    async ValueTask PassAsync(Open part, RowBuffer? rows)
    {
        if (rows is not null)
            await turn.WaitAsync();
        try
        {
            jobs.Add((part, rows));
        }
        catch (InvalidOperationException)
        {
            // it ended before its time, and says why
            await writing;
            throw;
        }
    }

    RowBuffer Spare(Table table)
    {
        lock (spare)
            return spare.TryGetValue(table, out var stack) && stack.TryPop(out var rows) ? rows : new(table);
    }

    void GiveBack(RowBuffer rows)
    {
        rows.Clear();
        lock (spare)
        {
            if (!spare.TryGetValue(rows.Table, out var stack))
                spare[rows.Table] = stack = [];
            stack.Push(rows);
        }
    }

    /// <summary>Ends all files.</summary>
    public async Task<IReadOnlyList<ReplayFile>> FinishAsync()
    {
        foreach (var part in open.Values.OrderBy(p => p.Site, StringComparer.Ordinal).ToList())
            await EndAsync(part);
        jobs.CompleteAdding();
        await writing;
        return files;
    }

    void Write()
    {
        try
        {
            foreach (var (part, rows) in jobs.GetConsumingEnumerable())
            {
                if (rows is null)
                    Close(part);
                else
                    Write(part, rows);
            }
        }
        catch
        {
            jobs.CompleteAdding();
            // nobody waits for one who is gone
            turn.Release();
            throw;
        }
    }

    void Write(Open part, RowBuffer rows)
    {
        part.File ??= folder.Create(PathOf(part));
        part.Part ??= Begin(part.File, format, part.Table);
        part.Part.Write(rows);
        part.Written += rows.Rows;
        GiveBack(rows);
        // what reading left behind is young, and would pile up to several times of what is needed
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        turn.Release();
    }

    string PathOf(Open part)
    {
        var name = part.Table.Grows
            ? part.First.ToString("D12", CultureInfo.InvariantCulture)
            : part.Table.Name;
        return $"{part.Table.Name}/site={part.Site}/day={part.DayText}/{name}.{Ending(format)}";
    }

    void Close(Open part)
    {
        if (part is not { Part: { } whole, File: { } file })
            return;
        whole.Close();
        whole.Dispose();
        file.Flush();
        files.Add(
            new(
                PathOf(part),
                part.Table.Name,
                part.Site,
                part.DayText,
                part.Written,
                file.Length,
                file.Sha256(),
                part.Table.Grows ? part.First : null,
                part.Table.Grows ? part.Last : null,
                part.Table.Grows ? null : StateDays.Checksum(part.Written, part.Hashes)
            )
        );
        file.Dispose();
    }

    static IPart Begin(PartStream file, ReplayFormat format, Table table) =>
        format == ReplayFormat.Parquet ? new ParquetPart(file, table) : new NdjsonPart(file, table);

    /// <summary>
    /// A table of which there is no row has one file, which has its columns: who asks for it by name finds it empty, not
    /// missing. It is of no site, since none has that key.
    /// </summary>
    public static ReplayFile WriteEmpty(ReplayFolder folder, ReplayFormat format, Table table)
    {
        const string site = "-";
        const string day = "1970-01-01";
        var path = $"{table.Name}/site={site}/day={day}/empty.{Ending(format)}";
        using var file = folder.Create(path);
        using (var part = Begin(file, format, table))
            part.Close();
        file.Flush();
        return new(path, table.Name, site, day, Rows: 0, file.Length, file.Sha256(), null, null);
    }

    static string Ending(ReplayFormat format) => format == ReplayFormat.Parquet ? "parquet" : "ndjson";

    public async ValueTask DisposeAsync()
    {
        jobs.CompleteAdding();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        turn.Dispose();
        jobs.Dispose();
        foreach (var part in open.Values)
        {
            part.Part?.Dispose();
            if (part.File is { } file)
                await file.DisposeAsync();
        }
    }
}
