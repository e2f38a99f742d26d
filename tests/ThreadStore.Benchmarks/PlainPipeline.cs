using Microsoft.ML;
using Microsoft.ML.Data;
using ThreadStore.Moderation.Learned;

namespace ThreadStore.Benchmarks;

/// <summary>What one gets who takes ML.NET as it comes, and what its trainers make of our features.</summary>
static class PlainPipeline
{
    sealed class Row
    {
        public string Text { get; set; } = "";
        public bool Label { get; set; }

        /// <summary>Ours, by their hashes.</summary>
        [VectorType(TextFeatures.Buckets)]
        public VBuffer<float> Features { get; set; }
    }

    /// <summary>How sure it is of each text to judge.</summary>
    public static double[] AsItComes(LabelledText[] learn, LabelledText[] judge)
    {
        var context = new MLContext(seed: 1);
        var pipeline = context
            .Transforms.Text.FeaturizeText("Features", nameof(Row.Text))
            .Append(context.BinaryClassification.Trainers.SdcaLogisticRegression());
        return Score(context, pipeline, learn, judge, withOurs: false);
    }

    public static double[] OverOurFeatures(LabelledText[] learn, LabelledText[] judge)
    {
        var context = new MLContext(seed: 1);
        var trainer = context.BinaryClassification.Trainers.LbfgsLogisticRegression();
        return Score(context, trainer, learn, judge, withOurs: true);
    }

    static double[] Score<T>(
        MLContext context,
        IEstimator<T> pipeline,
        LabelledText[] learn,
        LabelledText[] judge,
        bool withOurs
    )
        where T : class, ITransformer
    {
        var reader = new TextFeatures();
        IDataView View(LabelledText[] texts) =>
            context.Data.LoadFromEnumerable(
                texts.Select(t => new Row
                {
                    Text = withOurs ? "" : t.Text,
                    Label = t.IsRejected,
                    Features = withOurs ? Features(reader, t.Text) : default,
                }),
                SchemaDefinition.Create(typeof(Row))
            );
        var model = pipeline.Fit(View(learn));
        return [.. model.Transform(View(judge)).GetColumn<float>("Score").Select(s => (double)s)];
    }

    static VBuffer<float> Features(TextFeatures reader, string text)
    {
        reader.Read(LookAlikes.Unmask(text));
        var buckets = reader.Found.ToArray();
        Array.Sort(buckets);
        var value = (float)(1 / Math.Sqrt(buckets.Length));
        return new(
            TextFeatures.Buckets,
            buckets.Length,
            [.. Enumerable.Repeat(value, buckets.Length)],
            buckets
        );
    }
}
