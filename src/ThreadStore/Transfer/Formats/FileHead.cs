using System.Text;
using System.Text.Json;

namespace ThreadStore.Transfer.Formats;

/// <summary>What a file begins with, by which its format is recognised.</summary>
public sealed class FileHead
{
    public const int Length = 64 * 1024;

    readonly HashSet<string> members = [];
    readonly HashSet<string> itemMembers = [];

    FileHead(string name, byte[] bytes) => (Name, Bytes) = (name, bytes);

    /// <summary>Of the file, without its folder.</summary>
    public string Name { get; }

    public byte[] Bytes { get; }

    public string Text { get; private init; } = "";

    /// <summary>The first JSON value: an object; false: an array; null: it is no JSON.</summary>
    public bool? IsObject { get; private set; }

    /// <summary>Members of the outermost object, as far as was looked.</summary>
    public bool HasMember(string name) => members.Contains(name);

    /// <summary>Members of the first object in the outermost array.</summary>
    public bool ItemHas(string name) => itemMembers.Contains(name);

    public bool IsXml => Text.TrimStart('\uFEFF', '`', ' ', '\t', '\r', '\n').StartsWith('<');

    public static FileHead Of(string name, Stream file)
    {
        var (bytes, read) = (new byte[Length], 0);
        try
        {
            while (read < Length && file.Read(bytes, read, Length - read) is > 0 and var more)
                read += more;
        }
        catch (Exception e) when (ImportInput.Torn(e) is not null)
        {
            // whoever reads on is told; what came before it may tell the format
        }
        return Of(name, bytes.AsSpan(0, read));
    }

    public static FileHead Of(string name, ReadOnlySpan<byte> bytes)
    {
        var isWide = bytes.StartsWith("\0<"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        var encoding =
            isWide ? Encoding.BigEndianUnicode
            : bytes.StartsWith("<\0"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])
                ? Encoding.Unicode
            : Encoding.UTF8;
        var head = new FileHead(name, bytes.ToArray()) { Text = encoding.GetString(bytes) };
        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        head.Look(bytes, isWhole: bytes.Length < Length);
        return head;
    }

    void Look(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var first = bytes.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty || first[0] is not ((byte)'{' or (byte)'['))
            return;
        IsObject = first[0] == (byte)'{';
        var json = new Utf8JsonReader(
            bytes,
            isFinalBlock: false,
            new(
                new()
                {
                    AllowMultipleValues = true,
                    AllowTrailingCommas = true,
                    CommentHandling = JsonCommentHandling.Skip,
                }
            )
        );
        try
        {
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName)
                {
                    if (json.CurrentDepth == 1 && IsObject == true)
                        members.Add(json.GetString() ?? "");
                    else if (json.CurrentDepth == 2 && IsObject == false)
                        itemMembers.Add(json.GetString() ?? "");
                }
                // the first value tells enough
                var ends = json.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
                if (ends && json.CurrentDepth <= (IsObject == true ? 0 : 1))
                    return;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // what was seen before it may tell
        }
    }
}
