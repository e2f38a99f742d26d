using System.Text.Json;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Transfer;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

/// <summary>Texts of real readers with labels of real people; they lie beside the checkout, not in it.</summary>
public sealed class LabelledSampleTests
{
    /// <summary>What a plain ML.NET pipeline reaches, and two hundredths.</summary>
    const double GoalOfEnglish = 0.61 + 0.02;
    const double GoalOfKorean = 0.823 + 0.02;

    public static string Folder()
    {
        var folder = TextPageSampleTests.Above("shared/samples/learn");
        Assert.SkipUnless(Directory.Exists(folder), "No shared/samples/learn beside the checkout.");
        return folder;
    }

    public static List<(string Text, bool IsRejected)> Read(
        string file,
        Func<JsonElement, bool> isRejected
    ) =>
        [
            .. File.ReadLines(Path.Combine(Folder(), file))
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(e => (e.GetProperty("text").GetString()!, isRejected(e))),
        ];

    [Fact]
    public void Korean_readers_comments_are_told_apart_well_enough()
    {
        static bool IsHateful(JsonElement e) => e.GetProperty("hate").GetString() != "none";

        var auc = Auc(Read("news-ko-train.ndjson", IsHateful), Read("news-ko-test.ndjson", IsHateful));

        Assert.True(auc >= GoalOfKorean, $"AUC {auc}");
    }

    [Fact]
    public void English_readers_comments_are_told_apart_well_enough()
    {
        var all = Read("news-en-train.ndjson", e => e.GetProperty("unhealthy").GetBoolean());

        var auc = Auc([.. all.Where((_, i) => i % 5 != 0)], [.. all.Where((_, i) => i % 5 == 0)]);

        Assert.True(auc >= GoalOfEnglish, $"AUC {auc}");
    }

    static double Auc(List<(string Text, bool IsRejected)> learn, List<(string Text, bool IsRejected)> judge)
    {
        var lessons = new Lessons();
        foreach (var (text, isRejected) in learn)
            lessons.Add(LookAlikes.Unmask(text), new(CommentFacts.OfText(text), isRejected, 1));
        var model = Learner.Learn(
            lessons,
            [.. Enumerable.Range(0, lessons.Count)],
            ct: TestContext.Current.CancellationToken
        );
        return Ranking.Auc(
            [
                .. judge.Select(j =>
                    model.Score(
                        model.Read(LookAlikes.Unmask(j.Text), CommentFacts.OfText(j.Text)),
                        Facts.None
                    )
                ),
            ],
            [.. judge.Select(j => j.IsRejected)]
        );
    }
}
