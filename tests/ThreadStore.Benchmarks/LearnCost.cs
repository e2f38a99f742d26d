using System.CommandLine;
using System.Diagnostics;
using ThreadStore.Comments;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Benchmarks;

/// <summary>What the learned rule finds beside ML.NET as it comes, and what it costs to learn and to screen.</summary>
static class LearnCost
{
    /// <summary>Of a comment that is screened.</summary>
    const int Length = 300;

    public static Command Command()
    {
        var comments = RunOptions.Number("--comments", "To learn from, at scale", 1_000_000);
        var quick = new Option<bool>("--quick")
        {
            Description = "50,000 comments, and no trainer of ML.NET's over our features",
        };
        var samples = new Option<string?>("--samples")
        {
            Description = "The folder of labelled texts; shared/samples/learn here or above unless given",
        };
        var command = new Command("learn", "Learned moderation beside a plain ML.NET pipeline")
        {
            comments,
            quick,
            samples,
        };
        command.SetAction(parsed =>
            Run(
                parsed.GetValue(quick) ? 50_000 : parsed.GetValue(comments),
                parsed.GetValue(quick),
                parsed.GetValue(samples) ?? LabelledSet.Find("shared/samples/learn")
            )
        );
        return command;
    }

    static void Run(int comments, bool quick, string? samples)
    {
        if (samples is null || !Directory.Exists(samples))
            throw new BenchmarkException(
                "There are no labelled texts in shared/samples/learn, here or above."
            );
        var load = Machine.LoadAverage;
        var sets = LabelledSet.Read(samples);
        Report.Write(
            Console.Out,
            "Learned moderation",
            [
                Report.Circumstances(load),
                "AUC; without a test file the mean of five, each judging a fifth of the file, learned from the rest",
                "plain: FeaturizeText and SdcaLogisticRegression of ML.NET, seed 1",
                "goal: 0.02 above it",
            ]
        );
        var rows = new List<string[]>();
        foreach (var set in sets)
        {
            var splits = set.Splits().ToList();
            double Mean(Func<LabelledText[], LabelledText[], double[]> judge) =>
                splits.Average(s =>
                    Ranking.Auc(judge(s.Learn, s.Judge), [.. s.Judge.Select(t => t.IsRejected)])
                );
            var (plain, own) = (Mean(PlainPipeline.AsItComes), Mean(Own));
            var theirs = quick ? null : (double?)Mean(PlainPipeline.OverOurFeatures);
            rows.Add([
                set.Name,
                Report.Text(plain, 3),
                Report.Text(theirs, 3),
                Report.Text(own, 3),
                Report.Text(own - plain, 3),
                own - plain >= 0.02 ? "met" : "not met",
            ]);
        }
        Report.WriteTable(
            Console.Out,
            ["texts", "plain", "L-BFGS of ML.NET, our features", "ThreadStore", "above plain", ""],
            rows
        );
        Scale(sets, comments);
    }

    static double[] Own(LabelledText[] learn, LabelledText[] judge)
    {
        var model = Learn(learn);
        return [.. judge.Select(t => Score(model, t.Text))];
    }

    static LearnedModel Learn(LabelledText[] texts)
    {
        var lessons = new Lessons();
        foreach (var text in texts)
            lessons.Add(
                LookAlikes.Unmask(text.Text),
                new(CommentFacts.OfText(text.Text), text.IsRejected, 1)
            );
        return Learner.Learn(lessons, [.. Enumerable.Range(0, lessons.Count)]);
    }

    static double Score(LearnedModel model, string text) =>
        model.Score(model.Read(LookAlikes.Unmask(text), CommentFacts.OfText(text)), Facts.None);

