namespace ThreadStore.Moderation.Learned;

/// <summary>
/// Learns from texts what moderators reject: two logistic regressions with an L2 penalty over the same hashed features, one
/// weighed by how rare each is, one by how unevenly it is spread, and the mean of both.
/// </summary>
/// <remarks>
/// By dual coordinate descent (Yu, Huang and Lin, 2011, "Dual coordinate descent methods for logistic regression and maximum
/// entropy models"), which keeps one number for a text and reads the texts again in each round: memory does not grow with
/// their features. The uneven spread is that of Wang and Manning (2012, "Baselines and bigrams"). The order is shuffled by
/// numbers that are always the same, and sums are taken in that order on one thread, so that the same texts give the same
/// model; another thread reads ahead. See docs/decisions/0038.
/// </remarks>
public sealed class Learner
{
    const int Rounds = 4;

    /// <summary>How much one text may weigh against the penalty.</summary>
    const double Cost = 1;

    /// <summary>What a fact counts beside all of a text, which counts 1.</summary>
    const double FactValue = 0.5;

    /// <summary>Once is no habit: by how rare it is, such a feature says nothing.</summary>
    const int SeldomTexts = 2;

    const int Block = 256;
    const int Sides = 2;

    readonly Lessons lessons;
    readonly int[] which;

    // of each feature, side by side since they are read together: two weights and two scales
    readonly float[] table = new float[4 * (TextFeatures.Buckets + CommentFacts.Count)];
    readonly double[] biases = new double[Sides];
    readonly double[] alphas;

    /// <param name="which">Their numbers.</param>
    Learner(Lessons lessons, int[] which)
    {
        (this.lessons, this.which) = (lessons, which);
        alphas = new double[Sides * which.Length];
    }

    /// <summary>From that many texts on, one in twenty is kept back to take the measure of the model; of fewer none can be
    /// spared, and three more are made of two thirds each, to be measured by the last third.</summary>
    const int Plenty = 20_000;
    const int OneInTwenty = 20;
    const int Thirds = 3;

