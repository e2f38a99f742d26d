using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ThreadStore.Commenters;
using ThreadStore.Comments;
using ThreadStore.Moderation;
using ThreadStore.Sites;

namespace ThreadStore.Benchmarks;

/// <summary>What screening adds to a post where a site asks for all that there is: the longest comment, the longest lists.</summary>
static class ScreeningCost
{
    const int Length = 10_000;
    const int Words = 10_000;
    const int Patterns = 100;

    /// <summary>Comments judged by turns, so that no cache knows them by heart.</summary>
    const int Texts = 50;

    public static Command Command()
    {
        var seconds = RunOptions.Number("--seconds", "Measured for each kind of text and round", 2);
        var rounds = RunOptions.Number("--rounds", "Rounds", 5);
        var command = new Command(
            "screening",
            "Measure the rules: 10,000 words, 100 patterns, 10,000 characters"
        )
        {
            seconds,
            rounds,
        };
        command.SetAction(parsed =>
            Run(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rounds))
        );
        return command;
    }

    static void Run(TimeSpan time, int rounds)
    {
        var load = Machine.LoadAverage;
        var settings = Settings();
        var started = Stopwatch.GetTimestamp();
        ScreeningSettings.Of(settings).MakeReady();
        var ready = Stopwatch.GetElapsedTime(started);
        (string Name, string[] Texts)[] kinds =
        [
            ("plain text, nothing matches", Make(n => Prose(n, Length))),
            ("Markdown, nothing matches", Make(n => Markdown(n))),
            ("not ASCII, nothing matches", Make(n => Prose(n, Length).Replace('e', 'é'))),
            ("beginnings of all that is looked for", Make(NearMisses)),
            ("one letter", Make(n => new string((char)('a' + n % 26), Length))),
            ("the last word matches", Make(n => $"{Prose(n, Length - 12)} {Entry(n)}")),
        ];
        var rows = new List<string[]>();
        foreach (var (name, texts) in kinds)
        {
            // code is compiled, lists are made, automata have met their states
            Measure(settings, texts, TimeSpan.FromSeconds(1));
            var figures = Enumerable.Range(0, rounds).Select(_ => Measure(settings, texts, time)).ToList();
            var spread = Spread.Of([.. figures.Select(f => f.Microseconds)]);
            rows.Add([
                name,
                Report.Text(spread.Median, 0),
                Report.Text(spread.Min, 0),
                Report.Text(spread.Max, 0),
                Report.Text(figures[^1].Bytes / 1024, 0),
            ]);
        }
        Report.Write(
            Console.Out,
            "Screening: microseconds for a comment of 10,000 characters",
            [
                Report.Circumstances(load),
                $"{Words:N0} words and phrases and {Patterns} patterns, half of them banned, and all other rules; one thread; "
                    + $"{rounds} rounds of {time.TotalSeconds} s",
                $"the lists are made ready once for settings: {Report.Text(ready.TotalMilliseconds, 0)} ms",
                "goal: under 1,000",
            ]
        );
        Report.WriteTable(Console.Out, ["text", "median", "min", "max", "KiB allocated"], rows);
    }

    static (double Microseconds, double Bytes) Measure(SiteSettings settings, string[] texts, TimeSpan time)
    {
        // rendered once, by whoever brings it: here it is the rules that are measured
        CommentText[] made = [.. texts.Select(t => new CommentText(t, BodyFormat.Markdown))];
        var (count, bytes, started) = (0, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started) < time)
            Judge(settings, made[count++ % made.Length]);
        return (
            Stopwatch.GetElapsedTime(started).TotalMicroseconds / count,
            (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / count
        );
    }

    static void Judge(SiteSettings settings, CommentText text) =>
        Screening.Judge(
            Screening.OfText(settings, text),
            new(settings, null, Standing.Good, 10, 2, RepeatsItself: false, Before: null)
        );

    static SiteSettings Settings() =>
        new()
        {
            BannedWords = [.. Enumerable.Range(0, Words / 2).Select(Entry)],
            SuspectWords = [.. Enumerable.Range(Words / 2, Words / 2).Select(Entry)],
            BannedPatterns = [.. Enumerable.Range(0, Patterns / 2).Select(Pattern)],
            SuspectPatterns = [.. Enumerable.Range(Patterns / 2, Patterns / 2).Select(Pattern)],
            LinksHeldForReview = 3,
            NewCommentersHeldForReview = 3,
            RepeatedTextHeldForReview = true,
            FloodHeldForReview = 5,
            ModerationMode = ModerationMode.Pre,
        };

    /// <summary>Every third is a phrase.</summary>
    static string Entry(int n) => n % 3 == 0 ? $"{Word(n)} {Word(n + 1)}" : Word(n);

    static string Word(int n) => string.Create(CultureInfo.InvariantCulture, $"zq{n * 7919 % 100_003:x}");

    /// <summary>Such as sites use: writings of a word, addresses, numbers, words near each other, repetitions.</summary>
    static string Pattern(int n) =>
        (n % 6) switch
        {
            0 => $@"v[i1!|]+{Letters(n)}[a@]+g?r[a@]",
            1 => $@"\b(?:buy|order|get)\b.{{0,20}}\b{Letters(n)}(?:now|cheap|today)\b",
            2 => $@"https?://[^\s/]*{Letters(n)}\.(?:xyz|top|click)\b",
            3 => $@"\+?\d{{2,3}}[ -]?\d{{3}}[ -]?{n}\d{{3}}",
            4 => $@"(?:{Letters(n)}|{Letters(n + 100)}|{Letters(n + 200)})+\s*(?:coin|token)s?\b",
            _ => $@"([!?$€]{{2,}}\s*){{3,}}{Letters(n)}",
        };

    static string Letters(int n) =>
        $"{(char)('b' + n % 20)}{(char)('a' + n / 20 % 20)}x{(char)('a' + n % 7)}";

    static string[] Make(Func<int, string> text) => [.. Enumerable.Range(0, Texts).Select(text)];

    static readonly string[] Vocabulary =
    [
        .. (
            "the of and to in that it is was for on are as with his they at be this from have or by one had not but what all "
            + "were when we there can an your which their said if do will each about how up out them then she many some so "
            + "these would other into has more her two like him see time could no make than first been its who now people my "
            + "made over did down only way find use may water long little very after words called just where most know "
            + "council minister budget hospital railway bridge neighbourhood referendum opposition government committee"
        ).Split(' '),
    ];

    static string Prose(int seed, int length)
    {
        var random = new Random(seed);
        var text = new StringBuilder(length + 20);
        while (text.Length < length)
            text.Append(Vocabulary[random.Next(Vocabulary.Length)])
                .Append(
                    random.Next(12) == 0 ? ". "
                    : random.Next(80) == 0 ? ".\n\n"
                    : " "
                );
        return text.ToString(0, length - 1) + ".";
    }

    static string Markdown(int seed)
    {
        var random = new Random(seed);
        var words = Prose(seed, Length * 9 / 10).Split(' ');
        for (var i = 0; i < words.Length; i++)
            words[i] = random.Next(30) switch
            {
                0 => $"*{words[i]}*",
                1 => $"**{words[i]}**",
                _ => words[i],
            };
        var text = string.Join(' ', words);
        return text.Length > Length ? text[..Length] : text;
    }

    static string NearMisses(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(Length + 40);
        while (text.Length < Length)
            text.Append(
                random.Next(8) switch
                {
                    0 => $"v1!|{Letters(random.Next(100))}aag ",
                    1 => $"order a good {Letters(random.Next(100))} ",
                    2 => $"http://{Letters(random.Next(100))}.xy ",
                    3 => "+49 30 123456 ",
                    4 => $"{Letters(random.Next(300))} con ",
                    5 => "!! ?? $$ ",
                    // the beginning of a phrase, and a word but for its end
                    6 => $"{Word(3 * random.Next(3_000))} x ",
                    _ => $"{Word(random.Next(9_000))}x ",
                }
            );
        return text.ToString(0, Length);
    }
}
