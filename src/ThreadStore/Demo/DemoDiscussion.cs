using System.Text.Json;
using ThreadStore.Articles;
using ThreadStore.Kernel;

namespace ThreadStore.Demo;

/// <summary>The sample: an article, and what people made of it within a day.</summary>
/// <param name="Article">Without a time: it was published a day before it is loaded.</param>
/// <param name="Commenters">Names by key.</param>
/// <param name="Comments">In their order, parents before their replies.</param>
public sealed record DemoDiscussion(
    string ArticleKey,
    ArticleContent Article,
    IReadOnlyDictionary<string, string> Commenters,
    IReadOnlyList<DemoComment> Comments
)
{
    /// <summary>Reads the one that comes with the program.</summary>
    public static DemoDiscussion Read() =>
        JsonSerializer.Deserialize<DemoDiscussion>(DemoFiles.Read("demo.json"), Json.Options)
        ?? throw new InvalidOperationException("demo.json is empty.");
}

/// <summary>A comment of the sample.</summary>
/// <param name="Parent">The id of the comment that it replies to, or null.</param>
/// <param name="By">The commenter's key.</param>
/// <param name="Minute">When it was written, in minutes after the article.</param>
/// <param name="Body">Markdown.</param>
public sealed record DemoComment(string Id, string? Parent, string By, int Minute, string Body);

/// <summary>The files of this folder, which the program carries within itself.</summary>
static class DemoFiles
{
    public static string Read(string name)
    {
        using var stream =
            typeof(DemoFiles).Assembly.GetManifestResourceStream($"demo/{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
