using System.Buffers;
using System.Text.RegularExpressions;

namespace ThreadStore.Kernel;

/// <summary>A cell of a CSV file (RFC 4180).</summary>
public static partial class CsvCell
{
    /// <summary>What a spreadsheet takes for the beginning of a formula, in any width.</summary>
    static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <summary>
    /// What strangers wrote, so that no spreadsheet runs it: an apostrophe before it says that it is text. Numbers stay
    /// numbers.
    /// </summary>
    public static string Text(string text)
    {
        var isFormula =
            text.Length > 0
            && (Formulas.Contains(text[0]) || text.TrimStart() is [var first, ..] && Formulas.Contains(first))
            && !Number().IsMatch(text);
        return Quote(isFormula ? $"'{text}" : text);
    }

    /// <summary>What we wrote ourselves.</summary>
    public static string Quote(string text) =>
        // some programs cut spaces off where no quotes are about them
        text.AsSpan().ContainsAny(",\"\r\n")
        || text.StartsWith(' ')
        || text.EndsWith(' ')
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    [GeneratedRegex(@"^[+-]?[0-9]+(\.[0-9]+)?$")]
    private static partial Regex Number();
}
