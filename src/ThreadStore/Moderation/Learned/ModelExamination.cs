namespace ThreadStore.Moderation.Learned;

/// <summary>Judges a model by what came after what it learned from.</summary>
/// <param name="trainedTo">Its position.</param>
/// <param name="learned">The lessons that it learned from.</param>
/// <param name="language">The site's.</param>
public sealed class ModelExamination(
    LearnedModel model,
    LearnedHistory history,
    long trainedTo,
    IReadOnlyList<int> learned,
    string language
)
{
    const int Bins = 10;
    const int MaxExamples = 30;
    const int MaxNgrams = 50;

    /// <summary>Fewer texts of people unknown to it say too little; then all are taken.</summary>
    const int EnoughOfNewAuthors = 100;
    const int EnoughPositives = 10;

    static readonly double[] Thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    readonly record struct Judged(int Lesson, double Score, bool IsRejected);

    /// <param name="judgedTo">The last position of the history.</param>
    /// <param name="decided">Of those that it learned from, how many moderators had decided on, and how many of these they
    /// had rejected.</param>
    public ModelReport Report(long judgedTo, (int All, int Rejected) decided)
    {
        var known = learned.ToHashSet();
        var authors = learned.Select(i => history.Taught[i].Author).ToHashSet();
        var later = Enumerable
            .Range(0, history.Taught.Count)
            .Where(i => !known.Contains(i) && history.Lessons[i].Weight > 0)
            .ToList();
        var (texts, newOnly) = Choose([.. later.Where(i => history.Taught[i].IsDecided)], authors);
        var judged = texts.ConvertAll(i => new Judged(i, ScoreOf(i), history.Lessons[i].IsRejected));
        var (scores, rejected) = (judged.ConvertAll(j => j.Score), judged.ConvertAll(j => j.IsRejected));
        return new(
            trainedTo,
            judgedTo,
            learned.Count,
            decided.All,
            decided.Rejected,
            judged.Count,
            rejected.Count(r => r),
            newOnly,
            Number(Ranking.Auc(scores, rejected)),
            Number(Ranking.AveragePrecision(scores, rejected)),
            Calibration(judged),
            AtThresholds(judged, [.. later.Where(i => history.Taught[i].Position > trainedTo)]),
            ByLanguage(judged),
            StrongTexts.Of(model, history, learned, MaxNgrams),
            Examples(judged)
        );
    }

    double ScoreOf(int lesson) =>
        model.Score(
            model.Read(history.Lessons.TextOf(lesson), history.Lessons[lesson].Facts, withWords: false),
            Facts.None
        );

    (List<int> Texts, bool NewOnly) Choose(List<int> decided, HashSet<int> authors)
    {
        var news = decided.FindAll(i => !authors.Contains(history.Taught[i].Author));
        var positives = news.Count(i => history.Lessons[i].IsRejected);
        return
            news.Count >= EnoughOfNewAuthors
            && positives >= EnoughPositives
            && news.Count - positives >= EnoughPositives
            ? (news, true)
            : (decided, false);
    }

    static List<CalibrationBin> Calibration(List<Judged> judged) =>
        [
            .. Enumerable
                .Range(0, Bins)
                .Select(bin =>
                {
                    var inIt = judged.FindAll(j => Math.Min((int)(j.Score * Bins), Bins - 1) == bin);
                    return new CalibrationBin(
                        bin / (double)Bins,
                        (bin + 1) / (double)Bins,
                        inIt.Count,
                        inIt.Count == 0 ? null : Number(inIt.Average(j => j.Score)),
                        inIt.Count == 0 ? null : Number(inIt.Average(j => j.IsRejected ? 1.0 : 0.0))
                    );
                }),
        ];

    List<ThresholdFigures> AtThresholds(List<Judged> judged, List<int> all)
    {
        var scores = all.ConvertAll(ScoreOf);
        var times = all.ConvertAll(i => history.Taught[i].At);
        var days = times.Count == 0 ? 0 : Math.Max(1, (times.Max() - times.Min()).TotalDays);
        var positives = judged.Count(j => j.IsRejected);
        return
        [
            .. Thresholds.Select(threshold =>
            {
                var held = judged.FindAll(j => j.Score >= threshold);
                var right = held.Count(j => j.IsRejected);
                var wouldBe = scores.Count(s => s >= threshold);
                return new ThresholdFigures(
                    threshold,
                    held.Count == 0 ? null : Number(right / (double)held.Count),
                    positives == 0 ? null : Number(right / (double)positives),
                    all.Count == 0 ? null : Number(wouldBe / (double)all.Count),
                    all.Count == 0 ? null : Number(wouldBe / days)
                );
            }),
        ];
    }

    List<LanguageFigures> ByLanguage(List<Judged> judged) =>
        [
            .. judged
                .GroupBy(j => history.Taught[j.Lesson].Script ?? language)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new LanguageFigures(
                    g.Key,
                    g.Count(),
                    g.Count(j => j.IsRejected),
                    Number(Ranking.Auc([.. g.Select(j => j.Score)], [.. g.Select(j => j.IsRejected)]))
                )),
        ];

    List<DifferentlySeen> Examples(List<Judged> judged) =>
        [
            .. judged
                .Where(j => j.IsRejected != (j.Score >= 0.5))
                .OrderByDescending(j => Math.Abs(j.Score - (j.IsRejected ? 1 : 0)))
                .ThenBy(j => history.Taught[j.Lesson].Position)
                .Take(MaxExamples)
                .Select(j => new DifferentlySeen(
                    history.Taught[j.Lesson].Comment,
                    history.Taught[j.Lesson].Position,
                    Math.Round(j.Score, 4),
                    j.IsRejected
                )),
        ];

    /// <summary>To four digits, which is more than such figures are good for.</summary>
    static double? Number(double value) => double.IsNaN(value) ? null : Math.Round(value, 4);
}
