using ThreadStore.Moderation.Learned;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class LearnerTests
{
    static readonly string[] Friendly = ["thank you", "a good point", "well said", "i agree", "nice article"];
    static readonly string[] Rude =
    [
        "you idiot",
        "what a moron",
        "shut up fool",
        "stupid liar",
        "pathetic clown",
    ];

    /// <summary>Every third is rude; which is which, the words between say nothing of.</summary>
    static Lessons Some(int count = 300)
    {
        var (lessons, random) = (new Lessons(), new Random(1));
        for (var i = 0; i < count; i++)
        {
            var said = i % 3 == 0 ? Rude : Friendly;
            var text =
                $"{random.Next(100)} the council {said[random.Next(said.Length)]} of {random.Next(100)} streets";
            lessons.Add(LookAlikes.Unmask(text), new(Facts.None, i % 3 == 0, 1));
        }
        return lessons;
    }

    static LearnedModel Learn(Lessons lessons) =>
        Learner.Learn(
            lessons,
            [.. Enumerable.Range(0, lessons.Count)],
            ct: TestContext.Current.CancellationToken
        );

    static readonly Lazy<LearnedModel> Model = new(() => Learn(Some()));

    static double Score(string text, Facts author = Facts.None) =>
        Model.Value.Score(Model.Value.Read(LookAlikes.Unmask(text), CommentFacts.OfText(text)), author);

    [Fact]
    public void The_same_texts_give_the_same_model_byte_for_byte() =>
        Assert.Equal(Model.Value.Hash, Learn(Some()).Hash);

    [Fact]
    public void A_model_is_read_as_it_was_kept()
    {
        var read = LearnedModel.FromBytes(Model.Value.Bytes);

        Assert.Equal(Model.Value.Hash, read?.Hash);
        Assert.Null(LearnedModel.FromBytes(Model.Value.Bytes.AsSpan(1)));
        Assert.Null(LearnedModel.FromBytes([1, .. Model.Value.Bytes.AsSpan(1)]));
    }

    [Fact]
    public void What_is_like_what_was_rejected_scores_high_and_says_why()
    {
        Assert.InRange(Score("The mayor is an idiot and a moron"), 0.8, 1);
        Assert.InRange(Score("A good point, I agree with the mayor"), 0, 0.2);
        var words = Model
            .Value.Read(LookAlikes.Unmask("The mayor is an idiot and a moron"), Facts.None)
            .Words;
        Assert.Contains("idiot", words);
        Assert.Contains("moron", words);
    }

    [Theory]
    [InlineData("The mayor is an id\u200Biot and a mo\u00ADron")]
    [InlineData("The mayor is an іdіоt and a mоrоn")]
    [InlineData("The mayor is an i d i o t and a m o r o n")]
    [InlineData("The mayor is an i-d-i-o-t and a m.o.r.o.n")]
    [InlineData("T h e   m a y o r   i s   a n   i d i o t   a n d   a   m o r o n")]
    [InlineData("The mayor is an 1d10t and a m0r0n")]
    public void Whoever_masks_a_word_is_read_all_the_same(string masked) =>
        Assert.Equal(Score("The mayor is an idiot and a moron"), Score(masked), 0.1);

    [Theory]
    [InlineData("moron,, idiot", "idiot", "moron")]
    [InlineData("(moron!) \"idiot\"...", "idiot", "moron")]
    [InlineData("Idiot, idiot! You idiot; moron", "idiot", "moron")]
    [InlineData("这里：idiot。那里，moron！", "idiot", "moron")]
    public void Reasons_are_words_each_once_and_without_the_signs_around_them(
        string text,
        params string[] words
    ) =>
        Assert.Equal(
            words,
            Model
                .Value.Read(LookAlikes.Unmask(text), Facts.None)
                .Words.Where(w => w is not "you")
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Of_a_sentence_without_spaces_the_piece_is_named_that_weighs_most()
    {
        const string insult = "大笨蛋";
        var lessons = new Lessons();
        var letters = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏";
        for (var i = 0; i < 300; i++)
            lessons.Add(
                LookAlikes.Unmask(
                    string.Concat(
                        Enumerable.Range(0, 30).Select(k => letters[(7 * i + 5 * k + i * k) % letters.Length])
                    ) + (i % 3 == 0 ? insult : "谢谢你")
                ),
                new(Facts.None, i % 3 == 0, 1)
            );

        var sentence = letters + insult + letters;
        var words = Learn(lessons).Read(LookAlikes.Unmask(sentence), Facts.None).Words;

        var word = Assert.Single(words);
        Assert.Contains("笨蛋", word, StringComparison.Ordinal);
        Assert.Equal(8, word.Length);
    }

    [Theory]
    [InlineData("idio", "diot", true)]
    [InlineData("idiot", "you idiot", true)]
    [InlineData("idi", "idiot", true)]
    [InlineData("are", "are scum", true)]
    [InlineData("笨蛋", "大笨蛋", true)]
    [InlineData("idiot", "moron", false)]
    [InlineData("you are", "you idiot", false)]
    [InlineData("错误", "没有错误的文章", false)]
    [InlineData("笨蛋", "傻瓜", false)]
    public void Runs_of_one_word_are_told_from_those_of_others(string one, string other, bool areOfOne)
    {
        Assert.Equal(areOfOne, StrongTexts.AreOfOneWord(one, other));
        Assert.Equal(areOfOne, StrongTexts.AreOfOneWord(other, one));
    }

    [Fact]
    public void Facts_about_the_author_are_learned()
    {
        var lessons = new Lessons();
        for (var i = 0; i < 300; i++)
            lessons.Add(
                LookAlikes.Unmask($"the same words of everybody {i % 7}"),
                new(i % 3 == 0 ? Facts.Record | Facts.BadRecord : Facts.None, i % 3 == 0, 1)
            );
        var model = Learn(lessons);
        var text = model.Read(LookAlikes.Unmask("the same words of everybody 3"), Facts.None);

        Assert.True(model.Score(text, Facts.Record | Facts.BadRecord) > model.Score(text, Facts.None) + 0.3);
    }

    [Fact]
    public void What_nobody_looked_at_counts_little()
    {
        static Lessons With(float weight)
        {
            var lessons = Some();
            for (var i = 0; i < 20; i++)
                lessons.Add(LookAlikes.Unmask("you idiot, what a moron"), new(Facts.None, false, weight));
            return lessons;
        }
        static double Sum(LearnedModel model) =>
            model.Read(LookAlikes.Unmask("you idiot, what a moron"), Facts.None).Margin;

        var (never, little, much) = (Sum(Model.Value), Sum(Learn(With(0.02f))), Sum(Learn(With(1))));
        Assert.True(never - little < (never - much) / 4, $"{never} {little} {much}");
    }

    [Fact]
    public void Screening_allocates_by_the_text_not_by_the_model()
    {
        var (model, text) = (Model.Value, LookAlikes.Unmask("The mayor is an idiot and a moron"));
        model.Read(text, Facts.None, withWords: false);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            model.Read(text, Facts.None, withWords: false);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.2, 0.8, 0.9 }, new[] { false, false, true, true }, 1.0, 1.0)]
    [InlineData(
        new[] { 0.9, 0.8, 0.2, 0.1 },
        new[] { false, false, true, true },
        0.0,
        (1 / 3.0 + 2 / 4.0) / 2
    )]
    [InlineData(new[] { 0.5, 0.5, 0.5, 0.5 }, new[] { true, false, true, false }, 0.5, (1 + 2 / 3.0) / 2)]
    public void Ranking_is_reckoned_as_its_definition_says(
        double[] scores,
        bool[] rejected,
        double auc,
        double average
    )
    {
        Assert.Equal(auc, Ranking.Auc(scores, rejected), 9);
        Assert.Equal(average, Ranking.AveragePrecision(scores, rejected), 9);
    }
}
