using System.Net.Http.Headers;
using System.Text.Json;
using ThreadStore.Deliveries;
using ThreadStore.Sites;

namespace ThreadStore.Moderation.Classifiers;

/// <summary>
/// OpenAI's moderation endpoint, or one that answers like it. It is sent the text and nothing else. Its highest score is the
/// verdict's, and the categories that it flags are the labels.
/// </summary>
/// <remarks>After its API reference, <c>POST /v1/moderations</c>, as of 2026. Categories come and go, and may be null: none is
/// known here by name.</remarks>
public sealed class OpenAiModeration : ClassifierService
{
    /// <summary>Unless the address names another, as in <c>?model=omni-moderation-2024-09-26</c>.</summary>
    public const string Model = "omni-moderation-latest";

    sealed record Question(string Model, string Input);

    public override HttpRequestMessage Request(Classifier classifier, AskedComment comment) =>
        new(HttpMethod.Post, Address(classifier, "model"))
        {
            Headers = { Authorization = new("Bearer", classifier.Secret) },
            Content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(
                    new Question(Setting(classifier, "model") ?? Model, comment.Shown),
                    Kernel.Json.Options
                )
            )
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };

    public override Opinion? Read(PostAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.GetProperty("results") is not { ValueKind: JsonValueKind.Array } results)
                return null;
            if (results.GetArrayLength() != 1)
                return null;
            var result = results[0];
            double[] scores =
            [
                .. result
                    .GetProperty("category_scores")
                    .EnumerateObject()
                    .Where(c => c.Value.ValueKind == JsonValueKind.Number)
                    .Select(c => c.Value.GetDouble()),
            ];
            if (scores.Length == 0)
                return null;
            return new(
                Classifier.OpenAiModeration,
                scores.Max(),
                result.GetProperty("flagged").GetBoolean(),
                [
                    .. result
                        .GetProperty("categories")
                        .EnumerateObject()
                        .Where(c => c.Value.ValueKind == JsonValueKind.True)
                        .Select(c => c.Name),
                ]
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
