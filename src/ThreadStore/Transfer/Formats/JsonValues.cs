using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace ThreadStore.Transfer.Formats;

/// <summary>A value that was read, or why the next one could not be.</summary>
/// <param name="Member">Of the outermost object that it is in; null: it is in none.</param>
public readonly record struct JsonValue(long Line, string? Member, JsonElement Value, string? Fault)
{
    public string Kind => IsLast ? "cut-off" : "malformed";

    /// <summary>Nothing can be read after the fault.</summary>
    public bool IsLast { get; init; }
}

/// <summary>
/// Reads the records of a JSON file one after the other, in memory that the longest of them bounds: values in a row
/// (NDJSON, or several on a line), or what is in one outermost array or object.
/// </summary>
/// <param name="inRow">Each outermost value is a record; a broken one ends with its line.</param>
/// <param name="maxRecord">In bytes; what is longer is left out.</param>
sealed class JsonValues(Stream stream, bool inRow, int maxRecord = JsonValues.MaxRecord)
{
    /// <summary>A body of 1 MiB, escaped, with what else belongs to a comment.</summary>
    public const int MaxRecord = 8 << 20;

    static readonly JsonReaderOptions Values = new()
    {
        AllowMultipleValues = true,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    byte[] buffer = new byte[64 * 1024];
    int start;
    int end;
    bool isFinal;
    ExceptionDispatchInfo? torn;
    long line = 1;
    JsonReaderState state = new(Values);

    /// <summary>In one document: whether it is an object, which has members.</summary>
    bool? isObject;
    string? member;
    bool inMember;

    /// <summary>Depth of a record that is too long, while it is passed over.</summary>
    int? skipping;

    enum Step
    {
        Value,
        Fault,
        More,
        End,
        Again,
    }

    public IEnumerable<JsonValue> Read()
    {
        Fill();
        SkipMark();
        while (true)
        {
            switch (Next(out var value))
            {
                case Step.Value:
                    yield return value;
                    break;
                case Step.Fault:
                    // what breaks off because it can't be unpacked any further is told by that
                    if (value.IsLast)
                        torn?.Throw();
                    yield return value;
                    if (value.IsLast)
                        yield break;
                    break;
                case Step.More:
                    Fill();
                    break;
                case Step.End:
                    torn?.Throw();
                    yield break;
                default:
                    break;
            }
        }
    }

    Step Next(out JsonValue value)
    {
        value = default;
        var begin = start;
        try
        {
            return TryNext(out value);
        }
        catch (JsonException)
        {
            return Broken(begin, out value);
        }
    }

    Step TryNext(out JsonValue value)
    {
        value = default;
        if (isFinal && buffer.AsSpan(start, end - start).Trim(" \t\r\n"u8).IsEmpty)
        {
            // an outermost value that was not closed
            var open = new Utf8JsonReader([], true, state);
            if (!inRow && open.CurrentDepth > 0)
            {
                value = new(line, null, default, "the file ends in the middle of it: it was cut off.")
                {
                    IsLast = true,
                };
                return Step.Fault;
            }
            return Step.End;
        }
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinal, state);
        if (!reader.Read())
            return TooLong(ref reader, out value) ?? Step.More;
        if (skipping is { } depth)
        {
            var ends =
                reader.CurrentDepth == depth
                && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            Commit(ref reader);
            if (ends)
                skipping = null;
            return Step.Again;
        }
        if (!IsRecord(ref reader))
        {
            Commit(ref reader);
            return Step.Again;
        }
        var at = LineAt(reader.TokenStartIndex);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            var whole = reader;
            if (!whole.TrySkip())
            {
                if (end - start - reader.TokenStartIndex <= maxRecord)
                    return Step.More;
                skipping = reader.CurrentDepth;
                value = new(at, member, default, $"it is longer than {maxRecord >> 20} MiB.");
                Commit(ref reader);
                return Step.Fault;
            }
        }
        var element = JsonElement.ParseValue(ref reader);
        value = new(at, member, element, null);
        Commit(ref reader);
        return Step.Value;
    }

    /// <summary>Whether a record begins here; what holds records is gone into.</summary>
    bool IsRecord(ref Utf8JsonReader reader)
    {
        if (inRow)
            return true;
        var (depth, type) = (reader.CurrentDepth, reader.TokenType);
        if (type is JsonTokenType.EndArray or JsonTokenType.EndObject)
        {
            inMember &= depth > 1;
            return false;
        }
        if (depth == 0)
        {
            isObject = type == JsonTokenType.StartObject;
            return false;
        }
        if (isObject == false)
            return true;
        if (depth > 1 || inMember)
            return true;
        if (type == JsonTokenType.PropertyName)
        {
            member = reader.GetString();
            return false;
        }
        inMember = type == JsonTokenType.StartArray;
        return !inMember;
    }

    /// <summary>A single text or number that goes on and on: nothing after it in one document can be found.</summary>
    Step? TooLong(ref Utf8JsonReader reader, out JsonValue value)
    {
        value = default;
        if (isFinal || end - start - reader.BytesConsumed <= maxRecord)
            return null;
        throw new JsonException();
    }

    Step Broken(int begin, out JsonValue value)
    {
        var at = LineAt(0);
        var next = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
        // what stands between it and the one before is no part of it
        var text = buffer.AsSpan(begin, end - begin);
        var blank = text.Length - text.TrimStart(" \t\r\n,"u8).Length;
        at += text[..blank].Count((byte)'\n');
        next = text[blank..].IndexOf((byte)'\n') is >= 0 and var n ? blank + n : -1;
        if (inRow)
        {
            while (next < 0 && !isFinal)
            {
                start = end;
                Fill();
                next = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            }
            if (next >= 0)
            {
                line += buffer.AsSpan(start, next + 1).Count((byte)'\n');
                start += next + 1;
                state = new(Values);
                skipping = null;
                value = new(at, null, default, "it is no JSON.");
                return Step.Fault;
            }
        }
        value = new(
            at,
            null,
            default,
            isFinal && next < 0 ? "it is no JSON: the file may be cut off." : "what follows is no JSON."
        )
        {
            IsLast = true,
        };
        return Step.Fault;
    }

    void Commit(ref Utf8JsonReader reader)
    {
        var consumed = (int)reader.BytesConsumed;
        line += buffer.AsSpan(start, consumed).Count((byte)'\n');
        start += consumed;
        state = reader.CurrentState;
    }

    long LineAt(long offset) => line + buffer.AsSpan(start, (int)offset).Count((byte)'\n');

    void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        // all that fits: a long record is looked at again each time
        while (end < buffer.Length)
        {
            try
            {
                var read = stream.Read(buffer, end, buffer.Length - end);
                isFinal = read == 0;
                end += read;
            }
            catch (Exception e) when (ImportInput.Torn(e) is not null)
            {
                (torn, isFinal) = (ExceptionDispatchInfo.Capture(e), true);
            }
            if (isFinal)
                return;
        }
    }

    void SkipMark()
    {
        if (buffer.AsSpan(start, end - start).StartsWith("\uFEFF"u8))
            start += 3;
    }
}
