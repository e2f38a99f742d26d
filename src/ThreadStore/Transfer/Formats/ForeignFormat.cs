using System.Text.Json;
using System.Xml;
using ThreadStore.Comments;

namespace ThreadStore.Transfer.Formats;

/// <summary>A system's way to write its discussions down.</summary>
public interface IForeignFormat
{
    /// <summary>As on the command line, and in keys of commenters.</summary>
    string Name { get; }

    /// <summary>Whether a file that begins so may be one.</summary>
    bool Fits(FileHead head);

    /// <summary>What the file says, in its order; never throws for what stands in it.</summary>
    IEnumerable<ForeignRecord> Read(Stream file, FileHead head);
}

/// <summary>The formats, in the order in which they are named to people.</summary>
public static class ForeignFormats
{
    public static readonly IReadOnlyList<IForeignFormat> All =
    [
        // one document
        new DisqusFormat(),
        new WordPressFormat(),
        new CommentoFormat(),
        new ArtransFormat(),
        // a database, and its generic JSON
        new IssoFormat(),
        // records in a row
        new Remark42Format(),
        new CoralFormat(),
        new LivefyreFormat(),
        new NeutralFormat(),
    ];

    public static IForeignFormat? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    /// <summary>Reads a part of a file; what of it can't be read becomes a problem.</summary>
    internal static IEnumerable<ForeignRecord> Guard(
        long line,
        Lost lost,
        string? id,
        Func<IEnumerable<ForeignRecord>> read
    )
    {
        List<ForeignRecord> records;
        try
        {
            records = [.. read()];
        }
        catch (Exception e)
            when (e is FormatException or InvalidOperationException or ArgumentException or OverflowException)
        {
            records =
            [
                e is UnreadableException unreadable
                    ? new ForeignProblem(id, unreadable.Kind, unreadable.Message, lost)
                    : new ForeignProblem(
                        id,
                        "malformed",
                        "it has a value that can't be read, such as a text that is not UTF-8.",
                        lost
                    ),
            ];
        }
        foreach (var record in records)
            yield return record.Line == 0 ? record with { Line = line } : record;
    }

    /// <summary>Goes through the values of JSON; what can't be read becomes a problem.</summary>
    /// <param name="what">What is lost where one can't be read, and its id.</param>
    internal static IEnumerable<ForeignRecord> ReadJson(
        JsonValues values,
        Func<JsonElement, (Lost Lost, string? Id)> what,
        Func<JsonElement, IEnumerable<ForeignRecord>> read
    )
    {
        foreach (var value in values.Read())
        {
            if (value.Fault is not null)
            {
                yield return Problem(value);
                continue;
            }
            var (lost, id) = what(value.Value);
            foreach (var record in Guard(value.Line, lost, id, () => read(value.Value)))
                yield return record;
        }
    }

    internal static ForeignProblem Problem(JsonValue value) =>
        new(null, value.Kind, value.Fault ?? "", value.IsLast ? Lost.Rest : Lost.Comment)
        {
            Line = value.Line,
        };

    /// <summary>Goes through XML; where it breaks off, what was read before is kept.</summary>
    internal static IEnumerable<ForeignRecord> ReadXml(
        Stream file,
        Func<XmlReader, IEnumerable<ForeignRecord>> read
    )
    {
        using var xml = LenientXml.Open(file, out var lenient, out var odd);
        using var records = read(xml).GetEnumerator();
        while (true)
        {
            ForeignRecord record;
            try
            {
                if (!records.MoveNext())
                    break;
                record = records.Current;
            }
            catch (XmlException e)
            {
                record = Broken(e);
            }
            yield return record;
            if (record is ForeignProblem { Lost: Lost.Rest })
                break;
        }
        if (lenient.Repairs > 0)
            yield return new ForeignProblem(
                null,
                "repaired",
                $"it is not well-formed XML; {lenient.Repairs} places were put right in order to read it.",
                Lost.Nothing
            );
        if (odd.Count > 0)
            yield return Odd(odd);
    }

    internal static ForeignProblem Odd(OddBytes odd) =>
        new(
            null,
            "encoding",
            $"{odd.Count} bytes are no UTF-8; they were read as Windows-1252.",
            Lost.Nothing
        );

    static ForeignProblem Broken(XmlException e) =>
        new ForeignProblem(
            null,
            e.Message.Contains("DTD", StringComparison.Ordinal) ? "dtd"
                : e.Message.Contains("end of file", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("not closed", StringComparison.Ordinal)
                    ? "cut-off"
                : "malformed",
            e.Message.Contains("DTD", StringComparison.Ordinal)
                ? "it declares a document type, which no export needs and may read what it should not."
                : $"it is no well-formed XML there (column {e.LinePosition}); nothing after it was read.",
            Lost.Rest
        )
        {
            Line = Math.Max(1, e.LineNumber),
        };

    /// <summary>Whether a text is HTML rather than Markdown: begins with a tag, or has one that is closed.</summary>
    internal static BodyFormat Sniff(string body) =>
        body.TrimStart().StartsWith('<') || body.Contains("</", StringComparison.Ordinal)
            ? BodyFormat.Html
            : BodyFormat.Markdown;
}
