using System.Text.Json;

namespace ThreadStore.Benchmarks;

/// <summary>A text of which people said whether it should be there.</summary>
sealed record LabelledText(string Text, bool IsRejected);

/// <summary>Texts with labels, and how they are split into those to learn from and those to judge.</summary>
/// <param name="Test">Null: every fifth of the file, five times by turns.</param>
sealed record LabelledSet(string Name, LabelledText[] Train, LabelledText[]? Test)
{
    const int Folds = 5;

    public IEnumerable<(LabelledText[] Learn, LabelledText[] Judge)> Splits() =>
        Test is not null
            ? [(Train, Test)]
            : Enumerable
                .Range(0, Folds)
                .Select(fold =>
                    (
                        Train.Where((_, i) => i % Folds != fold).ToArray(),
                        Train.Where((_, i) => i % Folds == fold).ToArray()
                    )
                );

    /// <summary>Those beside the checkout; see the file about their sources and licences there.</summary>
    public static LabelledSet[] Read(string folder)
    {
        LabelledText[] Texts(string file, Func<JsonElement, bool> isRejected) =>
            [
                .. File.ReadLines(Path.Combine(folder, $"{file}.ndjson"))
                    .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                    .Select(e => new LabelledText(e.GetProperty("text").GetString()!, isRejected(e))),
            ];
        static bool IsHateful(JsonElement e) => e.GetProperty("hate").GetString() != "none";
        return
        [
            new(
                "English news, unhealthy",
                Texts("news-en-train", e => e.GetProperty("unhealthy").GetBoolean()),
                null
            ),
            new(
                "English news, hostile",
                Texts("news-en-train", e => e.GetProperty("hostile").GetBoolean()),
                null
            ),
            new(
                "Korean news, its test file",
                Texts("news-ko-train", IsHateful),
                Texts("news-ko-test", IsHateful)
            ),
            new("Korean news", Texts("news-ko-train", IsHateful), null),
            new(
                "short posts",
                Texts("posts-en-train", e => e.GetProperty("class").GetString() != "neither"),
                null
            ),
        ];
    }

    /// <summary>The folder that is there, here or above.</summary>
    public static string? Find(string relative)
    {
        for (
            var folder = new DirectoryInfo(Directory.GetCurrentDirectory());
            folder is not null;
            folder = folder.Parent
        )
            if (Directory.Exists(Path.Combine(folder.FullName, relative)))
                return Path.Combine(folder.FullName, relative);
        return null;
    }
}
