using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ThreadStore.Transfer.Rehearsals;

/// <summary>
/// Swaps the letters and digits of a text for others that a key and the whole text choose: the same text becomes the same
/// again, and one that differs in a letter another. Length, script, case, spaces and signs stay.
/// </summary>
sealed partial class Scramble(byte[] key)
{
    /// <param name="kind">A word for what the text is: the same as something else becomes another.</param>
    /// <param name="attempt">Each gives another.</param>
    public string Letters(string kind, string text, int attempt = 0) =>
        Swap(text, new Chance(key, $"{kind}|{attempt}|{text}"));

    /// <summary>
    /// The host becomes one without dots, which is nobody's. What the address is of stays: scheme, port, the shape of path
    /// and query.
    /// </summary>
    public string Address(string address) => Address(address, new Chance(key, $"address|0|{address}"));

    /// <summary>A text as people write it: addresses stay addresses, markup and entities stay what they are.</summary>
    /// <param name="isHtml">Whether what stands between &lt; and &gt; is markup.</param>
    /// <param name="mention">What a mention becomes, without its @, told whether it is by name; null: it is a word as others
    /// are.</param>
    public string Prose(string text, bool isHtml, Func<string, bool, string?> mention)
    {
        var chance = new Chance(key, $"text|0|{text}");
        var swapped = new StringBuilder(text.Length);
        var done = 0;
        foreach (Match part in (isHtml ? HtmlParts() : Parts()).Matches(text))
        {
            swapped.Append(Swap(text[done..part.Index], chance));
            swapped.Append(
                part.Value[0] switch
                {
                    '&' => Entity(part.Value, chance),
                    '<' => Quoted().Replace(part.Value, q => Value(q.Value, chance)),
                    '@' => Mention(part.Value, mention) ?? Swap(part.Value, chance),
                    _ => Address(part.Value, chance),
                }
            );
            done = part.Index + part.Length;
        }
        return swapped.Append(Swap(text[done..], chance)).ToString();
    }

    static string Value(string quoted, Chance chance) =>
        quoted[1..].StartsWith("http", StringComparison.OrdinalIgnoreCase)
            ? $"{quoted[0]}{Address(quoted[1..^1], chance)}{quoted[^1]}"
            : Swap(quoted, chance);

    static string? Mention(string text, Func<string, bool, string?> mention)
    {
        if (text[1] == '"')
            return mention(text[2..^1], true) is { } name ? $"@\"{name}\"" : null;
        // a sentence may end behind it
        var end = text.Length;
        while (end > 1)
        {
            if (mention(text[1..end], false) is { } known)
                return $"@{known}{text[end..]}";
            if (char.IsLetterOrDigit(text[end - 1]))
                break;
            end--;
        }
        return null;
    }

    static string Address(string address, Chance chance)
    {
        var parts = Host().Match(address);
        return parts.Groups["scheme"].Value
            + Swap(parts.Groups["host"].Value, chance).Replace('.', '-')
            + parts.Groups["port"].Value
            + Path(parts.Groups["rest"].Value, chance);
    }

    static string Path(string path, Chance chance)
    {
        var (swapped, done) = (new StringBuilder(path.Length), 0);
        foreach (Match escape in Escaped().Matches(path))
        {
            swapped.Append(Swap(path[done..escape.Index], chance));
            // a letter of ASCII: of others one escape is only a part
            swapped.Append('%').Append(chance.Next(2) == 0 ? '4' : '6').Append((char)('1' + chance.Next(9)));
            done = escape.Index + escape.Length;
        }
        return swapped.Append(Swap(path[done..], chance)).ToString();
    }

    /// <summary>A sign written as its number stays so written; of those with names there are few, and they stay.</summary>
    static string Entity(string entity, Chance chance)
    {
        var (digits, style, format) =
            entity[1] != '#' ? default
            : entity[2] is 'x' or 'X' ? (entity[3..^1], NumberStyles.HexNumber, "x")
            : (entity[2..^1], NumberStyles.None, "d");
        if (
            format is null
            || !int.TryParse(digits, style, CultureInfo.InvariantCulture, out var value)
            || !Rune.IsValid(value)
        )
            return entity;
        var others = Alphabets
            .Of(new Rune(value))
            .Select(r => r.Value.ToString($"{format}{digits.Length}", CultureInfo.InvariantCulture))
            .Where(d => d.Length == digits.Length)
            .ToList();
        return others.Count == 0
            ? entity
            : $"{entity[..^(digits.Length + 1)]}{others[chance.Next(others.Count)]};";
    }

    static string Swap(string text, Chance chance)
    {
        var swapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            swapped.Append(
                Alphabets.Of(rune) is { Length: > 0 } others ? others[chance.Next(others.Length)] : rune
            );
        return swapped.ToString();
    }

    /// <summary>Numbers that follow from a key and a text, and from which neither can be found.</summary>
    sealed class Chance(byte[] key, string text)
    {
        readonly byte[] seed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        byte[] block = [];
        int at;
        int blocks;

        public int Next(int below)
        {
            if (at == block.Length)
            {
                var counter = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(counter, blocks++);
                (block, at) = (HMACSHA256.HashData(seed, counter), 0);
            }
            var drawn = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(at));
            at += sizeof(uint);
            return (int)(drawn % (uint)below);
        }
    }

    [GeneratedRegex(
        """https?://[^\s<>"'()\[\]]+|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+\d*);|(?<![\p{L}\p{N}@._+-])@(?:"[^"\n]+"|[^\s"@][^\s@]*)"""
    )]
    private static partial Regex Parts();

    [GeneratedRegex(
        """<[^<>]*>|https?://[^\s<>"'()\[\]]+|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+\d*);|(?<![\p{L}\p{N}@._+-])@(?:"[^"\n]+"|[^\s"@<][^\s@<]*)"""
    )]
    private static partial Regex HtmlParts();

    [GeneratedRegex(
        """
            "[^"]*"|'[^']*'
            """
    )]
    private static partial Regex Quoted();

    [GeneratedRegex(
        """^(?:(?<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)(?<host>[^/?#]*?)(?<port>:\d+)?(?=[/?#]|$))?(?<rest>.*)$""",
        RegexOptions.Singleline
    )]
    private static partial Regex Host();

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex Escaped();
}
