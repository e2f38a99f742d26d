namespace ThreadStore.Moderation.Learned;

/// <summary>How well scores put what was rejected before what was kept.</summary>
public static class Ranking
{
    /// <summary>How often a rejected text has the higher score of two, of which one was kept; equal scores count half.</summary>
    /// <returns>NaN where all are of one kind.</returns>
    public static double Auc(IReadOnlyList<double> scores, IReadOnlyList<bool> rejected)
    {
        var order = Order(scores);
        var (ranks, bad) = (0.0, 0L);
        for (var i = 0; i < order.Length; )
        {
            var end = i;
            while (end < order.Length && scores[order[end]].Equals(scores[order[i]]))
                end++;
            for (var k = i; k < end; k++)
                if (rejected[order[k]])
                {
                    ranks += (i + 1 + end) / 2.0;
                    bad++;
                }
            i = end;
        }
        var good = order.Length - bad;
        return bad == 0 || good == 0 ? double.NaN : (ranks - bad * (bad + 1) / 2.0) / ((double)bad * good);
    }

    /// <summary>The precision at each rejected text, from the highest score down, on the average.</summary>
    public static double AveragePrecision(IReadOnlyList<double> scores, IReadOnlyList<bool> rejected)
    {
        var order = Order(scores);
        var (sum, bad) = (0.0, 0);
        for (var i = order.Length - 1; i >= 0; i--)
            if (rejected[order[i]])
                sum += ++bad / (double)(order.Length - i);
        return bad == 0 ? double.NaN : sum / bad;
    }

    static int[] Order(IReadOnlyList<double> scores) =>
        [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i]).ThenByDescending(i => i)];
}
