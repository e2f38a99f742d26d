using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>Texts as readers write them; the same for the same random numbers.</summary>
static class GeneratedText
{
    // shares of texts, after news sites' comments: a second paragraph, a quote, a link
    const double Paragraphs = 0.2;
    const double Quotes = 0.1;
    const double Links = 0.03;

    // characters of a text, log-normal
    const double Mu = 4.87;
    const double Sigma = 1.1;
    const double MuOfHan = 3.3;
    const int Shortest = 5;
    const int Longest = 3_000;

    /// <summary>Of any length and language: most are in Latin letters.</summary>
    public static string Any(Random random)
    {
        var language = random.NextDouble();
        if (language < 0.7)
            return InEnglish(random, Length(random, Mu));
        return language switch
        {
            < 0.9 => Of(random, Han, "", "。", Length(random, MuOfHan)),
            < 0.95 => Of(random, Hebrew, " ", ".", Length(random, Mu)),
            _ => string.Concat(random.GetItems(Emoji, random.Next(1, 9))),
        };
    }

    /// <param name="length">In characters, about.</param>
    public static string InEnglish(Random random, int length)
    {
        var text = new StringBuilder();
        if (random.NextDouble() < Quotes)
            text.Append("> ").Append(Sentence(random)).Append("\n\n");
        var breakAt = random.NextDouble() < Paragraphs ? length / 2 : int.MaxValue;
        while (text.Length < length)
        {
            text.Append(Sentence(random)).Append(' ');
            if (text.Length > breakAt)
            {
                text.Append("\n\n");
                breakAt = int.MaxValue;
            }
        }
        if (random.NextDouble() < Links)
            text.Append("See https://news.example/archive/").Append(random.Next(1, 10_000)).Append('.');
        return text.ToString().TrimEnd();
    }

    static int Length(Random random, double mu) =>
        Math.Clamp((int)random.LogNormal(mu, Sigma), Shortest, Longest);

    static string Of(Random random, string[] words, string between, string end, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(words[random.Next(words.Length)])
                .Append(random.Next(8) == 0 ? end + between : between);
        return text.Append(words[random.Next(words.Length)]).Append(end).ToString();
    }

    static string Sentence(Random random)
    {
        var words = random.GetItems(English, random.Next(6, 15));
        words[0] = char.ToUpperInvariant(words[0][0]) + words[0][1..];
        return string.Join(' ', words) + ".";
    }

    static readonly string[] English = (
        "the of and to in that it is was for on are as with they be at this have from or had by but some what there we "
        + "can out other were all your when up use how said each which their will way about many then them would like "
        + "so these long make thing see him two has look more day could go come did my no most number who over know "
        + "than call first people may down side been now find city council money street school bus price rent vote "
        + "mayor paper reader question answer don't it's can't really, however, again, still agree wrong right"
    ).Split(' ');

    static readonly string[] Han =
        "我们 城市 市长 学校 街道 公共 汽车 房租 价格 投票 问题 回答 但是 还是 真的 不同意 同意 新闻 读者 钱 没有 为什么 怎么 大家 今天 明天".Split(
            ' '
        );

    static readonly string[] Hebrew =
        "אני לא עיר כסף רחוב בית ספר אוטובוס מחיר שכר הצבעה שאלה תשובה אבל שוב מסכים נכון היום מחר כולם למה איך עיתון קורא".Split(
            ' '
        );

    static readonly string[] Emoji = "😀 😂 👍 👎 🔥 😡 🙏 🎉 🤔 ❤️ 👏 😢".Split(' ');
}

/// <summary>Numbers as they are spread among people and their discussions.</summary>
static class Distributions
{
    public static double Normal(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static double LogNormal(this Random random, double mu, double sigma) =>
        Math.Exp(mu + sigma * random.Normal());

    /// <summary>Negative binomial: most have few, some very many.</summary>
    public static int Count(this Random random, double mean, double dispersion, int most)
    {
        var expected = random.Gamma(dispersion) * mean / dispersion;
        // of Poisson: how many steps of random length fit
        var count = -1;
        for (var left = Math.Min(expected, most); left >= 0; left += Math.Log(1 - random.NextDouble()))
            count++;
        return Math.Min(count, most);
    }

    /// <summary>Of a shape up to 1. G. Marsaglia, W. Tsang, "A Simple Method for Generating Gamma Variables" (2000).</summary>
    static double Gamma(this Random random, double shape)
    {
        var d = shape + 1 - 1.0 / 3;
        while (true)
        {
            var x = random.Normal();
            var v = Math.Pow(1 + x / Math.Sqrt(9 * d), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v * Math.Pow(1 - random.NextDouble(), 1 / shape);
        }
    }
}
