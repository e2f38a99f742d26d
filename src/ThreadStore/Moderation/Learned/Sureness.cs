namespace ThreadStore.Moderation.Learned;

/// <summary>
/// How sure a model is, as a share: of the texts of which it says 0.8, moderators would reject about 80 in 100. Platt's
/// method (1999), fitted by Newton's, with targets that keep it from being sure of what few texts say.
/// </summary>
public static class Sureness
{
    const int Iterations = 50;

    /// <param name="margins">What a model says that did not hear of the text.</param>
    public static (double Slope, double Offset) Fit(
        IReadOnlyList<float> margins,
        IReadOnlyList<Lesson> lessons
    )
    {
        var (gone, kept) = (0.0, 0.0);
        foreach (var lesson in lessons)
            if (lesson.IsRejected)
                gone += lesson.Weight;
            else
                kept += lesson.Weight;
        var (high, low) = ((gone + 1) / (gone + 2), 1 / (kept + 2));
        var (slope, offset) = (1.0, 0.0);
        for (var n = 0; n < Iterations; n++)
        {
            var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for (var i = 0; i < margins.Count; i++)
            {
                var p = 1 / (1 + Math.Exp(-(slope * margins[i] + offset)));
                var off = lessons[i].Weight * (p - (lessons[i].IsRejected ? high : low));
                var curve = lessons[i].Weight * p * (1 - p);
                g0 += off * margins[i];
                g1 += off;
                h00 += curve * margins[i] * margins[i];
                h01 += curve * margins[i];
                h11 += curve;
            }
            var det = h00 * h11 - h01 * h01;
            if (det <= 0)
                break;
            var (d0, d1) = ((h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det);
            // a step of more than that has left where the curve is known
            var shrink = Math.Min(1, 5 / Math.Max(Math.Abs(d0), Math.Abs(d1)));
            if (double.IsNaN(shrink))
                break;
            (slope, offset) = (slope - shrink * d0, offset - shrink * d1);
            if (Math.Abs(d0) + Math.Abs(d1) < 1e-9)
                break;
        }
        // a model that is right where it doubts itself is no model: then it knows nothing
        return (Math.Max(slope, 0), offset);
    }
}
