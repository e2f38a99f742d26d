using System.Diagnostics.CodeAnalysis;

namespace ThreadStore.Transfer.Formats;

/// <summary>Which lines were taken for names, and how sure that is. <see cref="Indices"/> are into the lines that are
/// not blank, ascending; a paragraph follows each.</summary>
sealed record NameChoice(List<int> Indices, List<TextWarning> Warnings, TextConfidence Confidence)
{
    public static NameChoice Certain(List<int> indices) => new(indices, [], TextConfidence.High);

    public int ArticleEnd(List<TextLine> lines) => Indices.Count > 0 ? Indices[0] : lines.Count;

    /// <summary>What a person said about the lines, else what the rules say.</summary>
    public static TextRefusal? Choose(
        List<TextLine> lines,
        TextPageOptions options,
        [NotNull] out NameChoice? choice
    )
    {
        choice = Certain([]);
        if (RefuseContradiction(options) is { } contradiction)
            return contradiction;
        if (options.NoComments || options.CommentsFromLine == 0)
            return null;
        if (options.NameLines is { } listed)
            return Listed(lines, listed, choice.Indices);

        var found = new FoundNames(lines, options.KnownNames);
        if (options.CommentsFromLine is not { } number)
        {
            choice = found.Choose();
            return null;
        }
        var start = lines.FindIndex(line => line.Number == number);
        if (RefuseStart(number, start, lines, found) is { } misfit)
            return misfit;
        choice = found.ChooseFrom(start);
        return null;
    }

    static TextRefusal? RefuseContradiction(TextPageOptions options) =>
        options switch
        {
            { NoComments: true, CommentsFromLine: > 0 and var first } => new(
                first,
                $"--no-comments contradicts --comments-from-line {first}: leave one of them out."
            ),
            { NoComments: true, NameLines: [var first, ..] } => Misfit(
                first,
                "--no-comments contradicts --name-lines: leave one of them out."
            ),
            { CommentsFromLine: { } start, NameLines: { } listed }
                when (listed.Count == 0 ? 0 : listed[0]) != start => Misfit(
                start,
                $"--comments-from-line {start} contradicts --name-lines, which begins elsewhere: leave one of them out."
            ),
            _ => null,
        };

    static TextRefusal? RefuseStart(int number, int start, List<TextLine> lines, FoundNames found) =>
        start switch
        {
            < 0 => Misfit(number, $"--comments-from-line {number}: that line is blank or not in the file."),
            0 => Misfit(number, $"--comments-from-line {number}: that line is the header."),
            _ when start == lines.Count - 1 => Misfit(
                number,
                $"--comments-from-line {number}: no comment follows that line."
            ),
            _ when !found.IsName(start) => Misfit(
                number,
                $"--comments-from-line {number}: that line does not look like a name; list all names with --name-lines."
            ),
            _ => null,
        };

    static TextRefusal? Listed(List<TextLine> lines, IReadOnlyList<int> listed, List<int> indices)
    {
        var at = 0;
        foreach (var number in listed)
        {
            if (indices.Count > 0 && number <= lines[indices[^1]].Number)
                return Misfit(
                    number,
                    $"--name-lines: {number} does not come after {lines[indices[^1]].Number}; list the lines in the file's order."
                );
            while (at < lines.Count && lines[at].Number < number)
                at++;
            if (at == lines.Count || lines[at].Number != number)
                return Misfit(number, $"--name-lines: line {number} is blank or not in the file.");
            if (at == 0)
                return Misfit(number, $"--name-lines: line {number} is the header.");
            if (indices.Count > 0 && indices[^1] == at - 1)
                return NoParagraph(lines[at - 1].Number);
            if (RefuseKey(lines[at]) is { } noKey)
                return noKey;
            indices.Add(at);
        }
        return indices is [.., var last] && last == lines.Count - 1 ? NoParagraph(lines[last].Number) : null;
    }

    static TextRefusal? RefuseKey(TextLine line) =>
        NameLine.MayBeKey(line.Text) && NameLine.IsKey(NameLine.Key(line.Text))
            ? null
            : new(
                line.Number,
                $"--name-lines: line {line.Number} is no name of at most {NameLine.MaxKeyLength - NameLine.KeyPrefix.Length} characters."
            );

    static TextRefusal NoParagraph(int number) =>
        new(number, $"--name-lines: no paragraph follows the name on line {number}.");

    // lines are counted from 1, whatever number was typed
    static TextRefusal Misfit(int number, string message) => new(Math.Max(1, number), message);
}
