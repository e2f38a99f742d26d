namespace ThreadStore.Rows;

/// <summary>
/// The ranks of comments, as SQL over a row's columns <c>positive</c>, <c>negative</c> and <c>posted_at</c>. They are
/// computed by PostgreSQL alone: its log10 and pow differ from .NET's in the last bit, and a rebuild must be equal.
/// </summary>
public static class Ranks
{
    /// <summary>The lower bound of the Wilson score interval of positive against all reactions, z = 1.96 (95 %).
    /// E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).</summary>
    public static string Best(string row)
    {
        var (p, n) = ($"{row}.positive::float8", $"({row}.positive + {row}.negative)::float8");
        const string z2 = "3.8416";
        return $"""
            case when {row}.positive + {row}.negative = 0 then 0::float8 else
              ({p} / {n} + {z2} / (2 * {n})
                - 1.96 * sqrt(({p} / {n} * (1 - {p} / {n}) + {z2} / (4 * {n})) / {n})) / (1 + {z2} / {n}) end
            """;
    }

    /// <summary>sign(s) · log10(max(1, |s|)) + seconds / 45,000 with s = positive − negative, so that it needs no decay.
    /// Reddit's "hot": github.com/reddit-archive/reddit, r2/lib/db/_sorts.pyx.</summary>
    public static string Hot(string row)
    {
        var s = $"({row}.positive - {row}.negative)";
        return $"sign({s}::float8) * log(greatest(1, abs({s}))::float8) + extract(epoch from {row}.posted_at)::float8 / 45000";
    }

    /// <summary>(positive + negative) ^ (min / max) where both are above 0, else 0. Reddit's "controversial", ibid.</summary>
    public static string Controversial(string row) =>
        $"""
            case when {row}.positive > 0 and {row}.negative > 0 then
              power(({row}.positive + {row}.negative)::float8,
                least({row}.positive, {row}.negative)::float8 / greatest({row}.positive, {row}.negative)) else 0::float8 end
            """;
}
