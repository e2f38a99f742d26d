using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ParquetSharp;
using ParquetSharp.IO;
using ParquetSharp.Schema;
using ThreadStore.Kernel;

namespace ThreadStore.History.Replays;

/// <summary>A file of a table, while it is written.</summary>
public interface IPart : IDisposable
{
    void Write(RowBuffer rows);

    /// <summary>Nothing more comes; the file is whole.</summary>
    void Close();
}

/// <summary>Counts and hashes what goes into a file.</summary>
public sealed class PartStream : FileStream
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public PartStream(string path)
        : base(path, PrivateFile.ToWrite()) => PrivateFile.Restrict(this);

    /// <summary>Of all that was written, in the form that <c>sha256sum</c> prints.</summary>
    public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>All that is written comes by here: spans too, for a class derived from FileStream.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        hash.AppendData(buffer, offset, count);
        base.Write(buffer, offset, count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            hash.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Parquet, compressed by Zstandard; each buffer becomes a row group.</summary>
public sealed class ParquetPart : IPart
{
    /// <summary>Higher levels cost more time than they save room.</summary>
    const int CompressionLevel = 1;

    readonly WriterProperties properties;
    readonly GroupNode schema;
    readonly ManagedOutputStream output;
    readonly ParquetFileWriter writer;
    ByteArray[] texts = [];
    bool[] flags = [];

    public ParquetPart(Stream file, Table table)
    {
        using var builder = new WriterPropertiesBuilder();
        // the others keep what was freed, which counts as ours
        builder.MemoryPool(MemoryPool.SystemMemoryPool());
        builder.Compression(Compression.Zstd).CompressionLevel(CompressionLevel).CreatedBy("threadstore");
        foreach (var field in table.Fields.Where(f => !f.Repeats))
            builder.DisableDictionary(field.Name);
        properties = builder.Build();
        schema = new GroupNode("schema", Repetition.Required, [.. table.Fields.Select(NodeOf)]);
        output = new ManagedOutputStream(file, leaveOpen: true);
        writer = new ParquetFileWriter(output, schema, properties);
    }

    static Node NodeOf(Field field)
    {
        var repetition = field.MayBeNull ? Repetition.Optional : Repetition.Required;
        PrimitiveNode Node(LogicalType logical, PhysicalType physical)
        {
            using (logical)
                return new(field.Name, repetition, logical, physical);
        }
        return field.Kind switch
        {
            FieldKind.Number => Node(LogicalType.None(), PhysicalType.Int64),
            FieldKind.Flag => Node(LogicalType.None(), PhysicalType.Boolean),
            FieldKind.Time => Node(LogicalType.Timestamp(true, TimeUnit.Micros), PhysicalType.Int64),
            _ => Node(LogicalType.String(), PhysicalType.ByteArray),
        };
    }

    public void Write(RowBuffer rows)
    {
        using var group = writer.AppendRowGroup();
        foreach (var column in rows.Columns)
        {
            using var into = group.NextColumn();
            var levels = column.Field.MayBeNull ? column.Levels : [];
            switch (into)
            {
                case ColumnWriter<long> numbers:
                    numbers.WriteBatch(column.Rows, levels, [], column.Numbers);
                    break;
                case ColumnWriter<bool> booleans:
                    booleans.WriteBatch(column.Rows, levels, [], Flags(column));
                    break;
                case ColumnWriter<ByteArray> strings:
                    strings.WriteBatch(column.Rows, levels, [], Texts(column));
                    break;
                default:
                    throw new InvalidOperationException($"No column is written by {into.GetType().Name}.");
            }
        }
    }

    ReadOnlySpan<bool> Flags(RowBuffer.Column column)
    {
        if (flags.Length < column.Count)
            flags = new bool[column.Count];
        for (var i = 0; i < column.Count; i++)
            flags[i] = column.Numbers[i] != 0;
        return flags.AsSpan(0, column.Count);
    }

    ReadOnlySpan<ByteArray> Texts(RowBuffer.Column column)
    {
        if (texts.Length < column.Count)
            texts = new ByteArray[column.Count];
        var start = 0;
        for (var i = 0; i < column.Count; i++)
        {
            var end = column.Ends[i];
            texts[i] =
                end == start
                    ? default
                    : new(Marshal.UnsafeAddrOfPinnedArrayElement(column.Bytes, start), end - start);
            start = end;
        }
        return texts.AsSpan(0, column.Count);
    }

    public void Close() => writer.Close();

    public void Dispose()
    {
        writer.Dispose();
        output.Dispose();
        schema.Dispose();
        properties.Dispose();
    }
}

/// <summary>A JSON object a line, a member a column.</summary>
public sealed class NdjsonPart(Stream file, Table table) : IPart
{
    static readonly System.Text.Json.JsonWriterOptions Options = new()
    {
        Encoder = Kernel.Json.Options.Encoder,
        // what is written here is well-formed by its making
        SkipValidation = true,
    };

    readonly ArrayBufferWriter<byte> lines = new(64 * 1024);

    public void Write(RowBuffer rows)
    {
        var at = new int[table.Fields.Length];
        using var json = new System.Text.Json.Utf8JsonWriter(lines, Options);
        for (var row = 0; row < rows.Rows; row++)
        {
            if (table.Fields is [{ Kind: FieldKind.Line }])
                lines.Write(rows.Columns[0].Text(row));
            else
            {
                json.Reset();
                WriteObject(json, rows, row, at);
                json.Flush();
                lines.Write("\n"u8);
            }
            if (lines.WrittenCount > 1 << 20)
                Flush();
        }
        Flush();
    }

    static void WriteObject(System.Text.Json.Utf8JsonWriter json, RowBuffer rows, int row, int[] at)
    {
        json.WriteStartObject();
        for (var c = 0; c < rows.Columns.Count; c++)
        {
            var column = rows.Columns[c];
            json.WritePropertyName(column.Field.Name);
            if (column.Levels[row] == 0)
            {
                json.WriteNullValue();
                continue;
            }
            var value = at[c]++;
            switch (column.Field.Kind)
            {
                case FieldKind.Number:
                    json.WriteNumberValue(column.Numbers[value]);
                    break;
                case FieldKind.Flag:
                    json.WriteBooleanValue(column.Numbers[value] != 0);
                    break;
                case FieldKind.Time:
                    json.WriteStringValue(
                        Kernel.Json.Format(
                            DateTime.UnixEpoch.AddTicks(column.Numbers[value] * TimeSpan.TicksPerMicrosecond)
                        )
                    );
                    break;
                default:
                    json.WriteStringValue(column.Text(value));
                    break;
            }
        }
        json.WriteEndObject();
    }

    void Flush()
    {
        file.Write(lines.WrittenSpan);
        lines.ResetWrittenCount();
    }

    public void Close() { }

    public void Dispose() { }
}
