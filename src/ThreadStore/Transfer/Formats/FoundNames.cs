namespace ThreadStore.Transfer.Formats;

/// <summary>Finds the names of a page by its lines alone; a known name is one whatever it looks like.</summary>
sealed class FoundNames
{
    /// <summary>More lines than that to a name, on average, and the names are sub-headings of an article.</summary>
    const int MaxLinesPerName = 8;

    /// <summary>That many lines in the look of names are people though none of them has a sure mark.</summary>
    const int EnoughWeakNames = 3;

    /// <summary>In code points: what stands below a sub-heading, seldom below a name.</summary>
    const int LongParagraph = 160;

    readonly List<TextLine> lines;
    readonly bool[] names;
    readonly bool[] known;
    readonly bool[] strong;

    /// <summary>Names that a comment could follow; the lead is none of them.</summary>
    readonly List<int> candidates = [];

    public FoundNames(List<TextLine> lines, IReadOnlySet<string>? knownNames)
    {
        this.lines = lines;
        names = new bool[lines.Count];
        known = new bool[lines.Count];
        strong = new bool[lines.Count];

        HashSet<string> knownKeys =
        [
            .. (knownNames ?? new HashSet<string>()).Where(IsUsable).Select(NameLine.Key),
        ];
        for (var i = 1; i < lines.Count; i++)
        {
            var text = lines[i].Text;
            known[i] =
                knownKeys.Count > 0 && NameLine.MayBeKey(text) && knownKeys.Contains(NameLine.Key(text));
            names[i] = known[i] || NameLine.IsNameLike(text);
            if (names[i] && i < lines.Count - 1)
                candidates.Add(i);
        }
        var keys = candidates.CountBy(i => NameLine.Key(lines[i].Text)).ToDictionary();
        foreach (var i in candidates)
            strong[i] =
                known[i] || NameLine.HasStrongMark(lines[i].Text) || keys[NameLine.Key(lines[i].Text)] > 1;
        // the last line can be no name; whether it looks like one of those above is asked all the same
        if (names[^1])
            strong[^1] =
                known[^1]
                || NameLine.HasStrongMark(lines[^1].Text)
                || keys.ContainsKey(NameLine.Key(lines[^1].Text));
    }

    public bool IsName(int index) => names[index];

    public NameChoice Choose()
    {
        if (Start() is not { } start)
            return NameChoice.Certain([]) with
            {
                Warnings = [NoComments()],
                // names that convinced nobody are weak evidence of comments
                Confidence = candidates.Count > 0 ? TextConfidence.Low : TextConfidence.High,
            };

        var choice = ChooseFrom(start);
        // the last line is no candidate, and evidence of nothing
        if (strong.AsSpan()[start..^1].Contains(true))
            return choice;
        var weak = new TextWarning(
            lines[start].Number,
            $"The comments seem to begin here, with \"{lines[start].Text}\", but nothing on the page makes sure that the short lines are names."
        );
        return choice with { Warnings = [weak, .. choice.Warnings], Confidence = TextConfidence.Low };
    }

    /// <summary>A name opens a comment where the one before has a paragraph, and one is left for its own.</summary>
    public NameChoice ChooseFrom(int start)
    {
        List<int> indices = [start];
        List<TextWarning> doubts = [];
        for (var i = start + 1; i < lines.Count; i++)
        {
            if (!names[i])
                continue;
            var opens = i > indices[^1] + 1 && i < lines.Count - 1;
            if (opens)
                indices.Add(i);
            if (!strong[i] && Doubt(i, opens) is { } doubt)
                doubts.Add(doubt);
        }
        var confidence = doubts.Count > 0 ? TextConfidence.Low : TextConfidence.High;
        // what stands right below a name is its comment, however it looks
        if (strong[^1] && indices[^1] < lines.Count - 2)
            doubts.Add(CutOff());
        return new(indices, doubts, confidence);
    }

    int? Start()
    {
        var lastStrong = candidates.FindLastIndex(i => strong[i]);
        for (var c = 0; c < candidates.Count; c++)
        {
            var start = candidates[c];
            // told by a person, which settles a page with a single comment
            if (known[start])
                return start;
            var left = candidates.Count - c;
            if (left < 2 || lines.Count - start > MaxLinesPerName * left)
                continue;
            if (lastStrong < c && left < EnoughWeakNames)
                continue;
            if (!IsSubHeading(start, candidates[c + 1]))
                return start;
        }
        return null;
    }

    bool IsSubHeading(int start, int next) =>
        !strong[start]
        && strong[next]
        && lines[(start + 1)..next].Any(line => NameLine.CodePoints(line.Text) > LongParagraph);

    // A second paragraph such as "Thank you" cannot be told from a name such as "Lena Voss" in every case; to doubt
    // every plain name would be to doubt every page, so a name is doubted where it is written like a sentence.
    TextWarning? Doubt(int index, bool opens)
    {
        var (number, text) = lines[index];
        if (!opens)
            return new(number, $"\"{text}\" was kept as a paragraph and may be a name.");
        return NameLine.IsSentenceCase(text)
            ? new(number, $"\"{text}\" was taken for a name and may be a paragraph.")
            : null;
    }

    TextWarning CutOff() =>
        new(
            lines[^1].Number,
            $"The file ends with \"{lines[^1].Text}\", kept as a paragraph: if that is a name, its comment is missing."
        );

    TextWarning NoComments() =>
        candidates is [var first, ..]
            ? new(
                lines[first].Number,
                $"No comments were found; if \"{lines[first].Text}\" is a name and not a sub-heading, say --comments-from-line {lines[first].Number}."
            )
            : new(
                lines[^1].Number,
                "No comments were found: no line looks like a name that a comment follows."
            );

    static bool IsUsable(string name) =>
        TextLines.IsText(name) && NameLine.MayBeKey(name) && !string.IsNullOrWhiteSpace(name);
}
