using System.Buffers;
using System.Text;
using System.Xml;

namespace ThreadStore.Transfer.Formats;

/// <summary>The texts of an element that were asked for, by their path in it: <c>author/name</c>, <c>@id</c>, <c>thread@id</c>.</summary>
sealed class XmlRecord
{
    readonly Dictionary<string, string> values = [];

    public long Line { get; private init; }

    /// <summary>A text was longer than a comment may be.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>As it stands there; null: it is not there.</summary>
    public string? Raw(string path) => values.GetValueOrDefault(path);

    /// <summary>Without white space around it; null where nothing is left.</summary>
    public string? this[string path] => Fields.Some(Raw(path));

    public static long LineOf(XmlReader xml) => xml is IXmlLineInfo info ? info.LineNumber : 0;

    /// <summary>Reads the element on which the reader stands, and leaves it after its end.</summary>
    public static XmlRecord Read(XmlReader xml, IReadOnlySet<string> wanted)
    {
        var record = new XmlRecord { Line = LineOf(xml) };
        record.Read(xml, "", wanted);
        return record;
    }

    void Read(XmlReader xml, string path, IReadOnlySet<string> wanted)
    {
        Attributes(xml, path, wanted);
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return;
        }
        var depth = xml.Depth;
        var name = path.Length == 0 ? "" : $"{path}/";
        xml.Read();
        while (xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                xml.Read();
                continue;
            }
            var child = name + xml.LocalName;
            if (wanted.Contains(child))
                Text(xml, child, wanted);
            else if (wanted.Contains($"{child}/"))
                Read(xml, child, wanted);
            else
            {
                Attributes(xml, child, wanted);
                xml.Skip();
            }
        }
        if (xml.NodeType == XmlNodeType.EndElement)
            xml.Read();
    }

    void Attributes(XmlReader xml, string path, IReadOnlySet<string> wanted)
    {
        while (xml.MoveToNextAttribute())
            if (wanted.Contains($"{path}@{xml.LocalName}"))
                values.TryAdd($"{path}@{xml.LocalName}", xml.Value);
        xml.MoveToElement();
    }

    void Text(XmlReader xml, string path, IReadOnlySet<string> wanted)
    {
        Attributes(xml, path, wanted);
        // the first says it, as for readers of theirs
        var text = TextOf(xml, out var tooLarge);
        IsTooLarge |= tooLarge;
        values.TryAdd(path, text);
    }

    /// <summary>Characters of a piece: most texts are one.</summary>
    const int Piece = 4096;

    /// <summary>All text of the element on which the reader stands, in pieces: what is too long is not kept.</summary>
    public static string TextOf(XmlReader xml, out bool tooLarge)
    {
        tooLarge = false;
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return "";
        }
        var piece = ArrayPool<char>.Shared.Rent(Piece);
        try
        {
            return TextOf(xml, piece, out tooLarge);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(piece);
        }
    }

    static string TextOf(XmlReader xml, char[] piece, out bool tooLarge)
    {
        tooLarge = false;
        var (text, rest) = ("", (StringBuilder?)null);
        var depth = xml.Depth;
        xml.Read();
        while (xml.Depth > depth)
        {
            if (!IsText(xml.NodeType))
            {
                xml.Read();
                continue;
            }
            if (!xml.CanReadValueChunk)
            {
                Add(xml.Value);
                xml.Read();
                continue;
            }
            int read;
            while ((read = xml.ReadValueChunk(piece, 0, piece.Length)) > 0)
            {
                if ((rest?.Length ?? text.Length) + read > Fields.MaxBody)
                    tooLarge = true;
                else
                    Add(piece.AsSpan(0, read));
            }
            // a chunk's reader may stand on the node still
            if (IsText(xml.NodeType))
                xml.Read();
        }
        if (xml.NodeType == XmlNodeType.EndElement)
            xml.Read();
        return rest?.ToString() ?? text;

        void Add(ReadOnlySpan<char> more)
        {
            if (text.Length == 0 && rest is null)
                text = more.ToString();
            else
                (rest ??= new StringBuilder(text)).Append(more);
        }
    }

    static bool IsText(XmlNodeType type) =>
        type
            is XmlNodeType.Text
                or XmlNodeType.CDATA
                or XmlNodeType.Whitespace
                or XmlNodeType.SignificantWhitespace;
}
