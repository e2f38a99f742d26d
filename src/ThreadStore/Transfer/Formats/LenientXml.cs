using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Xml;

namespace ThreadStore.Transfer.Formats;

/// <summary>
/// XML as systems really write it, made well-formed on its way to the parser: what stands before it is left out, values
/// without quotes get them, and names of HTML's characters become those. Line ends stay where they are.
/// </summary>
sealed class LenientXml(TextReader source) : TextReader
{
    const int Chunk = 32 * 1024;

    /// <summary>Names of characters are no longer; &amp;CounterClockwiseContourIntegral; is not met in comments.</summary>
    const int MaxName = 12;

    readonly char[] input = new char[Chunk];
    readonly StringBuilder output = new(Chunk);
    int at;
    int length;
    int taken;
    bool isFinal;
    ExceptionDispatchInfo? torn;
    Where where = Where.Before;
    char quote;

    enum Where
    {
        Before,
        Text,
        Tag,
        Quoted,
        Bare,
        Comment,
        Data,
        Instruction,
    }

    /// <summary>How often something had to be put right.</summary>
    public long Repairs { get; private set; }

    /// <summary>A parser that resolves nothing, expands nothing, and takes the control characters that systems write.</summary>
    public static XmlReader Open(Stream stream, out LenientXml xml, out OddBytes odd)
    {
        xml = new LenientXml(TextEncoding.Open(stream, out odd));
        return XmlReader.Create(
            xml,
            new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                CheckCharacters = false,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            }
        );
    }

    public override int Peek() => throw new NotSupportedException("It is read in blocks.");

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> into)
    {
        while (taken == output.Length)
        {
            output.Clear();
            taken = 0;
            if (!Advance())
            {
                // after all that came before it was read
                torn?.Throw();
                return 0;
            }
        }
        var count = Math.Min(into.Length, output.Length - taken);
        output.CopyTo(taken, into, count);
        taken += count;
        return count;
    }

    /// <summary>Takes what is there but for an end that can't be told yet.</summary>
    bool Advance()
    {
        input.AsSpan(at, length - at).CopyTo(input);
        (length, at) = (length - at, 0);
        while (length < input.Length && !isFinal)
        {
            try
            {
                var read = source.Read(input, length, input.Length - length);
                isFinal = read == 0;
                length += read;
            }
            catch (Exception e) when (ImportInput.Torn(e) is not null)
            {
                (torn, isFinal) = (ExceptionDispatchInfo.Capture(e), true);
            }
        }
        var begin = at;
        while (at < length && (isFinal || length - at > MaxName))
            Take(input.AsSpan(at, length - at));
        return at > begin || output.Length > 0;
    }

    void Take(ReadOnlySpan<char> rest)
    {
        switch (where)
        {
            case Where.Before:
                var first = rest.IndexOf('<');
                var dropped = first < 0 ? rest.Length : first;
                if (!rest[..dropped].IsWhiteSpace())
                    Repairs++;
                at += dropped;
                if (first >= 0)
                    where = Where.Text;
                return;
            case Where.Text:
                var markup = rest.IndexOfAny('<', '&');
                if (markup != 0)
                    Copy(rest[..(markup < 0 ? rest.Length : markup)]);
                else if (rest[0] == '&')
                    Reference(rest);
                else
                    Begin(rest);
                return;
            case Where.Tag:
                Tag(rest);
                return;
            case Where.Quoted:
                var end = rest.IndexOfAny(quote, '&');
                if (end != 0)
                    Copy(rest[..(end < 0 ? rest.Length : end)]);
                else if (rest[0] == '&')
                    Reference(rest);
                else
                    (where, _) = (Where.Tag, Copy(rest[..1]));
                return;
            case Where.Bare:
                if (char.IsWhiteSpace(rest[0]) || rest[0] == '>' || (rest is ['/', '>', ..]))
                {
                    output.Append('"');
                    where = Where.Tag;
                }
                else
                    Copy(rest[..1]);
                return;
            case Where.Comment:
                Until(rest, "-->");
                return;
            case Where.Data:
                Until(rest, "]]>");
                return;
            case Where.Instruction:
                Until(rest, "?>");
                return;
            default:
                throw new NotSupportedException($"Nobody knows {where}.");
        }
    }

    void Begin(ReadOnlySpan<char> rest)
    {
        where =
            rest.StartsWith("<!--") ? Where.Comment
            : rest.StartsWith("<![CDATA[") ? Where.Data
            : rest.StartsWith("<?") ? Where.Instruction
            : Where.Tag;
        Copy(
            rest[
                ..(
                    where == Where.Data ? 9
                    : where == Where.Comment ? 4
                    : 1
                )
            ]
        );
    }

    void Tag(ReadOnlySpan<char> rest)
    {
        var mark = rest.IndexOfAny(">\"'=");
        if (mark != 0)
        {
            Copy(rest[..(mark < 0 ? rest.Length : mark)]);
            return;
        }
        Copy(rest[..1]);
        if (rest[0] == '>')
            where = Where.Text;
        else if (rest[0] is '"' or '\'')
            (where, quote) = (Where.Quoted, rest[0]);
        else if (rest.Length > 1 && rest[1] is not ('"' or '\'' or '>' or '<') && !char.IsWhiteSpace(rest[1]))
        {
            output.Append('"');
            Repairs++;
            where = Where.Bare;
        }
    }

    void Reference(ReadOnlySpan<char> rest)
    {
        var end = rest[..Math.Min(rest.Length, MaxName)].IndexOf(';');
        var name = end < 0 ? default : rest[1..end];
        if (
            name is "amp" or "lt" or "gt" or "quot" or "apos"
            || name is ['#', ('x' or 'X'), _, ..] && !name[2..].ContainsAnyExcept(Hex)
            || name is ['#', _, ..] && !name[1..].ContainsAnyExcept(Digits)
        )
        {
            Copy(rest[..(end + 1)]);
            return;
        }
        Repairs++;
        var isName = end > 1 && !name.ContainsAnyExcept(Letters);
        var written = isName ? rest[..(end + 1)].ToString() : "";
        var meant = WebUtility.HtmlDecode(written);
        if (meant.Length > 0 && meant != written)
        {
            output.Append(meant);
            at += end + 1;
        }
        else
        {
            output.Append("&amp;");
            at++;
        }
    }

    static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    );

    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    void Until(ReadOnlySpan<char> rest, ReadOnlySpan<char> end)
    {
        var found = rest.IndexOf(end);
        if (found >= 0)
        {
            Copy(rest[..(found + end.Length)]);
            where = Where.Text;
        }
        else
            // the end may begin in what is the last of it
            Copy(isFinal ? rest : rest[..Math.Max(1, rest.Length - end.Length)]);
    }

    int Copy(ReadOnlySpan<char> text)
    {
        output.Append(text);
        at += text.Length;
        return at;
    }
}
