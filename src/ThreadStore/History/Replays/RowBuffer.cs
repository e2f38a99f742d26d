using Npgsql;

namespace ThreadStore.History.Replays;

/// <summary>
/// Rows on their way into a file, column by column, their texts as bytes. It is filled and emptied again and again, so
/// that a history of any length takes the same memory.
/// </summary>
public sealed class RowBuffer
{
    readonly Column[] columns;
    byte[] read = [];
    int next;

    public RowBuffer(Table table)
    {
        Table = table;
        columns = [.. table.Fields.Select(f => new Column(f))];
    }

    public Table Table { get; }
    public int Rows { get; private set; }

    /// <summary>About what it takes up in memory.</summary>
    public long Bytes { get; private set; }

    public IReadOnlyList<Column> Columns => columns;

    public void Add(long number) => Next().Add(number);

    public void Add(bool flag) => Next().Add(flag ? 1 : 0);

    /// <param name="time">In UTC.</param>
    public void Add(DateTime time) =>
        Next().Add((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Next().Reserve(text.Length));
        Bytes += text.Length;
    }

    public void Add(string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        System.Text.Encoding.UTF8.GetBytes(text, Next().Reserve(length));
        Bytes += length;
    }

    public void Add(Guid id)
    {
        id.TryFormat(Next().Reserve(36), out _);
        Bytes += 36;
    }

    /// <summary>Room for a text of this length, for whoever writes it in place.</summary>
    public Span<byte> Reserve(int length)
    {
        Bytes += length;
        return Next().Reserve(length);
    }

    public void AddNull() => Next().AddNull();

    /// <summary>A text column as it comes from the database.</summary>
    public void AddText(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            AddNull();
            return;
        }
        using var text = reader.GetStream(ordinal);
        text.ReadExactly(Reserve((int)text.Length));
    }

    /// <summary>A text column of which only a part is added; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Read(NpgsqlDataReader reader, int ordinal)
    {
        using var text = reader.GetStream(ordinal);
        var length = (int)text.Length;
        if (length > read.Length)
            read = new byte[2 * length];
        text.ReadExactly(read, 0, length);
        return read.AsSpan(0, length);
    }

    public void AddNumber(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            AddNull();
        else
            Add((long)reader.GetInt32(ordinal));
    }

    public void AddTime(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            AddNull();
        else
            Add(reader.GetDateTime(ordinal));
    }

    public void EndRow()
    {
        if (next != columns.Length)
            throw new InvalidOperationException(
                $"{Table.Name} has {columns.Length} columns, and {next} were given."
            );
        next = 0;
        Rows++;
        Bytes += 16L * columns.Length;
    }

    public void Clear()
    {
        foreach (var column in columns)
            column.Clear();
        (Rows, Bytes, next) = (0, 0, 0);
    }

    Column Next() => columns[next++];

    /// <summary>The values of one column; those that are null take no room.</summary>
    public sealed class Column(Field of)
    {
        long[] numbers = [];
        int[] ends = [];
        short[] levels = [];

        // pinned: the Parquet library is given addresses
        byte[] bytes = [];

        public Field Field => of;

        /// <summary>Rows, null or not.</summary>
        public int Rows { get; private set; }

        /// <summary>Values that are not null.</summary>
        public int Count { get; private set; }

        /// <summary>For each row 1, or 0 where it is null.</summary>
        public ReadOnlySpan<short> Levels => levels.AsSpan(0, Rows);
        public ReadOnlySpan<long> Numbers => numbers.AsSpan(0, Count);
        public byte[] Bytes => bytes;

        /// <summary>Where the text of a value ends; the next one begins there.</summary>
        public ReadOnlySpan<int> Ends => ends.AsSpan(0, Count);

        public ReadOnlySpan<byte> Text(int value) =>
            bytes.AsSpan(value == 0 ? 0 : ends[value - 1], ends[value] - (value == 0 ? 0 : ends[value - 1]));

        public void Add(long number)
        {
            Level(1);
            Grow(ref numbers, Count);
            numbers[Count++] = number;
        }

        public Span<byte> Reserve(int length)
        {
            Level(1);
            Grow(ref ends, Count);
            var start = Count == 0 ? 0 : ends[Count - 1];
            if (start + length > bytes.Length)
            {
                // what is not written to takes no memory; what was outgrown does, until it is collected
                var larger = GC.AllocateUninitializedArray<byte>(
                    Math.Max(start + length, Math.Max(1024, 4 * bytes.Length)),
                    pinned: true
                );
                bytes.AsSpan(0, start).CopyTo(larger);
                bytes = larger;
            }
            ends[Count++] = start + length;
            return bytes.AsSpan(start, length);
        }

        public void AddNull()
        {
            if (!of.MayBeNull)
                throw new InvalidOperationException($"{of.Name} is never null.");
            Level(0);
        }

        void Level(short level)
        {
            Grow(ref levels, Rows);
            levels[Rows++] = level;
        }

        static void Grow<T>(ref T[] array, int count)
        {
            if (count == array.Length)
                Array.Resize(ref array, Math.Max(256, 2 * count));
        }

        public void Clear() => (Rows, Count) = (0, 0);
    }
}
