using ThreadStore.Kernel;
using ThreadStore.Transfer.Formats;

namespace ThreadStore.Transfer;

/// <summary>Finds the format of files by what stands in them.</summary>
public static class Recognition
{
    /// <summary>Every format that an import takes, by name.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        TextFormat.Name,
        .. ForeignFormats.All.Select(f => f.Name).Where(n => n != ImportFeed.Format),
        ImportFeed.Format,
    ];

    /// <returns>The one that all files have.</returns>
    /// <exception cref="StartupException">None fits, or more than one.</exception>
    public static string FormatOf(IReadOnlyList<ImportInput> files)
    {
        HashSet<string>? common = null;
        foreach (var file in files)
        {
            var fits = Fitting(file.Head());
            if (fits.Count == 0)
                throw new StartupException($"{file.Name}: no format fits; give one with --format.");
            common = common is null ? [.. fits] : [.. common.Intersect(fits)];
            if (common.Count == 0)
                throw new StartupException(
                    $"{file.Name} is of another format ({string.Join(", ", fits)}) than the files before it."
                );
        }
        return common is { Count: 1 }
            ? common.First()
            : throw new StartupException(
                $"{string.Join(" and ", common ?? [])} fit; give one of them with --format."
            );
    }

    public static IReadOnlyList<string> Fitting(FileHead head)
    {
        // an event of a feed
        if (head.IsObject == true && head.HasMember("stream") && head.HasMember("data"))
            return [ImportFeed.Format];
        if (NeutralFormat.IsNeutral(head))
            return [ImportFeed.Format];
        List<string> fits = [.. ForeignFormats.All.Where(f => f.Fits(head)).Select(f => f.Name).Distinct()];
        if (TextFormat.Fits(head) && (fits.Count == 0 || TextFormat.IsDated(head)))
            return TextFormat.IsDated(head) || LooksLikeText(head) ? [TextFormat.Name] : [];
        return fits;
    }

    static bool LooksLikeText(FileHead head) =>
        head.Bytes.Length > 0 && !head.Text[..Math.Min(head.Text.Length, 4096)].Contains('\uFFFD');
}
