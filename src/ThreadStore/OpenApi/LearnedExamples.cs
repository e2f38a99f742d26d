using ThreadStore.Moderation.Learned;

namespace ThreadStore.OpenApi;

/// <summary>Examples of learned models.</summary>
static class LearnedExamples
{
    public const string Hash = "9f2c1d0e4b7a68535c2e1f00a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

    static readonly DateTimeOffset Started = OpenApiExamples.Written;

    static readonly ModelReport Report = new(
        TrainedTo: 81_200,
        JudgedTo: 98_400,
        Learned: 41_000,
        Decided: 9_200,
        Rejected: 1_450,
        Texts: 2_300,
        Positives: 340,
        NewAuthorsOnly: true,
        Auc: 0.842,
        AveragePrecision: 0.611,
        [new(0.8, 0.9, 120, 0.848, 0.858)],
        [new(0.8, 0.86, 0.47, 0.021, 3.4)],
        [new("english", 2_300, 340, 0.842)],
        [new("idiot", 2.31)],
        [new(new("0198c0de-0000-7000-8000-000000000001"), 84_112, 0.93, Rejected: false)]
    );

    static readonly ModelView Model = new(Hash, Report.TrainedTo, Started.AddMinutes(1), false, Report);

    public static readonly IReadOnlyDictionary<Type, object> ByType = new Dictionary<Type, object>
    {
        [typeof(LearnModel)] = new LearnModel(Report.TrainedTo),
        [typeof(AdoptModel)] = new AdoptModel(0.8, 0.6),
        [typeof(LearningJobView)] = new LearningJobView(
            new("0198c0de-0000-7000-8000-000000000009"),
            LearningState.Done,
            1,
            Hash,
            Message: null,
            Started,
            Started.AddMinutes(1),
            Report
        ),
        [typeof(ModelView)] = Model,
        [typeof(ModelPage)] = new ModelPage([Model.Summarise()], NextCursor: null),
    };
}
