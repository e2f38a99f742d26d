using CsCheck;
using ThreadStore.Comments;
using ThreadStore.Moderation;
using ThreadStore.Sites;
using Xunit;

namespace ThreadStore.Tests.Moderation;

/// <summary>Texts that are made to be hard: whatever they are, the rules find what a plain search finds, and the work
/// grows with the text alone.</summary>
public sealed class ScreeningWorkTests
{
    /// <summary>Long runs, combining marks, what nobody sees, beginnings of what is looked for.</summary>
    static readonly Gen<string> Piece = Gen.OneOf(
        Gen.OneOf(
            "a",
            "aa",
            "ab",
            "b ",
            " ",
            "a b ",
            "a b c",
            "aab aab",
            "x*",
            "**a**",
            "\n\n",
            "\u0301",
            "\u0323\u0301",
            "\u034f",
            "\u200b",
            "é",
            "ß",
            "笨",
            "𝓼",
            "\ud83d",
            "1",
            "::"
        ),
        Gen.Select(Gen.OneOf("a", "ab", "a b ", "\u0301", "(", "_", "1"), Gen.Int[1, 300])
            .Select((piece, times) => string.Concat(Enumerable.Repeat(piece, times)))
    );

    static readonly Gen<string> Text = Piece.Array[0, 12].Select(string.Concat);

    static readonly Gen<string> Pattern = Gen.OneOf(
        "a+b",
        "(a|aa)+$",
        "(a*)*b",
        "^(?:a|b|ab)*c",
        "(x+x+)+y",
        @"\ba{3,}\b",
        "a.{0,20}b{2}",
        "(?:a|b|c|d|e|f|g|h){5}z",
        "[^a]{40,}",
        "(?i)ß",
        "(?x) a b # until here",
        "(?<n>a)c",
        "(?<n>b)c",
        "é|笨",
        @"\d+",
        "|never",
        "#"
    );

    /// <summary>Entries within entries, and such as differ in their last word only.</summary>
    static readonly Gen<string> Entry = Gen.OneOf(
        "a",
        "aa",
        "a b",
        "a b c",
        "a b c d",
        "b c x",
        "aab aab aab",
        "e\u0301",
        "ss",
        "笨 笨",
        "1 1 1 1 1 1 1 2",
        "( ( ( )"
    );

    [Fact]
    public void Patterns_together_find_what_each_alone_would() =>
        Gen.Select(Pattern.Array[1, 60], Text.Array[1, 2])
            .Sample(
                (patterns, faces) =>
                    new PatternList(patterns).Find(faces)
                    == patterns
                        .Select(PatternList.Compile)
                        .SelectMany(pattern => faces.Select(face => pattern.Match(face)))
                        .FirstOrDefault(match => match.Success)
                        ?.Value,
                iter: 60
            );

    [Fact]
    public void Words_are_found_that_a_plain_search_finds() =>
        Gen.Select(Entry.Array[1, 12], Text)
            .Sample(
                (entries, text) =>
                    (new WordList(entries).Find([new FoldedText(text)]) is not null)
                    == entries.Any(entry => Contains(Pieces(text), Pieces(entry))),
                iter: 300
            );

    static string[] Pieces(string text)
    {
        var folded = new FoldedText(text);
        return [.. Enumerable.Range(0, folded.Count).Select(i => folded[i].ToString())];
    }

    static bool Contains(string[] text, string[] entry) =>
        entry.Length > 0
        && Enumerable
            .Range(0, Math.Max(0, text.Length - entry.Length + 1))
            .Any(i => text.AsSpan(i, entry.Length).SequenceEqual(entry));

    static readonly SiteSettings Everything = new()
    {
        BannedWords = [.. Enumerable.Range(0, 5_000).Select(n => $"a b c {n}x")],
        SuspectWords = [.. Enumerable.Range(0, 5_000).Select(n => new string('a', n % 50) + $"q{n}")],
        BannedPatterns = ["(a|aa)+x$", "(x+x+)+y", "a.{0,20}b{9}"],
        SuspectPatterns = ["(?:a|b|c|d|e|f|g|h){5}z", @"\bzz\w+"],
        LinksHeldForReview = 100_000,
    };

    /// <summary>What is allocated stands for what is done: time would tell of the machine, too.</summary>
    [Fact]
    public void The_work_grows_with_the_text_and_not_with_its_square() =>
        Piece
            .Array[1, 5]
            .Select(string.Concat)
            .Where(text => text.Length > 0)
            .Sample(
                unit =>
                {
                    // of short ones some need no memory of their own, and the next longer seems to need much more
                    var text = string.Concat(Enumerable.Repeat(unit, 1 + 8_000 / unit.Length));
                    var (once, twice) = (Allocated(text), Allocated(text + text));
                    // lists grow by doubling; what looks again at what it has seen would need four times as much
                    return twice <= 3 * once + 64 * 1024;
                },
                iter: 40,
                threads: 1
            );

    /// <summary>Of several times the least: automata that meet a text for the first time remember it.</summary>
    static long Allocated(string text) =>
        Enumerable
            .Range(0, 4)
            .Min(_ =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Screen(text);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });

    static void Screen(string text) => Screening.OfText(Everything, new CommentText(text, BodyFormat.Text));
}
