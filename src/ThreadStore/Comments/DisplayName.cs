using System.Text;
using ThreadStore.Http;

namespace ThreadStore.Comments;

/// <summary>The name under which somebody is shown: a line of its own signs, which changes nothing around it.</summary>
public static class DisplayName
{
    /// <param name="name">As a token or an import has it.</param>
    /// <param name="key">Stands in for a name in which there is nothing to see.</param>
    public static string Of(string? name, string key)
    {
        if (name is null)
            return key;
        var shown = name.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Clean(name) : name.Trim();
        return Letters.HasVisible(shown) ? Keys.Cut(shown, Keys.MaxLength).TrimEnd() : key;
    }

    static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            if (IsLineEnd(rune.Value))
                clean.Append(' ');
            else if (!Rune.IsControl(rune) && !IsDropped(rune.Value))
                clean.Append(rune);
        return clean.ToString().Trim();
    }

    /// <summary>And tabs: what parts words still does.</summary>
    static bool IsLineEnd(int value) => value is (>= '\t' and <= '\r') or 0x85 or 0x2028 or 0x2029;

    /// <summary>What turns the direction of the text after it, and what has no width and no meaning in a name. Joiners
    /// stay: Persian names and many emoji need them.</summary>
    static bool IsDropped(int value) =>
        value
            is (>= 0x202A and <= 0x202E)
                or (>= 0x2066 and <= 0x206F)
                or 0xAD
                or 0x200B
                or (>= 0x2060 and <= 0x2064)
                or 0xFEFF
                or (>= 0xFFF9 and <= 0xFFFB);
}
