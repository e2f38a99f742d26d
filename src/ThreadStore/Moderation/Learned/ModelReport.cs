namespace ThreadStore.Moderation.Learned;

/// <summary>A tenth of the scores: what the model said, and what moderators did.</summary>
/// <param name="Score">The model's, on the average; null: there is no such text.</param>
/// <param name="Rejected">The share that moderators rejected.</param>
public sealed record CalibrationBin(double From, double To, int Texts, double? Score, double? Rejected);

/// <summary>What a threshold would do.</summary>
/// <param name="Precision">Of the texts that it holds, the share that moderators rejected; null: it holds none.</param>
/// <param name="Recall">Of the texts that moderators rejected, the share that it holds.</param>
/// <param name="Held">Of all texts that came after, looked at or not, the share that it would hold.</param>
/// <param name="HeldPerDay">How many that are a day.</param>
public sealed record ThresholdFigures(
    double Threshold,
    double? Precision,
    double? Recall,
    double? Held,
    double? HeldPerDay
);

/// <param name="Language">The script of its letters, where that is not Latin; else the site's language.</param>
public sealed record LanguageFigures(string Language, int Texts, int Positives, double? Auc);

/// <summary>A run of characters or a word that speaks for a rejection; five people at least have written it.</summary>
public sealed record StrongText(string Text, double Weight);

/// <summary>A comment that moderators and the model see otherwise.</summary>
/// <param name="Position">Of the event that submitted its text.</param>
public sealed record DifferentlySeen(Guid Comment, long Position, double Score, bool Rejected);

/// <summary>What a model learned from, and how it does on what it did not learn from.</summary>
/// <param name="TrainedTo">The last position that it learned from.</param>
/// <param name="JudgedTo">The last position that it was judged by.</param>
/// <param name="Learned">Texts that it learned from, looked at or not.</param>
/// <param name="Decided">Of them those that moderators decided on.</param>
/// <param name="Rejected">Of those, the rejected.</param>
/// <param name="Texts">That moderators decided on later, by which it is judged.</param>
/// <param name="Positives">Of them the rejected.</param>
/// <param name="NewAuthorsOnly">Whether nobody wrote them of whom it learned; false: there were not enough of those.</param>
/// <param name="Auc">How often it gives the higher score to the rejected one of two texts; null: all are of one kind.</param>
/// <param name="Calibration">Ten bins.</param>
/// <param name="Examples">Thirty at most, those first where the two are furthest apart.</param>
public sealed record ModelReport(
    long TrainedTo,
    long JudgedTo,
    int Learned,
    int Decided,
    int Rejected,
    int Texts,
    int Positives,
    bool NewAuthorsOnly,
    double? Auc,
    double? AveragePrecision,
    IReadOnlyList<CalibrationBin> Calibration,
    IReadOnlyList<ThresholdFigures> Thresholds,
    IReadOnlyList<LanguageFigures> ByLanguage,
    IReadOnlyList<StrongText> Ngrams,
    IReadOnlyList<DifferentlySeen> Examples
);
