using System.Buffers;
using System.Text;
using ThreadStore.Kernel;

namespace ThreadStore.Http;

/// <summary>Rules for the keys of sites, articles and commenters (contract, section 1).</summary>
public static class Keys
{
    /// <summary>In Unicode code points.</summary>
    public const int MaxLength = 200;

    /// <summary>In characters, as a DNS label.</summary>
    public const int MaxSiteLength = 63;

    static readonly SearchValues<char> SiteCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    );

    public static bool IsSite(string key) =>
        key.Length is >= 1 and <= MaxSiteLength
        && key[0] != '-'
        && !key.AsSpan().ContainsAnyExcept(SiteCharacters);

    // site=null in the name of a folder is no text to DuckDB, whatever type one names; the others are values to those who guess
    static readonly HashSet<string> Values = ["null", "nan", "inf", "infinity", "true", "false"];

    /// <summary>
    /// Why a new site can't have a key: folders of Parquet files are called by it, and tools take such a word for a
    /// value. Sites that have one keep it. Null: it can.
    /// </summary>
    public static Refusal? RefuseNewSite(string key) =>
        Values.Contains(key)
            ? Refusal.Validation(
                "site",
                $"Tools that read the history take '{key}' for a value: choose another key."
            )
            : null;

    /// <summary>What is wrong with the key of an article or commenter; null: nothing.</summary>
    public static Flaw? Fault(string key)
    {
        if (key.Length == 0)
            return Flaw.Empty;
        if (key is "." or "..")
            return Flaw.Of("must not be '.' or '..'.", "reserved");
        var length = 0;
        foreach (var rune in key.EnumerateRunes())
        {
            length++;
            if (Rune.IsControl(rune))
                return Flaw.Of("must not contain control characters.", "control-characters");
        }
        return length > MaxLength ? Flaw.TooLong(MaxLength) : null;
    }

    public static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
            length++;
        return length;
    }

    /// <summary>The first <paramref name="length"/> code points.</summary>
    public static string Cut(string text, int length)
    {
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (length-- == 0)
                return text[..end];
            end += rune.Utf16SequenceLength;
        }
        return text;
    }

    /// <summary>Decodes one segment of a path, once; null where it is no UTF-8.</summary>
    public static string? Decode(string segment)
    {
        if (!segment.Contains('%'))
            return segment;
        var utf8 = Encoding.UTF8.GetBytes(segment);
        var length = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] != '%')
                utf8[length++] = utf8[i];
            else if (
                i + 2 < utf8.Length
                && Hex(utf8[i + 1]) is >= 0 and var high
                && Hex(utf8[i + 2]) is >= 0 and var low
            )
                (utf8[length++], i) = ((byte)(high << 4 | low), i + 2);
            else
                return null;
        }
        try
        {
            return Strict.GetString(utf8, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    static int Hex(byte c) => char.IsAsciiHexDigit((char)c) ? Convert.ToInt32(((char)c).ToString(), 16) : -1;
}
