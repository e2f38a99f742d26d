using System.Buffers;
using System.Text;

namespace ThreadStore.Comments;

/// <summary>An address that stands in a sentence without any sign around it, as readers would tell it from the sentence.</summary>
/// <param name="Text">What was written of it.</param>
/// <param name="Url">Where it leads.</param>
readonly record struct BareAddress(string Text, string Url)
{
    const string Web = "www.";
    const string Mail = "mailto:";

    /// <summary>Characters; DNS has no longer names.</summary>
    const int MaxHostLength = 253;

    /// <summary>Characters; SMTP has no longer names of mailboxes.</summary>
    const int MaxMailboxLength = 64;

    /// <summary>Signs of ASCII that end an address wherever they stand; others may be part of one.</summary>
    static readonly SearchValues<char> Ends = SearchValues.Create("<>\"`\\{}|^ \u007F");

    /// <summary>Signs that are the sentence's where they come last, however many there are.</summary>
    static readonly SearchValues<char> Trailing = SearchValues.Create(".,:;!?'*_~&([");

    static readonly SearchValues<char> InMailbox = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_{|}~-"
    );

    /// <param name="before">The character before <paramref name="text"/>; 0 where there is none.</param>
    /// <param name="text">Begins with the address, if there is one.</param>
    /// <param name="address">What there is.</param>
    public static bool TryRead(char before, ReadOnlySpan<char> text, out BareAddress address)
    {
        address = default;
        if (IsOfAWord(before) || PrefixOf(text) is not { } prefix)
            return false;
        // it would be the middle of a longer name
        if (prefix == Web && before is '.' or '-' or '/' or '@')
            return false;
        var start = prefix.Length;
        if (prefix == Mail)
        {
            var mailbox = text[start..].IndexOfAnyExcept(InMailbox);
            if (mailbox is <= 0 or > MaxMailboxLength || text[start + mailbox] != '@')
                return false;
            start += mailbox + 1;
        }
        var end = start + HostLength(text[start..]);
        if (end == start)
            return false;
        if (prefix != Mail)
        {
            // who is named before an @ is not where the address leads
            if (end < text.Length && text[end] == '@')
                return false;
            end += PathLength(text[end..]);
        }
        var written = text[..end].ToString();
        address = new(written, prefix == Web ? "https://" + written : written);
        return true;
    }

    static string? PrefixOf(ReadOnlySpan<char> text)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["https://", "http://", Web, Mail])
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return prefix;
        return null;
    }

    static bool IsOfAWord(char before) => char.IsLetterOrDigit(before) && !Letters.IsUnparted(before);

    /// <summary>A name with a dot in it, and perhaps a port; 0 where there is none.</summary>
    static int HostLength(ReadOnlySpan<char> text)
    {
        var (end, lastDot) = (0, -1);
        while (end < text.Length && end <= MaxHostLength)
        {
            if (text[end] == '.')
            {
                // an empty label: the dots are the sentence's
                if (end == lastDot + 1)
                    break;
                lastDot = end++;
            }
            else if (InName(text[end..]) is > 0 and var length)
                end += length;
            else
                break;
        }
        if (end == lastDot + 1)
            (end, lastDot) = (end - 1, end < 1 ? -1 : text[..(end - 1)].LastIndexOf('.'));
        if (end > MaxHostLength || lastDot < 1)
            return 0;
        // no top-level domain mixes scripts: the sentence goes on without a space
        var last = text[(lastDot + 1)..end];
        if (char.IsAscii(last[0]))
            last = last[
                ..(
                    last.IndexOfAnyExceptInRange('\0', '\u007F') is >= 0 and var foreign
                        ? foreign
                        : last.Length
                )
            ];
        end = lastDot + 1 + last.TrimEnd("-_").Length;
        if (end == lastDot + 1)
            return 0;
        if (end < text.Length && text[end] == ':')
        {
            var digits = text[(end + 1)..].IndexOfAnyExceptInRange('0', '9');
            end +=
                digits < 0 ? text.Length - end
                : digits == 0 ? 0
                : digits + 1;
        }
        return end;
    }

    /// <summary>Letters, digits, their marks, hyphens: how long the one is that comes first.</summary>
    static int InName(ReadOnlySpan<char> text)
    {
        if (text[0] is '-' or '_' || char.IsAsciiLetterOrDigit(text[0]))
            return 1;
        return !char.IsAscii(text[0]) && IsLetter(text, out var length) ? length : 0;
    }

    static bool IsLetter(ReadOnlySpan<char> text, out int length)
    {
        Rune.DecodeFromUtf16(text, out var rune, out length);
        return Rune.IsLetterOrDigit(rune) || Letters.IsMark(rune);
    }

    /// <summary>Path, query and fragment, without what is the sentence's.</summary>
    static int PathLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] is not ('/' or '?' or '#'))
            return 0;
        var (end, round, square) = (0, 0, 0);
        while (end < text.Length)
        {
            var length = 1;
            var sign = text[end];
            if (char.IsAscii(sign))
            {
                if (sign < ' ' || Ends.Contains(sign))
                    break;
                round +=
                    sign == '(' ? 1
                    : sign == ')' ? -1
                    : 0;
                square +=
                    sign == '[' ? 1
                    : sign == ']' ? -1
                    : 0;
                // it was opened before the address
                if (round < 0 || square < 0)
                    break;
            }
            else if (!ContinuesPath(text, end, out length))
                break;
            end += length;
        }
        while (end > 0 && Trailing.Contains(text[end - 1]))
            end = text[end - 1] == ';' ? BeforeEntity(text[..end]) : end - 1;
        return end;
    }

    /// <summary>Letters of any script, and a dash between them; not the next words of a sentence without spaces.</summary>
    static bool ContinuesPath(ReadOnlySpan<char> text, int at, out int length)
    {
        if (text[at] is >= '\u2010' and <= '\u2015')
        {
            length = 1;
            return at + 1 < text.Length && IsLetter(text[(at + 1)..], out _);
        }
        return IsLetter(text[at..], out length)
            && !(char.IsAsciiLetterOrDigit(text[at - 1]) && Letters.IsUnparted(text[at]));
    }

    /// <summary>Where <c>&amp;quot;</c> or the like begins, if the text ends with one; else where its semicolon does.</summary>
    static int BeforeEntity(ReadOnlySpan<char> text)
    {
        const int longest = 10;
        var from = Math.Max(0, text.Length - longest);
        var sign = text[from..].LastIndexOf('&');
        return sign >= 0 && !text[(from + sign + 1)..^1].ContainsAnyExcept(EntityName)
            ? from + sign
            : text.Length - 1;
    }

    static readonly SearchValues<char> EntityName = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#"
    );
}
