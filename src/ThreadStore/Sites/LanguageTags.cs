using System.Globalization;

namespace ThreadStore.Sites;

/// <summary>What the web calls the languages that a site's settings name as PostgreSQL does.</summary>
public static class LanguageTags
{
    static readonly Lazy<Dictionary<string, string>> Tags = new(() =>
        CultureInfo
            .GetCultures(CultureTypes.NeutralCultures)
            .Where(c => c.Name.Length == 2)
            .GroupBy(c => c.EnglishName.ToLowerInvariant())
            .ToDictionary(c => c.Key, c => c.First().Name)
    );

    /// <param name="language">Such as <c>german</c>.</param>
    /// <returns>BCP 47, such as <c>de</c>; null where it names none, as <c>simple</c>.</returns>
    public static string? Of(string? language) => Tags.Value.GetValueOrDefault(language ?? "");
}
