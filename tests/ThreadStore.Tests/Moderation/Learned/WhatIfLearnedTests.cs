using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Moderation.Learned;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Moderation.Learned;

public sealed class WhatIfLearnedTests(Store store)
{
    const string Site = "s";
    const int OfMonth = 220;
    static readonly DateTimeOffset Start = new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Guid Id(int n) => new(n, 7, 7, [0x80, 0, 0, 0, 0, 0, 0, 9]);

    /// <summary>Texts of three months, each decided on at the end of its month; the next month begins with a decision, too.</summary>
    static List<object> History()
    {
        var events = new List<object>();
        for (var month = 0; month < 3; month++)
        {
            var at = Start.AddMonths(month);
            for (var n = month * OfMonth; n < (month + 1) * OfMonth; n++)
                events.Add(
                    new CommentPosted(
                        Id(n),
                        "a",
                        null,
                        0,
                        new($"w{n % 30}", "W", null),
                        Teaching.Text(n),
                        BodyFormat.Markdown,
                        at,
                        false,
                        CommentState.Published,
                        [],
                        $"w{n % 30}",
                        null,
                        null
                    )
                );
            foreach (var n in Enumerable.Range(month * OfMonth, OfMonth).OrderBy(n => n % 11 == 0))
                events.Add(Decided(n, n % 11 == 0 ? at.AddMonths(1) : at.AddDays(3)));
        }
        return events;
    }

    static object Decided(int n, DateTimeOffset at)
    {
        var before = new CommentStatus(CommentState.Published, null, false, 0, [], null, null, null);
        return Teaching.IsRude(n)
            ? new CommentRejected(
                Id(n),
                "a",
                Guid.Empty,
                DecisionMeans.Person,
                RejectReason.Offensive,
                null,
                null,
                before,
                "mona",
                at
            )
            : new CommentApproved(Id(n), "a", Guid.Empty, DecisionMeans.Person, null, before, "mona", at);
    }

    static (int Year, int Month) MonthOf(object e) =>
        e switch
        {
            CommentPosted p => (p.PostedAt.Year, p.PostedAt.Month),
            ICommentDecision d => (d.At.Year, d.At.Month),
            _ => default,
        };

    [Fact]
    public void Each_text_is_judged_by_a_model_of_what_was_there_before_its_month()
    {
        var events = History();
        var last = LearnedOf(events.Count, events) ?? throw new InvalidOperationException("Too few lessons.");
        var whatIf = new WhatIfLearned(Site, last, events.Count);
        var (scores, hashes) = (new List<double>(), new List<string?>());
        for (var i = 0; i < events.Count; i++)
        {
            var read = LearnedHistory.Read(events[i]);
            if (whatIf.Judge(i + 1, events[i], read, Ct) is { } said)
                scores.Add(said.Model.Score(said.Text, Facts.None));
            if (events[i] is CommentPosted)
                hashes.Add(whatIf.Judge(i + 1, events[i], read, Ct)?.Model.Hash);
            whatIf.Apply(i + 1, events[i], read);
        }

        // reckoned once more, month by month
        var (seen, expected) = ((0, 0), new List<string?>());
        LearnedModel? monthly = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (MonthOf(events[i]).CompareTo(seen) > 0)
                (seen, monthly) = (MonthOf(events[i]), LearnedOf(i, events));
            if (events[i] is CommentPosted)
                expected.Add(monthly?.Hash);
        }
        Assert.Equal(expected, hashes);
        Assert.Equal(OfMonth, hashes.Count(h => h is null));
        Assert.Equal(3, hashes.Distinct().Count());
        Assert.Equal(2 * OfMonth, scores.Count);
    }

    [Fact]
    public void What_came_after_a_model_is_judged_by_it()
    {
        var events = History();
        var last = LearnedOf(events.Count, events) ?? throw new InvalidOperationException("Too few lessons.");
        var whatIf = new WhatIfLearned(Site, last, 0);

        Assert.Same(last, whatIf.Judge(1, events[0], LearnedHistory.Read(events[0]), Ct)?.Model);
    }

    /// <summary>A model of the first so many events; null: of too few decisions.</summary>
    static LearnedModel? LearnedOf(int count, List<object> events)
    {
        var history = new LearnedHistory(Site);
        for (var i = 0; i < count; i++)
            history.Apply(i + 1, events[i], LearnedHistory.Read(events[i]));
        var from = history.ToLearn();
        return LearningRun.IsEnough(history, from, LearningRun.MinDecisions) is null
            ? Learner.Learn(history.Lessons, from, ct: Ct)
            : null;
    }

    [Fact]
    public async Task A_what_if_holds_what_came_after_the_model_and_flatters_nobody_with_what_it_learned_from()
    {
        var site = await store.ASiteAsync();
        var article = await site.AnArticleAsync();
        await site.TeachAsync(article, 210);
        var hash = (await site.LearnAsync(new { }))["hash"].GetString();
        for (var n = 300; n < 306; n++)
            await site.ACommentAsync(article, "zoe", Teaching.Text(n));
        async Task<Reply> AskAsync(object settings) =>
            await site.SendAsync("POST", "/analytics/what-if", settings, site.Token("ana", Role.Analyst));

        var asked = (await AskAsync(new { learned = new { model = hash, holdAbove = 0.5 } })).Expect(200);

        Assert.Equal(216, asked["judged"].GetInt32());
        Assert.Equal("""{"learned":2}""", asked["byRule"].GetRawText());
        (await AskAsync(new { learned = new { model = "absent", holdAbove = 0.5 } })).Expect(
            400,
            "validation"
        );
        Assert.Equal(
            "{}",
            (await AskAsync(new { learned = new { holdAbove = 0.5 } })).Expect(200)["byRule"].GetRawText()
        );
    }
}