    static void Scale(LabelledSet[] sets, int comments)
    {
        // sentences of the files in new order: as many different texts as are wanted, with labels that can be learned
        var (random, known) = (new Random(1), sets[0].Train.Concat(sets[4].Train).ToArray());
        Settle();
        var before = Megabytes();
        var lessons = new Lessons();
        var (started, busyBefore) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < comments; i++)
        {
            var (one, other) = (known[random.Next(known.Length)], known[random.Next(known.Length)]);
            var text = Cut($"{one.Text} {other.Text}");
            lessons.Add(
                LookAlikes.Unmask(text),
                new(CommentFacts.OfText(text), one.IsRejected || other.IsRejected, i % 4 == 0 ? 1 : 0.05f)
            );
        }
        var read = Stopwatch.GetElapsedTime(started);
        var peak = 0.0;
        using (new Timer(_ => peak = Math.Max(peak, Megabytes()), null, 0, 50))
        {
            var first = Learner.Learn(lessons, [.. Enumerable.Range(0, lessons.Count)]);
            GC.KeepAlive(first);
        }
        var learned = Stopwatch.GetElapsedTime(started) - read;
        var busy = Since(busyBefore);
        lessons = null;
        Settle();
        var empty = Megabytes();
        var model = Learn(sets[2].Train[..2_000]);
        Settle();
        var (micros, busyMicros, bytes) = Screen(model, Texts(known));
        var hangul = Screen(model, Texts(sets[2].Train));
        Settle();
        Report.WriteTable(
            Console.Out,
            ["", "figure", "goal"],
            [
                [$"read {comments:N0} comments, s", Report.Text(read.TotalSeconds, 1), ""],
                ["learn from them, s, with reading", Report.Text((read + learned).TotalSeconds, 1), "180"],
                ["processor time for it, s", Report.Text(busy.TotalSeconds, 1), "360 on two cores"],
                ["memory for it, MB", Report.Text(peak - before, 0), "600"],
                [$"screen {Length} characters, µs", Report.Text(micros, 1), "60"],
                ["processor time for it, µs", Report.Text(busyMicros, 1), "60"],
                ["the same, in Hangul, µs", Report.Text(hangul.BusyMicros, 1), "60"],
                [
                    "allocated for it, KiB",
                    Report.Text(bytes / 1024, 1),
                    "no more with a larger model: there is none",
                ],
                ["a model, and screening by it, MB", Report.Text(Megabytes() - empty, 1), "40"],
            ]
        );
    }

    /// <summary>Two hundred as long as <see cref="Length"/> says.</summary>
    static string[] Texts(LabelledText[] known) =>
        [
            .. Enumerable
                .Range(0, 200)
                .Select(i =>
                    Cut(
                        string.Join(
                            ' ',
                            Enumerable.Range(0, 9).Select(k => known[(97 * i + k) % known.Length].Text)
                        )
                    )
                ),
        ];

    static (double Micros, double BusyMicros, double Bytes) Screen(LearnedModel model, string[] texts)
    {
        double Once(string text)
        {
            var margin = model.Read(
                LookAlikes.Unmask(new CommentText(text, BodyFormat.Markdown)),
                CommentFacts.OfText(text)
            );
            return model.Score(margin, Facts.Newcomer);
        }
        // by what it was given of the processors: beside others a second may be a tenth of one, and nothing compiled yet
        for (var warm = Environment.CpuUsage.TotalTime; Since(warm).TotalSeconds < 2; )
            foreach (var text in texts)
                Once(text);
        var (count, allocated, started, busy) = (
            0,
            GC.GetAllocatedBytesForCurrentThread(),
            Stopwatch.GetTimestamp(),
            Environment.CpuUsage.TotalTime
        );
        for (; Since(busy).TotalSeconds < 2; count += texts.Length)
            foreach (var text in texts)
                Once(text);
        return (
            Stopwatch.GetElapsedTime(started).TotalMicroseconds / count,
            // of all threads: on a machine that others use as well, what it would take alone at most
            Since(busy).TotalMicroseconds / count,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / count
        );
    }

    /// <summary>Processor time of all threads.</summary>
    static TimeSpan Since(TimeSpan before) => Environment.CpuUsage.TotalTime - before;

    /// <summary>To the length that is measured, and no half of a letter.</summary>
    static string Cut(string text) =>
        text.Length <= Length ? text
        : char.IsHighSurrogate(text[Length - 1]) ? text[..(Length - 1)]
        : text[..Length];

    static void Settle()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }

    static double Megabytes() => Environment.WorkingSet / 1e6;
}