    /// <param name="which">The numbers of those to learn from.</param>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    public static LearnedModel Learn(
        Lessons lessons,
        IReadOnlyList<int> which,
        Action<double>? progress = null,
        CancellationToken ct = default
    )
    {
        var parts = which.Count < Plenty ? Thirds : OneInTwenty;
        var measures = which.Count < Plenty ? Thirds : 1;
        var runs = which.Count < Plenty ? Thirds + 1 : 1;
        var (margins, measured) = (new List<float>(), new List<Lesson>());
        Learner? last = null;
        for (var run = 0; run < runs; run++)
        {
            var left = run < measures ? run : parts;
            last = new(lessons, [.. which.Where((_, i) => PartOf(i, parts) != left)]);
            var (done, all) = (run, runs);
            last.Run(part => progress?.Invoke((done + part) / all), ct);
            if (run >= measures)
                break;
            var model = last.Model(1, 0);
            foreach (var i in which.Where((_, i) => PartOf(i, parts) == left))
            {
                margins.Add((float)model.Read(lessons.TextOf(i), lessons[i].Facts, withWords: false).Margin);
                measured.Add(lessons[i]);
            }
        }
        var (slope, offset) = Sureness.Fit(margins, measured);
        return last!.Model(slope, offset);
    }

    void Run(Action<double> progress, CancellationToken ct)
    {
        Scale(ct);
        for (var round = 0; round < Rounds; round++)
        {
            progress((round + 1.0) / (Rounds + 1));
            Descend(round, ct);
        }
        progress(1);
    }

    /// <summary>How much each feature is to count, by the texts that have it.</summary>
    void Scale(CancellationToken ct)
    {
        var (seen, kept, gone) = (
            new int[TextFeatures.Buckets],
            new double[TextFeatures.Buckets],
            new double[TextFeatures.Buckets]
        );
        var (keptTexts, goneTexts, features) = (0.0, 0.0, 0L);
        foreach (var (lesson, _, segment) in Read([.. Enumerable.Range(0, which.Length)], ct))
        {
            ReadOnlySpan<int> found = segment;
            var side = lesson.IsRejected ? gone : kept;
            foreach (var bucket in found)
            {
                seen[bucket]++;
                side[bucket] += lesson.Weight;
            }
            features += found.Length;
            if (lesson.IsRejected)
                goneTexts += lesson.Weight;
            else
                keptTexts += lesson.Weight;
        }
        Span<double> squares = [0, 0];
        for (var f = 0; f < TextFeatures.Buckets; f++)
        {
            if (seen[f] == 0)
                continue;
            var rare = seen[f] < SeldomTexts ? 0 : Math.Log((which.Length + 1.0) / seen[f]);
            var uneven = Math.Abs(
                Math.Log((gone[f] + 1) / (goneTexts + 2) / ((kept[f] + 1) / (keptTexts + 2)))
            );
            (table[4 * f + 2], table[4 * f + 3]) = ((float)rare, (float)uneven);
            squares[0] += seen[f] * rare * rare;
            squares[1] += seen[f] * uneven * uneven;
        }
        // so that a text counts 1 on the average
        for (var side = 0; side < Sides; side++)
        {
            var unit = squares[side] > 0 ? Math.Sqrt(features / squares[side]) : 0;
            for (var f = 0; f < TextFeatures.Buckets; f++)
                table[4 * f + 2 + side] *= (float)unit;
            for (var f = TextFeatures.Buckets; f < TextFeatures.Buckets + CommentFacts.Count; f++)
                table[4 * f + 2 + side] = (float)FactValue;
        }
    }

    void Descend(int round, CancellationToken ct)
    {
        foreach (var (lesson, i, segment) in Read(Shuffled(round), ct))
        {
            ReadOnlySpan<int> found = segment;
            var root = found.Length == 0 ? 0 : 1 / Math.Sqrt(found.Length);
            var (sum0, sum1, square0, square1) = (0.0, 0.0, 0.0, 0.0);
            foreach (var f in found)
            {
                var row = table.AsSpan(4 * f, 4);
                sum0 += row[0] * row[2];
                sum1 += row[1] * row[3];
                square0 += row[2] * row[2];
                square1 += row[3] * row[3];
            }
            (sum0, sum1) = (sum0 * root, sum1 * root);
            var squareOfFacts = 0.0;
            for (var k = 0; k < CommentFacts.Count; k++)
                if (((int)lesson.Facts & (1 << k)) != 0)
                {
                    var row = table.AsSpan(4 * (TextFeatures.Buckets + k), 4);
                    (sum0, sum1) = (sum0 + row[0] * FactValue, sum1 + row[1] * FactValue);
                    squareOfFacts += FactValue * FactValue;
                }
            // 1: of the bias
            var more = 1 + squareOfFacts;
            var step0 = Step(0, i, lesson, sum0, square0 * root * root + more);
            var step1 = Step(1, i, lesson, sum1, square1 * root * root + more);
            var (change0, change1) = ((float)(step0 * root), (float)(step1 * root));
            foreach (var f in found)
            {
                var row = table.AsSpan(4 * f, 4);
                row[0] += change0 * row[2];
                row[1] += change1 * row[3];
            }
            for (var k = 0; k < CommentFacts.Count; k++)
                if (((int)lesson.Facts & (1 << k)) != 0)
                {
                    var row = table.AsSpan(4 * (TextFeatures.Buckets + k), 4);
                    row[0] += (float)(step0 * FactValue);
                    row[1] += (float)(step1 * FactValue);
                }
        }
    }

    /// <summary>Brings one text's number to where it is best while all others stay, by Newton's method.</summary>
    /// <param name="square">Of the length of what it is described by.</param>
    /// <returns>How far the weights move along what the text has.</returns>
    double Step(int side, int i, Lesson lesson, double sum, double square)
    {
        var sign = lesson.IsRejected ? 1 : -1;
        var most = Cost * lesson.Weight;
        ref var alpha = ref alphas[Sides * i + side];
        var others = sum + biases[side] - sign * alpha * square;
        var next = Math.Clamp(alpha, most * 1e-6, most * (1 - 1e-6));
        for (var n = 0; n < 20; n++)
        {
            var slope = square * next + sign * others + Math.Log(next / (most - next));
            var moved = next - slope / (square + most / (next * (most - next)));
            moved =
                moved <= 0 ? next / 10
                : moved >= most ? (next + 9 * most) / 10
                : moved;
            var isThere = Math.Abs(moved - next) < 1e-9 * most;
            next = moved;
            if (isThere || next >= most)
                break;
        }
        var step = sign * (next - alpha);
        alpha = next;
        biases[side] += step;
        return step;
    }

    LearnedModel Model(double slope, double offset)
    {
        var weights = new float[TextFeatures.Buckets + CommentFacts.Count];
        for (var f = 0; f < weights.Length; f++)
        {
            var row = table.AsSpan(4 * f, 4);
            weights[f] = (row[0] * row[2] + row[1] * row[3]) / Sides;
        }
        return new(weights, biases.Sum() / Sides, slope, offset);
    }

    /// <summary>The texts in an order, with their features; the next are read while the last are learned from.</summary>
    IEnumerable<(Lesson Lesson, int Number, ArraySegment<int> Found)> Read(int[] order, CancellationToken ct)
    {
        var (now, next) = (new Features(), new Features());
        var reading = Task.CompletedTask;
        for (var start = 0; start < order.Length; start += Block)
        {
            if (start == 0)
                now.Read(lessons, which, order.AsSpan(0, Math.Min(Block, order.Length)));
            ct.ThrowIfCancellationRequested();
            var (from, ahead) = (start + Block, next);
            reading =
                from < order.Length
                    ? Task.Run(
                        () =>
                            ahead.Read(
                                lessons,
                                which,
                                order.AsSpan(from, Math.Min(Block, order.Length - from))
                            ),
                        CancellationToken.None
                    )
                    : Task.CompletedTask;
            for (var k = 0; k < Block && start + k < order.Length; k++)
                yield return (lessons[which[order[start + k]]], order[start + k], now[k]);
            reading.GetAwaiter().GetResult();
            (now, next) = (next, now);
        }
    }

    int[] Shuffled(int round)
    {
        var order = new int[which.Length];
        var state = 0x9E3779B97F4A7C15UL * (ulong)(round + 1);
        for (var i = 0; i < order.Length; i++)
        {
            state += 0x9E3779B97F4A7C15UL;
            var at = (int)(Mixed(state) % (ulong)(i + 1));
            (order[i], order[at]) = (order[at], i);
        }
        return order;
    }

    /// <summary>Not by turns: what moderators do may have a rhythm of its own.</summary>
    static int PartOf(int i, int parts) => (int)(Mixed((ulong)i + 1) % (ulong)parts);

    /// <summary>SplitMix64: the same numbers on every machine.</summary>
    static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>The features of some texts, one after the other.</summary>
    sealed class Features
    {
        readonly TextFeatures reader = new();
        readonly int[] ends = new int[Block];
        int[] found = new int[Block * 512];
        char[] text = new char[4_096];

        public ArraySegment<int> this[int k] =>
            new(found, k == 0 ? 0 : ends[k - 1], ends[k] - (k == 0 ? 0 : ends[k - 1]));

        public void Read(Lessons lessons, int[] which, ReadOnlySpan<int> numbers)
        {
            var end = 0;
            for (var k = 0; k < numbers.Length; k++)
            {
                reader.Read(lessons.Read(which[numbers[k]], ref text));
                if (end + reader.Count > found.Length)
                    Array.Resize(ref found, 2 * (end + reader.Count));
                reader.Found.CopyTo(found.AsSpan(end));
                ends[k] = end += reader.Count;
            }
        }
    }
}
